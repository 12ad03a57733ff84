package publish_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette"
)

// A type, a delimiter, a name and the rest are chosen, looked at and published: what people wrote stays, and the next
// version of the file shows what was chosen.
func TestChoose(t *testing.T) {
	c := newChooser(t)
	const theirs = "# mine\nresources:\n  # about others\n  - path: other.csv # by hand\n    encoding: utf-8\ntitle: All\n"
	c.write("dynasette.yaml", theirs)
	c.open("towns.csv", "zip,a;town;population\n7;Ost,b;1.234\n8;West;5.678\n")
	c.shows("as found", "Choose otherwise")
	c.set("delimiter", ";")
	c.preview()
	c.set("Type of zip,a", "integer", "New name of town", "place", "search town", "on", "decimal", ",", "group", ".", "key is zip,a", "on")
	if c.preview(); c.alert() != "" {
		t.Fatalf("%s", c.alert())
	}
	c.shows("place", "INTEGER")
	if got := c.rules(); got != theirs {
		t.Fatalf("written by a preview: %s", got)
	}
	c.publish()
	c.published()
	got := c.rules()
	for line := range strings.Lines(theirs) {
		if !strings.Contains(got, line) {
			t.Errorf("%q is gone:\n%s", line, got)
		}
	}
	for _, want := range []string{`path: "towns.csv"`, `delimiter: ";"`, `decimalChar: ","`, `"town": "place"`} {
		if strings.Count(got, want) != 1 {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	c.ask("GET", c.to, nil)
	c.shows("published", "place")
	c.has(`SELECT typeof("zip,a") || "zip,a" || place || typeof(population) || population FROM towns`, "integer7Ost,binteger1234", "integer8Westinteger5678")
	c.has(`SELECT place FROM towns WHERE rowid IN (SELECT rowid FROM towns_fts WHERE towns_fts MATCH 'west')`, "West")

	c.open("towns.csv", "zip,a;town;population\n007;Ost,b;1.234\n009;Nord;10.000\n")
	if c.form.Get(c.id("delimiter")) != ";" || c.form.Get(c.id("New name of town")) != "place" || c.form.Get(c.id("Type of zip,a")) != "integer" || c.form.Get(c.id("key is zip,a")) != "on" {
		t.Errorf("what was chosen is not shown: %v", c.form)
	}
	c.publish() // nothing is changed
	c.published()
	if again := c.rules(); again != got {
		t.Errorf("written anew:\n%s", again)
	}
	c.open("towns.csv", "zip,a;town;population\n007;Ost,b;1.234\n")
	for _, id := range []string{"delimiter", "New name of town", "Type of zip,a", "decimal", "group"} {
		c.set(id, "")
	}
	c.form.Del(c.id("search town"))
	c.form.Del(c.id("key is zip,a"))
	c.publish()
	c.published()
	if c.rules() != theirs {
		t.Errorf("left:\n%s", c.rules())
	}
}

// What can't be is said where it is, stays typed, and nothing is written.
func TestChooseWrong(t *testing.T) {
	c := newChooser(t)
	const text = "a,b,c,d\n1,x,2,1\n2,y,3,1\n"
	for want, pairs := range map[string][]string{
		"encoding":                          {"encoding", "utf-9"},
		"want a number":                     {"skip", "many"},
		"want one ASCII character":          {"quote", "abc"},
		"there would be two columns":        {"New name of a", "B"},
		`"dates" is not a type`:             {"Type of a", "dates"},
		"can't be both":                     {"decimal", ",", "group", ","},
		"can't stand within":                {"group", "9"},
		"skip says as well":                 {"skip", "1", "header-rows", "1,2"},
		"ends before its header":            {"skip", "9"},
		"With what is chosen it can't":      {"key is d", "on"},
		"not a name to publish under":       {"Published as", "../a.csv"},
		"not a name to publish under: it i": {"Published as", ""},
	} {
		c.open("a.csv", text)
		c.set(pairs...)
		chosen := c.form
		for _, ask := range []func(){c.preview, c.publish} {
			c.form = chosen
			ask()
			if c.code != http.StatusOK || !strings.Contains(c.alert(), want) {
				t.Errorf("%q: %d, %q, not %q", pairs, c.code, c.alert(), want)
				continue
			}
			for i := 0; i < len(pairs) && pairs[0] != "Type of a"; i += 2 {
				if id := c.id(pairs[i]); c.form.Get(id) != pairs[i+1] {
					t.Errorf("%s is %q, not %q any more", pairs[i], c.form.Get(id), pairs[i+1])
				}
			}
		}
		if entries, err := os.ReadDir(c.root); err != nil || len(entries) > 1 {
			t.Fatalf("%q: there is something: %v", pairs, entries)
		}
	}
}

// What others change meanwhile is not overwritten: neither the file that is replaced, nor what they say of it; and what they
// say of other files is kept.
func TestChooseMeanwhile(t *testing.T) {
	c := newChooser(t)
	const text = "a;b\n1;x\n2;y\n"
	c.open("a.csv", text)
	c.set("Type of a", "string")
	c.write("a.csv", "a;b;c\n1;x;2\n")
	c.publish()
	if !strings.Contains(c.alert(), "changed meanwhile") || c.rules() != "" || c.form.Get(c.id("Type of a")) != "string" {
		t.Fatalf("%s\n%s", c.alert(), c.rules())
	}
	c.write("dynasette.yaml", "resources:\n  - path: a.csv\n    rename: {b: bee}\n")
	c.publish()
	if !strings.Contains(c.alert(), "changed meanwhile") || c.form.Get(c.id("Type of a")) != "string" {
		t.Fatalf("%s", c.alert())
	}
	c.write("dynasette.yaml", "resources:\n  - path: a.csv\n    rename: {b: bee}\n  - path: c.csv\n    title: C\n")
	c.publish()
	c.published()
	if got := c.rules(); !strings.Contains(got, "path: c.csv") || !strings.Contains(got, `type: "string"`) {
		t.Errorf("got %s", got)
	}
	c.has(`SELECT typeof(a) || bee FROM a`, "textx", "texty")
}

// A file with rules that nobody can add to is left as it is; publishing without a choice goes on.
func TestChooseNoPlace(t *testing.T) {
	c := newChooser(t)
	const flow = "resources: [{path: b.csv}]\n"
	c.write("dynasette.yaml", flow)
	c.open("a.csv", "a;b\n1;x\n")
	c.set("Type of a", "string")
	if c.publish(); !strings.Contains(c.alert(), "add the entry by hand") || c.rules() != flow {
		t.Errorf("%q, %s", c.alert(), c.rules())
	}
	c.set("Type of a", "")
	c.publish()
	c.published()
	const broken = "resorces: []\n"
	c.write("dynasette.yaml", broken)
	c.open("b.csv", "a;b\n1;x\n")
	c.shows("Nothing else can be chosen here", "resorces is not a rule")
	c.publish()
	c.published()
	if c.rules() != broken {
		t.Errorf("got %s", c.rules())
	}
}

// The folder's own file is written, whichever of its names it has.
func TestChooseFolder(t *testing.T) {
	c := newChooser(t)
	if err := os.Mkdir(filepath.Join(c.root, "2024"), 0o777); err != nil {
		t.Fatal(err)
	}
	c.write("2024/dynasette.yml", "# of 2024\n")
	c.open("a.txt", "a;b\n1;x\n")
	c.set("Published as", "2024/[a].csv")
	c.publish() // not yet: nobody has seen what that replaces
	c.shows("Its name is 2024/[a].csv now")
	c.set("New name of a", "number")
	c.publish()
	c.published()
	text, err := os.ReadFile(filepath.Join(c.root, "2024", "dynasette.yml"))
	if err != nil || !strings.Contains(string(text), "# of 2024") || !strings.Contains(string(text), `path: "[[]a].csv"`) || c.rules() != "" {
		t.Errorf("%s, %v; %s", text, err, c.rules())
	}
	c.has(`SELECT number || b FROM "(a)"`, "1x")
}

// What others say of the same columns by the same words stays in force, and is shown as theirs.
func TestChooseBesides(t *testing.T) {
	c := newChooser(t)
	c.write("dynasette.yaml", "resources:\n  - path: a.csv\n    drop: [b]\n    rename: {c: sea}\n    schema: {primaryKey: [a]}\n    search: {columns: [d], tokenize: porter}\n")
	c.open("a.csv", "a,b,c,d,e,f\n1,2,3,x,y,z\n")
	c.shows("The key is said by dynasette.yaml:5:14", "The columns to search are said by dynasette.yaml:6:5")
	c.set("drop e", "on", "New name of f", "eff")
	c.publish()
	c.published()
	c.has(`SELECT group_concat(name || pk) FROM pragma_table_info('a')`, "a1,sea0,d0,eff0")
	c.has(`SELECT count(*) FROM a_fts WHERE a_fts MATCH 'x'`, "1")
}

// Of several tables, also in an archive, each has columns of its own.
func TestChooseTables(t *testing.T) {
	c := newChooser(t)
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for name, text := range map[string]string{"x/one.csv": "a,b\n1,2\n", "two.json": `[{"a": 1, "c": {"d": 2}}]`} {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	c.open("2024/all.zip", archive.String())
	of := func(document string) string { // the place of its table
		var about []struct{ D string }
		if err := json.Unmarshal([]byte(c.form.Get("about")), &about); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(slices.IndexFunc(about, func(t struct{ D string }) bool { return t.D == document }))
	}
	c.form.Set("type-"+of("all.zip/x/one.csv")+"-0", "string")
	c.form.Set("as-"+of("all.zip/two.json")+"-0", "A")
	c.set("flatten", "yes")
	c.preview()
	if c.alert() != "" {
		t.Fatal(c.alert())
	}
	c.publish()
	c.published()
	c.has(`SELECT typeof(a) || b FROM one`, "text2")
	c.has(`SELECT A || c_d FROM two`, "12")
}

// Of a workbook a header can be denied, which CSV has another switch for.
func TestChooseNoHeader(t *testing.T) {
	c := newChooser(t)
	c.open("a.json", "[[\"x\",\"y\"],[1,2]]")
	if c.form.Has("option-header") {
		t.Error("JSON has no header option")
	}
	c.set("no-header", "yes")
	c.publish()
	c.published()
	c.has(`SELECT count(*) FROM a`, "2")
	c.open("a.json", "[[\"x\",\"y\"],[1,2]]")
	if got := c.form.Get(c.id("no-header")); got != "yes" {
		t.Errorf("it is %q", got)
	}
	c.open("b.csv", "about\nx,y\n1,2\n3,4\n")
	c.set("skip", "1", "header", "no")
	c.preview()
	c.publish()
	c.published()
	if got := c.rules(); !strings.Contains(got, "headerRows: [2]") || !strings.Contains(got, "header: false") {
		t.Errorf("got %s", got)
	}
}

// Of a large file of lines the first are looked at.
func TestChooseOfASample(t *testing.T) {
	c := newChooser(t)
	c.open("big.csv", "a,b\n"+strings.Repeat("1,"+strings.Repeat("x", 1000)+"\n", 9000))
	c.shows("9,000 rows")
	c.set("New name of a", "number")
	c.preview()
	c.shows("A sample: this is what the first 2.0 MB of it become", "2,0", "number")
	c.publish()
	c.published()
	c.has(`SELECT count(number) FROM big`, "9000")
}

// Choices for columns that another delimiter takes away come back with them, and are not written until then.
func TestChooseAside(t *testing.T) {
	c := newChooser(t)
	c.open("a.csv", "a;b,c\n1;2,3\n")
	c.set("delimiter", ";")
	c.preview()
	c.set("New name of a", "first")
	c.preview()
	c.set("delimiter", ",")
	c.preview()
	c.shows("Something is chosen for columns that are not there, and is not written: a")
	c.set("delimiter", ";")
	c.preview()
	if got := c.form.Get(c.id("New name of a")); got != "first" {
		t.Errorf("it is %q", got)
	}
	c.set("delimiter", ",")
	c.publish()
	c.published()
	if strings.Contains(c.rules(), "first") {
		t.Errorf("written: %s", c.rules())
	}
}

// Whatever columns are called, what is chosen for one is said of that one.
func TestChooseHostile(t *testing.T) {
	c := newChooser(t)
	names := []string{`"`, "'", "<script>alert(1)</script>", "a\nb", "a: #b", "- x", "null", "yes", "~", "{a}", "[b]*?", "é😀\u202eright", strings.Repeat("長い", 150), "a\\b", "&amp;", "*a", "|", "\u0085x", "%"}
	var head, row bytes.Buffer
	for i, name := range names {
		fmt.Fprintf(&head, ",\"%s\"", strings.ReplaceAll(name, `"`, `""`))
		fmt.Fprintf(&row, ",%d", i+10)
	}
	text := "id" + head.String() + "\n1" + row.String() + "\n2" + row.String() + "\n"
	c.open("evil <b>.csv", text)
	for i := range names {
		c.form.Set(fmt.Sprintf("type-0-%d", i+1), "string")
		c.form.Set(fmt.Sprintf("as-0-%d", i+1), "n"+names[len(names)-1-i])
	}
	c.preview()
	if c.alert() != "" || strings.Contains(c.text, "<script>alert") {
		t.Fatalf("%s", c.alert())
	}
	c.publish()
	c.published()
	c.has(`SELECT count(*) FROM pragma_table_info('evil <b>') WHERE type = 'TEXT' AND name LIKE 'n%'`, fmt.Sprint(len(names)))
	c.open("evil <b>.csv", text)
	for i := range names {
		if got, want := c.form.Get(fmt.Sprintf("as-0-%d", i+1)), "n"+names[len(names)-1-i]; strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
			t.Errorf("%q is called %q, not %q", names[i], got, want)
		}
	}
	before := c.rules()
	c.publish()
	c.published()
	if c.rules() != before {
		t.Errorf("written anew:\n%s\n%s", before, c.rules())
	}
}

// Of a file with many columns some can be chosen for, which is said; the others can still be published, and so can a file
// of which nothing is chosen.
func TestChooseBounds(t *testing.T) {
	c := newChooser(t)
	var head strings.Builder
	for i := range 600 {
		fmt.Fprintf(&head, "c%d,", i+1)
	}
	c.open("wide.csv", head.String()+"end\n"+strings.Repeat("1,", 600)+"2\n")
	c.shows("And 101 more columns, for which there is no room here")
	c.form.Set("as-0-499", "last")
	c.publish()
	c.published()
	c.has(`SELECT last || c501 || "end" FROM wide`, "112")
	c.form = url.Values{"null": {strings.Repeat("x", 3<<20)}}
	if c.ask("POST", c.at, c.form); c.code != http.StatusRequestEntityTooLarge {
		t.Errorf("a long form: %d", c.code)
	}
}

// A database that is published as it is has nothing to choose but its name.
func TestChooseOfADatabase(t *testing.T) {
	c := newChooser(t)
	c.open("a.csv", "a\n1\n")
	c.publish()
	c.published()
	all, err := c.h.Pipeline.Releases(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d := all[0].Databases[0]
	doc, err := c.h.Pipeline.Store.Open(t.Context(), dynasette.Object{Name: d.Object, Generation: d.Generation, Size: d.Size})
	if err != nil {
		t.Fatal(err)
	}
	defer doc.Close()
	data, err := io.ReadAll(io.NewSectionReader(doc, 0, d.Size))
	if err != nil {
		t.Fatal(err)
	}
	c.open("b.db", string(data))
	if c.form.Has("about") {
		t.Error("columns can be chosen for")
	}
	c.preview()
	c.set("Published as", "c.db")
	if c.publish(); c.code != http.StatusOK {
		t.Errorf("published under a name that nobody has seen: %d", c.code)
	}
	c.shows("Its name is c.db now")
	c.publish()
	c.published()
	if _, err := os.Stat(filepath.Join(c.root, "c.db")); err != nil || c.rules() != "" {
		t.Errorf("%v, %s", err, c.rules())
	}
}

// Columns that are called alike are told apart, also when one of them is called otherwise.
func TestChooseAlike(t *testing.T) {
	c := newChooser(t)
	c.open("a.csv", "a,a,a\n1,x,1.5\n2,y,2.5\n")
	c.set("New name of a", "first")
	c.preview()
	c.shows("a_2 TEXT", "a_3 REAL")
	c.set("Type of a_3", "string")
	c.publish()
	c.published()
	c.has(`SELECT group_concat(name || type) FROM pragma_table_info('a')`, "firstINTEGER,aTEXT,a_2TEXT")
}
