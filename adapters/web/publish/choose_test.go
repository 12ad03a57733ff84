package publish_test

import (
	"fmt"
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
	"github.com/dynasette/dynasette/sinks/restart/pages"
)

// TestChooseInABrowser: a CSV file is dropped, its preview seen, a delimiter and a type changed, which is looked at at once,
// and published; its state is watched, and the link to the data followed.
func TestChooseInABrowser(t *testing.T) {
	b := browsertest.Start(t)
	h, root := desk(t, &access.Access{Open: true})
	data := new(pages.Server)
	h.Pipeline.Restarter, h.Data = data, "/"
	t.Cleanup(h.Pipeline.Wait)
	defer h.Close()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, publish.Path) {
			h.ServeHTTP(w, r)
		} else {
			data.ServeHTTP(w, r)
		}
	}))
	defer srv.Close()
	eval := func(script string) string { return browsertest.Run(b, chromedp.Evaluate[string](script)) }
	choose := func(id, value string) {
		browsertest.Run(b, chromedp.Evaluate[any](fmt.Sprintf(`(() => {
			const e = document.getElementById(%q)
			e.focus()
			if (e.type === "checkbox") e.checked = true
			else e.value = %q
			e.dispatchEvent(new Event("change", {bubbles: true}))
		})()`, id, value)))
	}
	b.Open(srv.URL + publish.Path)
	browsertest.Run(b, chromedp.Evaluate[any](`(() => {
		const all = new DataTransfer()
		const text = "zip,<b>|town|since\n00701|Ost, am See|2001\n00801|West|1999\n" + "01234|Nord <script>alert(1)</script>|2010\n".repeat(20)
		all.items.add(new File([text], "towns.csv", {lastModified: 1}))
		document.getElementById("drop").dispatchEvent(new DragEvent("drop", {dataTransfer: all, bubbles: true, cancelable: true}))
	})()`))
	b.Until("it does not arrive", `location.pathname.startsWith("`+publish.FilesPath+`")`)
	b.Says("Choose otherwise")
	b.Look("file-found")

	choose("option-delimiter", "||") // which there is none of
	b.Until("not looked at again", `document.querySelectorAll(".chosen li").length === 1`)
	if got := eval(`document.activeElement.id`); got != "option-delimiter" {
		t.Errorf("the focus has gone to %q", got)
	}
	choose("option-delimiter", "|")
	b.Until("not looked at again", `document.querySelectorAll(".chosen li").length === 3`)
	choose("type-0-2", "string")
	b.Until("the type is not TEXT", `document.querySelectorAll(".chosen li")[2].querySelector(".badge").innerText === "TEXT"`)
	choose("as-0-0", "town")
	b.Until("no alert", `document.querySelector("[role=alert]") !== null`)
	b.Look("file-wrong")
	choose("as-0-0", "zip")
	b.Until("still an alert", `document.querySelector("[role=alert]") === null`)
	choose("search-0-1", "on")
	b.Until("not looked at again", `document.querySelector("#entries pre").textContent.includes("search:")`)
	browsertest.Run(b, chromedp.Evaluate[any](`document.getElementById("entries").open = true`))
	b.Look("file-chosen")
	if got, err := os.ReadFile(filepath.Join(root, "dynasette.yaml")); err == nil {
		t.Fatalf("written before it is published: %s", got)
	}
	b.Follow(`button[formaction$="/publish"]`)
	b.Says("22 rows")
	b.Says("published")
	b.Follow(`a[href="/towns/towns"]`)
	b.Says("Ost, am See")
	if got := eval(`[...document.querySelectorAll("thead th")].map(h => h.innerText.split("\n")[0].trim()).join()`); !strings.Contains(got, "zip") {
		t.Errorf("the columns are %s", got)
	}
	if said := b.Complaints(); len(said) > 0 {
		t.Errorf("the browser complains: %s", said)
	}
}
