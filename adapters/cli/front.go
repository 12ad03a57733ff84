package cli

import (
	"net/http"
	"strings"

	"github.com/dynasette/dynasette/adapters/web/publish"
)

// A front answers under publish.Path, and leaves the rest to what serves the data.
type front struct {
	publish http.Handler
	data    http.Handler
}

func (f front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, publish.Path) {
		f.publish.ServeHTTP(w, r)
		return
	}
	f.data.ServeHTTP(w, r)
}
