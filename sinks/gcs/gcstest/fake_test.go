package gcstest_test

import (
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/fsouza/fake-gcs-server/fakestorage"
)

// TestOtherFake runs the expectations against fake-gcs-server, which nobody here has
// written: what the two agree on is not a mistake of ours alone. It is known to be less
// strict in the rest, and the expectations notice.
func TestOtherFake(t *testing.T) {
	lenient := strings.Join([]string{
		"attrs", "compose", "copy", "delete", "list", "read: generations and preconditions", "read: headers",
		"update", "write: many chunks", "write: metadata limit", "write: odd names",
	}, "\n")
	s, err := fakestorage.NewServerWithOptions(fakestorage.Options{PublicHost: "127.0.0.1", Scheme: "http", Host: "127.0.0.1", Writer: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	s.CreateBucketWithOpts(fakestorage.CreateBucketOpts{Name: "bucket"})
	c := client(t, host(strings.TrimPrefix(s.URL(), "http://")))

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
	if got := strings.Join(slices.Sorted(maps.Keys(failed)), "\n"); got != lenient {
		t.Errorf("it differs in\n%s\nwant\n%s", got, lenient)
	}
}

type host string

func (h host) Host() string { return string(h) }

type notes []string

func (n *notes) Helper()                           {}
func (n *notes) Errorf(format string, args ...any) { *n = append(*n, fmt.Sprintf(format, args...)) }
func (n *notes) Fatal(args ...any)                 { n.Errorf("%s", fmt.Sprint(args...)); runtime.Goexit() }
