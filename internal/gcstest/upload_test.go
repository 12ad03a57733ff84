package gcstest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/internal/gcstest"
	"github.com/dynasette/dynasette/internal/gcstest/fakegcs"
)

var unit = strings.Repeat("0123456789abcdef", 16<<10) // 256 KiB

// begin begins a resumable upload, and returns where it goes on.
func begin(t *testing.T, host, name string) string {
	t.Helper()
	resp, _ := do(t, "POST", "http://"+host+"/upload/storage/v1/b/bucket/o?uploadType=resumable&ifGenerationMatch=0&name="+name, "", "{}")
	return resp.Header.Get("Location")
}

// The protocol of resumable uploads, without the client: what it sends again after a lost
// answer is not to be had from it at will.
func TestResumableProtocol(t *testing.T) {
	t.Run("gcstest", func(t *testing.T) { chunks(t, server(t, &gcstest.Server{}).Host()) })
	t.Run("strict", func(t *testing.T) { chunks(t, fakegcs.Start(t, "bucket")) })
}

// chunks sends chunks in any order.
func chunks(t *testing.T, host string) {
	type step struct {
		span, body string
		code       int    // 308 stands for "go on"
		ranges     string // the answer's Range
	}
	const all = "bytes=0-262143"
	for _, c := range []struct {
		name  string
		steps []step
		want  string
	}{
		{"in order", []step{{"bytes 0-262143/*", unit, 308, all}, {"bytes 262144-262145/262146", "ab", 200, ""}}, unit + "ab"},
		{"a chunk again", []step{{"bytes 0-262143/*", unit, 308, all}, {"bytes 0-262143/*", unit, 308, all}, {"bytes 262144-262144/262145", "a", 200, ""}}, unit + "a"},
		{"a chunk again, with more", []step{{"bytes 0-262143/*", unit, 308, all}, {"bytes 0-262145/262146", unit + "xy", 200, ""}}, unit + "xy"},
		{"the last chunk again", []step{{"bytes 0-1/2", "ab", 200, ""}, {"bytes 0-1/2", "ab", 200, ""}, {"bytes */2", "", 200, ""}}, "ab"},
		{"nothing", []step{{"bytes */0", "", 200, ""}}, ""},
		{"a question", []step{{"bytes */*", "", 308, ""}, {"bytes 0-262143/*", unit, 308, all}, {"bytes */*", "", 308, all}, {"bytes */262144", "", 200, ""}}, unit},
		{"a gap", []step{{"bytes 1-262144/*", unit, 400, ""}, {"bytes 0-1/2", "ab", 200, ""}}, "ab"},
		{"not a multiple", []step{{"bytes 0-1/*", "ab", 400, ""}, {"bytes 0-1/2", "ab", 200, ""}}, "ab"},
		{"another length", []step{{"bytes 0-2/3", "ab", 400, ""}, {"bytes 0-1/2", "ab", 200, ""}}, "ab"},
		{"no range", []step{{"", "ab", 400, ""}, {"bytes 0-1/2", "ab", 200, ""}}, "ab"},
	} {
		t.Run(c.name, func(t *testing.T) {
			name := strings.ReplaceAll(c.name, " ", "-")
			at := begin(t, host, name)
			for i, step := range c.steps {
				resp, body := do(t, "PUT", at, step.span, step.body)
				code := resp.StatusCode
				if override := resp.Header.Get("X-HTTP-Status-Code-Override"); override != "" {
					fmt.Sscan(override, &code)
				}
				if code != step.code || code == 308 && resp.Header.Get("Range") != step.ranges {
					t.Fatalf("step %d: %d %q, want %d %q (%s)", i+1, code, resp.Header.Get("Range"), step.code, step.ranges, body)
				}
			}
			_, got := do(t, "GET", "http://"+host+"/bucket/"+name, "", "")
			if got != c.want {
				t.Errorf("got %d bytes, want %d", len(got), len(c.want))
			}
		})
	}
}

// What else may become of a resumable upload.
func TestResumableEnds(t *testing.T) {
	s := server(t, &gcstest.Server{})
	c := client(t, s)
	begin := func(name string) string { return begin(t, s.Host(), name) }
	t.Run("a cut chunk", func(t *testing.T) {
		at := begin("cut")
		req, _ := http.NewRequest("PUT", at, io.MultiReader(strings.NewReader(unit[:1000]), broken{}))
		req.ContentLength = int64(len(unit))
		req.Header.Set("Content-Range", "bytes 0-262143/262144")
		if resp, err := http.DefaultClient.Do(req); err == nil {
			t.Errorf("got %s", resp.Status)
		}
		if resp, body := do(t, "PUT", at, "bytes 0-262143/262144", unit); resp.StatusCode != 200 {
			t.Errorf("got %s: %s", resp.Status, body)
		}
		if _, got := do(t, "GET", "http://"+s.Host()+"/bucket/cut", "", ""); got != unit {
			t.Errorf("got %d bytes", len(got))
		}
	})
	t.Run("overtaken", func(t *testing.T) { // the precondition is looked at again in the end
		at := begin("overtaken")
		w := c.Bucket("bucket").Object("overtaken").NewWriter(t.Context())
		io.WriteString(w, "other")
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if resp, _ := do(t, "PUT", at, "bytes 0-1/2", "ab"); resp.StatusCode != 412 {
				t.Errorf("got %s", resp.Status)
			}
		}
		if resp, _ := do(t, "POST", "http://"+s.Host()+"/upload/storage/v1/b/bucket/o?uploadType=resumable&ifGenerationMatch=0&name=overtaken", "", "{}"); resp.StatusCode != 412 {
			t.Errorf("to begin: got %s", resp.Status)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		at := begin("cancelled")
		do(t, "PUT", at, "bytes 0-262143/*", unit)
		for _, method := range []string{"DELETE", "PUT"} {
			if resp, _ := do(t, method, at, "bytes 0-1/2", "ab"); resp.StatusCode != 499 {
				t.Errorf("%s: got %s", method, resp.Status)
			}
		}
	})
	t.Run("unknown parameter", func(t *testing.T) {
		if resp, _ := do(t, "GET", "http://"+s.Host()+"/storage/v1/b/bucket/o?matchGlob=*", "", ""); resp.StatusCode != 501 {
			t.Errorf("got %s", resp.Status)
		}
	})
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

func do(t *testing.T, method, url, span, body string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-GUploader-No-308", "yes")
	if span != "" {
		req.Header.Set("Content-Range", span)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(data)
}
