package rules_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/converter/rules"
)

// A hash changes with what becomes of its document, and with nothing else.
func TestHash(t *testing.T) {
	const base = `resources:
  - path: a.csv
    rename: {x: y, z: w}
    constants: {c: 1}
    schema: {fields: [{name: d, type: date, default: 5, misfit: clear, constraints: {required: true}}]}
    indexes: [[a, "-b"]]
    flatten: true
    title: T
  - path: b.csv
    name: n
`
	hash := func(text, document string) string {
		files := fstest.MapFS{rules.FileName: {Data: []byte(text)}}
		s := rules.Read(files, []string{rules.FileName}, all.Formats())
		if len(s.Faults) > 0 || len(s.Unused(nil)) > 0 {
			t.Fatal(s.Faults, s.Unused(nil), text)
		}
		return s.Hash(document)
	}
	was := hash(base, "a.csv")
	if was == "" || was == hash(base, "b.csv") || hash(base, "c.csv") != "" {
		t.Errorf("a.csv has %q, b.csv %q, c.csv %q", was, hash(base, "b.csv"), hash(base, "c.csv"))
	}
	for _, edit := range []struct {
		from, to string
		same     bool
	}{
		{"resources:", "# a comment\n\nresources:", true},
		{"title: T", "title: another", true},
		{"title: T", "facets: [q]", true},
		{"name: n", "name: m", true},
		{"{x: y, z: w}", "{z: w, x: y}", true},
		{"- path: a.csv", "- path: \"a.*\"", true},
		{"{x: y, z: w}", "{x: y}", false},
		{"{c: 1}", "{c: \"1\"}", false},
		{"{c: 1}", "{c: 1, d: 1}", false},
		{"type: date", "type: datetime", false},
		{"default: 5", "default: 6", false},
		{"misfit: clear", "misfit: cast", false},
		{"required: true", "required: false", false},
		{`"-b"`, `"b"`, false},
		{"[[a,", "[[a], [", false},
		{"flatten: true", "flatten: false", false},
		{"path: b.csv", "path: \"*.csv\"", false},
	} {
		text := strings.Replace(base, edit.from, edit.to, 1)
		if now := hash(text, "a.csv"); (now == was) != edit.same || text == base {
			t.Errorf("%s for %s: the hash is the same: %v", edit.to, edit.from, now == was)
		}
	}
}
