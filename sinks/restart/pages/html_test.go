package pages

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/dynasette/dynasette/internal/tries"
)

// elements returns how often each element stands in a page, and the targets of its links. A script
// that is JSON is none.
func elements(t *testing.T, page string) (counts map[string]int, links []string) {
	t.Helper()
	counts = map[string]int{}
	for z := html.NewTokenizer(strings.NewReader(page)); z.Next() != html.ErrorToken; {
		token := z.Token()
		if token.Type != html.StartTagToken && token.Type != html.SelfClosingTagToken {
			continue
		}
		if token.Data == "script" && len(token.Attr) == 1 && token.Attr[0].Val == "application/ld+json" {
			if z.Next(); !json.Valid(z.Raw()) {
				t.Errorf("no JSON: %s", z.Raw())
			}
			continue
		}
		counts[token.Data]++
		for _, a := range token.Attr {
			if a.Key == "href" || a.Key == "src" || a.Key == "action" {
				links = append(links, a.Val)
			}
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				t.Errorf("the page has <%s %s=%q>", token.Data, a.Key, a.Val)
			}
		}
	}
	return counts, links
}

// TestHostileData follows every link of pages full of it.
func TestHostileData(t *testing.T) {
	s := serve(t, map[string]string{"towns.db": towns, "odd.db": odd,
		"metadata.json": `{"title": "<script>alert(1)</script>", "description_html": "<script>alert(1)</script>", "source": "<b>", "source_url": "javascript:alert(1)",
			"license_url": "data:text/html,x", "databases": {"odd": {"title": "</title><script>", "about_url": "//evil.example", "about": "x",
			"tables": {"we\"ird/table .json": {"description": "<script>", "columns": {"a\"b": "\"><script>"}}}}, "towns": 7}}`})
	seen, most := map[string]bool{}, tries.Of(2000)
	var follow func(url string)
	follow = func(url string) {
		if seen[url] || len(seen) > most {
			return
		}
		seen[url] = true
		w := ask(s, url)
		if w.Code == http.StatusFound {
			follow(w.Header().Get("Location"))
			return
		}
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d %.300s", url, w.Code, w.Body)
			return
		}
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			return
		}
		counts, links := elements(t, w.Body.String())
		if counts["script"] != 0 || counts["img"] != 1 || counts["b"] != 0 || counts["i"] != 0 || counts["title"] != 1 {
			t.Errorf("%s: %v", url, counts)
		}
		for _, link := range links {
			switch {
			case strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "//"):
				if strings.Count(link, "_") < 8 { // not every way to sort and filter at once
					follow(link)
				}
			case link == "#main" || strings.HasPrefix(link, "https://example.org/"):
			default:
				t.Errorf("%s: leads to %s", url, link)
			}
		}
	}
	follow("/")
	if len(seen) < 50 {
		t.Errorf("only %d links were found", len(seen))
	}
	page := body(t, s, "/odd/we~22ird~2Ftable+~2Ejson")
	for _, want := range []string{"&lt;script&gt;alert(1)&lt;/script&gt;", "javascript:alert(1)", `a&#34;b`, "[x]", "select", "&lt;b&gt;", ">null<", "binary, 3 bytes"} {
		if !strings.Contains(page, want) {
			t.Errorf("%s is not shown", want)
		}
	}
}

func TestHeaders(t *testing.T) {
	s := serve(t, map[string]string{"towns.db": towns})
	for _, url := range []string{"/", "/towns", "/towns/towns", "/towns/towns/1", "/towns/towns.json", "/towns/towns.csv", "/towns.db", "/nope", "/nope.json", "/-/dynasette/static/style.css", "/-/versions.json"} {
		h := ask(s, url).Header()
		csp := h.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", url, h)
		}
		if h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: readable by every site, unasked", url)
		}
	}
	s.CORS = true
	if ask(s, "/towns.json").Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Error("CORS is not on")
	}
}

