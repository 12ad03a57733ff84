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
func mount(ctx context.Context, store dynasette.Store, folder string) {
	seen := map[string]bool{}
	for ; ctx.Err() == nil; time.Sleep(100 * time.Millisecond) {
		store.List(ctx, "databases/", func(o dynasette.Object) error {
			if seen[o.Name] {
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

// The whole way in the cloud, on one machine: an upload by the storage client, its
// notification delivered as a CloudEvent, the conversion from bucket to bucket, a release
// that one of two instances tries, the pointer that both follow, and the served page. Cloud
// Storage and its mount are stand-ins, Eventarc a function that delivers each event, once more
// as Pub/Sub does, and again until it is acknowledged; all else is real.
func TestCloudPath(t *testing.T) {
	ctx := t.Context()
	events := make(chan gcstest.Event, 100)
	bucket := &gcstest.Server{Notify: func(e gcstest.Event) {
		if e.Object.Bucket == "uploads" {
			events <- e
		}
	}}
	if err := bucket.Start(); err != nil {
		t.Fatal(err)
	}
	defer bucket.Close()
	for _, name := range []string{"uploads", "serving"} {
		if err := bucket.CreateBucket(ctx, name, nil); err != nil {
			t.Fatal(err)
		}
	}
	options := gcstest.ClientOptions(bucket.Host())
	source, err := sourcegcs.Open(ctx, "gs://uploads/data", sourcegcs.Options{}, options...)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	store, err := gcs.Open(ctx, "gs://serving", gcs.Options{}, options...)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	mounted := t.TempDir()
	if err := os.Mkdir(filepath.Join(mounted, "databases"), 0o700); err != nil {
		t.Fatal(err)
	}
	mounting, unmount := context.WithCancel(ctx)
	unmounted := make(chan struct{})
	go func() {
		defer close(unmounted)
		mount(mounting, store, mounted)
	}()
	defer func() {
		unmount()
		<-unmounted
	}()
	datasette := &service{t: t, store: store}
	for range 2 {
		folder := follow.Folder{Mount: mounted, Scratch: t.TempDir()}
		server := &process.Server{
			Command: []string{self, "{location}", "{id}", "{host}:{port}"}, Env: []string{serveVariable + "=1"}, Output: t.Output(),
			Scratch: folder.Links(),
		}
		defer server.Close()
		f := &web.Following{
			Follower: &follow.Follower{
				Releases: &dynasette.Pipeline{Store: store}, Server: server, Every: time.Nanosecond,
				Folder: folder,
			},
			Site: server, Secret: secret,
		}
		if err := f.Follower.Start(ctx); err != nil {
			t.Fatal(err)
		}
		datasette.instances = append(datasette.instances, f)
	}
	served := httptest.NewServer(datasette)
	defer served.Close()

	converter := &web.Server{Bucket: "uploads", Prefix: "data", Pipeline: &dynasette.Pipeline{
		Source: source, Store: store, Formats: all.Formats(), Quiet: 50 * time.Millisecond,
		Restarter: follow.Restarter{URL: served.URL, Authorize: signed},
	}}
	defer converter.Pipeline.Wait()
	service := httptest.NewServer(converter)
	defer service.Close()

	client, err := storage.NewClient(ctx, options...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	put := func(name, text string) {
		t.Helper()
		w := client.Bucket("uploads").Object(name).NewWriter(ctx)
		io.WriteString(w, text)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	deliver := func() {
		t.Helper()
		for len(events) > 0 {
			e := <-events
			deliveries := []func(context.Context, string) (*http.Request, error){e.CloudEvent, e.Push}
			for len(deliveries) > 0 {
				r, err := deliveries[0](ctx, service.URL+"/events")
				if err != nil {
					t.Fatal(err)
				}
				answer, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				answer.Body.Close()
				if answer.StatusCode < 300 {
					deliveries = deliveries[1:]
				}
			}
		}
	}
	get := func(path string) (int, string) { // in turn, from one instance and the other
		t.Helper()
		answer, err := http.Get(served.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(text)
	}

	put("data/towns.csv", "id,name\n007,Ellery\n")
	put("elsewhere/x.csv", "a\n1\n")
	deliver()
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
	for _, f := range datasette.instances { // what nobody needs is not left
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
	if err := client.Bucket("uploads").Object("data/towns.csv").Delete(ctx); err != nil {
		t.Fatal(err)
	}
	deliver()
	if status, _ := get("/towns"); status != 404 {
		t.Errorf("after its upload was deleted: %d", status)
	}
	failures := 0
	err = converter.Pipeline.Failures(ctx, func(f dynasette.Failure) error {
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
