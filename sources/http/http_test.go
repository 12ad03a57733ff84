package http_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
	source "github.com/dynasette/dynasette/sources/http"
)

var large = func() []byte {
	data := make([]byte, 9<<20+12345)
	rand.NewChaCha8([32]byte{1}).Read(data)
	return data
}()

// site serves one document under any path, with an ETag if it has one.
type site struct {
	data   []byte
	etag   atomic.Pointer[string]
	before func(w http.ResponseWriter, r *http.Request) (done bool)

	ranges, whole atomic.Int64
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.before != nil && s.before(w, r) {
		return
	}
	if r.Header.Get("Range") != "" {
		s.ranges.Add(1)
	} else {
		s.whole.Add(1)
	}
	if tag := s.etag.Load(); tag != nil {
		w.Header().Set("ETag", *tag)
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(s.data))
}

func serve(t *testing.T, s *site, etag string) string {
	t.Helper()
	if etag != "" {
		s.etag.Store(&etag)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return server.URL
}

func check(t *testing.T, in *converter.Input, want []byte) {
	t.Helper()
	for range 2 {
		got, err := io.ReadAll(in.Reader())
		if err != nil || !bytes.Equal(got, want) || in.Size != int64(len(want)) {
			t.Errorf("read %d bytes of %d, size %d, %v", len(got), len(want), in.Size, err)
		}
	}
}

func TestSmall(t *testing.T) {
	s := &site{data: []byte("a,b\n1,2\n")}
	in, closer, err := source.Open(t.Context(), serve(t, s, `"1"`)+"/dir/x.csv?key=secret", source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closer.Close()
	check(t, in, s.data)
	if in.Name != "x.csv" || in.Generation != `"1"` || s.whole.Load() != 1 || s.ranges.Load() != 0 {
		t.Errorf("%+v after %d requests", in, s.whole.Load()+s.ranges.Load())
	}
}

func TestRanges(t *testing.T) {
	s, folder := &site{data: large}, t.TempDir()
	in, closer, err := source.Open(t.Context(), serve(t, s, `"1"`)+"/x.csv", source.Options{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	defer closer.Close()
	check(t, in, large)
	if left, _ := os.ReadDir(folder); s.ranges.Load() == 0 || len(left) > 0 {
		t.Errorf("%d ranges, %v on the disk", s.ranges.Load(), left)
	}
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			random := rand.New(rand.NewPCG(uint64(i), 1))
			for range 10 {
				off := random.IntN(len(large))
				buf := make([]byte, random.IntN(len(large)-off)%(3<<20)+1)
				n, err := in.ReadAt(buf, int64(off))
				if err != nil && err != io.EOF || !bytes.Equal(buf[:n], large[off:off+n]) {
					t.Errorf("read %d bytes at %d: %v", n, off, err)
				}
			}
		})
	}
	group.Wait()
	if n, err := in.ReadAt(make([]byte, 10), in.Size-3); n != 3 || err != io.EOF {
		t.Errorf("at the end: %d, %v", n, err)
	}
}

// TestNoRanges: without ranges, or without a version to tie them to, it is read once.
func TestNoRanges(t *testing.T) {
	for what, test := range map[string]struct {
		etag   string
		before func(w http.ResponseWriter, r *http.Request) bool
	}{
		"no version":   {"", nil},
		"weak version": {`W/"1"`, nil},
		"no ranges": {`"1"`, func(w http.ResponseWriter, r *http.Request) bool {
			w.Write(large)
			return true
		}},
	} {
		s := &site{data: large, before: test.before}
		in, closer, err := source.Open(t.Context(), serve(t, s, test.etag), source.Options{Folder: t.TempDir()})
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		check(t, in, large)
		if s.ranges.Load() > 0 {
			t.Errorf("%s: ranges", what)
		}
		closer.Close()
	}
}

func TestChanged(t *testing.T) {
	s := &site{data: large}
	in, closer, err := source.Open(t.Context(), serve(t, s, `"1"`), source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closer.Close()
	if _, err := in.ReadAt(make([]byte, 10), 0); err != nil {
		t.Fatal(err)
	}
	other := `"2"`
	s.etag.Store(&other)
	if _, err := in.ReadAt(make([]byte, 10), in.Size-10); !errors.Is(err, dynasette.ErrChanged) {
		t.Errorf("%v, want changed", err)
	}
}

// TestUnreliable: what a server does now and then is tried again.
func TestUnreliable(t *testing.T) {
	var n atomic.Int64
	s := &site{data: large}
	s.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Range") == "" {
			return false
		}
		switch n.Add(1) % 3 {
		case 0:
			http.Error(w, "busy", http.StatusServiceUnavailable)
			return true
		case 1:
			panic(http.ErrAbortHandler)
		}
		return false
	}
	in, closer, err := source.Open(t.Context(), serve(t, s, `"1"`), source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closer.Close()
	buf := make([]byte, 100)
	if _, err := in.ReadAt(buf, 3<<20); err != nil || !bytes.Equal(buf, large[3<<20:][:100]) {
		t.Errorf("read: %v", err)
	}
}

func TestErrors(t *testing.T) {
	status := func(code int) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool { w.WriteHeader(code); return true }
	}
	short := func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("Content-Length", "1000")
		w.Write([]byte("short"))
		return true
	}
	endless := func(w http.ResponseWriter, r *http.Request) bool {
		for r.Context().Err() == nil {
			w.Write(make([]byte, 1000))
		}
		return true
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for what, test := range map[string]struct {
		ctx    context.Context
		before func(http.ResponseWriter, *http.Request) bool
		limit  int64
		want   error
	}{
		"missing":        {t.Context(), status(404), 0, dynasette.ErrNotFound},
		"gone":           {t.Context(), status(410), 0, dynasette.ErrNotFound},
		"too many":       {t.Context(), status(429), 0, dynasette.ErrUnavailable},
		"at the limit":   {t.Context(), nil, 13, nil},
		"busy":           {t.Context(), status(503), 0, dynasette.ErrUnavailable},
		"cut off":        {t.Context(), short, 0, io.ErrUnexpectedEOF},
		"over the limit": {t.Context(), nil, 10, converter.ErrLimit},
		"endless":        {t.Context(), endless, 100_000, converter.ErrLimit},
		"cancelled":      {cancelled, nil, 0, context.Canceled},
	} {
		s := &site{data: []byte("0123456789abc"), before: test.before}
		if _, _, err := source.Open(test.ctx, serve(t, s, ""), source.Options{Limit: test.limit}); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", what, err, test.want)
		}
	}
	forbidden := serve(t, &site{before: status(403)}, "")
	_, _, err := source.Open(t.Context(), strings.Replace(forbidden, "http://", "http://me:secret@", 1), source.Options{})
	if err == nil || !strings.Contains(err.Error(), "403") || strings.Contains(err.Error(), "secret") {
		t.Errorf("forbidden: %v", err)
	}
	for _, address := range []string{"file:///etc/passwd", "ftp://127.0.0.1/x", "x.csv", "://"} {
		if _, _, err := source.Open(t.Context(), address, source.Options{}); err == nil {
			t.Errorf("opened %s", address)
		}
	}
}

