package process_test

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/restart/health"
	"github.com/dynasette/dynasette/sinks/restart/process"
)

// Datasette, with one more argument, is replaced without a failed request.
func ExampleServer() {
	site := &process.Server{Command: append(process.Datasette(), "--cors"), Output: os.Stderr}
	defer site.Close()
	go http.ListenAndServe("127.0.0.1:8001", site)
	for _, id := range []string{"monday", "tuesday"} {
		if err := site.Restart(context.Background(), dynasette.Release{ID: id, Location: "releases/" + id}); err != nil {
			log.Print(err) // what was served is still served
		}
	}
}

// Any program that serves a folder will do.
func ExampleServer_command() {
	site := &process.Server{
		Command: []string{"caddy", "file-server", "--root", "{location}", "--listen", "{host}:{port}"},
		Health:  health.OK, HealthPath: "/",
	}
	defer site.Close()
}
