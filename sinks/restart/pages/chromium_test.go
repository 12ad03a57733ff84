package pages

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dynasette/dynasette/internal/browsertest"
)

// TestInABrowser goes from page to page as a visitor does.
func TestInABrowser(t *testing.T) {
	b := browsertest.Start(t)
	front := httptest.NewServer(serve(t, map[string]string{"towns.db": towns, "odd.db": odd}))
	defer front.Close()
	follow := func(selector, wantURL string) {
		t.Helper()
		status, url := b.Follow(selector)
		if url = strings.TrimPrefix(url, front.URL); status != 200 || url != wantURL {
			t.Fatalf("%s leads to %d %s, want %s", selector, status, url, wantURL)
		}
	}
	first := func() string {
		return b.Text("tbody td:nth-child(2)")
	}
	b.Open(front.URL + "/")
	if got := browsertest.Run(b, chromedp.Evaluate[string](`JSON.parse(document.querySelector("script").text)["hasPart"][1]["url"]`)); got != front.URL+"/towns" {
		t.Errorf("the page says %q to programs", got)
	}
	follow(`a[href="/towns"]`, "/towns")
	follow(`a[href="/towns/towns"]`, "/towns/towns")
	follow(`th:nth-child(2) a`, "/towns/towns?_sort=name")
	if got := first(); got != "Ballarat" {
		t.Errorf("sorted by name, %s is first", got)
	}
	follow(`th:nth-child(2) a`, "/towns/towns?_sort_desc=name")
	if got := first(); got != "Hobart" {
		t.Errorf("sorted by name descending, %s is first", got)
	}
	b.Do(chromedp.SetValue(chromedp.CSS("#column"), "name"), chromedp.SetValue(chromedp.CSS("#op"), "contains"), chromedp.SendKeys(chromedp.CSS("#value"), "bich"))
	follow(`.conditions > button`, "/towns/towns?_sort_desc=name&name__contains=bich")
	if got := first(); got != "Bicheno" {
		t.Errorf("filtered, %s is first", got)
	}
	follow(`.chip a`, "/towns/towns?_sort_desc=name")
	open := func() int {
		return browsertest.Run(b, chromedp.Evaluate[int](`document.querySelectorAll(":popover-open").length`))
	}
	cog := chromedp.CSS(`th:nth-child(4) .cog`)
	b.Do(chromedp.Click(cog), chromedp.KeyEvent("\u001b"))
	if n := open(); n != 0 {
		t.Errorf("Escape leaves %d menus open", n)
	}
	b.Do(chromedp.Click(cog), chromedp.Click(chromedp.CSS(`th:nth-child(3) .cog`)))
	if n := open(); n != 1 {
		t.Errorf("%d menus are open at once", n)
	}
	b.Do(chromedp.Click(chromedp.CSS("h1")))
	if n := open(); n != 0 {
		t.Errorf("a click elsewhere leaves %d menus open", n)
	}
	b.Do(chromedp.Click(cog))
	follow(`:popover-open a[href*="_facet"]`, "/towns/towns?_sort_desc=name&_facet=state")
	follow(`.facet li a`, "/towns/towns?_sort_desc=name&_facet=state&state=1")
	follow(`.facet li a`, "/towns/towns?_sort_desc=name&_facet=state")
	follow(`.facet h2 a`, "/towns/towns?_sort_desc=name")
	follow(`a.key`, "/towns/towns/1")
	follow(`a[href="/towns/states/1"]`, "/towns/states/1")
	follow(`header .site`, "/")
	b.Open(front.URL + "/odd/we~22ird~2Ftable+~2Ejson")
	if got := first(); got != "<script>alert(1)</script>" {
		t.Errorf("%q", got)
	}
	if said := b.Complaints(); len(said) > 0 {
		t.Errorf("the browser complains: %q", said)
	}
}

// TestDesign holds what is wrong with a page without anybody's having to look, and takes the pictures to look at.
func TestDesign(t *testing.T) {
	b := browsertest.Start(t)
	front := httptest.NewServer(serve(t, map[string]string{"towns.db": towns, "odd.db": odd, "metadata.json": `{"description": "Some towns", "license": "CC0", "databases": {"towns": {"tables": {"towns": {"description": "All", "source": "a.csv"}}}}}`}))
	defer front.Close()
	pages := map[string]string{"index": "/", "database": "/towns", "table": "/towns/towns?name__contains=o&_sort=name&_size=1", "row": "/towns/towns/1", "pointed": "/towns/states/1",
		"conditions": "/towns/states?_search=a&name__notnull=1&_where=id>0&_through=%7B%22table%22:%22towns%22,%22column%22:%22name%22,%22value%22:%22Hobart%22%7D",
		"search":     "/-/search?q=hobart", "sql": "/towns/-/query?sql=select+*+from+towns", "broken-sql": "/towns/-/query?sql=selec", "schema": "/towns/-/schema",
		"odd": "/odd/we~22ird~2Ftable+~2Ejson", "problem": "/nope"}
	for name, path := range pages {
		pages[name] = front.URL + path
	}
	b.CheckAll(pages)
}