func TestMethodsCachesAndOtherURLs(t *testing.T) {
	s := serve(t, map[string]string{"towns.db": towns})
	do := func(method, url string, header ...string) *httptest.ResponseRecorder {
		r, w := httptest.NewRequest(method, url, nil), httptest.NewRecorder()
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		s.ServeHTTP(w, r)
		return w
	}
	if w := do("POST", "/towns"); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") == "" {
		t.Errorf("POST: %d", w.Code)
	}
	if w := do("HEAD", "/towns/towns"); w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("Content-Length") == "" {
		t.Errorf("HEAD: %d, %d bytes", w.Code, w.Body.Len())
	}
	tag := do("GET", "/towns/towns").Header().Get("ETag")
	if w := do("GET", "/towns/towns", "If-None-Match", tag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("%s: %d", tag, w.Code)
	}
	if err := s.Restart(t.Context(), makeRelease(t, "r2", map[string]string{"towns.db": towns})); err != nil {
		t.Fatal(err)
	}
	if w := do("GET", "/towns/towns", "If-None-Match", tag); w.Code != http.StatusOK {
		t.Errorf("of the release before: %d", w.Code)
	}
	for url, want := range map[string]string{"/towns/": "/towns", "/towns/towns/?_size=1": "/towns/towns?_size=1"} {
		if w := do("GET", url); w.Code != http.StatusFound || w.Header().Get("Location") != want {
			t.Errorf("%s: %d %s", url, w.Code, w.Header().Get("Location"))
		}
	}
	for _, url := range []string{"//evil.example/", "//evil.example", "/towns//", "/-/nope/", "/towns/towns/1/2", "/towns.csv", "/towns/towns.xml", "/../towns"} {
		if w := do("GET", url); w.Code == 200 || strings.HasPrefix(w.Header().Get("Location"), "//") {
			t.Errorf("%s: %d %s", url, w.Code, w.Header().Get("Location"))
		}
	}
	for _, url := range []string{"/-/dynasette/static/style.css", "/-/dynasette/static/icon.svg", "/favicon.ico"} {
		if w := do("GET", url); w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Body.Len() == 0 {
			t.Errorf("%s: %d", url, w.Code)
		}
	}
}

func TestWhatThePagesSay(t *testing.T) {
	s := serve(t, map[string]string{"towns.db": towns, "metadata.json": `{"title": "Towns of ours", "license": "CC0", "license_url": "https://example.org/cc0",
		"databases": {"towns": {"title": "Towns & co.csv", "queries": {"top": {"sql": "select 1", "title": "The top"}}, "description": "Two states", "source": "towns.csv", "tables": {"towns": {"sort_desc": "people", "columns": {"people": "At the last census"}, "units": {"people": "heads"}}}}}}`})
	for url, wants := range map[string][]string{
		"/": {"<h1>Towns of ours</h1>", `<a href="https://example.org/cc0" rel="license noopener">CC0</a>`, "Two states", ">Towns &amp; co.csv</a></h2>", "5 rows in 2 tables", "Release <code>r1</code>", "UTC</time>"},
		"/towns": {"<h1>Towns &amp; co.csv</h1>", "<title>Towns &amp; co.csv · Towns of ours</title>", "Source: towns.csv", `<a href="/towns/big">big</a>`, `<a href="/towns/towns#search">`, `<a href="/towns/towns?_sort_desc=people">`, `<a href="/towns/towns.csv" download>`,
			"select *\nfrom towns\nlimit 100</textarea>", `href="/towns/-/schema"`, `<a href="/towns/top">The top</a>`, "name, code, state, people, founded, site", "hidden tables", `download>Download SQLite`},
		"/towns/towns":                          {"<title>towns · Towns &amp; co.csv · Towns of ours</title>", "<strong>3 rows</strong>, sorted by <bdi>people</bdi>, descending", `<a href="/towns/towns?_facet=people" rel="nofollow">Facet by this</a>`, `Facet by: <a href="/towns/towns?_facet=state" rel="nofollow">`, "<small>integer, heads</small>", "order by people desc, rowid\nlimit 100</pre>", `title="At the last census"`, `<a href="/towns/states/1">Tasmania</a> <span class="raw">1</span>`, `<a href="https://example.org/hobart" rel="nofollow noopener noreferrer">`, "see https://example.org</td>", `<a class="key" href="/towns/towns/1">1</a>`, ">07000<", `aria-sort="descending"`, `href="/towns/towns.csv"`},
		"/towns/towns/1":                        {"<h1>Hobart</h1>", `A row of <a href="/towns/towns">`, `<a href="/towns/states/1">Tasmania</a>`, "1804-02-21", "<small>integer, heads</small><small>At the last census</small>"},
		"/towns/_rejects":                       {"There are no rows."},
		"/towns/big":                            {">view<", "<strong>1 row</strong>"},
		"/towns/states/2":                       {"<h1>Victoria</h1>", ">integer<"},
		"/towns/towns?_search=hobart":           {`value="hobart"`, "<strong>1 row</strong> where <span class=\"chip\">the search finds <bdi>hobart</bdi>", "Clear all"},
		"/towns/towns?name__contains=o&state=1": {"name contains o", `href="/towns/towns?state=1" aria-label="Remove the filter name contains o"`, `<input type="hidden" name="_filter_column_2" value="state">`, `<input id="value2" type="text" name="_filter_value_2" value="1" autocomplete="off">`},
		"/towns/towns?_size=1":                  {`<a class="button primary" href="/towns/towns?_size=1&amp;_next=1" rel="next">`, "<strong>3 rows</strong>"},
		"/towns/towns?_size=1&_next=1":          {`href="/towns/towns?_size=1">First page`},
	} {
		page := body(t, s, url)
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s: without %s", url, want)
			}
		}
		if t.Failed() {
			t.Log(page)
		}
	}
	page := body(t, s, "/towns")
	details := page[strings.Index(page, "<details>"):strings.Index(page, "</details>")]
	for _, hidden := range []string{"_rejects", "towns_fts", "towns_fts_data"} {
		if !strings.Contains(details, ">"+hidden+"<") || strings.Contains(body(t, s, "/"), hidden) {
			t.Errorf("%s is not folded away", hidden)
		}
	}
}

