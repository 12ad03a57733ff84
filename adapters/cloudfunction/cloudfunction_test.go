package cloudfunction_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/GoogleCloudPlatform/functions-framework-go/funcframework"
	cloudevents "github.com/cloudevents/sdk-go/v2"
	"github.com/cloudevents/sdk-go/v2/protocol"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"

	"github.com/dynasette/dynasette/adapters/cloudfunction"
	"github.com/dynasette/dynasette/adapters/gcp"
	"github.com/dynasette/dynasette/adapters/web"
	"github.com/dynasette/dynasette/converter/all"
)

// configure sets the environment for folders, and returns them.
func configure(t *testing.T) (uploads, serving string) {
	t.Helper()
	uploads, serving = t.TempDir(), t.TempDir()
	t.Setenv("DYNASETTE_UPLOADS", uploads)
	t.Setenv("DYNASETTE_SERVING", serving)
	return uploads, serving
}

func upload(t *testing.T, folder, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func has(t *testing.T, serving, pattern string) bool {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(serving, pattern))
	if err != nil {
		t.Fatal(err)
	}
	return len(found) > 0
}

// object is Cloud Storage's description of an object, as events carry it.
func object(name string) string {
	return fmt.Sprintf(`{"kind": "storage#object", "bucket": "uploads", "name": %q, "size": "8"}`, name)
}

// The framework's registry is global, so this is the only test that goes through it.
func TestFramework(t *testing.T) {
	uploads, serving := configure(t)
	if err := funcframework.RegisterCloudEventFunctionContext(t.Context(), "/", cloudfunction.FromEnvironment(all.Formats(), gcp.Places())); err != nil {
		t.Fatal(err)
	}
	url := start(t)
	tests := []struct {
		name   string // of the upload, and of the case
		header map[string]string
		body   string
	}{
		{"binary.csv", map[string]string{
			"Content-Type": "application/json", "ce-specversion": "1.0", "ce-id": "1", "ce-type": web.TypeFinalized,
			"ce-source": "//storage.googleapis.com/projects/_/buckets/uploads", "ce-subject": "objects/binary.csv",
		}, object("binary.csv")},
		{"structured.csv", map[string]string{"Content-Type": "application/cloudevents+json"},
			`{"specversion": "1.0", "id": "2", "type": "` + web.TypeFinalized + `",
			  "source": "//storage.googleapis.com/projects/_/buckets/uploads", "subject": "objects/structured.csv",
			  "datacontenttype": "application/json", "data": ` + object("structured.csv") + `}`},
		{"background.csv", map[string]string{"Content-Type": "application/json"},
			`{"context": {"eventId": "3", "timestamp": "2026-01-02T15:04:05Z", "eventType": "google.storage.object.finalize",
			  "resource": {"service": "storage.googleapis.com", "name": "projects/_/buckets/uploads/objects/background.csv", "type": "storage#object"}},
			  "data": ` + object("background.csv") + `}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			upload(t, uploads, test.name, "a,b\n1,2\n")
			status, answer := post(t, url, test.header, test.body)
			if status/100 != 2 {
				t.Fatalf("%d %s", status, answer)
			}
			if db := "databases/" + test.name + "-*.db"; !has(t, serving, db) {
				t.Errorf("acknowledged, but there is no %s", db)
			}
		})
	}
	// What it is not, it refuses or ignores, and goes on.
	for _, test := range []struct {
		kind, body string
		want       int
	}{
		{web.TypeFinalized, `{}`, 200},
		{"google.cloud.storage.object.v1.metadataUpdated", object("binary.csv"), 200},
		{"", `{"hello": "world"}`, 400},
	} {
		header := map[string]string{"Content-Type": "application/json"}
		if test.kind != "" {
			header["ce-specversion"], header["ce-id"], header["ce-source"], header["ce-type"] = "1.0", "4", "/test", test.kind
		}
		if status, answer := post(t, url, header, test.body); status != test.want {
			t.Errorf("%s %s: %d %s, want %d", test.kind, test.body, status, answer, test.want)
		}
	}
}

// start starts the framework on a free port, and returns its URL once it answers.
func start(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	failed := make(chan error, 1)
	go func() { failed <- funcframework.StartHostPort("127.0.0.1", port) }() // it has no end
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			c.Close()
			return "http://127.0.0.1:" + port + "/"
		}
		select {
		case err := <-failed:
			t.Fatal(err)
		default:
		}
	}
	t.Fatal("the framework does not listen")
	return ""
}

func post(t *testing.T, url string, header map[string]string, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(answer)
}

func event(kind, data string) cloudevents.Event {
	e := cloudevents.NewEvent()
	e.SetID("1")
	e.SetSource("//storage.googleapis.com/projects/_/buckets/uploads")
	e.SetType(kind)
	e.SetData("application/json", []byte(data))
	return e
}

// What goes wrong is told with the status of the server's answer, so that the event comes
// again.
func TestHandlerStatus(t *testing.T) {
	for status, acknowledged := range map[int]bool{200: true, 204: true, 400: false, 429: false, 503: false} {
		f := cloudfunction.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/events" || r.Header.Get("ce-type") != web.TypeDeleted {
				t.Errorf("%s %s", r.URL.Path, r.Header)
			}
			w.WriteHeader(status)
			if status != 204 {
				io.WriteString(w, `{"error": "100% busy"}`)
			}
		}))
		err := f(t.Context(), event(web.TypeDeleted, object("x.csv")))
		if protocol.IsACK(err) != acknowledged {
			t.Errorf("%d: %v", status, err)
		}
		var result *cehttp.Result
		if !acknowledged && (!errors.As(err, &result) || result.StatusCode != status || !strings.Contains(err.Error(), "100% busy")) {
			t.Errorf("%d: %v", status, err)
		}
	}
}

func TestHandlerCancelled(t *testing.T) {
	f := cloudfunction.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f(ctx, event(web.TypeFinalized, object("x.csv"))); protocol.IsACK(err) {
		t.Error("acknowledged")
	}
}

// A wrong environment is each event's error, until it is right.
func TestEnvironment(t *testing.T) {
	uploads, serving := configure(t)
	upload(t, uploads, "x.csv", "a\n1\n")
	f := cloudfunction.FromEnvironment(all.Formats(), gcp.Places())
	for _, test := range []struct{ name, value, want string }{
		{"DYNASETTE_SERVING", "", "DYNASETTE_SERVING"},
		{"DYNASETTE_CONCURRENCY", "many", "DYNASETTE_CONCURRENCY"},
		{"DYNASETTE_AUDIENCE", "https://example.org", "DYNASETTE_AUDIENCE"},
		{"DYNASETTE_UPLOADS", "ftp://example.org", "ftp://example.org"},
	} {
		before := os.Getenv(test.name)
		t.Setenv(test.name, test.value)
		if err := f(t.Context(), event(web.TypeFinalized, object("x.csv"))); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s=%q: %v", test.name, test.value, err)
		}
		t.Setenv(test.name, before)
	}
	if err := f(t.Context(), event(web.TypeFinalized, object("x.csv"))); err != nil {
		t.Fatal(err)
	}
	if !has(t, serving, "databases/x.csv-*.db") {
		t.Error("nothing released")
	}
}
