package publish_test

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dynasette/dynasette/adapters/cli"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/internal/browsertest"
)

// A walker is a person before a browser in which dynasette up is open.
type walker struct {
	*browsertest.Browser
	t           *testing.T
	url, folder string
}

// walk starts dynasette up on an empty folder, with the token "walk".
func walk(t *testing.T) *walker {
	t.Helper()
	w := &walker{Browser: browsertest.Start(t), t: t, folder: t.TempDir()}
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		cli.Program{Name: "dynasette", Formats: all.Formats(), Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: in}.
			Run(ctx, []string{"up", w.folder, "--port", "0", "--server", "pages", "--token", "walk"})
		in.Close()
	}()
	t.Cleanup(func() { cancel(); <-done })
	address := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if url := regexp.MustCompile(`http://[^/ ]+`).FindString(lines.Text()); url != "" {
				select {
				case address <- url:
				default:
				}
			}
		}
	}()
	select {
	case w.url = <-address:
	case <-done:
		t.Fatal("up has ended")
	}
	return w
}

// keys presses keys, whatever has the focus.
func (w *walker) keys(keys string) {
	w.t.Helper()
	w.Do(chromedp.KeyEvent(keys))
}

// tab presses Tab until what fits a selector has the focus, visibly.
func (w *walker) tab(selector string) {
	w.t.Helper()
	for range 60 {
		w.keys("\t")
		if browsertest.Run(w.Browser, chromedp.Evaluate[bool]("!!document.activeElement?.matches("+browsertest.Quote(selector)+")")) {
			if !browsertest.Run(w.Browser, chromedp.Evaluate[bool]("document.activeElement.matches(':focus-visible')")) {
				w.t.Errorf("nobody sees that %s has the focus", selector)
			}
			return
		}
	}
	w.t.Fatalf("Tab does not come to %s in %s", selector, browsertest.Run(w.Browser, chromedp.Evaluate[string](`location + "\n" + document.body.innerText`)))
}

// choose has a file chosen on the page to publish on. The dialog is the system's: no browser lets it be driven, so only
// that what opens it has the focus, or could, is seen to.
func (w *walker) choose(name, text string) {
	w.t.Helper()
	file := filepath.Join(w.t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		w.t.Fatal(err)
	}
	w.Do(chromedp.SetUploadFiles(chromedp.CSS("#files"), []string{file}))
	w.Until("nothing arrives", `location.pathname.startsWith("/-/dynasette/files/") && document.querySelector("h1")`)
}

// upload opens the page to publish on, chooses a file there, and waits for its page.
func (w *walker) upload(name, text string) {
	w.t.Helper()
	w.Open(w.url + "/-/dynasette/")
	w.choose(name, text)
}

const enter = "\r"

// TestWalk is a person's first five minutes, on the keys alone, from an empty folder to the data. Then come those
// when something goes wrong. README has its pictures, which are taken anew by
//
//	DYNASETTE_SCREENSHOTS=testdata go test -run TestWalk ./adapters/web/publish
func TestWalk(t *testing.T) {
	w := walk(t)
	text, err := os.ReadFile(filepath.FromSlash("../../../testdata/sample/libraries.csv"))
	if err != nil {
		t.Fatal(err)
	}
	libraries := string(text)
	w.Window(1100, 700)

	w.Open(w.url + "/")
	w.Says("Nothing has been published yet")
	w.tab(`a[href="/-/dynasette/login"]:not(header *)`)
	w.keys(enter)
	w.Until("no place to type the token", `document.activeElement.id === "token"`)
	w.keys("walk" + enter)
	w.Says("Drop files here")
	w.Picture("walk-1-drop")
	w.tab("#files")
	w.choose("libraries.csv", libraries)
	w.Says("What it is taken for")
	w.Picture("walk-2-preview")
	w.tab(`select[aria-label="Type of opened"]`)
	w.keys("date") // a list goes to what is typed
	w.Until("it is not looked at again at once", `document.activeElement.value === "date" && document.getElementById("said").textContent === "The preview is up to date"`)
	w.Until("the focus is lost", `document.activeElement.getAttribute("aria-label") === "Type of opened"`)
	w.Picture("walk-3-type")
	w.tab(`[formaction$="/publish"]`)
	w.keys(" ")
	w.Until("it is not published", `location.pathname === "/-/dynasette/sources/libraries.csv" && document.querySelector(".badge.good")`)
	w.Picture("walk-4-published")
	w.tab("main a.button.primary")
	w.keys(enter)
	w.Until("no database", `location.pathname === "/libraries"`)
	w.tab(`main a[href="/libraries/libraries"]`)
	w.keys(enter)
	w.Says("Harbour Library")
	w.Picture("walk-5-data")

	w.data()
	w.broken()
	w.held(libraries)
	w.back()
	complaints(t, w.Browser)
}

