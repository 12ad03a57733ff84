package cli

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/dynasette/dynasette"
)

// TestVisiting: what visitors may do is the same whoever serves, and refused where it is not known
// how to say so.
func TestVisiting(t *testing.T) {
	v := &visiting{cors: true, noSQL: true}
	if got := v.datasette(); !slices.Equal(got[len(got)-4:], []string{"--cors", "--setting", "default_allow_sql", "off"}) {
		t.Error(got)
	}
	if got := (&visiting{}).datasette(); slices.Contains(got, "--cors") {
		t.Error(got)
	}
	crashed := func(dynasette.Release, error) {}
	if _, _, err := v.newServer("true {location}", "", io.Discard, crashed); err == nil || err.Error() != errVisiting.Error() {
		t.Error(err)
	}
	s, _, err := v.newServer(serverPages, "", io.Discard, crashed)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	w := httptest.NewRecorder()
	s.(http.Handler).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Error(w.Header())
	}
}
