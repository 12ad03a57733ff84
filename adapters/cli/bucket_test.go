package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"cloud.google.com/go/storage"

	"github.com/dynasette/dynasette/internal/gcstest"
	"github.com/dynasette/dynasette/internal/gcstest/fakegcs"
)

// Places may be buckets: here those of a stand-in for Cloud Storage of our own, and of one
// that others have written. All commands are processes.
func TestBuckets(t *testing.T) {
	for name, start := range map[string]func(testing.TB, ...string) string{"gcstest": startBuckets, "fake-gcs-server": fakegcs.Start} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("STORAGE_EMULATOR_HOST", start(t, "uploads", "serving"))
			client, err := storage.NewClient(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			uploads, serving := client.Bucket("uploads"), client.Bucket("serving")
			putObject(t, uploads.Object("in/x.csv"), "a,b\n1,2\n")
			putObject(t, uploads.Object("in/dir/y.json"), `[{"c": 3}]`)
			putObject(t, uploads.Object("in/bad.json"), `[{"c":`)

			out := filepath.Join(t.TempDir(), "x.db")
			program(t, "convert", "gs://uploads/in/x.csv", "gs://uploads/in/dir", "-o", out)
			if said := program(t, "inspect", "gs://uploads/in/x.csv"); !strings.Contains(said, "csv") {
				t.Errorf("inspect: %s", said)
			}
			id := strings.TrimSpace(program(t, "reconcile", "gs://uploads/in", "gs://serving/out"))
			for _, name := range []string{"releases/" + id + "/files.txt", "releases/" + id + "/metadata.json", "current.json", "sources/bad.json.json"} {
				if _, err := serving.Object("out/" + name).Attrs(t.Context()); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			if said := program(t, "releases", "gs://serving/out"); !strings.Contains(said, "* "+id) {
				t.Error(said)
			}

			// An event is acknowledged when its upload is released.
			url, end := serve(t, "--uploads", "gs://uploads/in", "--serving", "gs://serving/out", "--listen", "127.0.0.1:0")
			putObject(t, uploads.Object("in/z.csv"), "a\n1\n")
			body := strings.NewReader(`{"message": {"messageId": "1", "attributes": {"eventType": "OBJECT_FINALIZE", "bucketId": "uploads", "objectId": "in/z.csv"}}}`)
			resp, err := http.Post(url+"/events", "application/json", body)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			var answer struct{ Action, Release string }
			if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || answer.Action != "converted" {
				t.Fatalf("%s: %+v, %v", resp.Status, answer, err)
			}
			if _, err := serving.Object("out/releases/" + answer.Release + "/files.txt").Attrs(t.Context()); err != nil {
				t.Error(err)
			}
			if code := end(); code != 0 {
				t.Errorf("exit %d", code)
			}
			program(t, "releases", "rollback", id, "gs://serving/out")
			if said := program(t, "releases", "gs://serving/out"); !strings.Contains(said, "as "+id) {
				t.Error(said)
			}
		})
	}
}

// The tasks of a job on buckets make one release of all.
func TestJobOnBuckets(t *testing.T) {
	t.Setenv("STORAGE_EMULATOR_HOST", startBuckets(t, "uploads", "serving"))
	client, err := storage.NewClient(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	const tasks, files = 3, 9
	for i := range files {
		putObject(t, client.Bucket("uploads").Object(fmt.Sprintf("%d.csv", i)), fmt.Sprintf("a\n%d\n", i))
	}
	var all sync.WaitGroup
	releases := make([]string, tasks)
	for i := range tasks {
		all.Go(func() {
			report, err := task(t, "gs://uploads", "gs://serving", i, tasks)
			if err != nil {
				t.Error(err)
			}
			releases[i] = report.Release
		})
	}
	all.Wait()
	id := strings.Join(releases, "")
	it := client.Bucket("serving").Objects(t.Context(), &storage.Query{Prefix: "databases/"})
	n := 0
	for a, err := it.Next(); err == nil; a, err = it.Next() {
		if strings.HasSuffix(a.Name, ".db") {
			n++
		}
	}
	if n != files {
		t.Errorf("release %q of %q has %d databases, of %d uploads", id, releases, n, files)
	}
}

func startBuckets(t testing.TB, buckets ...string) (host string) {
	t.Helper()
	server := new(gcstest.Server)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	for _, bucket := range buckets {
		if err := server.CreateBucket(t.Context(), bucket, nil); err != nil {
			t.Fatal(err)
		}
	}
	return server.Host()
}

func putObject(t *testing.T, o *storage.ObjectHandle, content string) {
	t.Helper()
	w := o.NewWriter(t.Context())
	io.WriteString(w, content)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// program runs the program as a process of its own and returns what it prints.
func program(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("dynasette", args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%q: %v: %s", args, err, said.String())
	}
	return string(out)
}
