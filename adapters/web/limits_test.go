package web

import (
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
)

// slowBodies sends 64 requests whose bodies don't come to an end, and returns once all have begun.
// What is answered comes on the channel; cancel ends the rest.
func slowBodies(t *testing.T, s *service) (answers chan string, cancel func()) {
	answers = make(chan string, 64)
	var all []net.Conn
	for i := range cap(answers) {
		path := []string{"/events", "/process", "/convert", "/reconcile"}[i%4]
		c, err := net.Dial("tcp", s.http.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		all = append(all, c)
		fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{", path)
		go func() {
			answer, err := io.ReadAll(io.LimitReader(c, 20))
			if err == nil {
				answers <- string(answer)
			}
		}()
	}
	return answers, func() {
		for _, c := range all {
			c.Close()
		}
	}
}

// converting is how many of slowBodies are to convert a file, of which there may be too many.
const converting = 16

// Whoever sends a body slowly keeps nobody waiting: every event is answered while they are at it.
func TestSlowBodies(t *testing.T) {
	s := newService(t)
	s.Server.Concurrency, s.bodyIdle = 4, time.Hour
	for i := range 200 {
		name := fmt.Sprintf("%d.csv", i)
		e := s.uploads.Put(name, "a\n1\n")[0]
		e.Generation = ""
		result, err := s.Pipeline.Bring(t.Context(), e) // what is slow about an event is not the point
		if err != nil || result.Action != dynasette.Converted {
			t.Fatal(result, err)
		}
	}
	answers, cancel := slowBodies(t, s)
	defer cancel()
	var events sync.WaitGroup
	for i := range 200 {
		if i%4 == 0 {
			events.Wait()
		}
		events.Go(func() {
			body := fmt.Sprintf(`{"bucket": "up", "name": "%d.csv"}`, i)
			if status, text := s.post(t, "/events", body, "ce-type", TypeFinalized); status != 200 {
				t.Errorf("event %d: %d %s", i, status, text)
			}
		})
	}
	events.Wait()
	if n := len(answers); n > converting {
		t.Errorf("%d of the slow ones were gone before the end", n)
	}
}

// Nor are they waited for without end.
func TestSlowBodiesEnd(t *testing.T) {
	s := newService(t)
	s.Server.Concurrency, s.bodyIdle = 4, 50*time.Millisecond
	answers, cancel := slowBodies(t, s)
	defer cancel()
	timedOut := 0
	for range cap(answers) {
		if strings.HasPrefix(<-answers, "HTTP/1.1 408 ") {
			timedOut++
		}
	}
	if timedOut < cap(answers)-converting {
		t.Errorf("%d of %d were ended", timedOut, cap(answers))
	}
}

// A little file that becomes a huge database is refused by the limit, and never takes more
// room than that.
func TestConvertLimits(t *testing.T) {
	s := newService(t)
	s.Scratch, s.MaxUpload, s.MaxDatabase = t.TempDir(), 4<<20, 8<<20
	packed := gzipped(t, func(w io.Writer) {
		fmt.Fprintln(w, "a,b,c")
		line := strings.Repeat("1,2,"+strings.Repeat("x", 100)+"\n", 1000)
		for range 500 { // 53 MB
			io.WriteString(w, line)
		}
	})
	var most atomic.Int64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				most.Store(max(most.Load(), sizeOf(s.Scratch)))
				time.Sleep(time.Millisecond) // the others want the processor
			}
		}
	}()
	status, text := s.post(t, "/convert?name=x.csv.gz", packed)
	close(stop)
	<-stopped
	if status != 422 || !strings.Contains(text, "8.0 MiB") {
		t.Errorf("a database beyond the limit: %d %.300s", status, text)
	}
	if n := most.Load(); n > s.MaxUpload+s.MaxDatabase {
		t.Errorf("%d bytes were on disk", n)
	}
	if n := sizeOf(s.Scratch); n != 0 {
		t.Errorf("%d bytes are left", n)
	}
	if status, text := s.post(t, "/convert?name=x.csv", "a\n"+strings.Repeat("1\n", 3<<20)); status != 413 {
		t.Errorf("a file beyond the limit: %d %.300s", status, text)
	}
}

func gzipped(t *testing.T, write func(io.Writer)) string {
	var out strings.Builder
	w := gzip.NewWriter(&out)
	write(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// sizeOf returns how many bytes the files below a folder have.
func sizeOf(folder string) (n int64) {
	filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // it has just gone
		}
		if info, err := d.Info(); err == nil {
			n += info.Size()
		}
		return nil
	})
	return n
}

// A batch is acknowledged when all of it is done, and comes again if not.
func TestBatch(t *testing.T) {
	s := newService(t)
	batch := func(names ...string) string {
		var all []string
		for _, name := range names {
			all = append(all, fmt.Sprintf(`{"specversion":"1.0","type":%q,"id":"1","data":{"bucket":"up","name":%q}}`, TypeFinalized, name))
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	kind := []string{"Content-Type", "application/cloudevents-batch+json; charset=utf-8"}
	s.uploads.Put("a.csv", "a\n1\n")
	s.uploads.Put("b.csv", "a\n1\n")
	body := strings.TrimSuffix(batch("a.csv", "b.csv"), "]") + `,{"specversion":"1.0","type":"other","id":"2"},{"id":"3"}]`
	status, text := s.post(t, "/events", body, kind...)
	if status != 200 || strings.Count(text, `"converted"`) != 2 || strings.Count(text, `"skipped"`) != 2 {
		t.Errorf("%d %s", status, text)
	}
	s.broken.Store(true)
	s.uploads.Put("c.csv", "a\n1\n")
	if status, text := s.post(t, "/events", batch("a.csv", "c.csv"), kind...); status != 503 {
		// The server is down, so nobody is to blame.
		t.Errorf("%d %s", status, text)
	}
	s.broken.Store(false)
	if status, text := s.post(t, "/events", batch("a.csv", "c.csv"), kind...); status != 200 {
		t.Errorf("%d %s", status, text)
	}
	for _, body := range []string{"", "{}", `["x"]`} {
		if status, _ := s.post(t, "/events", body, kind...); status != 400 {
			t.Errorf("%q: %d", body, status)
		}
	}
	if status, _ := s.post(t, "/events", "[]", kind...); status != 200 {
		t.Errorf("an empty batch: %d", status)
	}
}

// What is acknowledged without being understood is counted, by why.
func TestNotUnderstood(t *testing.T) {
	s := newService(t)
	for _, e := range [][2]string{
		{"google.cloud.audit.log.v1.written", "{}"}, {TypeFinalized, "{}"}, {TypeFinalized, "nonsense"},
		{TypeFinalized, `{"bucket": "other", "name": "x.csv"}`},
	} {
		if status, text := s.post(t, "/events", e[1], "ce-type", e[0]); status != 200 || !strings.Contains(text, "skipped") {
			t.Errorf("%v: %d %s", e, status, text)
		}
	}
	answer, err := http.Get(s.http.URL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	for reason, n := range map[string]int{"other-type": 1, "unreadable": 2, "elsewhere": 1} {
		if want := fmt.Sprintf("dynasette_events_not_understood_total{reason=%q} %d\n", reason, n); !strings.Contains(string(text), want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
}
