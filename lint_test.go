package dynasette_test

import (
	"encoding/binary"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/dynasette/dynasette"
)

// firstPage returns a page 1 that has no faults, of a database of so many pages.
func firstPage(pages int) []byte {
	p := make([]byte, 4096)
	copy(p, "SQLite format 3\x00\x10\x00\x01\x01\x00\x40\x20\x20")
	binary.BigEndian.PutUint32(p[28:], uint32(pages))
	p[100] = 0x0d
	return p
}

func TestCheckFirstPage(t *testing.T) {
	for _, test := range []struct {
		want   string
		size   int64
		change func(p []byte) []byte
	}{
		{"", 3 * 4096, func(p []byte) []byte { return p }},
		{"", 9 * 4096, func(p []byte) []byte { p[24+3] = 1; return p }}, // an old program's: its size doesn't count
		{"empty", 0, func(p []byte) []byte { return nil }},
		{"not a SQLite database", 3 * 4096, func(p []byte) []byte { p[0] = 's'; return p }},
		{"not a SQLite database", 10, func(p []byte) []byte { return p[:10] }},
		{"wrong page size", 3 * 4096, func(p []byte) []byte { p[16] = 8; return p }},
		{"WAL", 3 * 4096, func(p []byte) []byte { p[18], p[19] = 2, 2; return p }},
		{"ends within a page", 3*4096 - 1, func(p []byte) []byte { return p }},
		{"shorter or longer", 2 * 4096, func(p []byte) []byte { return p }},
		{"schema", 3 * 4096, func(p []byte) []byte { p[100] = 0; return p }},
	} {
		err := dynasette.CheckFirstPage(test.change(firstPage(3)), test.size)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%v, want %q", err, test.want)
		}
	}
}

// TestLint spoils a release's documents in every way that Datasette can't bear.
func TestLint(t *testing.T) {
	m := &dynasette.Manifest{Databases: []dynasette.Database{{Slug: "x", Object: "databases/x.csv-abc.db"}}}
	for _, test := range []struct{ want, name, text string }{
		{"", "inspect-data.json", `{"x": {"file": "x.db"}}`},
		{"metadata.json: unexpected end", "metadata.json", "{"},
		{"datasette.yaml: yaml:", "datasette.yaml", "a: b: c"},
		{"inspect-data.json: lacks x", "inspect-data.json", "{}"},
		{"inspect-data.json: x: its file is ./x.db", "inspect-data.json", `{"x": {"file": "./x.db"}}`},
		{"inspect-data.json: y: its file is y.db", "inspect-data.json", `{"x": {"file": "x.db"}, "y": {"file": "y.db"}}`},
	} {
		var all []string
		for _, p := range dynasette.Lint(m, map[string]string{test.name: test.text}) {
			all = append(all, p.String())
		}
		got := strings.Join(all, "; ")
		if test.want == "" && got != "" || !strings.Contains(got, test.want) {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
	for _, slug := range []string{"static", "-", "_memory", "X", "a b", "a/b", ""} {
		if len(dynasette.Lint(&dynasette.Manifest{Databases: []dynasette.Database{{Slug: slug}}}, nil)) == 0 {
			t.Errorf("%q is a name", slug)
		}
	}
}

func TestReleaseIDs(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 9, 10, 123456789, time.FixedZone("", 3600))
	for _, test := range []struct{ after, want string }{
		{"", "20261123-070910-123-ab12"},
		{"20261123-070910-122-zzzz", "20261123-070910-123-ab12"},
		{"20261123-070910-123-zzzz", "20261123-070910-124-ab12"},
		{"20271231-235959-999-zzzz", "20280101-000000-000-ab12"}, // the clock went back
		{"by-hand", "20261123-070910-123-ab12"},
	} {
		got := dynasette.NewReleaseID(now, test.after, "AB12")
		if got != test.want {
			t.Errorf("after %q: %q, want %q", test.after, got, test.want)
		}
	}
}

// What a document of YAML says is what the library reads, however it is spelled.
func TestReadConfig(t *testing.T) {
	for _, text := range []string{
		"", "{}", "a: 1", "a: {b: [1, 2.5, true, null, x, \"y\"]}\n'=': {c: d}", "a: 2020-01-01\nb: '1'\nc: |\n  x\n  y\n", "a: {}\nb: []",
		"a: &x {n: 1}\nb: *x",
	} {
		var want map[string]any
		if err := yaml.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		got, err := dynasette.ReadConfig([]byte(text))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"a: [", "a: 1\na: 2", "[1]", "x"} {
		if got, err := dynasette.ReadConfig([]byte(text)); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}
