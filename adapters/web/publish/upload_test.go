package publish_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/web/access"
	"github.com/dynasette/dynasette/adapters/web/publish"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/internal/browsertest"
	sinkdir "github.com/dynasette/dynasette/sinks/dir"
	"github.com/dynasette/dynasette/sources/dir"
	"github.com/dynasette/dynasette/sources/shelf"
)

// desk is a handler of a folder of its own.
func desk(t *testing.T, may *access.Access) (*publish.Handler, string) {
	t.Helper()
	source := &dir.Source{Root: t.TempDir(), Settle: -1}
	store, err := sinkdir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return &publish.Handler{Pipeline: &dynasette.Pipeline{Source: source, Store: store, Formats: all.Formats()}, Shelf: source.Shelf(), Access: may}, source.Root
}

func waiting(t *testing.T, s shelf.Shelf) (files []shelf.File) {
	t.Helper()
	if err := s.List(t.Context(), func(f shelf.File) error { files = append(files, f); return nil }); err != nil {
		t.Fatal(err)
	}
	return files
}

// Only who may publish can send files, and sees which wait; the home page of others has no form.
func TestHomeByAccess(t *testing.T) {
	h, root := desk(t, &access.Access{Token: "secret"})
	ask := func(method, at, token, body string) (int, string) {
		r := httptest.NewRequest(method, at, strings.NewReader(body))
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	const evil = "<script>alert(1)</script>.csv"
	if _, err := h.Shelf.Create(t.Context(), shelf.File{Name: strings.ReplaceAll(evil, "/", "-"), Size: 5000}); err != nil {
		t.Fatal(err)
	}
	for token, may := range map[string]bool{"": false, "guess": false, "secret": true} {
		code, page := ask("GET", publish.Path, token, "")
		if code != http.StatusOK || strings.Contains(page, "<form") != may || strings.Contains(page, "&lt;script&gt;") != may || strings.Contains(page, "<script>") || strings.Contains(page, "0 bytes of 4.9 KB") != may {
			t.Errorf("token %q: %d %s", token, code, page)
		}
		for method, at := range map[string]string{"PUT": "a.csv", "POST": "", "PATCH": "x", "DELETE": "x", "HEAD": "x"} {
			code, said := ask(method, publish.FilesPath+at, token, "x")
			if (code == http.StatusUnauthorized) == may {
				t.Errorf("%s with token %q: %d %s", method, token, code, said)
			}
		}
	}
	if data, err := os.ReadFile(filepath.Join(root, "a.csv")); err != nil || string(data) != "x" {
		t.Errorf("%q: %v", data, err)
	}
	h.Shelf = nil
	if code, page := ask("GET", publish.Path, "secret", ""); code != http.StatusOK || strings.Contains(page, "<form") {
		t.Errorf("without a shelf: %d %s", code, page)
	}
}

// A file is shown before it is published: what it is taken for, what it replaces, why it can't be converted.
func TestFilePage(t *testing.T) {
	h, root := desk(t, &access.Access{Token: "secret"})
	t.Cleanup(h.Pipeline.Wait)
	ask := func(method, at, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, at, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer secret")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	wait := func(name, text string) string {
		f, err := h.Shelf.Create(t.Context(), shelf.File{Name: name, Size: int64(len(text))})
		if err == nil {
			_, err = h.Shelf.Append(t.Context(), f.ID, 0, strings.NewReader(text))
		}
		if err != nil {
			t.Fatal(err)
		}
		return publish.FilesPath + f.ID
	}
	shows := func(at string, want ...string) {
		t.Helper()
		w := ask("GET", at, "")
		for _, text := range want {
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), text) {
				t.Errorf("no %q: %d %s", text, w.Code, w.Body)
			}
		}
	}
	file := wait("towns.csv", "zip;town\n007;<script>x\n008;Ost\n")
	shows(file, "towns.csv", "delimiter", "3 of the first 3 rows", "zip", "TEXT", "2 rows", ">Publish<")
	if w := httptest.NewRecorder(); true { // nobody else sees it
		h.ServeHTTP(w, httptest.NewRequest("GET", file, nil))
		if w.Code != http.StatusSeeOther {
			t.Errorf("without a token: %d %s", w.Code, w.Body)
		}
	}
	if w := ask("POST", file+"/publish", "over=other"); w.Header().Get("Location") != file {
		t.Errorf("over another generation: %d %s", w.Code, w.Body)
	}
	if w := ask("POST", file+"/publish", "over="); w.Code != http.StatusSeeOther || !strings.HasSuffix(w.Header().Get("Location"), "/sources/towns.csv") {
		t.Fatalf("%d %s %s", w.Code, w.Header(), w.Body)
	}
	if data, err := os.ReadFile(filepath.Join(root, "towns.csv")); err != nil || !strings.Contains(string(data), "Ost") {
		t.Errorf("%q, %v", data, err)
	}
	if _, err := h.Pipeline.Reconcile(t.Context()); err != nil {
		t.Fatal(err)
	}
	shows(wait("towns.csv", "zip;place\n007;West\n"), "would replace", ">Replace it<", "What it would change", "2 → 1 row")
	shows(wait("broken.json", `{"a": [1,`), "can't be converted", "line 1", ">Publish all the same<")
	shows(wait("dynasette.yaml", "resources: []\n"), "rules for other files")
	gone := wait("gone.csv", "a\n1\n")
	if w := ask("POST", gone+"/discard", ""); w.Code != http.StatusSeeOther {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask("GET", gone, ""); w.Code != http.StatusNotFound {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// drop drops files on the page, of names, and of sizes or texts, that JavaScript says.
const drop = `(files => {
	const all = new DataTransfer()
	for (const [name, size] of files) all.items.add(new File([typeof size === "string" ? size : "x".repeat(size)], name, {lastModified: 1}))
	document.getElementById("drop").dispatchEvent(new DragEvent("drop", {dataTransfer: all, bubbles: true, cancelable: true}))
})`

func TestDropInABrowser(t *testing.T) {
	b := browsertest.Start(t)
	h, _ := desk(t, &access.Access{Open: true})
	var mu sync.Mutex
	broken, patches := false, 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		if r.Method == http.MethodPatch {
			patches++
		}
		lost := broken && r.Method == http.MethodPatch && patches > 1
		mu.Unlock()
		if lost {
			panic(http.ErrAbortHandler)
		}
		if r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, publish.FilesPath) {
			w.Write([]byte("the preview")) // of another's making
			return
		}
		h.ServeHTTP(w, r)
	}))
	defer srv.Close()
	b.Do(chromedp.Navigate(srv.URL + publish.Path))
	browsertest.Run(b, chromedp.Evaluate[any](drop+`([["../evil.csv", 3]])`))
	b.Until("a bad name is not refused", `(document.querySelector("[data-state=failed]")?.innerText || "").includes("not a name to publish under")`)
	browsertest.Run(b, chromedp.Evaluate[any](`document.querySelector("[data-state=failed] button:last-child").click()`))
	b.Until("cancelled, it stays", `document.querySelectorAll("#uploads li").length === 0`)
	browsertest.Run(b, chromedp.Evaluate[any](drop+`([["towns <b>.csv", 100000]])`))
	b.Until("nothing arrives", `location.pathname.startsWith("`+publish.FilesPath+`")`)
	files := waiting(t, h.Shelf)
	if len(files) != 1 || files[0].Name != "towns <b>.csv" || files[0].Offset != 100_000 || !files[0].Complete() {
		t.Fatalf("%+v", files)
	}

	// Cut in the middle, paused, and resumed after the page is loaded again.
	const big = 40 << 20
	mu.Lock()
	broken, patches = true, 0
	mu.Unlock()
	b.Do(chromedp.Navigate(srv.URL + publish.Path))
	browsertest.Run(b, chromedp.Evaluate[any](drop+`([["big.csv", 40 << 20], ["small.csv", 0]])`))
	b.Until("the cut is not told of", `document.querySelector("#uploads .done").innerText.includes("trying again")`)
	b.Until("the small one does not arrive", `document.querySelector("#uploads [data-state=done]") !== null`)
	browsertest.Run(b, chromedp.Evaluate[any](`document.querySelector("[data-state=sending] button").click()`))
	b.Until("no pause", `document.querySelector("[data-state=paused]") !== null`)
	if got := browsertest.Run(b, chromedp.Evaluate[string](`document.querySelector("[data-state=paused] .done").innerText`)); got != "16 of 40 MB · paused" {
		t.Errorf("it says %q", got)
	}
	mu.Lock()
	broken, patches = false, 0
	mu.Unlock()
	b.Do(chromedp.Navigate(srv.URL + publish.Path))
	browsertest.Run(b, chromedp.Evaluate[any](drop+`([["big.csv", 40 << 20]])`))
	b.Until("it does not go on", `location.pathname.startsWith("`+publish.FilesPath+`")`)
	mu.Lock()
	defer mu.Unlock()
	if patches != 2 { // 24 MiB were left
		t.Errorf("it took %d pieces", patches)
	}
	for _, f := range waiting(t, h.Shelf) {
		if !f.Complete() || f.Name == "big.csv" && f.Size != big {
			t.Errorf("%+v", f)
		}
	}
	complaints(t, b)
}
