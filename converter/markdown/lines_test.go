package markdown

import (
	"slices"
	"testing"

	"github.com/dynasette/dynasette/converter"
)

// TestLinesOfFrontMatter has front matter that is no YAML, but is meant so.
func TestLinesOfFrontMatter(t *testing.T) {
	for _, test := range []struct{ about, matter, columns, row string }{
		{"a colon in a title", "title: Part 1: Intro\ndate: 2024-01-02\n", "title TEXT, date TEXT", "'Part 1: Intro'|'2024-01-02'"},
		{"what is YAML stays what it is", "title: a: b\ndraft: true\nn: 3\ntags:\n- a\n- b\nempty:\nlist: [1, 2]\n", "title TEXT, draft INTEGER, n INTEGER, tags TEXT, empty TEXT, list TEXT", `'a: b'|1|3|'["a","b"]'|NULL|'[1,2]'`},
		{"quotes that are not closed", "title: \"A\" or B\nauthor: 'O'Neil\n", "title TEXT, author TEXT", `'"A" or B'|'''O''Neil'`},
		{"signs of YAML", "title: @home\nby: *me*\nat: %d\nsince: [2024\n", "title TEXT, by TEXT, at TEXT, since TEXT", "'@home'|'*me*'|'%d'|'[2024'"},
		{"lines that go on", "title: T\nsummary: one: two\n  three\n\n  four\nn: 1\n", "title TEXT, summary TEXT, n INTEGER", "'T'|'one: two\n  three\n\n  four'|1"},
		{"tabs and comments", "# about\ntitle:\tT: U\r\nlast edit:\t2024\r\n", "title TEXT, last edit INTEGER", "'T: U'|2024"},
		{"a key that stands twice", "a: x: y\na: 2\n", "title TEXT, a INTEGER", "NULL|2"},
	} {
		got, findings, err := dump(t, Converter{}, "x.md", "---\n"+test.matter+"---\nBody\n")
		want := "documents(path TEXT, " + test.columns + ", text TEXT, html TEXT)\n'x.md'|" + test.row + "|'Body\n'|'<p>Body</p>\n'\n"
		if err != nil || got != want {
			t.Errorf("%s: got %s, %v\nwant %s", test.about, got, err, want)
		}
		if !slices.ContainsFunc(findings, func(f converter.Finding) bool { return f.Code == "front-matter-lines" }) {
			t.Errorf("%s: %v", test.about, findings)
		}
	}
}
