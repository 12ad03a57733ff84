package gcstest_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/storage"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/iterator"

	"github.com/dynasette/dynasette/internal/gcstest"
)

func put(t *testing.T, o *storage.ObjectHandle, data string) *storage.ObjectAttrs {
	t.Helper()
	w := o.NewWriter(t.Context())
	io.WriteString(w, data)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.Attrs()
}

// Events of an overwrite and a delete, and that contents of what is gone are removed.
func TestEvents(t *testing.T) {
	var mu sync.Mutex
	var got []string
	s := server(t, &gcstest.Server{Notify: func(e gcstest.Event) {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, fmt.Sprintf("%s %s %d over %d by %d", e.Type, e.Object.Name, e.Object.Generation, e.Overwrote, e.OverwrittenBy))
	}})
	b := client(t, s).Bucket("bucket")
	one := put(t, b.Object("a"), "1").Generation
	two := put(t, b.Object("a"), "2").Generation
	if _, err := b.Object("a").Update(t.Context(), updates{ContentType: "x/y"}); err != nil {
		t.Fatal(err)
	}
	if err := b.Object("a").Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []string{
		fmt.Sprintf("OBJECT_FINALIZE a %d over 0 by 0", one),
		fmt.Sprintf("OBJECT_DELETE a %d over 0 by %d", one, two),
		fmt.Sprintf("OBJECT_FINALIZE a %d over %d by 0", two, one),
		fmt.Sprintf("OBJECT_METADATA_UPDATE a %d over 0 by 0", two),
		fmt.Sprintf("OBJECT_DELETE a %d over 0 by 0", two),
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if left, err := os.ReadDir(s.Dir); err != nil || len(left) > 0 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}

func TestVersioning(t *testing.T) {
	s := server(t, &gcstest.Server{})
	if err := s.CreateBucket(t.Context(), "versioned", &storage.BucketAttrs{VersioningEnabled: true}); err != nil {
		t.Fatal(err)
	}
	b := client(t, s).Bucket("versioned")
	one, two := put(t, b.Object("a"), "1"), put(t, b.Object("a"), "2")
	if err := b.Object("a").Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Object("a").Attrs(t.Context()); !errors.Is(err, storage.ErrObjectNotExist) {
		t.Errorf("live: %v", err)
	}
	for g, want := range map[int64]string{one.Generation: "1", two.Generation: "2"} {
		r, err := b.Object("a").Generation(g).NewReader(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if data, err := io.ReadAll(r); err != nil || string(data) != want {
			t.Errorf("got %q, %v", data, err)
		}
		r.Close()
	}
	count := func(versions bool) (n int) {
		it := b.Objects(t.Context(), &storage.Query{Versions: versions})
		for {
			a, err := it.Next()
			if err == iterator.Done {
				return n
			}
			if err != nil || a.Deleted.IsZero() {
				t.Fatalf("%v, %v", a, err)
			}
			n++
		}
	}
	if count(false) != 0 || count(true) != 2 {
		t.Errorf("%d live, %d in all", count(false), count(true))
	}
	if err := b.Object("a").Generation(one.Generation).Delete(t.Context()); err != nil || count(true) != 1 {
		t.Errorf("%v, %d in all", err, count(true))
	}
}

func TestWriteInterval(t *testing.T) {
	s := server(t, &gcstest.Server{WriteInterval: time.Hour})
	b := client(t, s).Bucket("bucket")
	put(t, b.Object("a"), "1")
	put(t, b.Object("b"), "1")
	o := b.Object("a").Retryer(storage.WithPolicy(storage.RetryNever))
	var e *googleapi.Error
	if err := o.Delete(t.Context()); !errors.As(err, &e) || e.Code != 429 {
		t.Errorf("got %v", err)
	}
}

// A rewrite in steps, made again with the same token after a lost answer.
func TestRewriteInSteps(t *testing.T) {
	s := server(t, &gcstest.Server{RewriteBytes: 4})
	b := client(t, s).Bucket("bucket")
	put(t, b.Object("a"), "0123456789")
	c := b.Object("b").If(storage.Conditions{DoesNotExist: true}).CopierFrom(b.Object("a"))
	var steps []uint64
	c.ProgressFunc = func(done, all uint64) { steps = append(steps, done) }
	got, err := c.Run(t.Context())
	if err != nil || got.Size != 10 || fmt.Sprint(steps) != "[4 8 10]" {
		t.Errorf("%v, %v, steps %v", got, err, steps)
	}
}

// Racing writers that want to be the first: one is.
func TestOneWins(t *testing.T) {
	s := server(t, &gcstest.Server{})
	b := client(t, s).Bucket("bucket")
	var wins, losses int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			w := b.Object("a").If(storage.Conditions{DoesNotExist: true}).NewWriter(t.Context())
			io.WriteString(w, "x")
			var e *googleapi.Error
			err := w.Close()
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				wins++
			case errors.As(err, &e) && e.Code == 412:
				losses++
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if wins != 1 || losses != 7 {
		t.Errorf("%d won, %d lost", wins, losses)
	}
}
