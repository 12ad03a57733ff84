package dynasette_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/tries"
)

// A speaker says things at random of databases made at random, some of them of what is not
// there, and knows what of it should be left.
type speaker struct {
	*rand.Rand
	missing int // how often something was named that is not there
}

func (s *speaker) maybe() bool { return s.IntN(2) == 0 }

func (s *speaker) pick(from []string) string { return from[s.IntN(len(from))] }

// some returns some of the words, in any order.
func (s *speaker) some(from []string, most int) []string {
	from = slices.Clone(from)
	s.Shuffle(len(from), func(i, j int) { from[i], from[j] = from[j], from[i] })
	return from[:s.IntN(min(most, len(from))+1)]
}

// Columns, tables and uploads, of which no two differ in capitals only.
var (
	columnWords = []string{"id", "name", "2024", "no", "null", "1.5", "with blank", "ünï", "a:b", "a\"b", "#x", "- y", "日本", "<<", "*z", "~", "longer_than_others"}
	tableWords  = []string{"t", "Rows of it", "2023", "yes", "tö", "a/b", "t.csv"}
	uploadWords = []string{"x.csv", "My Data 2024.csv", "a/x.json", "日本.csv", "données.csv", "plain", "2024.csv", "no.csv", "b/museum.db"}
)

// release makes a release.
func (s *speaker) release() *dynasette.Manifest {
	m := &dynasette.Manifest{Names: map[string]string{}}
	uploads := s.some(uploadWords, 5)
	dynasette.NameAll(m.Names, uploads...)
	for _, u := range uploads {
		d := dynasette.Database{Slug: m.Names[u], Source: u, Copied: s.maybe(), Views: []string{}}
		for _, t := range s.some(tableWords, 3) {
			d.Tables = append(d.Tables, dynasette.Table{Name: t, Columns: append([]string{"key"}, s.some(columnWords, 6)...)})
		}
		m.Databases = append(m.Databases, d)
	}
	slices.SortFunc(m.Databases, func(a, b dynasette.Database) int { return strings.Compare(a.Slug, b.Slug) })
	return m
}

// column returns a name, and whether the table has it.
func (s *speaker) column(t dynasette.Table) (string, bool) {
	name := s.pick(columnWords)
	there := slices.Contains(t.Columns, name)
	if !there {
		s.missing++
	}
	return name, there
}

// spelled returns a name as somebody may write it who does not think of quotes.
func (s *speaker) spelled(name string) any {
	if name == "2024" && s.maybe() {
		return 2024
	}
	return name
}

// about says something of a table.
func (s *speaker) about(t dynasette.Table) (said, want map[string]any) {
	said, want = map[string]any{}, map[string]any{}
	both := func(key string, value any) { said[key], want[key] = value, value }
	if s.maybe() {
		both("title", s.pick(columnWords))
	}
	if s.maybe() {
		both("allow", map[string]any{s.pick(columnWords): []any{"root"}})
	}
	if s.maybe() {
		both("plugins", map[string]any{"p": map[string]any{"sort": "nowhere", "facets": []any{"nowhere"}, "tables": "nowhere"}})
	}
	for _, key := range []string{"sort", "sort_desc", "label_column", "fts_pk"} {
		if s.maybe() {
			name, there := s.column(t)
			if said[key] = s.spelled(name); there {
				want[key] = name
			}
		}
	}
	if s.maybe() {
		list, left := []any{}, []any{}
		for range s.IntN(4) {
			name, there := s.column(t)
			if list = append(list, s.spelled(name)); there {
				left = append(left, name)
			}
		}
		said["sortable_columns"], want["sortable_columns"] = list, left
	}
	if s.maybe() {
		list, left := []any{}, []any{}
		for range s.IntN(4) {
			name, there := s.column(t)
			facet := func(of any) any {
				switch s.IntN(3) {
				case 0:
					return map[string]any{"array": of}
				case 1:
					return map[string]any{"date": map[string]any{"column": of}}
				}
				return of
			}(name)
			if list = append(list, facet); there {
				left = append(left, facet)
			}
		}
		said["facets"], want["facets"] = list, left
	}
	for _, key := range []string{"columns", "units", "column_types"} {
		if s.maybe() {
			all, left := map[string]any{}, map[string]any{}
			for range s.IntN(4) {
				name := s.pick(columnWords)
				if _, again := all[name]; again {
					continue
				}
				if all[name] = "about " + name; slices.Contains(t.Columns, name) {
					left[name] = all[name]
				} else {
					s.missing++
				}
			}
			said[key], want[key] = all, left
		}
	}
	return said, want
}

