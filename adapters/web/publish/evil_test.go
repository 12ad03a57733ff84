package publish_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dynasette/dynasette/internal/browsertest"
)

// TestEvilNamesInABrowser drops files whose names do harm where they are taken for anything but a text, and whose
// columns and values have the same. They are published and shown as text, nothing of them is run, and nothing lies
// elsewhere.
func TestEvilNamesInABrowser(t *testing.T) {
	w := walk(t)
	w.Open(w.url + "/-/dynasette/login?token=walk")
	w.Resize(390, false)
	dropped := func(name, text string) {
		w.Open(w.url + "/-/dynasette/")
		browsertest.Run(w.Browser, chromedp.Evaluate[any](drop+"([["+browsertest.Quote(name)+", "+browsertest.Quote(text)+"]])"))
	}
	looked := func(page string) {
		t.Helper()
		if title := browsertest.Run(w.Browser, chromedp.Evaluate[string]("document.title")); strings.HasPrefix(title, "run") {
			t.Errorf("%s is run", page)
		}
	}
	const long = "a long name, "
	var want []string
	for i, name := range []string{
		"<script>document.title='run'<", `"><img src=x onerror=document.title='run'>`, "a%2Fb", "😀 🏳️‍🌈", "שלום \u202etxt.exe", strings.Repeat(long, 14),
	} {
		value := name
		if strings.HasPrefix(name, long) { // a file's name can't be as long
			value = strings.Repeat(long, 24)
		}
		cell := `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
		file := name + ".csv"
		want = append(want, file)
		dropped(file, cell+",n\n"+cell+",1\n"+cell+",2\n")
		w.Until(name+" has no page", `location.pathname.startsWith("/-/dynasette/files/") && document.querySelector("[formaction$='/publish']")`)
		looked("waiting " + name)
		w.Check("waiting " + name)
		w.Screenshot(fmt.Sprint("evil-", i))
		w.Follow(`[formaction$="/publish"]`)
		w.Until(name+" is not published", `document.querySelector(".badge.good")`)
		looked("published " + name)
		w.Screenshot(fmt.Sprint("evil-published-", i))
		if h1 := w.Text("h1"); !strings.Contains(h1, string([]rune(name)[:3])) {
			t.Errorf("%q is headed %q", name, h1)
		}
		w.Follow("main a.button.primary")
		looked("database of " + name)
		w.Follow(".list .title a")
		got := browsertest.Run(w.Browser, chromedp.Evaluate[string](`document.querySelector("tbody td:nth-child(2)").textContent`))
		if begin, cut := strings.CutSuffix(strings.TrimSpace(got), "…"); got != value && !(cut && len(begin) > 100 && strings.HasPrefix(value, begin)) {
			t.Errorf("%q is shown as %q", value, got)
		}
	}
	// What can't be a file's name is refused, and said.
	for _, name := range []string{"../../etc/passwd", ".hidden.csv", strings.Repeat(long, 24) + ".csv"} {
		dropped(name, "x\n1\n")
		w.Until(name+" is not refused", `document.querySelector("#uploads [role=alert]")`)
		looked("refused " + name)
	}
	for _, page := range []string{"/", "/-/dynasette/", "/-/dynasette/releases"} {
		w.Open(w.url + page)
		looked(page)
		w.Check(page)
	}
	complaints(t, w.Browser)
	var got []string
	err := filepath.WalkDir(filepath.Dir(w.folder), func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Name() == ".dynasette" {
			return filepath.SkipDir
		}
		if err == nil && !d.IsDir() {
			got = append(got, strings.TrimPrefix(path, w.folder+"/"))
		}
		return err
	})
	slices.Sort(want)
	slices.Sort(got)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("there are %q, want %q, %v", got, want, err)
	}
}
