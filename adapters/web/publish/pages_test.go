package publish_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dynasette/dynasette/adapters/web/access"
	"github.com/dynasette/dynasette/adapters/web/publish"
	"github.com/dynasette/dynasette/internal/browsertest"
	"github.com/dynasette/dynasette/sources/shelf"
)

// TestPagesInABrowser looks at every page of a file's way in, as a person meets them.
func TestPagesInABrowser(t *testing.T) {
	b := browsertest.Start(t)
	who := &access.Access{Token: "secret"}
	h, root := desk(t, who)
	t.Cleanup(h.Pipeline.Wait)
	h.Data = "/"
	stuck := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch {
			select {
			case <-stuck:
			case <-r.Context().Done():
			}
		}
		h.ServeHTTP(w, r)
	}))
	defer srv.Close()
	defer h.Close()
	defer close(stuck)
	wait := func(name, text string, more int64) string {
		f, err := h.Shelf.Create(t.Context(), shelf.File{Name: name, Size: int64(len(text)) + more})
		if err == nil {
			_, err = h.Shelf.Append(t.Context(), f.ID, 0, strings.NewReader(text))
		}
		if err != nil {
			t.Fatal(err)
		}
		return srv.URL + publish.FilesPath + f.ID
	}
	home, login := srv.URL+publish.Path, srv.URL+publish.LoginPath
	b.CheckAll(map[string]string{
		"visitor": home, "login": login, "login-wrong": login + "?token=guess",
		"problem": srv.URL + publish.Path + "sources/none.csv",
	})
	b.Open(login + "?token=secret")
	b.Look("home-empty")
	writeFile(t, root, "towns.csv", "zip;town\n007;Ost\n008;West\n")
	if _, err := h.Pipeline.Reconcile(t.Context()); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("a long name ", 16) + ".csv"
	b.CheckAll(map[string]string{
		"file-good":        wait("people.csv", "id,name,born\n1,Ann,1970-01-01\n2,Bob,1980-02-29\n", 0),
		"file-broken":      wait("broken.csv", "a,b\n1,\"2\n", 0),
		"file-replacement": wait("towns.csv", "zip;place\n007;West\n", 0),
		"file-rules":       wait("dynasette.yaml", "resources: []\n", 0),
		"file-part":        wait("part.csv", "a\n1\n", 1<<20),
		"file-long":        wait(long, strings.Repeat("column ", 40)+"\n1\n", 0),
		"file-gone":        srv.URL + publish.FilesPath + "0000",
		"logged-in":        login,
		"home-waiting":     home,
	})
	b.Open(home)
	browsertest.Run(b, chromedp.Evaluate[any](drop+`([["big.csv", 4 << 20], ["../evil.csv", 3], ["`+long+`", 9], ["d.csv", 3], ["e.csv", 4]])`))
	b.Look("home-uploading")
	complaints(t, b)
}

func writeFile(t *testing.T, folder, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// complaints fails a test for what a browser has logged but for answers that are errors.
func complaints(t *testing.T, b *browsertest.Browser) {
	t.Helper()
	for _, said := range b.Complaints() {
		if !strings.Contains(said, "Failed to load resource") {
			t.Errorf("the browser complains: %s", said)
		}
	}
}
