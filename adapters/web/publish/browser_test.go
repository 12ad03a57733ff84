package publish

import (
	"net/http/httptest"
	"strings"
	"testing"

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
	press := func(selector string) {
		t.Helper()
		b.Follow(selector)
	}
	do(chromedp.Navigate(front.URL + Path))
	b.Says("Nothing has been published yet")
	d.put("dynasette.yaml", guarded)
	for _, rows := range []int{40, 90, 70, 100} {
		d.put("a.csv", "x,y\n"+strings.Repeat("1,2\n", rows))
	}
	d.put("notes/"+strings.Repeat("long-", 30)+".csv", "x,y\n1,2\n3,\"4")
	b.Says("100 rows")
	d.put("bad.csv", "")
	b.Says("failed")
	d.put("a.csv", "x,y\n1,2\n")
	b.Says("held back")
	b.Look("home")
	press(`a[href="/-/dynasette/sources/a.csv"]`)
	b.Says("100 → 1 row")
	b.Look("source")
	press(`form button`)
	b.Says("is accepted")
	b.Look("accepted")
	do(chromedp.Navigate(front.URL + releasesPath))
	b.Look("releases")
	press(`.releases form button`)
	b.Says("The server has gone back")
	do(chromedp.Navigate(front.URL + Path))
	b.Says("rolled back")
	d.put("b.csv", "x,y\n1,2\n") // and on, while somebody looks
	b.Says("b.csv")

	// What somebody is at stays as it is, while the page changes.
	do(chromedp.Navigate(front.URL + sourceURL("a.csv")))
	b.Resize(390, false)
	b.Until("nothing to be at", `(() => {
		at = document.querySelector("#source summary")
		at.parentElement.open = true
		at.focus()
		region = document.querySelector("#source .scroll")
		region.scrollLeft = 40
		scrollTo(0, 200)
		return region.scrollLeft === 40 && scrollY === 200
	})()`)
	d.put("a.csv", "x,y,z\n1,2,3\n4,5,6\n")
	b.Says("3 columns")
	b.Until("the page takes away what somebody is at", `document.activeElement === at && at.isConnected && at.parentElement.open &&
		region.isConnected && region.scrollLeft === 40 && scrollY > 100`) // a browser keeps what is seen where it was, so the number may be another
	if said := b.Complaints(); len(said) > 0 {
		t.Errorf("the browser complains: %q", said)
	}
}
