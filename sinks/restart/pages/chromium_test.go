package pages

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/dynasette/dynasette/internal/browsertest"
)

func browser(t *testing.T) (ctx context.Context, complaints func() []string) {
	t.Helper()
	return browsertest.Start(t)
}

func call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return browsertest.Call(command, params)
}

func run[T any](t *testing.T, ctx context.Context, a chromedp.Action[T]) T {
	t.Helper()
	return browsertest.Run(t, ctx, a)
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	browsertest.Do(t, ctx, steps...)
}

// TestInABrowser goes from page to page as a visitor does.
func TestInABrowser(t *testing.T) {
	ctx, complaints := browser(t)
	front := httptest.NewServer(serve(t, map[string]string{"towns.db": towns, "odd.db": odd}))
	defer front.Close()
	follow := func(selector chromedp.CSS, wantURL string) {
		t.Helper()
		resp, err := chromedp.RunResponse(ctx, chromedp.Click(selector))
		if err != nil {
			t.Fatal(err)
		}
		if url := strings.TrimPrefix(resp.URL, front.URL); resp.Status != 200 || url != wantURL {
			t.Fatalf("%s leads to %d %s, want %s", selector, resp.Status, url, wantURL)
		}
	}
	first := func() string {
		return run(t, ctx, chromedp.Evaluate[string](`document.querySelector("tbody td:nth-child(2)").innerText`))
	}
	do(t, ctx, chromedp.Navigate(front.URL+"/"))
	if got := run(t, ctx, chromedp.Evaluate[string](`JSON.parse(document.querySelector("script").text)["hasPart"][1]["url"]`)); got != front.URL+"/towns" {
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
	do(t, ctx, chromedp.SetValue(chromedp.CSS("#column"), "name"), chromedp.SetValue(chromedp.CSS("#op"), "contains"), chromedp.SendKeys(chromedp.CSS("#value"), "bich"))
	follow(`form button`, "/towns/towns?_sort_desc=name&name__contains=bich")
	if got := first(); got != "Bicheno" {
		t.Errorf("filtered, %s is first", got)
	}
	follow(`.chips li:first-child a`, "/towns/towns?_sort_desc=name")
	follow(`a.key`, "/towns/towns/1")
	follow(`a[href="/towns/states/1"]`, "/towns/states/1")
	follow(`header .site`, "/")
	do(t, ctx, chromedp.Navigate(front.URL+"/odd/we~22ird~2Ftable+~2Ejson"))
	if got := run(t, ctx, chromedp.Evaluate[string](`document.querySelector("tbody td:nth-child(2)").innerText`)); got != "<script>alert(1)</script>" {
		t.Errorf("%q", got)
	}
	if said := complaints(); len(said) > 0 {
		t.Errorf("the browser complains: %q", said)
	}
}

// contrast returns the texts whose colour is too near to that of what they stand on: below
// 4.5 to 1, as WCAG 2 asks for at level AA.
const contrast = `(() => {
	const rgb = c => c.match(/[\d.]+/g).map(Number)
	const luminance = c => { const [r, g, b] = rgb(c).map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b }
	const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (rgb(c)[3] !== 0) return c } return "rgb(255, 255, 255)" }
	const bad = []
	for (const e of document.querySelectorAll("body *")) {
		if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || e.tagName === "OPTION" || e.classList.contains("skip")) continue
		const a = luminance(getComputedStyle(e).color), b = luminance(ground(e))
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
		if (ratio < 4.5) bad.push(e.tagName + "." + e.className + " " + e.innerText.slice(0, 20) + " " + ratio.toFixed(2))
	}
	return bad.join("\n")
})()`

// TestDesign holds what a look at the pages can't: contrast, in light and dark, and that
// nothing but a table's own region scrolls sideways on a telephone.
func TestDesign(t *testing.T) {
	ctx, _ := browser(t)
	front := httptest.NewServer(serve(t, map[string]string{"towns.db": towns, "odd.db": odd, "metadata.json": `{"description": "Some towns", "license": "CC0", "databases": {"towns": {"tables": {"towns": {"description": "All", "source": "a.csv"}}}}}`}))
	defer front.Close()
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{360, 1280} {
			do(t, ctx, call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}),
				chromedp.EmulateViewport(width, 800))
			for _, path := range []string{"/", "/towns", "/towns/towns?name__contains=o&_sort=name&_size=1", "/towns/towns/1", "/odd/we~22ird~2Ftable+~2Ejson", "/nope"} {
				do(t, ctx, chromedp.Navigate(front.URL+path))
				if bad := run(t, ctx, chromedp.Evaluate[string](contrast)); bad != "" {
					t.Errorf("%s, %s: too little contrast: %s", path, scheme, bad)
				}
				if over := run(t, ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`)); over > 0 {
					t.Errorf("%s at %d: %d pixels too wide", path, width, over)
				}
				if unnamed := run(t, ctx, chromedp.Evaluate[int](`[...document.querySelectorAll("a, button, input:not([type=hidden]), select")].filter(e => !(e.textContent.trim() || e.labels?.length || e.getAttribute("aria-label"))).length`)); unnamed > 0 {
					t.Errorf("%s: %d controls have no name", path, unnamed)
				}
			}
		}
	}
}
