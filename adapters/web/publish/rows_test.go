package publish

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/adapters/web/access"
	"github.com/dynasette/dynasette/sources/dir"
	"github.com/dynasette/dynasette/sources/shelf"
)

// shelved is a desk with a shelf, for everybody.
func shelved(t *testing.T) *desk {
	d := newDesk(t)
	source := &dir.Source{Root: t.TempDir(), Settle: -1}
	d.Shelf, d.Access = source.Shelf(), &access.Access{Open: true}
	return d
}

// wait has a file wait, and returns its page.
func (d *desk) wait(name, text string) string {
	d.t.Helper()
	f, err := d.Shelf.Create(d.t.Context(), shelf.File{Name: name, Size: int64(len(text))})
	if err == nil {
		_, err = d.Shelf.Append(d.t.Context(), f.ID, 0, strings.NewReader(text))
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return FilesPath + f.ID
}

func section(w *httptest.ResponseRecorder, heading string) string {
	_, rest, _ := strings.Cut(w.Body.String(), "<h2>"+heading)
	text, _, _ := strings.Cut(rest, "<h2>")
	return text
}

// TestRows: the first rows are shown as they would be stored: types, NULLs, long and hostile values as text.
func TestRows(t *testing.T) {
	d := shelved(t)
	long := strings.Repeat("x", 300)
	page := d.ask("GET", d.wait("t.csv", "n,r,zip,<b>\n1,1.5,007,<script>alert(1)</script>\n2,,008,\u202eright\n3,2,009,"+long+"\n"+strings.Repeat("4,4,010,y\n", 20)), nil)
	d.has(page)
	got := section(page, "First rows")
	for _, want := range []string{
		`<th scope="col" class="n"><bdi>n</bdi><small>INTEGER</small>`, `<th scope="col"><bdi>zip</bdi><small>TEXT</small>`, `<bdi>&lt;b&gt;</bdi>`,
		`<td class="n">1</td><td class="n">1.5</td><td><bdi>007</bdi></td><td><bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi></td>`,
		`<td class="n"><span class="null">NULL</span></td>`, "<bdi>\u202eright</bdi>", `<td class="n">2.0</td>`, "<bdi>" + long[:200] + `</bdi><span class="cut"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if rows := strings.Count(got, "<tr>"); rows != 1+10 || strings.Contains(got, long[:201]) {
		t.Errorf("%d rows:\n%s", rows, got)
	}
	wide := d.ask("GET", d.wait("wide.json", `[{`+strings.TrimSuffix(regexp.MustCompile("x").ReplaceAllStringFunc(strings.Repeat("x", 100), numbered()), ",")+`}]`), nil)
	d.has(wide, "and 40 more columns")
}

func numbered() func(string) string {
	n := 0
	return func(string) string { n++; return `"c` + strings.Repeat("i", n) + `":1,` }
}
