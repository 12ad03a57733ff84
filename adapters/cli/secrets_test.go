package cli_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dynasette/dynasette/adapters/web"
)

// planted is a secret that is in URLs and in the environment, and is to be nowhere else.
const planted = "PLANTED-7f3a"

// notShown fails if the secret is in what somebody gets to see.
func notShown(t *testing.T, where, text string) {
	t.Helper()
	if i := strings.Index(text, planted); i >= 0 {
		t.Errorf("%s shows the secret: …%s", where, text[max(0, i-300):min(len(text), i+100)])
	}
}

// secretServer answers with that status and with all that it was asked, as many do; its URL
// has the secret in it, in front and behind.
func secretServer(t *testing.T, status int) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, password, _ := r.BasicAuth()
		w.Header().Set("Location", "http://elsewhere.invalid/?"+r.URL.RawQuery)
		w.WriteHeader(status)
		fmt.Fprintf(w, "Cannot %s %s at http://%s%s for %s", r.Method, r.RequestURI, r.Host, r.RequestURI, password)
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "http://", "http://user:"+planted+"@", 1) + "/hook?token=" + planted + "&again=" + planted
}

// inPath puts the secret into the path, too, where many webhooks have it.
func inPath(url string) string { return strings.Replace(url, "/hook", "/"+planted+"/hook", 1) }

// notWritten fails if the secret is in a file of the folder, or in its name.
func notWritten(t *testing.T, folder string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		content, err := os.ReadFile(file)
		notShown(t, file, file+string(content))
		return err
	})
	if err != nil || files == 0 {
		t.Errorf("%s: %d files, %v", folder, files, err)
	}
}

// Secrets in the URL of a webhook and in the environment are in no log, no answer, and nothing
// that the service keeps, whatever the receiver repeats.
func TestServeShowsNoSecret(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusFound, http.StatusForbidden, http.StatusUnprocessableEntity} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Setenv("DYNASETTE_WEBHOOK_SECRET", planted)
			uploads, served := t.TempDir(), t.TempDir()
			writeFile(t, filepath.Join(uploads, "x.csv"), "a,b\n1,2\n")
			var log lockedBuffer
			url, end := serveTo(t, &log, "--uploads", uploads, "--serving", served, "--listen", "127.0.0.1:0", "--webhook", inPath(secretServer(t, status)))
			for _, path := range []string{"/events", "/reconcile", "/restart", "/metadata", "/readyz", "/metrics"} {
				method := http.MethodPost
				if path == "/readyz" || path == "/metrics" {
					method = http.MethodGet
				}
				r, err := http.NewRequestWithContext(t.Context(), method, url+path, strings.NewReader(`{"bucket": "b", "name": "x.csv"}`))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("ce-type", web.TypeFinalized)
				resp, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				answer, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil {
					t.Fatal(err)
				}
				notShown(t, path, string(answer))
				if path == "/events" && status == http.StatusForbidden && !strings.Contains(string(answer), "403 Forbidden: Cannot POST /…") {
					t.Errorf("%s does not say why: %s", path, answer)
				}
			}
			if code := end(); code != 0 {
				t.Errorf("exit %d", code)
			}
			notShown(t, "the log", log.String())
			if log.String() == "" {
				t.Error("nothing is logged")
			}
			notWritten(t, served)
		})
	}
}

// The same of the command line, and of databases, which are published.
func TestCommandsShowNoSecret(t *testing.T) {
	t.Setenv("DYNASETTE_WEBHOOK_SECRET", planted)
	ok := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "a,b\n1,2\n") }))
	defer ok.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	dir := t.TempDir()
	uploads, served := filepath.Join(dir, "uploads"), filepath.Join(dir, "served")
	writeFile(t, filepath.Join(uploads, "x.csv"), "a\n1\n")
	csv := func(server string) string {
		return strings.Replace(server, "//", "//user:"+planted+"@", 1) + "/x.csv?token=" + planted
	}
	out := filepath.Join(dir, "x.db")
	for _, test := range []struct {
		args []string
		code int
	}{
		{[]string{"convert", csv(ok.URL), "-o", out, "--force"}, 0},
		{[]string{"convert", csv(ok.URL), csv(ok.URL) + "&n=2", "-o", out, "--force"}, 0}, // each has its name by its URL
		{[]string{"convert", csv(gone.URL), "-o", out, "--force"}, 1},
		{[]string{"convert", secretServer(t, 404), "-o", out, "--force"}, 1},
		{[]string{"convert", secretServer(t, 503), "-o", out, "--force"}, 1},
		{[]string{"convert", secretServer(t, 302), "-o", out, "--force"}, 1},
		{[]string{"convert", "http://user:" + planted + "/x@127.0.0.1/", "-o", out, "--force"}, 1},
		{[]string{"convert", "http://127.0.0.1:" + planted + "/x", "-o", out, "--force"}, 1},
		{[]string{"convert", "s3://key:" + planted + "@bucket/x.csv?" + planted, "-o", out, "--force"}, 2},
		{[]string{"convert", "file://user:" + planted + "@host/x.csv", "-o", out, "--force"}, 2},
		{[]string{"reconcile", uploads, "s3://key:" + planted + "@bucket"}, 2},
		{[]string{"reconcile", uploads, served, "--restart", "mqtt://key:" + planted + "@host/x?" + planted}, 2},
		{[]string{"reconcile", uploads, served, "--restart", "'curl https://host/x?" + planted}, 2},
		{[]string{"reconcile", uploads, served, "--webhook", inPath(secretServer(t, 403))}, 1},
		{[]string{"reconcile", uploads, served, "--restart", inPath(secretServer(t, 422))}, 1},
		{[]string{"releases", served}, 0},
		{[]string{"serve", "--uploads", "s3://key:" + planted + "@bucket", "--serving", served}, 2},
	} {
		for _, more := range [][]string{nil, {"--json"}} {
			code, stdout, stderr := run(t.Context(), append(test.args, more...)...)
			if code != test.code {
				t.Errorf("%q: exit %d, want %d: %s%s", test.args, code, test.code, stdout, stderr)
			}
			notShown(t, fmt.Sprint(test.args[0], " ", test.code), stdout+stderr)
		}
	}
	notWritten(t, dir)
}

// A lockedBuffer may be read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
