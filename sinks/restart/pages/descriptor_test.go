package pages

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/converter/rules"
	"github.com/dynasette/dynasette/internal/datapackage"
	sinkdir "github.com/dynasette/dynasette/sinks/dir"
	sourcedir "github.com/dynasette/dynasette/sources/dir"
	"golang.org/x/net/html"
)

// evilName is what a column may be called.
const evilName = `</script><script>alert("1")</script><!--'\\ ` + "\u2028\u202e"

// readDescriptor reads one, and fails the test unless it has what version 1 of Data Package wants.
func readDescriptor(t *testing.T, s *Server, path string) (p datapackage.Package, resources []datapackage.Resource) {
	t.Helper()
	text := body(t, s, path)
	if again := body(t, s, path); again != text {
		t.Errorf("asked twice: %s\n%s", text, again)
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	name := regexp.MustCompile(`^[-a-z0-9._]+$`)
	if !name.MatchString(p.Name) || p.Title == "" || len(p.Resources) == 0 {
		t.Errorf("%s", text)
	}
	if _, err := time.Parse(time.RFC3339, p.Created); err != nil {
		t.Error(err)
	}
	licenses, sources := p.Licenses, p.Sources
	seen := map[string]bool{}
	for _, raw := range p.Resources {
		var r datapackage.Resource
		if err := json.Unmarshal(raw, &r); err != nil {
			t.Fatal(err)
		}
		if !name.MatchString(r.Name) || seen[r.Name] || len(r.Schema.Fields) == 0 {
			t.Errorf("%s", raw)
		}
		seen[r.Name] = true
		resources = append(resources, r)
		licenses, sources = append(licenses, r.Licenses...), append(sources, r.Sources...)
	}
	for _, l := range licenses {
		if l.Name == "" && l.Path == "" || l.Name != "" && !datapackage.LicenseName().MatchString(l.Name) {
			t.Errorf("%+v", l)
		}
	}
	for _, s := range sources {
		if s.Title == "" {
			t.Errorf("%+v", s)
		}
	}
	return p, resources
}

// csvOf asks for the CSV that a resource leads to, whose first row has the names of its fields.
func csvOf(t *testing.T, s *Server, r datapackage.Resource) string {
	t.Helper()
	path, ok := strings.CutPrefix(r.Path, "http://example.com/")
	if !ok {
		t.Fatalf("%s", r.Path)
	}
	text := body(t, s, "/"+path)
	var names []byte
	for i, f := range r.Schema.Fields {
		if i > 0 {
			names = append(names, ',')
		}
		names = appendCSV(names, f.Name)
	}
	if !strings.HasPrefix(text, string(names)+"\n") {
		t.Errorf("%s begins with %.100q, want %q", r.Path, text, names)
	}
	return text
}

func TestDescriptor(t *testing.T) {
	s := serve(t, map[string]string{"towns.db": towns, "odd.db": odd, "Odd 2.db": odd, "empty.db": "CREATE VIEW v AS SELECT 1",
		"self.db":       `CREATE TABLE "a b" (id INTEGER PRIMARY KEY, up INTEGER REFERENCES "a b", gone INTEGER REFERENCES absent(x), n NUMERIC, d DOUBLE, b BLOB, x); CREATE TABLE "A.B" (x); CREATE TABLE "a-b" (x)`,
		"metadata.json": `{"title": "Towns of ours", "license": "Open, with care", "source": "The office", "databases": {"towns": {"title": "Towns!", "license": "CC0-1.0", "license_url": "https://example.org/cc0", "tables": {"towns": {"title": "All", "source_url": "https://example.org/s", "columns": {"people": "At the last census"}}}}}}`})
	p, resources := readDescriptor(t, s, "/-/towns/datapackage.json")
	for _, r := range resources {
		csvOf(t, s, r)
	}
	if p.Name != "towns" || p.Title != "Towns!" || p.Homepage != "http://example.com/towns" || p.Licenses[0] != (datapackage.License{Name: "CC0-1.0", Path: "https://example.org/cc0"}) || p.Sources[0].Title != "The office" {
		t.Errorf("%+v", p)
	}
	want := datapackage.Resource{Profile: "tabular-data-resource", Name: "towns", Title: "All", Path: "http://example.com/towns/towns.csv", Format: "csv", MediaType: "text/csv", Encoding: "utf-8",
		Sources: []datapackage.Source{{Title: "https://example.org/s", Path: "https://example.org/s"}},
		Schema: datapackage.Schema{Fields: []datapackage.Field{{Name: "name", Type: "string"}, {Name: "code", Type: "string"}, {Name: "state", Type: "integer"}, {Name: "people", Type: "integer", Description: "At the last census"}, {Name: "founded", Type: "any"}, {Name: "site", Type: "string"}},
			ForeignKeys: []datapackage.ForeignKey{{Fields: []string{"state"}, Reference: datapackage.Target{Resource: "states", Fields: []string{"id"}}}}}}
	if len(resources) != 2 || !reflect.DeepEqual(resources[1], want) || !slices.Equal(resources[0].Schema.PrimaryKey, []string{"id"}) {
		t.Errorf("%+v", resources)
	}
	_, resources = readDescriptor(t, s, "/-/self/datapackage.json")
	want.Schema = datapackage.Schema{PrimaryKey: []string{"id"}, Fields: []datapackage.Field{{Name: "id", Type: "integer"}, {Name: "up", Type: "integer"}, {Name: "gone", Type: "integer"}, {Name: "n", Type: "number"}, {Name: "d", Type: "number"}, {Name: "b", Type: "any"}, {Name: "x", Type: "any"}},
		ForeignKeys: []datapackage.ForeignKey{{Fields: []string{"up"}, Reference: datapackage.Target{Fields: []string{"id"}}}}}
	if got := resources[0].Schema; len(resources) != 3 || !reflect.DeepEqual(got, want.Schema) {
		t.Errorf("%+v", resources)
	}
	p, resources = readDescriptor(t, s, "/-/datapackage.json")
	if p.Name != "towns-of-ours" || p.Homepage != "http://example.com/" || p.Licenses[0] != (datapackage.License{Name: "open-with-care", Title: "Open, with care"}) || len(resources) != 2+2*2+3 {
		t.Errorf("%+v", p)
	}
	for _, r := range resources {
		csvOf(t, s, r)
	}
	readDescriptor(t, s, "/-/Odd+2/datapackage.json")
	for _, path := range []string{"/-/empty/datapackage.json", "/-/nothing/datapackage.json", "/-//datapackage.json", "/-/towns/towns/datapackage.json", "/-/towns/datapackage", "/towns/datapackage.json", "/datapackage.json"} {
		if w := ask(s, path); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if page := body(t, s, "/empty"); strings.Contains(page, "describedby") {
		t.Error("a link to nowhere")
	}
	r := httptest.NewRequest("GET", "/-/towns/datapackage.json", nil)
	r.Host = "data.example.org"
	r.Header.Set("X-Forwarded-Proto", "https")
	w := httptest.NewRecorder()
	if s.ServeHTTP(w, r); !strings.Contains(w.Body.String(), `"https://data.example.org/towns/towns.csv"`) {
		t.Errorf("%s", w.Body)
	}
}

// publish serves a folder of these files.
func publish(t *testing.T, files map[string]string) *Server {
	t.Helper()
	folder := t.TempDir()
	store, err := sinkdir.Open(filepath.Join(folder, ".dynasette"))
	if err != nil {
		t.Fatal(err)
	}
	store.NoSync = true
	s := &Server{TimeLimit: time.Minute}
	t.Cleanup(func() { s.Close() })
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	p := &dynasette.Pipeline{
		Source: &sourcedir.Source{Root: folder, Settle: -1}, Store: store, Formats: all.Formats(), Restarter: s, Quiet: time.Millisecond,
	}
	if _, err := p.Reconcile(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Wait()
	return s
}

// Whoever keeps a package with the tables that it leads to, and uploads it, has the same data again.
func TestADescriptorIsReadBack(t *testing.T) {
	evil, _ := json.Marshal(evilName)
	s := publish(t, map[string]string{
		"Sales 2024.csv": "id,code,price,\"a \"\"quoted\"\", name\"\n1,007,2.5,x\n2,008,3,\n",
		"log.json":       `{"days": [{"day": "2024-01-02", ` + string(evil) + `: 1}], "people": [{"name": "Ann", "big": 12345678901234567890123, "yes": true}]}`,
	})
	p, resources := readDescriptor(t, s, "/-/datapackage.json")
	if len(resources) != 3 {
		t.Fatalf("%+v", resources)
	}
	if w := ask(s, "/-/Sales%202024/datapackage.json"); w.Code != 302 || w.Header().Get("Location") != "/-/sales-2024/datapackage.json" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if said := linkedIn(t, body(t, s, "/sales-2024")); said["creator"] != nil || said["dateModified"] == nil {
		t.Errorf("%v", said)
	}
	files := map[string]string{}
	fsys := fstest.MapFS{}
	for i, r := range resources {
		files[r.Name+".csv"] = csvOf(t, s, r)
		r.Path = r.Name + ".csv" // nothing is fetched
		p.Resources[i], _ = json.Marshal(r)
	}
	text, _ := json.Marshal(p)
	files["datapackage.json"] = string(text)
	fsys["datapackage.json"] = &fstest.MapFile{Data: text}
	set := rules.Read(fsys, []string{"datapackage.json"}, all.Formats())
	if len(set.Faults)+len(set.Notes) > 0 {
		t.Errorf("%v %v", set.Faults, set.Notes)
	}
	again := publish(t, files)
	_, all := readDescriptor(t, again, "/-/datapackage.json") // of one database
	for _, r := range resources {
		fields := set.Rule(r.Name+".csv").Table(r.Name, 0).Fields
		for i, f := range r.Schema.Fields {
			if i >= len(fields) || fields[i].Name != f.Name || string(fields[i].Type) != f.Type {
				t.Errorf("%s is read as %+v", f.Name, fields)
			}
		}
		now := slices.DeleteFunc(slices.Clone(all), func(o datapackage.Resource) bool { return o.Name != dynasette.Slug(r.Name) })
		if len(now) != 1 {
			t.Fatalf("%s is not among %+v", r.Name, all)
		}
		if !reflect.DeepEqual(now[0].Schema, r.Schema) {
			t.Errorf("%+v became %+v", r, now)
		}
		if got := csvOf(t, again, now[0]); got != files[r.Name+".csv"] {
			t.Errorf("%s became %s", files[r.Name+".csv"], got)
		}
	}
}

// linkedIn returns what a page says in JSON-LD.
func linkedIn(t *testing.T, page string) (o object) {
	t.Helper()
	n := 0
	for z := html.NewTokenizer(strings.NewReader(page)); z.Next() != html.ErrorToken; {
		if token := z.Token(); token.Type != html.StartTagToken || token.Data != "script" {
			continue
		}
		n++
		z.Next()
		if text := z.Raw(); json.Unmarshal(text, &o) != nil || bytes.ContainsAny(text, "<>&\u2028") {
			t.Errorf("%s", text)
		}
	}
	if n != 1 || o["@context"] != "https://schema.org/" || o["@type"] != "Dataset" || o["name"] == "" || o["description"] == "" {
		t.Fatalf("%d scripts: %v", n, o)
	}
	return o
}

// Whatever an uploader writes is text in a page's JSON-LD, and the same text.
func TestLinkedData(t *testing.T) {
	column := `"` + strings.ReplaceAll(evilName, `"`, `""`) + `"`
	metadata, _ := json.Marshal(object{"title": evilName, "license": evilName, "databases": object{
		"d": object{"title": evilName, "description": evilName, "source": evilName, "source_url": "https://example.org/", "license_url": "https://example.org/l"}}})
	wide := new(strings.Builder)
	for i := range 2 * maxLinked {
		fmt.Fprintf(wide, "CREATE TABLE t%d (x);", i)
	}
	s := serve(t, map[string]string{"d.db": "CREATE TABLE t (" + column + ` TEXT, "'" INTEGER)`, "metadata.json": string(metadata), "wide.db": wide.String()})
	o := linkedIn(t, body(t, s, "/d"))
	variables, _ := o["variableMeasured"].([]any)
	if len(variables) != 2 || variables[0].(object)["name"] != evilName || o["name"] != evilName || o["description"] != evilName ||
		o["creator"].(object)["name"] != evilName || o["license"] != "https://example.org/l" || o["url"] != "http://example.com/d" {
		t.Errorf("%v", o)
	}
	for _, download := range o["distribution"].([]any) {
		path, ok := strings.CutPrefix(download.(object)["contentUrl"].(string), "http://example.com")
		if w := ask(s, path); !ok || w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), download.(object)["encodingFormat"].(string)) {
			t.Errorf("%v: %d %v", download, w.Code, w.Header())
		}
	}
	o = linkedIn(t, body(t, s, "/wide"))
	if n, m := len(o["distribution"].([]any)), len(o["variableMeasured"].([]any)); n > maxLinked+1 || m > maxLinked {
		t.Errorf("%d and %d", n, m)
	}
	if o = linkedIn(t, body(t, s, "/")); o["name"] != evilName || o["license"].(object)["name"] != evilName || len(o["hasPart"].([]any)) != 2 {
		t.Errorf("%v", o)
	}
	if _, err := time.Parse(time.RFC3339, o["dateModified"].(string)); err != nil {
		t.Error(err)
	}
}
