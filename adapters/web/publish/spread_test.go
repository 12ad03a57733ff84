package publish

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/adapters/web/access"
	"github.com/dynasette/dynasette/internal/browsertest"
)

const spreadCSV = `stars,price,day,kind,<script>alert(1)</script>
1,0.5,2024-01-30,open,<b>bold</b>
5,2.25,2024-02-01,open,` + "\u202eright" + `
5,9.75,2024-04-02,closed,<b>bold</b>
`

// TestSpread: a source's page has how the values of each column are distributed, as pictures and as tables, of which the
// values are text.
func TestSpread(t *testing.T) {
	d := newDesk(t)
	long := strings.Repeat("x", 300)
	d.put("a.csv", spreadCSV+"1,3.5,2024-04-02,,"+long+"\n")
	page := d.ask("GET", sourceURL("a.csv"), nil)
	d.has(page, `<h2 id="values">Values</h2>`, "3 different values, from Jan 2024 to Apr 2024. Most are in Apr 2024: 2 rows.", ">Jan 2024</text>", ">Apr 2024</text>", "2 different values. Most frequent: 1, in 2 rows.",
		`<tr><td class="t"><bdi>Apr 2024</bdi></td><td class="n">2</td></tr>`, `<tr><td class="t"><bdi>open</bdi></td><td class="n">2</td></tr>`,
		`<tr><td><i>NULL</i></td><td class="n">1</td></tr>`, "<bdi>&lt;b&gt;bold&lt;/b&gt;</bdi>", "<bdi>\u202eright</bdi>", strings.Repeat("x", 100)+"…</bdi>",
		`<title id="values-0-4-title">Values of &lt;script&gt;alert(1)&lt;/script&gt;</title>`)
	body := page.Body.String()
	for _, bad := range []string{"<script>alert", "<b>bold", long[:200], " style="} {
		if strings.Contains(body, bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	if figures := strings.Count(body, `class="chart spread"`); figures != 5 {
		t.Errorf("%d figures", figures)
	}

	// A new version has its own.
	d.put("a.csv", "kind\nnew\nnew\n")
	d.has(d.ask("GET", sourceURL("a.csv"), nil), "One value. Most frequent: new, in 2 rows.")

	// Where the data is not shown here, its values are not for everybody.
	d.Data, d.Access = "", &access.Access{Token: "t0"}
	if page := d.ask("GET", sourceURL("a.csv"), nil); strings.Contains(page.Body.String(), `id="values"`) {
		t.Error("everybody sees values")
	}
	d.has(d.ask("GET", sourceURL("a.csv"), nil, bearer, token), `id="values"`)
}

// TestValuesInABrowser looks at the pages that show values.
func TestValuesInABrowser(t *testing.T) {
	b := browsertest.Start(t)
	d := shelved(t)
	front := httptest.NewServer(d.Handler)
	defer front.Close()
	defer d.Close()
	var text strings.Builder
	text.WriteString("id,name,kind,price,born,stars,note\n")
	long := strings.Repeat("A long note that takes several lines. ", 9)
	for i := range 400 {
		fmt.Fprintf(&text, "%d,Name %d,%s,%d.%02d,%d-%02d-11,%d,%s\n", i, i, []string{"open", "closed", "\u05e9\u05dc\u05d5\u05dd", "<b>bold</b>", strings.Repeat("kind", 30)}[i/7%5], i*i%90, i%100, 1950+i%60, 1+i%12, i%5, []string{"", long}[i%2])
	}
	before := text.String()
	d.put("people.csv", before)
	d.put("kinds.csv", "kind,n\nopen,1\nopen,1\nclosed,1\n")
	after := strings.NewReplacer("Name 7,", "Nom 7,", "\n9,", "\n1009,", "\n11,Name 11,closed", "\n11,Name 11,<script>").Replace(before)
	b.CheckAll(map[string]string{
		"values-source":      front.URL + sourceURL("people.csv"),
		"values-replacement": front.URL + d.wait("people.csv", after),
		"values-no-key":      front.URL + d.wait("kinds.csv", "kind,n\nopen,1\nopen,1\n"+strings.Repeat("x", 300)+",1\nnew,\n"),
	})
	for _, said := range b.Complaints() {
		t.Errorf("the browser complains: %s", said)
	}
}
