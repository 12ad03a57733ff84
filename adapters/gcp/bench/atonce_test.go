package main

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// So many files are under way at once at least: with 50 ms a call, and with the second between two
// writes to a record that Cloud Storage wants, that is more than 30 small files a second.
const atLeast = 48

// A first conversion has many files under way at once, whatever the number of processors: here, no
// file is read before so many are asked for.
func TestAtOnce(t *testing.T) {
	s, err := newSystem(t.Context(), options{quiet: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const n = 3 * atLeast
	if err := s.fill(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int32
	enough := make(chan struct{})
	goOn := sync.OnceFunc(func() { close(enough) })
	tooFew := time.AfterFunc(20*time.Second, func() {
		t.Errorf("only %d files are under way at once", asked.Load())
		goOn()
	})
	defer tooFew.Stop()
	s.meter.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("alt") == "media" && strings.HasPrefix(r.URL.Path, "/storage/v1/b/uploads/o/") {
			if asked.Add(1) == atLeast {
				goOn()
			}
			<-enough
		}
		s.storage.ServeHTTP(w, r)
	})
	if err := reconcile(n)(t.Context(), s); err != nil {
		t.Fatal(err)
	}
}