func TestNames(t *testing.T) {
	disposition := ""
	s := &site{data: []byte("a\n")}
	s.before = func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("Content-Disposition", disposition)
		if r.URL.Path == "/go" {
			http.Redirect(w, r, "/to/final.csv", http.StatusFound)
			return true
		}
		return false
	}
	base := serve(t, s, "")
	for _, test := range []struct{ path, disposition, want string }{
		{"/dir/x.csv", "", "x.csv"},
		{"/dir/x.csv/", "", "x.csv"},
		{"/go", "", "final.csv"},
		{"/export", `attachment; filename="trees.csv"`, "trees.csv"},
		{"/export", `attachment; filename*=UTF-8''b%C3%A4ume.csv`, "bäume.csv"},
		{"/export", `attachment; filename="../../etc/passwd"`, "passwd"},
		{"/export", `attachment; filename="..\\..\\x.csv"`, "x.csv"},
		{"/export", `attachment; filename=".."`, "export"},
		{"/export", `nonsense; =`, "export"},
		{"/", "", "127.0.0.1"},
	} {
		disposition = test.disposition
		in, closer, err := source.Open(t.Context(), base+test.path, source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		closer.Close()
		if in.Name != test.want {
			t.Errorf("%s %s: %q, want %q", test.path, test.disposition, in.Name, test.want)
		}
	}
}