// data counts, searches and asks in SQL.
func (w *walker) data() {
	w.upload("dynasette.yaml", "resources:\n  - {path: libraries.csv, search: [name, note], guard: {rows: -50%}}\n")
	w.Says("rules for other files")
	w.Follow(`[formaction$="/publish"]`)
	w.Until("rules are not followed", `document.querySelector(".badge.good")`)
	w.Open(w.url + "/libraries/libraries")
	w.Until("there is no search", `document.querySelector("#search") || again()`)
	w.Follow(`.suggested a[href*="_facet=town"]`)
	w.Follow(`.facet li a`)
	if got := w.Text(".sentence"); !strings.HasPrefix(got, "2 rows where town") {
		w.t.Errorf("of one town there are %s", got)
	}
	w.Open(w.url + "/libraries/libraries")
	w.Do(chromedp.SendKeys(chromedp.CSS("#search"), "mill"+enter))
	w.Until("the search finds nothing", `location.search.includes("_search=mill") && document.querySelector("tbody").rows.length === 1`)
	w.Open(w.url + "/libraries")
	w.Do(chromedp.SetValue(chromedp.CSS("#sql"), "select count(*) as n from libraries where town = 'Port Ellery'"))
	w.Follow("form:has(#sql) button")
	if got := w.Text("main tbody"); strings.TrimSpace(got) != "2" {
		w.t.Errorf("SQL finds %q", got)
	}
}

// broken publishes a file over another one that can't be read.
func (w *walker) broken() {
	w.t.Helper()
	w.upload("libraries.csv", "code,name,town\n0101,\"Never closed,Port Ellery\n")
	w.Says("can't be converted")
	w.Says("line ")
	w.Follow(`[formaction$="/publish"]`)
	w.Until("it does not fail", `document.querySelector(".badge.bad")`)
	w.Says("Where: line")
	w.Says("The version before is still served")
	for _, page := range []string{"/libraries", "/libraries/libraries"} {
		w.Open(w.url + page)
		w.Until("no banner on "+page, `document.querySelector(".notice.bad")?.innerText.includes("can't be served") || again()`)
	}
	w.Says("Harbour Library")
	w.Follow(".notice.bad a")
	w.Says("Where: line")
}

// held replaces the file by one that a guard holds back, and accepts that.
func (w *walker) held(libraries string) {
	w.t.Helper()
	lines := strings.SplitAfter(strings.ReplaceAll(libraries, ",town,", ",place,"), "\n")
	w.upload("libraries.csv", strings.Join(lines[:3], ""))
	w.Says("column town is gone")
	w.Says("A guard would hold it back")
	w.Follow(`[formaction$="/publish"]`)
	w.Says("held back")
	w.Says("column place is new")
	w.Follow(".decide button")
	w.Says("is accepted")
	w.Open(w.url + "/libraries/libraries")
	w.Says("place")
}

// back rolls back with one button.
func (w *walker) back() {
	w.t.Helper()
	w.Open(w.url + "/-/dynasette/releases")
	w.Follow(".releases form button")
	w.Says("The server has gone back")
	w.Open(w.url + "/libraries/libraries")
	w.Says("town")
}
