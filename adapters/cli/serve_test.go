package cli_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/adapters/cli"
	"github.com/dynasette/dynasette/adapters/gcp"
	"github.com/dynasette/dynasette/adapters/web"
	"github.com/dynasette/dynasette/converter/all"
)

// serve runs the command and returns its URL, and a function that ends it and returns the
// exit code.
func serve(t *testing.T, args ...string) (url string, end func() int) {
	t.Helper()
	return serveTo(t, io.Discard, args...)
}

// serveTo is serve with a log.
func serveTo(t *testing.T, log io.Writer, args ...string) (url string, end func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	code := make(chan int, 1)
	p := cli.Program{Name: "dynasette", Formats: all.Formats(), Places: gcp.Places(), Stdout: io.Discard, Stderr: w}
	go func() {
		code <- p.Run(ctx, append([]string{"serve"}, args...))
		w.Close()
	}()
	lines := bufio.NewScanner(io.TeeReader(r, log))
	var said string
	for url == "" && lines.Scan() {
		var line struct{ Message, Severity, URL string }
		said += lines.Text() + "\n"
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Severity == "INFO" {
			url = line.URL
		}
	}
	if url == "" {
		cancel()
		t.Fatalf("exit %d: %s", <-code, said)
	}
	go io.Copy(log, r)
	return strings.TrimSuffix(url, "/"), func() int {
		cancel()
		return <-code
	}
}

// An event is acknowledged when its upload is served; the end comes cleanly.
func TestServe(t *testing.T) {
	uploads, served := t.TempDir(), t.TempDir()
	t.Setenv("DYNASETTE_UPLOADS", uploads)
	t.Setenv("DYNASETTE_SERVING", "/nowhere/the flag comes first")
	t.Setenv("DYNASETTE_LISTEN", "127.0.0.1:0")
	t.Setenv("PORT", "1") // so does where to listen
	url, end := serve(t, "--serving", served)
	writeFile(t, filepath.Join(uploads, "x.csv"), "a,b\n1,2\n")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/events", strings.NewReader(`{"bucket": "b", "name": "x.csv"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("ce-type", web.TypeFinalized)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Error(resp.Status)
	}
	if n := released(t, served); n != 1 {
		t.Errorf("acknowledged, but released %d times", n)
	}
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		resp, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
	if code := end(); code != 0 {
		t.Errorf("exit %d", code)
	}
	if _, err := http.Get(url + "/healthz"); err == nil {
		t.Error("it still answers")
	}
}

// What is wrong with the flags is said before anything else.
func TestServeUsage(t *testing.T) {
	folder := t.TempDir()
	for want, args := range map[string][]string{
		"set --uploads or DYNASETTE_UPLOADS": {"--serving", folder},
		"in one place":                       {"--uploads", folder, "--serving", folder},
		"takes no arguments":                 {folder},
		"not by more":                        {"--uploads", folder, "--serving", "x", "--service", "s", "--webhook", "http://x"},
		"goes with --invokers":               {"--uploads", folder, "--serving", "x", "--audience", "https://x"},
		"goes with --audience":               {"--uploads", folder, "--serving", "x", "--invokers", "a@b"},
		"not a number":                       {"--uploads", folder, "--serving", "x", "--concurrency", "some"},
		"s3: can't be read; what can be read here: gs:, folders, file:": {"--uploads", "s3://x", "--serving", filepath.Join(folder, "x")},
		"--listen": {"--uploads", folder, "--serving", "x", "--listen", "here"},
	} {
		code, _, stderr := run(t.Context(), append([]string{"serve"}, args...)...)
		if code != 2 || !strings.Contains(stderr, want) {
			t.Errorf("%q: exit %d: %s; want %s", args, code, stderr, want)
		}
	}
}
