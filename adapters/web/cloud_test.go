package web_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/storage"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/web"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/internal/gcstest"
	"github.com/dynasette/dynasette/sinks/gcs"
	"github.com/dynasette/dynasette/sinks/restart/follow"
	"github.com/dynasette/dynasette/sinks/restart/pages"
	"github.com/dynasette/dynasette/sinks/restart/process"
	sourcegcs "github.com/dynasette/dynasette/sources/gcs"
)

// serveVariable makes this test binary the program that serves a release.
const serveVariable = "WEB_TEST_SERVES"

func TestMain(m *testing.M) {
	if os.Getenv(serveVariable) != "" {
		log.Fatal(serveRelease(os.Args[1], os.Args[2], os.Args[3]))
	}
	os.Exit(m.Run())
}

func serveRelease(location, id, address string) error {
	var site pages.Server
	if err := site.Restart(context.Background(), dynasette.Release{ID: id, Location: location}); err != nil {
		return err
	}
	return http.ListenAndServe(address, &site)
}

// mount shows what is in a bucket in a folder, a while later, as a mounted bucket does. It
// returns when ctx ends.
func mount(ctx context.Context, store dynasette.Store, folder string, late time.Duration) {
	seen, since := map[string]bool{}, map[string]time.Time{}
	for ; ctx.Err() == nil; time.Sleep(late / 2) {
		store.List(ctx, "databases/", func(o dynasette.Object) error {
			if since[o.Name].IsZero() {
				since[o.Name] = time.Now()
			}
			if seen[o.Name] || time.Since(since[o.Name]) < late/2 {
				return nil
			}
			from, err := store.Open(ctx, o)
			if err != nil {
				return err
			}
			defer from.Close()
			data, err := io.ReadAll(io.NewSectionReader(from, 0, o.Size))
			if err != nil {
				return err
			}
			seen[o.Name] = true
			name := filepath.Join(folder, o.Name)
			if err := os.WriteFile(name+"~", data, 0o600); err != nil {
				return err
			}
			return os.Rename(name+"~", name)
		})
	}
}

// A cloud is the whole way on one machine: an upload by the storage client, its notification
// delivered as a CloudEvent, the conversion from bucket to bucket, a release that one of two
// instances tries, the pointer that both follow, and the served page. Cloud Storage and its mount
// are stand-ins, Eventarc a function that delivers each event, once more as Pub/Sub does, and again
// until it is acknowledged; all else is real.
type cloud struct {
	t         testing.TB
	client    *storage.Client
	events    chan gcstest.Event
	datasette *service
	converter *web.Server
	at, site  string // URLs of the converter and of Datasette
}

// newCloud starts one, whose mount shows late what is in the bucket, and where a burst of uploads is
// over after quiet.
func newCloud(t testing.TB, late, quiet time.Duration) *cloud {
	ctx := t.Context()
	c := &cloud{t: t, events: make(chan gcstest.Event, 100)}
	bucket := &gcstest.Server{Notify: func(e gcstest.Event) {
		if e.Object.Bucket == "uploads" {
			c.events <- e
		}
	}}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(bucket.Start())
	t.Cleanup(func() { bucket.Close() })
	for _, name := range []string{"uploads", "serving"} {
		must(bucket.CreateBucket(ctx, name, nil))
	}
	options := gcstest.ClientOptions(bucket.Host())
	source, err := sourcegcs.Open(ctx, "gs://uploads/data", sourcegcs.Options{}, options...)
	must(err)
	t.Cleanup(func() { source.Close() })
	store, err := gcs.Open(ctx, "gs://serving", gcs.Options{}, options...)
	must(err)
	t.Cleanup(func() { store.Close() })
	self, err := os.Executable()
	must(err)
	mounted := t.TempDir()
	must(os.Mkdir(filepath.Join(mounted, "databases"), 0o700))
	mounting, unmount := context.WithCancel(ctx)
	unmounted := make(chan struct{})
	go func() {
		defer close(unmounted)
		mount(mounting, store, mounted, late)
	}()
	t.Cleanup(func() {
		unmount()
		<-unmounted
	})
	c.datasette = &service{t: t, store: store}
	for range 2 {
		folder := follow.Folder{Mount: mounted, Scratch: t.TempDir()}
		server := &process.Server{
			Command: []string{self, "{location}", "{id}", "{host}:{port}"}, Env: []string{serveVariable + "=1"}, Output: t.Output(),
			Scratch: folder.Links(),
		}
		t.Cleanup(func() { server.Close() })
		f := &web.Following{
			Follower: &follow.Follower{
				Releases: &dynasette.Pipeline{Store: store}, Server: server, Every: time.Nanosecond,
				Folder: folder,
			},
			Site: server, Secret: secret,
		}
		must(f.Follower.Start(ctx))
		c.datasette.instances = append(c.datasette.instances, f)
	}
	served := httptest.NewServer(c.datasette)
	t.Cleanup(served.Close)
	c.site = served.URL
	c.converter = &web.Server{Bucket: "uploads", Prefix: "data", Pipeline: &dynasette.Pipeline{
		Source: source, Store: store, Formats: all.Formats(), Quiet: quiet,
		Restarter: follow.Restarter{URL: served.URL, Authorize: signed},
	}}
	service := httptest.NewServer(c.converter)
	t.Cleanup(service.Close)
	t.Cleanup(c.converter.Pipeline.Wait)
	c.at = service.URL
	c.client, err = storage.NewClient(ctx, options...)
	must(err)
	t.Cleanup(func() { c.client.Close() })
	return c
}

