package cli_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

func TestURL(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /data/people.csv", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/csv")
		w.Write([]byte("name,age\nAnn,41\n"))
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	dir := t.TempDir()
	t.Chdir(dir)
	code, _, stderr := run(t.Context(), "convert", server.URL+"/data/people.csv?key=1#top")
	if code != 0 || !strings.Contains(stderr, "people.db") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if n := query(filepath.Join(dir, "people.db"), "select name, age from people"); n != 0 {
		t.Error("people.db has no table people")
	}
	code, stdout, stderr := run(t.Context(), "inspect", server.URL+"/data/people.csv")
	if want := "-o people.db " + server.URL + "/data/people.csv"; code != 0 || !strings.Contains(stdout, want) {
		t.Errorf("exit %d: %s%s; want %s", code, stdout, stderr, want)
	}
	code, _, stderr = run(t.Context(), "convert", server.URL+"/nix.csv")
	if code != 1 || !strings.Contains(stderr, "/nix.csv: 404 Not Found") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}