// database says something of a database.
func (s *speaker) database(d dynasette.Database) (said, want map[string]any) {
	said, want = map[string]any{}, map[string]any{}
	if s.maybe() {
		said["description"] = s.pick(columnWords)
		want["description"] = said["description"]
	}
	if s.maybe() {
		said["queries"] = map[string]any{s.pick(columnWords): map[string]any{"sql": "select :nowhere from nowhere", "params": []any{"nowhere"}}}
		want["queries"] = said["queries"]
	}
	tables, left := map[string]any{}, map[string]any{}
	for _, name := range s.some(tableWords, 4) {
		if i := slices.IndexFunc(d.Tables, func(t dynasette.Table) bool { return t.Name == name }); i >= 0 {
			tables[name], left[name] = s.about(d.Tables[i])
		} else {
			tables[name] = map[string]any{"sort": "nowhere"}
			s.missing++
		}
	}
	said["tables"], want["tables"] = tables, left
	return said, want
}

// document says something of databases, by slug or upload.
func (s *speaker) document(m *dynasette.Manifest) (said, want map[string]any) {
	databases, left := map[string]any{}, map[string]any{}
	for _, d := range m.Databases {
		bySlug, byUpload := s.maybe(), s.maybe() && d.Source != d.Slug
		if bySlug {
			databases[d.Slug], left[d.Slug] = s.database(d)
		}
		if byUpload { // which counts first
			said, want := s.database(d)
			databases[d.Source] = said
			over(left, d.Slug, want)
		}
	}
	if s.maybe() {
		databases["nobody's"] = map[string]any{"tables": map[string]any{"t": map[string]any{"sort": "x"}}}
		left["nobody's"] = databases["nobody's"]
		s.missing++
	}
	said = map[string]any{"title": "T", "plugins": map[string]any{"databases": "nowhere"}, "databases": databases}
	return said, map[string]any{"title": "T", "plugins": said["plugins"], "databases": left}
}

