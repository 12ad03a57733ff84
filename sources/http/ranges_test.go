package http_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
	source "github.com/dynasette/dynasette/sources/http"
)

// direct answers requests without a network.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	resp := w.Result()
	resp.Request = r
	return resp, nil
}

const blockSize = 2 << 20 // of one request

// long is a document of 11 blocks and a bit, of which large is the beginning.
var long = bytes.Repeat(large, 3)[:11*blockSize+17]

// openLong opens a document whose ranges answer says, and counts the requests for each range.
func openLong(t *testing.T, ranges func(w http.ResponseWriter, r *http.Request)) (in *converter.Input, asked func(first, last int) int) {
	t.Helper()
	var mu sync.Mutex
	requests := map[string]int{}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept-Encoding"); got != "identity" {
			t.Errorf("asked for what is stored, encoded as %q", got)
		}
		w.Header().Set("ETag", `"1"`)
		if at := r.Header.Get("Range"); at != "" {
			mu.Lock()
			requests[at]++
			mu.Unlock()
			if got := r.Header.Get("If-Range"); got != `"1"` {
				t.Errorf("%s is asked for of version %q", at, got)
			}
			ranges(w, r)
			return
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(long))
	})
	in, closer, err := source.Open(t.Context(), "http://example.org/x.csv", source.Options{Client: &http.Client{Transport: direct{handler}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closer.Close() })
	return in, func(first, last int) int {
		mu.Lock()
		defer mu.Unlock()
		return requests[fmt.Sprintf("bytes=%d-%d", first, last)]
	}
}

func sound(w http.ResponseWriter, r *http.Request) {
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(long))
}

// What is in memory is bounded: what was read long ago is asked for again.
func TestRangesAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, asked := openLong(t, sound)
		for range 2 {
			got, err := io.ReadAll(io.NewSectionReader(in, 0, in.Size))
			if err != nil || !bytes.Equal(got, long) {
				t.Fatalf("%d bytes, %v", len(got), err)
			}
		}
		synctest.Wait()
		if n := asked(0, blockSize-1); n != 2 {
			t.Errorf("the first was asked for %d times", n)
		}
	})
}

// A server that fails is asked a few times, and again by whoever reads later.
func TestRangesThatFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fails := true
		in, asked := openLong(t, func(w http.ResponseWriter, r *http.Request) {
			if fails {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			sound(w, r)
		})
		buf := make([]byte, 17)
		_, err := in.ReadAt(buf, 11*blockSize)
		if n := asked(11*blockSize, 11*blockSize+16); !errors.Is(err, dynasette.ErrUnavailable) || n < 2 || n > 10 {
			t.Errorf("%v after %d requests", err, n)
		}
		fails = false
		if n, err := in.ReadAt(buf, 11*blockSize); n != 17 || err != nil || !bytes.Equal(buf, long[11*blockSize:]) {
			t.Errorf("later: %d %v", n, err)
		}
	})
}

// Whatever tells that the document is another one by now, no byte of it is taken.
func TestRangesOfAnother(t *testing.T) {
	for what, ranges := range map[string]func(w http.ResponseWriter, r *http.Request){
		"all of it": func(w http.ResponseWriter, r *http.Request) { w.Write(large) },
		"another version": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"2"`)
			r.Header.Del("If-Range") // which it does not know
			sound(w, r)
		},
		"another range": func(w http.ResponseWriter, r *http.Request) {
			r.Header.Set("Range", fmt.Sprintf("bytes=1-%d", blockSize))
			sound(w, r)
		},
		"another size": func(w http.ResponseWriter, r *http.Request) {
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(long[:len(long)-1]))
		},
		"nothing there": func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusRequestedRangeNotSatisfiable) },
		"not that one":  func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusPreconditionFailed) },
	} {
		in, _ := openLong(t, func(w http.ResponseWriter, r *http.Request) { ranges(w, r) })
		if n, err := in.ReadAt(make([]byte, 10), 11*blockSize); n != 0 || !errors.Is(err, dynasette.ErrChanged) {
			t.Errorf("%s: %d bytes, %v", what, n, err)
		}
	}
}

// A time identifies a version if nothing can have changed since within the same second.
func TestVersions(t *testing.T) {
	now := time.Now().UTC()
	for _, test := range []struct {
		etag, modified, date string
		want                 bool
	}{
		{`"1"`, "", "", true},
		{`W/"1"`, "", "", false},
		{"", now.Add(-time.Hour).Format(http.TimeFormat), now.Format(http.TimeFormat), true},
		{"", now.Add(-time.Second).Format(http.TimeFormat), now.Format(http.TimeFormat), false},
		{"", now.Format(http.TimeFormat), now.Format(http.TimeFormat), false},
		{"", now.Add(time.Hour).Format(http.TimeFormat), now.Format(http.TimeFormat), false},
		{"", now.Add(-time.Hour).Format(http.TimeFormat), "", false},
		{"", "yesterday", now.Format(http.TimeFormat), false},
	} {
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for key, value := range map[string]string{"ETag": test.etag, "Last-Modified": test.modified, "Date": test.date} {
				if value != "" {
					w.Header().Set(key, value)
				}
			}
			w.Write([]byte("a\n"))
		})
		in, closer, err := source.Open(t.Context(), "http://example.org/x.csv", source.Options{Client: &http.Client{Transport: direct{handler}}})
		if err != nil {
			t.Fatal(err)
		}
		closer.Close()
		if (in.Generation != "") != test.want {
			t.Errorf("%+v: version %q", test, in.Generation)
		}
	}
}
