package dynasette_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// many are uploads of which rules concern few.
func (f *following) many() {
	for i := range 7 {
		f.put(fmt.Sprintf("p/%d.csv", i), "k;v\n1;007\n2;-\n")
		f.put(fmt.Sprintf("q/%d.csv", i), "k,v\n1,7\n")
	}
}

// anew returns which sources have other databases now than before, or are gone, or new.
func anew(before, now map[string]string) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if now[name] != before[name] {
			list = append(list, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if now[name] == "" {
			list = append(list, "-"+name)
		}
	}
	return strings.Join(list, " ")
}

// A step of people who change their rules, and what is converted anew for it.
type step struct {
	about      string
	name, text string // text "-" deletes
	anew       string
	fails      bool
}

func packaged(schema string) string {
	return `{"name": "pack", "resources": [{"name": "first", "path": "1.csv", "schema": ` + schema + `}, {"name": "second", "path": "2.csv"}]}`
}

// A change of rules converts anew what it concerns, and nothing else, whether events tell of it
// or a reconcile finds it; and what is served is then as if the rules had been there before the documents.
func TestFollowedChanges(t *testing.T) {
	const integer, text = `{"fields": [{"name": "k"}, {"name": "v", "type": "integer"}]}`, `{"fields": [{"name": "k"}, {"name": "v", "type": "string"}]}`
	for _, way := range []struct {
		about string
		steps []step
	}{
		{"ours", []step{
			{"one of many", "dynasette.yaml", "resources: [{path: p/3.csv, missingValues: ['-']}]", "p/3.csv", false},
			{"written otherwise", "dynasette.yaml", "# the same\nresources:\n  - path: p/3.csv\n    missingValues: [\"-\"]\n", "", false},
			{"what people are told", "dynasette.yaml", "title: T\nresources: [{path: p/3.csv, missingValues: ['-'], title: X, facets: [k]}, {path: 'q/*', description: D}]", "", false},
			{"another one too", "dynasette.yaml", "resources: [{path: 'p/[34].csv', missingValues: ['-']}]", "p/4.csv", false},
			{"broken", "dynasette.yaml", "resources: [{path: p/3.csv, mising: ['-']}]", "", true},
			{"no YAML", "dynasette.yaml", "resources: [{path: *.csv", "", true},
			{"mended, of the other only", "dynasette.yaml", "resources: [{path: p/4.csv, missingValues: ['-']}]", "p/3.csv", false},
			{"a nearer file", "p/dynasette.yaml", "resources: [{path: 6.csv, missingValues: ['-']}, {path: 5.csv, skip: true}]", "p/6.csv -p/5.csv", false},
			{"the further one goes", "dynasette.yaml", "-", "p/4.csv", false},
			{"it moves to another folder", "q/dynasette.yaml", "resources: [{path: 6.csv, missingValues: ['-']}, {path: 5.csv, skip: true}]", "q/6.csv -q/5.csv", false},
			{"from where it was", "p/dynasette.yaml", "-", "p/5.csv p/6.csv", false},
		}},
		{"a package", []step{
			{"without a schema's file", "p/datapackage.json", packaged(`"schema.json"`), "p/pack/ -p/1.csv -p/2.csv", false},
			{"the schema's file comes", "p/schema.json", integer, "p/pack/", false},
			{"it changes", "p/schema.json", text, "p/pack/", false},
			{"it is broken", "p/schema.json", `{"fields": [`, "", true},
			{"it is mended", "p/schema.json", integer, "p/pack/", false},
			{"another file, not there", "p/datapackage.json", packaged(`"other.json"`), "p/pack/ p/schema.json", false},
			{"the same within", "p/datapackage.json", packaged(text), "p/pack/", false},
			{"broken", "p/datapackage.json", `{"name": "pack",, "resources": []}`, "", true},
			{"described", "p/datapackage.json", strings.Replace(packaged(text), `"pack"`, `"pack", "title": "P"`, 1), "", false},
			{"gone", "p/datapackage.json", "-", "p/1.csv p/2.csv -p/pack/", false},
		}},
		{"CSVW", []step{
			{"comes", "q/1.csv-metadata.json", `{"@context": "http://www.w3.org/ns/csvw", "url": "1.csv", "tableSchema": {"columns": [{"name": "k"}, {"name": "v", "datatype": "string"}]}}`, "q/1.csv", false},
			{"says more of RDF", "q/1.csv-metadata.json", `{"@context": "http://www.w3.org/ns/csvw", "url": "1.csv", "tableSchema": {"aboutUrl": "#{k}", "columns": [{"name": "k"}, {"name": "v", "datatype": "string"}]}}`, "", false},
			{"is of another", "q/1.csv-metadata.json", `{"@context": "http://www.w3.org/ns/csvw", "url": "2.csv", "tableSchema": {"columns": [{"name": "k"}, {"name": "v", "datatype": "string"}]}}`, "q/1.csv q/2.csv", false},
			{"skips lines", "q/1.csv-metadata.json", `{"@context": "http://www.w3.org/ns/csvw", "url": "2.csv", "dialect": {"trim": true}, "tableSchema": {"columns": [{"name": "k"}, {"name": "v", "datatype": "string"}]}}`, "q/2.csv", false},
			{"goes", "q/1.csv-metadata.json", "-", "q/2.csv", false},
		}},
	} {
		for _, lost := range []bool{false, true} {
			follow(t, func(f *following) {
				f.many()
				texts := map[string]string{}
				for _, s := range way.steps {
					about := fmt.Sprintf("%s: %s (events lost: %v)", way.about, s.about, lost)
					before := f.objects()
					switch {
					case s.text != "-" && lost:
						f.uploads.Put(s.name, s.text)
						f.reconcile()
					case s.text != "-":
						if r := f.put(s.name, s.text); (r.Err != nil) != s.fails {
							t.Errorf("%s: %+v", about, r)
						}
					case lost:
						f.uploads.Delete(s.name)
						f.reconcile()
					default:
						f.process(f.uploads.Delete(s.name)[0])
					}
					if got := anew(before, f.objects()); got != s.anew {
						t.Errorf("%s: converted anew: %q, want %q", about, got, s.anew)
					}
					if got := len(f.failures()) > 0; got != s.fails {
						t.Errorf("%s: failures: %q", about, f.failures())
					}
					if r := f.reconcile(); r.Converted+r.Withdrawn > 0 {
						t.Errorf("%s: a reconcile converts once more: %+v", about, r)
					}
					if !s.fails {
						texts[s.name] = s.text
					}
					if lost || s.fails || testing.Short() {
						continue
					}
					first := &following{newWorld(t), t}
					for _, name := range slices.Sorted(maps.Keys(texts)) {
						if texts[name] != "-" {
							first.put(name, texts[name])
						}
					}
					first.many()
					if got, want := f.all(), first.all(); got != want {
						t.Errorf("%s: served:\n%s\nwith the rules first:\n%s", about, got, want)
					}
					first.Wait()
				}
			})
		}
	}
}

// all returns all that is served, but for when it was uploaded and made.
func (f *following) all() string {
	var lines []string
	for _, d := range servedNow(f.t, f.store).Databases {
		d.Object, d.Generation, d.SourceGeneration, d.Updated, d.SHA256 = "", "", "", time.Time{}, ""
		line, err := json.Marshal(d)
		if err != nil {
			f.t.Fatal(err)
		}
		lines = append(lines, string(line))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
