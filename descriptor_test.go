package dynasette_test

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/datapackage"
)

// checkPackage fails the test unless a descriptor has what version 1 of Data Package wants, and returns its resources.
func checkPackage(t *testing.T, text string) (p datapackage.Package, all map[string]datapackage.Resource) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatalf("%v: %.1000s", err, text)
	}
	name := regexp.MustCompile(`^[-a-z0-9._]+$`)
	if !name.MatchString(p.Name) || p.Title == "" || len(p.Resources) == 0 {
		t.Errorf("%.1000s", text)
	}
	if _, err := time.Parse(time.RFC3339, p.Created); err != nil {
		t.Error(err)
	}
	all = map[string]datapackage.Resource{}
	for _, raw := range p.Resources {
		var r datapackage.Resource
		if err := json.Unmarshal(raw, &r); err != nil {
			t.Fatal(err)
		}
		if !name.MatchString(r.Name) || all[r.Name].Name != "" || path.Base(r.Path) != r.Path || len(r.Schema.Fields) == 0 {
			t.Errorf("%s", raw)
		}
		for _, l := range r.Licenses {
			if l.Name == "" && l.Path == "" {
				t.Errorf("%s", raw)
			}
		}
		all[r.Name] = r
	}
	for _, r := range all {
		fields := func(of datapackage.Resource, names []string) {
			for _, name := range names {
				if !slices.ContainsFunc(of.Schema.Fields, func(f datapackage.Field) bool { return f.Name == name }) {
					t.Errorf("%s has no field %s", of.Name, name)
				}
			}
		}
		fields(r, r.Schema.PrimaryKey)
		for _, k := range r.Schema.ForeignKeys {
			fields(r, k.Fields)
			to := r
			if k.Reference.Resource != "" {
				to = all[k.Reference.Resource]
			}
			fields(to, k.Reference.Fields)
		}
	}
	return p, all
}

// A release describes itself, where its documents are.
func TestReleaseDescribesItself(t *testing.T) {
	follow(t, func(f *following) {
		f.put("dynasette.yaml", `license: CC-BY-4.0
resources:
  - path: people.csv
    title: People
    extract: [{columns: [town], table: towns}]
    schema:
      primaryKey: [id]
      fields: [{name: name, description: What they are called}]
      foreignKeys: [{fields: [boss], reference: {resource: "", fields: [id]}}]
  - {path: prices.csv, license: "Ask, first", schema: {primaryKey: [day, item]}}
`)
		f.put("people.csv", "id,name,town,boss\n1,Ada,Bern,\n2,Bo,Oslo,1\n")
		f.put("prices.csv", "day,item,price\n1,a,1.5\n1,b,2.5\n")
		m := servedNow(t, f.store)
		text := string(read(f.t, f.store, "releases/"+m.Release+"/datapackage.json"))
		_, all := checkPackage(f.t, text)
		people, prices := all["people.people"], all["prices.prices"]
		if len(all) != 3 || fmt.Sprint(people.Schema.PrimaryKey, prices.Schema.PrimaryKey, all["people.towns"].Schema.PrimaryKey) != "[id] [day item] [id]" {
			t.Errorf("%s", text)
		}
		d := database(m, "people.csv")
		if people.Title != "People" || people.Path != "people.db" || people.Format != "sqlite" || people.Dialect.Table != "people" || *people.Rows != 2 ||
			people.Bytes != d.Size || people.Hash != "sha256:"+d.SHA256 || people.Schema.Fields[1] != (datapackage.Field{Name: "name", Type: "string", Description: "What they are called"}) {
			t.Errorf("%+v", people)
		}
		if people.Licenses[0].Name != "CC-BY-4.0" || prices.Licenses[0].Title != "Ask, first" || people.Sources[0].Title != "people.csv" {
			t.Errorf("%+v, %+v", people, prices)
		}
		var to []string
		for _, k := range people.Schema.ForeignKeys {
			to = append(to, fmt.Sprint(k.Fields, k.Reference))
		}
		slices.Sort(to)
		if got := strings.Join(to, " "); got != "[boss] { [id]} [towns_id] {people.towns [id]}" {
			t.Error(got)
		}
		documents, _, err := dynasette.Contents(m, nil)
		if again, _, _ := dynasette.Contents(m, nil); err != nil || documents["datapackage.json"] != again["datapackage.json"] || documents["datapackage.json"] != text {
			t.Errorf("%v: %s, and was %s", err, documents["datapackage.json"], text)
		}
	})
}

// However much there is, what says so has an end, and says how much is left out; a release without data says nothing.
func TestDescriptorIsBounded(t *testing.T) {
	m := &dynasette.Manifest{Release: "r", Created: time.Now()}
	documents, _, err := dynasette.Contents(m, nil)
	if text, ok := documents["datapackage.json"]; ok || err != nil {
		t.Errorf("%s, %v", text, err)
	}
	columns := []string{}
	for i := range 500 {
		columns = append(columns, fmt.Sprintf("column %d", i))
	}
	for i := range 1000 {
		m.Databases = append(m.Databases, dynasette.Database{Slug: fmt.Sprintf("d%04d", i), Source: "x.csv", Object: "o",
			Tables: []dynasette.Table{{Name: "t", Columns: columns, Types: make([]string, len(columns))}, {Name: "_x", Hidden: true}}})
	}
	documents, _, err = dynasette.Contents(m, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, all := checkPackage(t, documents["datapackage.json"])
	if len(documents["datapackage.json"]) > 16<<20 || p.Omitted == 0 || p.Omitted+len(all) != 1000 {
		t.Errorf("%d bytes, %d omitted of %d", len(documents["datapackage.json"]), p.Omitted, p.Omitted+len(all))
	}
}
