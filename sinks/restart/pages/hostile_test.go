package pages

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dynasette/dynasette/internal/browsertest"
)

// Names that do harm where they are taken for anything but a text.
var evilNames = []string{"<script>document.title='run'</script>", "../../etc/passwd", "a%2Fb", strings.Repeat("long ", 60), "😀 🏳️‍🌈", "שלום \u202etxt.exe", `"><img src=x onerror=document.title='run'>`}

// TestHostileNamesInABrowser has each as the name of a table, of a column and as a value: they are shown
// as they are, and nothing of them is run.
func TestHostileNamesInABrowser(t *testing.T) {
	b := browsertest.Start(t)
	var script strings.Builder
	for _, name := range evilNames {
		literal := "'" + strings.ReplaceAll(name, "'", "''") + "'"
		script.WriteString("CREATE TABLE " + quote(name) + " (" + quote(name) + " TEXT); INSERT INTO " + quote(name) + " VALUES (" + literal + ");\n")
	}
	files := map[string]string{"a%2Fb.db": script.String(), "😀 שלום.db": "CREATE TABLE t (x)", "<b>.db": "CREATE TABLE t (x)"}
	s := serve(t, files)
	front := httptest.NewServer(s)
	defer front.Close()
	b.Resize(390, false)
	b.Open(front.URL + "/")
	b.Check("index")
	b.Screenshot("hostile-index")
	b.Open(front.URL + "/" + tildeEncode("a%2Fb"))
	b.Check("database")
	b.Screenshot("hostile-database")
	for i, name := range evilNames {
		b.Open(front.URL + "/" + tildeEncode("a%2Fb") + "/" + tildeEncode(name))
		b.Check(name)
		if i == 3 || i == 5 {
			b.Screenshot("hostile-" + []string{3: "long", 5: "right-to-left"}[i])
		}
		cell := browsertest.Run(b, chromedp.Evaluate[string](`document.querySelector("tbody td:nth-child(2)").textContent`))
		if cell != name {
			t.Errorf("%q is shown as %q", name, cell)
		}
		short, _ := cut(name, 20)
		if h1 := b.Text("h1"); !strings.HasPrefix(h1, strings.TrimSpace(short)) {
			t.Errorf("%q is headed %q", name, h1)
		}
		if title := browsertest.Run(b, chromedp.Evaluate[string]("document.title")); title == "run" {
			t.Errorf("%q is run", name)
		}
	}
	if said := b.Complaints(); len(said) > 0 {
		t.Errorf("the browser complains: %q", said)
	}
}

func TestSearchOverAll(t *testing.T) {
	s := serve(t, map[string]string{"towns.db": towns, "odd.db": odd})
	for q, wants := range map[string][]string{
		"hobart":   {`<a href="/towns/towns/1">Hobart</a>`, `href="/towns/towns?_search=hobart"`},
		"PEOPLE":   {`<a href="/towns/towns">people</a>`, "column of towns, towns"},
		"odd":      {`<a href="/odd">odd</a> <span class="rows">database</span>`},
		"zzz":      {"Nothing was found."},
		`"%5C<b>*`: {"Nothing was found."},
		"":         {`name="q" value=""`},
	} {
		page := body(t, s, "/-/search?q="+q)
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s: without %s: %s", q, want, page)
			}
		}
	}
}

func TestRowsThatLeadHere(t *testing.T) {
	s := serve(t, map[string]string{"towns.db": towns})
	if page := body(t, s, "/towns/states/1"); !strings.Contains(page, `<a href="/towns/towns?state=1">2 rows of towns</a> <span class="rows">by state</span>`) {
		t.Error(page)
	}
	if page := body(t, s, "/towns/towns/1"); strings.Contains(page, "Rows that lead here") {
		t.Error("nothing leads to a town")
	}
}
