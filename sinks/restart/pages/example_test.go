package pages_test

import (
	"context"
	"log"
	"net/http"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/restart/pages"
)

// A folder of databases as a web site.
func ExampleServer() {
	var site pages.Server
	defer site.Close()
	err := site.Restart(context.Background(), dynasette.Release{ID: "today", Location: "releases/today"})
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:8001", &site))
}