func TestValuesAreShownForPeople(t *testing.T) {
	s := serve(t, map[string]string{"d.db": `CREATE TABLE t (id INTEGER PRIMARY KEY, v);
		INSERT INTO t VALUES (1, '{"a":[1,{"b":null}]}'), (2, printf('%.*c', 200000, 'x')), (3, zeroblob(2000000)), (4, CAST(x'66ff6f' AS TEXT)), (5, replace(hex(zeroblob(40000)), '0', '['));
		CREATE TABLE doc (path TEXT PRIMARY KEY, body BLOB); INSERT INTO doc VALUES ('a/b.txt', x'0102'), (NULL, x'03'), ('', x'04')`})
	for url, want := range map[string]string{
		"/d/t/1": "<pre>{\n  &#34;a&#34;: [\n    1,", "/d/t/2": strings.Repeat("x", 100_000) + `<span class="cut"`, "/d/t/3": "binary, 1.9 MB", "/d/t/4": "f\uFFFDo", "/d/t/5": "[[[[[[",
		"/d/t?id=2": strings.Repeat("x", 300) + `<a class="cut" href="/d/t/2"`, "/d/doc": `href="/d/doc/a~2Fb~2Etxt.blob?_blob_column=body"`,
	} {
		if page := body(t, s, url); !strings.Contains(page, want) || len(page) > 150_000 {
			t.Errorf("%s: %d bytes without %.100s", url, len(page), want)
		}
	}
	w := ask(s, "/d/doc/a~2Fb~2Etxt.blob?_blob_column=body")
	if w.Body.String() != "\x01\x02" || w.Header().Get("Content-Type") != "application/binary" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("%q %v", w.Body, w.Header())
	}
	if w := ask(s, "/d/t/1.blob?_blob_column=v"); !strings.HasPrefix(w.Body.String(), `{"a":[1,`) || w.Header().Get("Content-Type") != "application/binary" {
		t.Errorf("a text as it is: %d %.50q %v", w.Code, w.Body, w.Header())
	}
}

func TestProblemsLeadOn(t *testing.T) {
	s := serve(t, map[string]string{"towns.db": towns, "odd.db": odd, "metadata.json": `{"databases": {"towns": {"title": "Towns.csv"}}}`})
	for url, wants := range map[string][]string{
		"/nope":                           {`<a class="button" href="/">All databases</a>`, `action="/-/search"`},
		"/town":                           {`Did you mean <a href="/towns"><bdi>Towns.csv</bdi></a>?`},
		"/towns/town":                     {`Did you mean <a href="/towns/towns"><bdi>towns</bdi></a>?`, `<li><a href="/towns"`, `<a class="button" href="/towns">All tables of Towns.csv</a>`},
		"/towns/towns?nope=1":             {"There is no column &#34;nope&#34; to filter by.", `<a class="button" href="/towns/towns">All rows of towns</a>`},
		"/towns/towns/99":                 {"There is no such row.", `<a class="button" href="/towns/towns">All rows of towns</a>`},
		"/towns/-/query?sql=drop+table+x": {"<textarea", "drop table x</textarea>", `role="alert">Only a SELECT can be run here`},
		"/-/nope":                         {"<h1>There is no such page</h1>"},
	} {
		w := ask(s, url)
		if w.Code < 400 {
			t.Errorf("%s: %d", url, w.Code)
		}
		for _, want := range wants {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: without %s: %s", url, want, w.Body)
			}
		}
	}
	for url, want := range map[string]int{"/towns/-/query.json?sql=drop+table+x": 400, "/towns/-/query.csv?sql=drop+table+x": 400, "/towns/-/query.db?sql=drop+table+x": 400} {
		if w := ask(s, url); w.Code != want {
			t.Errorf("%s: %d", url, w.Code)
		}
	}
}
