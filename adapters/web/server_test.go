package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// service is a Server over a source and a store in memory.
type service struct {
	*Server
	uploads  *sinktest.Uploads
	restarts atomic.Int64
	broken   atomic.Bool // the server that is restarted never comes up
	http     *httptest.Server
}

func newService(t *testing.T) *service {
	s := &service{uploads: new(sinktest.Uploads)}
	s.Server = &Server{Bucket: "up", Pipeline: &dynasette.Pipeline{
		Source: s.uploads, Store: new(sinktest.Memory), Formats: all.Formats(), Quiet: 20 * time.Millisecond,
		Restarter: dynasette.RestarterFunc(func(ctx context.Context, r dynasette.Release) error {
			s.restarts.Add(1)
			if s.broken.Load() {
				return errors.New("the server does not come up")
			}
			return nil
		}),
	}}
	s.http = httptest.NewServer(s)
	t.Cleanup(func() { s.http.Close(); s.Pipeline.Wait() })
	return s
}

func (s *service) post(t *testing.T, path, body string, headers ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequest("POST", s.http.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
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

// event delivers an event as Eventarc does.
func (s *service) event(t *testing.T, e dynasette.Event) (int, outcome) {
	t.Helper()
	kind := TypeFinalized
	if e.Deleted {
		kind = TypeDeleted
	}
	status, text := s.post(t, "/events", fmt.Sprintf(`{"bucket":"up","name":%q,"generation":%q}`, e.Name, e.Generation), "ce-type", kind, "ce-id", "1", "ce-specversion", "1.0")
	var o outcome
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return status, o
}

// Between requests there may be no processor, so nothing may be left to do after an answer:
// the lease above all, which others would wait for.
func TestNothingAfterAnswer(t *testing.T) {
	s := newService(t)
	for i := range 5 {
		if status, o := s.event(t, s.uploads.Put(fmt.Sprint(i, ".csv"), "a\n1\n")[0]); status != 200 {
			t.Fatalf("%d %+v", status, o)
		}
		if data, _, err := s.Pipeline.Store.Read(t.Context(), "lease.json"); err != nil || strings.Contains(string(data), `"process"`) {
			t.Errorf("the lease is held after the answer: %s, %v", data, err)
		}
	}
}

func TestEvents(t *testing.T) {
	s := newService(t)
	e := s.uploads.Put("x.csv", "a,b\n1,2\n")[0]
	status, first := s.event(t, e)
	if status != 200 || first.Action != dynasette.Converted || first.Slug != "x" || first.Release == "" {
		t.Fatalf("%d %+v", status, first)
	}
	if status, o := s.event(t, e); status != 200 || o.Action != dynasette.Current || o.Release != first.Release {
		t.Errorf("doubled: %d %+v", status, o)
	}
	// A file that can't be read is acknowledged, and what was served before still is.
	bad := s.uploads.Put("bad.json", "{")[0]
	if status, o := s.event(t, bad); status != 200 || o.Action != dynasette.Failed || o.Error == "" {
		t.Errorf("bad file: %d %+v", status, o)
	}
	// An overwrite is two events; one release comes of it.
	before := s.restarts.Load()
	for _, e := range s.uploads.Put("x.csv", "a,b\n3,4\n") {
		if status, o := s.event(t, e); status != 200 {
			t.Errorf("overwrite: %d %+v", status, o)
		}
	}
	if n := s.restarts.Load() - before; n != 1 {
		t.Errorf("%d restarts for one overwrite", n)
	}
	gone := s.uploads.Delete("x.csv")[0]
	if status, o := s.event(t, gone); status != 200 || o.Action != dynasette.Withdrawn {
		t.Errorf("deleted: %d %+v", status, o)
	}
}

// What can't be done now is refused, so that it comes again; what never can is not.
func TestRefusal(t *testing.T) {
	s := newService(t)
	s.Identity = Identity{}
	s.uploads.Put("x.csv", "a\n1\n")
	for _, test := range []struct {
		body, kind string
		status     int
	}{
		{`{"bucket":"other","name":"x.csv","generation":"1"}`, TypeFinalized, 200},
		{`{"bucket":"up","name":"x.csv","generation":"1"}`, "google.cloud.storage.object.v1.metadataUpdated", 200},
		{`{"unknown":1}`, TypeFinalized, 200},
		{`hello`, "", 400},
	} {
		if status, text := s.post(t, "/events", test.body, "ce-type", test.kind); status != test.status {
			t.Errorf("%+v: %d %s", test, status, text)
		}
	}
	if status, _ := s.post(t, "/events", strings.Repeat("x", 2<<20)); status != 413 {
		t.Errorf("a body that is too large: %d", status)
	}
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	r := httptest.NewRequest("POST", "/events", strings.NewReader(`{"bucket":"up","name":"x.csv","generation":"1"}`)).WithContext(canceled)
	r.Header.Set("ce-type", TypeFinalized)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("an event that could not be looked at: %d %s", w.Code, w.Body)
	}
}

// Steps take our names and those of dynamic-datasette.
func TestSteps(t *testing.T) {
	s := newService(t)
	s.uploads.Put("x.csv", "a\n1\n")
	s.uploads.Put("y.csv", "a\n1\n")
	for _, body := range []string{`{"bucket":"up","name":"x.csv"}`, `{"event_bucket":"up","event_file":"y.csv"}`} {
		status, text := s.post(t, "/process", body)
		if status != 200 || !strings.Contains(text, `"converted"`) {
			t.Errorf("%s: %d %s", body, status, text)
		}
	}
	if s.restarts.Load() != 0 {
		t.Error("processing alone restarts the server")
	}
	for _, body := range []string{`{}`, `{"bucket":"other","name":"x.csv"}`, `x`} {
		if status, text := s.post(t, "/process", body); status != 400 {
			t.Errorf("%s: %d %s", body, status, text)
		}
	}
	status, text := s.post(t, "/metadata", `{}`)
	var made, served released
	if json.Unmarshal([]byte(text), &made); status != 200 || made.Release == "" || s.restarts.Load() != 1 {
		t.Errorf("metadata: %d %s", status, text)
	}
	status, text = s.post(t, "/restart", `{}`)
	if json.Unmarshal([]byte(text), &served); status != 200 || served != made {
		t.Errorf("restart: %d %s, want %s", status, text, made.Release)
	}
	s.uploads.Put("z.csv", "a\n1\n")
	status, text = s.post(t, "/reconcile", "")
	if status != 200 || !strings.Contains(text, `"converted":1`) {
		t.Errorf("reconcile: %d %s", status, text)
	}
}

func TestConvert(t *testing.T) {
	s := newService(t)
	s.Scratch = t.TempDir()
	for _, path := range []string{"/convert?name=x.csv", "/convert"} {
		status, db := s.post(t, path, "a,b\n1,é\n", "Content-Type", "text/csv", "Content-Disposition", `attachment; filename="x.csv"`)
		if status != 200 || !strings.HasPrefix(db, "SQLite format 3\x00") || !strings.Contains(db, "CREATE TABLE \"x\"") {
			t.Errorf("%s: %d %.50q", path, status, db)
		}
	}
	var packed strings.Builder
	w := gzip.NewWriter(&packed)
	io.WriteString(w, "a\n1\n")
	w.Close()
	for _, test := range []struct {
		path, body string
		status     int
	}{
		{"/convert?name=x.csv.gz", packed.String(), 200},
		{"/convert?name=x.gz", packed.String(), 422},
		{"/convert?name=x.gz&format=csv", packed.String(), 200},
		{"/convert?name=x.csv", "", 422},
		{"/convert?name=x.json", "{", 422},
		{"/convert?name=x.csv&format=nonsense", "a\n1\n", 422},
		{"/convert?name=../../x.csv&format=json", "[1]", 200},
	} {
		if status, text := s.post(t, test.path, test.body); status != test.status {
			t.Errorf("%s: %d %.100s", test.path, status, text)
		}
	}
	s.Server.MaxUpload = 10
	if status, text := s.post(t, "/convert?name=x.csv", "a,b\n1,2\n3,4\n"); status != 413 {
		t.Errorf("too large: %d %s", status, text)
	}
	if left, err := os.ReadDir(s.Scratch); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// Answers say what was found in an upload.
func TestFindings(t *testing.T) {
	s := newService(t)
	const text = "a,b\n1\n2,3\n4,\"never closed\n"
	_, o := s.event(t, s.uploads.Put("x.csv", text)[0])
	if o.Found != (converter.Counts{Rejected: 1, Notes: 1}) || len(o.Findings) != 2 || o.Findings[0].Severity != converter.Loss || o.Findings[0].Line != 4 {
		t.Errorf("an event: %+v", o)
	}
	r := httptest.NewRequest("POST", "/convert?name=x.csv", strings.NewReader(text))
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if got := w.Header().Get("Dynasette-Findings"); got != "rejected=1, losses=0, doubts=0, notes=1" {
		t.Errorf("convert: %q", got)
	}
	var many strings.Builder
	for i := range 2 * maxAnswered {
		fmt.Fprintf(&many, `"t%d": [{"x": 1}], "t%[1]d": [{"x": 2}],`, i)
	}
	_, o = s.event(t, s.uploads.Put("x.json", "{"+many.String()+`"end": 0}`)[0])
	if len(o.Findings) != maxAnswered || o.Found.Doubts != 2*maxAnswered {
		t.Errorf("%d findings, %+v", len(o.Findings), o.Found)
	}
}

// More than so many at a time are told to come again.
func TestConcurrency(t *testing.T) {
	s := newService(t)
	s.Server.Concurrency = 1
	inside, leave := make(chan struct{}), make(chan struct{})
	var once sync.Once
	s.Pipeline.Restarter = dynasette.RestarterFunc(func(ctx context.Context, r dynasette.Release) error {
		once.Do(func() { close(inside) })
		<-leave
		return nil
	})
	e := s.uploads.Put("x.csv", "a\n1\n")[0]
	done := make(chan int)
	go func() {
		status, _ := s.event(t, e)
		done <- status
	}()
	<-inside
	if status, _ := s.post(t, "/events", data, "ce-type", TypeFinalized); status != 429 {
		t.Errorf("a second one gets %d", status)
	}
	close(leave)
	if status := <-done; status != 200 {
		t.Errorf("the first one gets %d", status)
	}
}

// Conversions of bodies, which take memory, are fewer at a time than events, which wait.
func TestConvertConcurrency(t *testing.T) {
	s := newService(t)
	s.Server.Concurrency, s.Scratch = 1, t.TempDir()
	var bodies []*io.PipeWriter
	answers := make(chan int)
	begin := func() {
		body, w := io.Pipe()
		bodies = append(bodies, w)
		go func() {
			answer, err := http.Post(s.http.URL+"/convert?name=x.csv", "text/csv", body)
			if err != nil {
				t.Error(err)
				answers <- 0
				return
			}
			answer.Body.Close()
			answers <- answer.StatusCode
		}()
		io.WriteString(w, "a,b\n")
	}
	most := 2 * runtime.GOMAXPROCS(0)
	for range most {
		begin()
	}
	for under := 0; under < most; { // until all have been let in
		entries, err := os.ReadDir(s.Scratch)
		if err != nil {
			t.Fatal(err)
		}
		under = len(entries)
	}
	if status, text := s.post(t, "/convert?name=x.csv", "a\n1\n"); status != 429 {
		t.Errorf("one more: %d %s", status, text)
	}
	if status, _ := s.event(t, s.uploads.Put("x.csv", "a\n1\n")[0]); status != 200 {
		t.Errorf("an event gets %d", status)
	}
	for _, w := range bodies {
		io.WriteString(w, "1,2\n")
		w.Close()
	}
	for range most {
		if status := <-answers; status != 200 {
			t.Errorf("got %d", status)
		}
	}
}

func TestHealth(t *testing.T) {
	s := newService(t)
	get := func(path string) int {
		answer, err := http.Get(s.http.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	if get("/health") != 200 || get("/healthz") != 200 || get("/readyz") != 200 || get("/metrics") != 200 || get("/events") != 405 || get("/nothing") != 404 {
		t.Error("health")
	}
	s.Close()
	if get("/health") != 200 || get("/healthz") != 200 || get("/readyz") != 503 {
		t.Error("closing")
	}
	s.event(t, s.uploads.Put("x.csv", "a\n1\n")[0])
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{`dynasette_events_total{action="converted"} 1`, `dynasette_request_seconds_count{route="POST /events",status="200"} 1`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s is not in\n%s", want, w.Body)
		}
	}
}

// Log lines have the fields that Cloud Logging knows, those of the pipeline too.
func TestLog(t *testing.T) {
	t.Setenv("GOOGLE_CLOUD_PROJECT", "p")
	var out bytes.Buffer
	s := newService(t)
	s.Server.Log = NewLog(&out, slog.LevelInfo)
	s.Pipeline.Log = s.Server.Log
	e := s.uploads.Put("x.csv", "a\n1\n")[0]
	for header, trace := range map[string]string{
		"X-Cloud-Trace-Context": "0af7651916cd43dd8448eb211c80319c/1;o=1",
		"traceparent":           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
	} {
		s.post(t, "/events", `{}`, "ce-type", TypeFinalized, header, trace)
		s.post(t, "/events", fmt.Sprintf(`{"bucket": "up", "name": %q}`, e.Name), "ce-type", TypeFinalized, header, trace)
	}
	s.Pipeline.Wait()
	want := map[string]string{
		"event acknowledged, though there is nothing to do about it": "WARNING", "upload converted": "INFO", "release served": "INFO",
	}
	for text := range strings.Lines(out.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		message, _ := line["message"].(string)
		if line["severity"] != want[message] || line["logging.googleapis.com/trace"] != "projects/p/traces/0af7651916cd43dd8448eb211c80319c" {
			t.Errorf("%v", line)
		}
	}
	for message := range want {
		if !strings.Contains(out.String(), message) {
			t.Errorf("%q is not logged: %s", message, out.String())
		}
	}
}

// What a guard holds back is acknowledged, with what it would change.
func TestHeld(t *testing.T) {
	s := newService(t)
	s.event(t, s.uploads.Put("dynasette.yaml", "resources: [{path: x.csv, guard: {columns: keep}}]")[0])
	s.event(t, s.uploads.Put("x.csv", "a,b\n1,2\n")[0])
	status, o := s.event(t, s.uploads.Put("x.csv", "a\n1\n")[0])
	if status != 200 || o.Action != dynasette.Held || o.Error == "" || o.Held == nil || len(o.Held.Breaches) != 1 || len(o.Held.Changes.Tables) != 1 {
		t.Errorf("%d %+v", status, o)
	}
}