// put uploads a file.
func (c *cloud) put(name, text string) {
	c.t.Helper()
	w := c.client.Bucket("uploads").Object(name).NewWriter(c.t.Context())
	io.WriteString(w, text)
	if err := w.Close(); err != nil {
		c.t.Fatal(err)
	}
}

// deliver delivers all events that there are.
func (c *cloud) deliver() {
	c.t.Helper()
	for len(c.events) > 0 {
		e := <-c.events
		deliveries := []func(context.Context, string) (*http.Request, error){e.CloudEvent, e.Push}
		for len(deliveries) > 0 {
			r, err := deliveries[0](c.t.Context(), c.at+"/events")
			if err != nil {
				c.t.Fatal(err)
			}
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				c.t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode < 300 {
				deliveries = deliveries[1:]
			}
		}
	}
}

// get gets a page, in turn from one instance and the other.
func (c *cloud) get(path string) (int, string) {
	c.t.Helper()
	answer, err := http.Get(c.site + path)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// shown fails the test unless both instances show a text.
func (c *cloud) shown(path, text string) {
	c.t.Helper()
	for range c.datasette.instances {
		if status, got := c.get(path); status != 200 || !strings.Contains(got, text) {
			c.t.Fatalf("%s: want %s: %d %s", path, text, status, got)
		}
	}
}

// BenchmarkCloudPath is how long an upload takes to be served by both instances.
func BenchmarkCloudPath(b *testing.B) {
	c := newCloud(b, 50*time.Millisecond, 0)
	for i := 0; b.Loop(); i++ {
		name := fmt.Sprintf("Town %d", i)
		c.put("data/towns.csv", "id,name\n1,"+name+"\n")
		c.deliver()
		c.shown("/towns/towns.json?_shape=array", name)
	}
}

// A mount that is seconds behind keeps a release waiting, and is not taken for a fault of it.
func TestCloudPathLateMount(t *testing.T) {
	c := newCloud(t, 2*time.Second, 50*time.Millisecond)
	c.put("data/towns.csv", "id,name\n007,Ellery\n")
	c.deliver()
	c.shown("/towns/towns.json?_shape=array", "Ellery")
	if err := c.converter.Pipeline.Failures(t.Context(), func(f dynasette.Failure) error { return &f }); err != nil {
		t.Error(err)
	}
}

func TestCloudPath(t *testing.T) {
	c := newCloud(t, 100*time.Millisecond, 50*time.Millisecond)
	put, deliver, get := c.put, c.deliver, c.get
	began := time.Now()
	put("data/towns.csv", "id,name\n007,Ellery\n")
	put("elsewhere/x.csv", "a\n1\n")
	deliver()
	c.shown("/towns/towns.json?_shape=array", "Ellery")
	t.Logf("an upload is served by both instances after %v", time.Since(began))
	if status, text := get("/towns/towns.json?_shape=array"); status != 200 || !strings.Contains(text, `"id": "007"`) && !strings.Contains(text, `"id":"007"`) {
		t.Fatalf("%d %s", status, text)
	}
	if status, _ := get("/x"); status != 404 {
		t.Errorf("an upload outside of the prefix is served: %d", status)
	}
	put("data/towns.csv", "id,name\n008,Brae\n")
	put("data/sub/more.json", `[{"a":1}]`)
	put("data/broken.json", `[{"a":`)
	deliver()
	if _, text := get("/towns/towns.json?_shape=array"); !strings.Contains(text, "Brae") || strings.Contains(text, "Ellery") {
		t.Errorf("after an overwrite: %s", text)
	}
	for _, f := range c.datasette.instances { // what nobody needs is not left
		folder := f.Follower.Folder
		for _, name := range []string{folder.Links(), filepath.Join(folder.Scratch, "documents")} {
			if entries, err := os.ReadDir(name); err != nil || len(entries) > 3 {
				t.Errorf("%s: %d releases, %v", name, len(entries), err)
			}
		}
	}
	if _, text := get("/-/databases.json"); strings.Count(text, `"name"`) != 2 {
		t.Errorf("databases: %s", text)
	}
	if err := c.client.Bucket("uploads").Object("data/towns.csv").Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	deliver()
	if status, _ := get("/towns"); status != 404 {
		t.Errorf("after its upload was deleted: %d", status)
	}
	failures := 0
	err := c.converter.Pipeline.Failures(t.Context(), func(f dynasette.Failure) error {
		failures++
		if f.Source != "broken.json" {
			return fmt.Errorf("a failure of %s", f.Source)
		}
		return nil
	})
	if err != nil || failures != 1 {
		t.Errorf("%d failures, %v", failures, err)
	}
}
