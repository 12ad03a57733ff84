package gcstest_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/fsouza/fake-gcs-server/fakestorage"

	"github.com/dynasette/dynasette/internal/gcstest"
)

// TestOtherFake runs the expectations against fake-gcs-server, which nobody here has
// written: what the two agree on is not a mistake of ours alone. It is known to be less
// strict in the rest, and the expectations notice; Strict makes good what a client could
// come to rely on.
func TestOtherFake(t *testing.T) {
	for _, test := range []struct {
		name    string
		wrap    func(http.Handler) http.Handler
		lenient []string // expectations that it does not meet
	}{
		{"alone", func(h http.Handler) http.Handler { return h }, []string{
			"attrs", "compose", "copy", "delete", "list", "read: generations and preconditions", "read: headers",
			"update", "write: many chunks", "write: metadata limit", "write: odd names",
		}},
		{"strict", gcstest.Strict, []string{
			"compose", "copy", "list", "read: headers", "update", "write: metadata limit", "write: odd names",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := fakestorage.NewServerWithOptions(fakestorage.Options{PublicHost: "127.0.0.1", Scheme: "http", NoListener: true, Writer: io.Discard})
			if err != nil {
				t.Fatal(err)
			}
			s.CreateBucketWithOpts(fakestorage.CreateBucketOpts{Name: "bucket"})
			h := httptest.NewServer(test.wrap(s.HTTPHandler()))
			t.Cleanup(h.Close)
			c := client(t, host(strings.TrimPrefix(h.URL, "http://")))

			failed := map[string]bool{}
			for _, e := range expectations {
				n := &notes{}
				done := make(chan struct{})
				go func() {
					defer close(done)
					e.test(&place{n, t.Context(), c.Bucket("bucket"), strings.ReplaceAll(e.name, " ", "-") + "/"})
				}()
				<-done
				if len(*n) > 0 {
					failed[e.name] = true
					t.Logf("%s: %s", e.name, strings.Join(*n, "; "))
				}
			}
			if got := slices.Sorted(maps.Keys(failed)); !slices.Equal(got, test.lenient) {
				t.Errorf("it differs in\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.lenient, "\n"))
			}
		})
	}
}

type host string

func (h host) Host() string { return string(h) }

type notes []string

func (n *notes) Helper()                           {}
func (n *notes) Errorf(format string, args ...any) { *n = append(*n, fmt.Sprintf(format, args...)) }
func (n *notes) Fatal(args ...any)                 { n.Errorf("%s", fmt.Sprint(args...)); runtime.Goexit() }
