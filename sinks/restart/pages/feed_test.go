package pages

import (
	"encoding/xml"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter/all"
	sinkdir "github.com/dynasette/dynasette/sinks/dir"
	sourcedir "github.com/dynasette/dynasette/sources/dir"
)

// readFeed is a feed as a reader sees it.
type readFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	IDs     []string    `xml:"http://www.w3.org/2005/Atom id"`
	Titles  []string    `xml:"http://www.w3.org/2005/Atom title"`
	Updated []string    `xml:"http://www.w3.org/2005/Atom updated"`
	Authors []string    `xml:"http://www.w3.org/2005/Atom author>name"`
	Links   []readLink  `xml:"http://www.w3.org/2005/Atom link"`
	Entries []readEntry `xml:"http://www.w3.org/2005/Atom entry"`
}

type readLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type readEntry struct {
	IDs     []string   `xml:"http://www.w3.org/2005/Atom id"`
	Titles  []string   `xml:"http://www.w3.org/2005/Atom title"`
	Updated []string   `xml:"http://www.w3.org/2005/Atom updated"`
	Links   []readLink `xml:"http://www.w3.org/2005/Atom link"`
	Content struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	} `xml:"http://www.w3.org/2005/Atom content"`
}

// valid fails the test unless the feed has what RFC 4287 wants.
func (f *readFeed) valid(t *testing.T) {
	t.Helper()
	seen := map[string]bool{}
	common := func(ids, titles, updated []string) {
		t.Helper()
		if len(ids) != 1 || len(titles) != 1 || len(updated) != 1 {
			t.Fatalf("not one of each: %q %q %q", ids, titles, updated)
		}
		if u, err := url.Parse(ids[0]); err != nil || !u.IsAbs() || seen[ids[0]] {
			t.Errorf("ID %q", ids[0])
		}
		seen[ids[0]] = true
		if _, err := time.Parse(time.RFC3339, updated[0]); err != nil || titles[0] == "" {
			t.Errorf("%q %q", updated, titles)
		}
	}
	common(f.IDs, f.Titles, f.Updated)
	if len(f.Authors) != 1 || f.Authors[0] == "" || len(f.Links) != 2 || f.Links[0].Rel != "self" || f.Links[1].Rel != "alternate" {
		t.Errorf("%+v", f)
	}
	last := "9"
	for _, e := range f.Entries {
		common(e.IDs, e.Titles, e.Updated)
		if e.Content.Type != "html" || e.Content.Text == "" || e.Updated[0] > last {
			t.Errorf("%+v after %s", e, last)
		}
		last = e.Updated[0]
		if len(e.Links) != 1 || !strings.HasPrefix(e.Links[0].Href, "http://example.com/-/changes#") {
			t.Errorf("%+v", e.Links)
		}
	}
}

// What releases changed is an entry each, which stays what it is; and a page. What uploaders choose is
// text in both.
func TestFeed(t *testing.T) {
	folder := t.TempDir()
	store, err := sinkdir.Open(filepath.Join(folder, ".dynasette"))
	if err != nil {
		t.Fatal(err)
	}
	store.NoSync = true
	s := &Server{TimeLimit: time.Minute}
	defer s.Close()
	p := &dynasette.Pipeline{
		Source: &sourcedir.Source{Root: folder, Settle: -1}, Store: store, Formats: all.Formats(), Restarter: s, Quiet: time.Millisecond,
	}
	put := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Reconcile(t.Context()); err != nil {
			t.Fatal(err)
		}
		p.Wait()
	}
	read := func() (f readFeed) {
		t.Helper()
		w := ask(s, "/-/changes.atom")
		if w.Code != 200 || w.Header().Get("Content-Type") != "application/atom+xml; charset=utf-8" || w.Header().Get("ETag") == "" {
			t.Fatalf("%d %v", w.Code, w.Header())
		}
		if again := ask(s, "/-/changes.atom").Body.String(); again != w.Body.String() {
			t.Errorf("asked twice: %s\n%s", w.Body, again)
		}
		if err := xml.Unmarshal(w.Body.Bytes(), &f); err != nil {
			t.Fatalf("%v: %s", err, w.Body)
		}
		f.valid(t)
		return f
	}
	const evil = "<script>alert(1)<!--&]]>\u202e\u001b[2J"
	put("sales.csv", "id,price\n1,2\n")
	first := read()
	put("sales.csv", "id,price,"+evil+"\n1,2.5,x\n2,3.5,y\n")
	put("towns.csv", "a\n1\n")
	now := read()
	if len(first.Entries) != 1 || len(now.Entries) != 3 || !reflect.DeepEqual(first.Entries[0], now.Entries[2]) || first.IDs[0] != now.IDs[0] {
		t.Errorf("first %+v\nnow %+v", first, now)
	}
	for i, want := range []string{
		"<li>towns is new: 1 row of towns.csv</li>",
		"<li>sales: 1 → 2 rows (+1); column price: INTEGER → REAL; column &lt;script&gt;alert(1)&lt;!--&amp;]]&gt;\uFFFD [2J is new (TEXT)</li>",
		"<li>sales is new: 1 row of sales.csv</li>",
	} {
		if text := now.Entries[i].Content.Text; !strings.Contains(text, want) {
			t.Errorf("entry %d: %s", i, text)
		}
		if page := body(t, s, "/-/changes"); !strings.Contains(page, strings.ReplaceAll(want, "(+1)", "(&#43;1)")) {
			t.Errorf("the page lacks %s: %s", want, page)
		}
	}
	for _, path := range []string{"/", "/sales", "/-/changes"} {
		if page := body(t, s, path); !strings.Contains(page, `<link rel="alternate" type="application/atom+xml" title="What changed" href="/-/changes.atom">`) {
			t.Errorf("%s: no link to the feed", path)
		}
	}
	// Only so many are remembered, of the same feed.
	for i := range 35 {
		put("sales.csv", fmt.Sprintf("id\n%d\n", i))
	}
	if later := read(); len(later.Entries) != 30 || later.IDs[0] != first.IDs[0] {
		t.Errorf("%d entries of %s", len(later.Entries), later.IDs[0])
	}
}

// A folder of databases knows nothing of what changed, and no page leads there.
func TestNoFeed(t *testing.T) {
	s := serve(t, map[string]string{"towns.db": towns})
	for _, path := range []string{"/-/changes", "/-/changes.atom"} {
		if w := ask(s, path); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if strings.Contains(body(t, s, "/"), "changes") {
		t.Error("a link to nowhere")
	}
}
