package publish

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/dynasette/dynasette/internal/browsertest"
)

// TestStateInABrowser: the first page changes by itself as files do; one that is held back is accepted, and the release
// before gone back to, with a button each.
func TestStateInABrowser(t *testing.T) {
	b := browsertest.Start(t)
	d := newDesk(t)
	d.Access.Token, d.Access.Open = "", true
	front := httptest.NewServer(d.Handler)
	defer front.Close()
	defer d.Close()
	do := b.Do
	eval := func(js string) string {
		t.Helper()
		return browsertest.Run(b, chromedp.Evaluate[string](js))
	}
	says := func(text string) {
		t.Helper()
		for deadline := time.Now().Add(15 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			got := eval(`document.body.innerText`)
			if strings.Contains(got, text) {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("no %q in\n%s", text, got)
			}
		}
	}
	press := func(selector string) {
		t.Helper()
		b.Follow(selector)
	}
	do(chromedp.Navigate(front.URL + Path))
	says("Nothing has been published yet")
	d.put("dynasette.yaml", guarded)
	for _, rows := range []int{40, 90, 70, 100} {
		d.put("a.csv", "x,y\n"+strings.Repeat("1,2\n", rows))
	}
	d.put("notes/"+strings.Repeat("long-", 30)+".csv", "x,y\n1,2\n3,\"4")
	says("100 rows")
	d.put("bad.csv", "")
	says("failed")
	d.put("a.csv", "x,y\n1,2\n")
	says("held back")
	b.Look("home")
	press(`a[href="/-/dynasette/sources/a.csv"]`)
	says("100 → 1 row")
	b.Look("source")
	press(`form button`)
	says("is accepted")
	b.Look("accepted")
	do(chromedp.Navigate(front.URL + releasesPath))
	b.Look("releases")
	press(`.releases form button`)
	says("The server has gone back")
	do(chromedp.Navigate(front.URL + Path))
	says("rolled back")
	d.put("b.csv", "x,y\n1,2\n") // and on, while somebody looks
	says("b.csv")
}