// write writes a document in one of the forms that people use.
func (s *speaker) write(said any) (name, text string) {
	if s.maybe() {
		data, err := yaml.Marshal(said)
		if err != nil {
			panic(err)
		}
		return "metadata.yaml", string(data)
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if s.maybe() {
		e.SetIndent("", "\t")
	}
	if err := e.Encode(said); err != nil {
		panic(err)
	}
	return "metadata.json", b.String()
}

// TestFitProperty: whatever is said of whatever there is, what is generated names nothing
// that is not there, loses nothing that is, and each loss is a finding that says where.
func TestFitProperty(t *testing.T) {
	for seed := range uint64(tries.Of(3000)) {
		s := &speaker{Rand: rand.New(rand.NewPCG(seed, 7))}
		m := s.release()
		said, want := s.document(m)
		name, text := s.write(said)
		documents, found, err := dynasette.Contents(m, map[string]string{name: text})
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		bare, _, err := dynasette.Contents(m, nil)
		if err != nil {
			t.Fatal(err)
		}
		all := jsonOf(t, bare["metadata.json"])
		for key, value := range same(want).(map[string]any) {
			over(all, key, value)
		}
		if got := jsonOf(t, documents["metadata.json"]); !reflect.DeepEqual(got, all) {
			t.Fatalf("seed %d: of\n%s\nthere is left %v\nwant          %v", seed, text, got["databases"], all["databases"])
		}
		if len(found) != s.missing {
			t.Fatalf("seed %d: %d findings, want %d:\n%s\n%v", seed, len(found), s.missing, text, found)
		}
		lines := strings.Split(text, "\n")
		for _, f := range found {
			what := pointedAt(lines, f)
			key, _, _ := strings.Cut(f.Message, " ")
			if !slices.ContainsFunc([]string{f.Column, f.Table, key, "nobody's", "array", "date", "column"}, func(w string) bool { return w != "" && strings.HasPrefix(what, w) }) {
				t.Fatalf("seed %d: %v points at %q:\n%s", seed, f, what, text)
			}
		}
		if _, err := yamlOf(documents["datasette.yaml"]); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// pointedAt returns the text that a finding says it is about.
func pointedAt(lines []string, f dynasette.BaseFinding) string {
	if f.Line < 1 || int(f.Line) > len(lines) {
		return fmt.Sprintf("line %d", f.Line)
	}
	line := []rune(lines[f.Line-1])
	if f.Position < 1 || f.Position > len(line) {
		return fmt.Sprintf("column %d", f.Position)
	}
	rest := strings.TrimLeft(string(line[f.Position-1:]), `"'{`)
	return strings.NewReplacer(`\"`, `"`, "''", "'").Replace(rest)
}

func yamlOf(text string) (root map[string]any, err error) {
	return root, yaml.Unmarshal([]byte(text), &root)
}

// TestConfigOfOne: Datasette reads in datasette.yaml, with a parser of YAML 1.1, what was said.
func TestConfigOfOne(t *testing.T) {
	if exec.Command("python3", "-c", "import yaml").Run() != nil {
		t.Skip("looks for Python with PyYAML")
	}
	odd := []string{
		"no", "Yes", "on", "y", "~", "null", "", " ", "=", "<<", "1:30", "017", "0o17", "0b1", "1_000", "1.", "+.5e3", "1e3", ".inf", "2024-01-01",
		"a: b", "a #b", "- a", "*z", "&z", "!x", "%a", "@", "`", "'", "\"", "\\", "tab\t", "line\n", "\r", "\x00", "\x1b", "\x7f", "\u0085", "\u009f",
		"\u2028", "\u202e", "\ufeff", "\ufffd", "\uffff", "\U0001f600", "日本", "{", "[]", ",", "?", "? a", "---", "...", "| x", "> x", strings.Repeat("long ", 40),
	}
	s := rand.New(rand.NewPCG(1, 1))
	pick := func() string { return odd[s.IntN(len(odd))] + []string{"", odd[s.IntN(len(odd))]}[s.IntN(2)] }
	type pair struct {
		YAML string `json:"yaml"`
		Want any    `json:"want"`
	}
	var pairs []pair
	for range tries.Of(2000) {
		said := map[string]any{"x": pick(), "plugins": map[string]any{pick(): []any{pick(), pick(), s.IntN(100) - 50, s.Float64(), true, nil, map[string]any{pick(): pick()}}}}
		data, err := json.Marshal(said)
		if err != nil {
			t.Fatal(err)
		}
		documents, _, err := dynasette.Contents(&dynasette.Manifest{}, map[string]string{"datasette.json": string(data)})
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, pair{documents["datasette.yaml"], said})
	}
	data, err := json.Marshal(pairs)
	if err != nil {
		t.Fatal(err)
	}
	python := exec.Command("python3", "-c", `
import json, sys, yaml
for n, pair in enumerate(json.load(sys.stdin)):
    got = yaml.safe_load(pair["yaml"])
    if got != pair["want"]:
        sys.exit("%d: %r\nis %r\nwant %r" % (n, pair["yaml"], got, pair["want"]))
`)
	python.Stdin = bytes.NewReader(data)
	if out, err := python.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
