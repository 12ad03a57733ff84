package cli

import (
	"net/http"
	"strings"

	"github.com/dynasette/dynasette/adapters/web/publish"
)

// A front answers under publish.Path, and leaves the rest to what serves the data. As long as
// there is none, the first page is the one to publish on.
type front struct {
	publish http.Handler
	data    http.Handler
	empty   func() bool
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, publish.Path):
		f.publish.ServeHTTP(w, r)
	case r.URL.Path == "/" && r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html") && f.empty(): // a browser
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, publish.Path, http.StatusFound)
	default:
		f.data.ServeHTTP(w, r)
	}
}
