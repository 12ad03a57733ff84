package cli_test

import (
	"strings"
	"testing"

	"cloud.google.com/go/storage"

	"github.com/dynasette/dynasette/sinks/gcs/gcstest"
)

// Places may be buckets: here those of a stand-in for Cloud Storage.
func TestBuckets(t *testing.T) {
	server := new(gcstest.Server)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	t.Setenv("STORAGE_EMULATOR_HOST", server.Host())
	client, err := storage.NewClient(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for _, bucket := range []string{"uploads", "serving"} {
		if err := server.CreateBucket(t.Context(), bucket, nil); err != nil {
			t.Fatal(err)
		}
	}
	w := client.Bucket("uploads").Object("in/x.csv").NewWriter(t.Context())
	if _, err := w.Write([]byte("a,b\n1,2\n")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := run(t.Context(), "reconcile", "gs://uploads/in", "gs://serving")
	if code != 0 || !strings.Contains(stderr, "1 converted") {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	id := strings.TrimSpace(stdout)
	if _, err := client.Bucket("serving").Object("releases/" + id + "/x.db").Attrs(t.Context()); err != nil {
		t.Error(err)
	}
	if code, stdout, stderr := run(t.Context(), "releases", "gs://serving"); code != 0 || !strings.Contains(stdout, "* "+id) {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
}
