package yaml

import (
	"strings"
	"testing"
)

// TestSpec has what YAML 1.2.2 allows and parsers are known to refuse, and what it forbids
// and they are known to take. refused is a part of the error; "" if it is valid.
func TestSpec(t *testing.T) {
	for _, test := range []struct{ about, text, want, refused string }{
		{"a slash that is escaped", `path: "usr\/lib"`, "x(path TEXT)\n'usr/lib'\n", ""},
		{"a flow mapping over lines", "{\n  a: 1,\n  b: [\n    2,\n    3\n  ],\n}\n", "x(a INTEGER, b TEXT)\n1|'[2,3]'\n", ""},
		{"a flow mapping that ends at the margin", "a: {\n  b: 1\n}\nc: 2\n", "x(a TEXT, c INTEGER)\n'{\"b\":1}'|2\n", ""},
		{"a key and its value on lines of their own", "{\n  ? a\n  : 1,\n  \"b\"\n  : 2\n}", "x(a INTEGER, b INTEGER)\n1|2\n", ""},
		{"JSON without blanks", `{"a":1,"b":["x"]}`, "x(a INTEGER, b TEXT)\n1|'[\"x\"]'\n", ""},
		{"tabs around values", "a:\t1\nb:\t\"x\"\t# comment\n", "x(a INTEGER, b TEXT)\n1|'x'\n", ""},
		{"a colon in a plain scalar", "a: b:c\nd: http://e.example/f?g=h#i\n", "x(a TEXT, d TEXT)\n'b:c'|'http://e.example/f?g=h#i'\n", ""},
		{"a question mark in a plain scalar", "- a?b\n- ?c\n", "x(value TEXT)\n'a?b'\n'?c'\n", ""},
		{"newer versions", "%YAML 1.3\n---\na: 1\n", "x(a INTEGER)\n1\n", ""},
		{"unknown directives", "%HINT some thing\n---\na: 1\n", "x(a INTEGER)\n1\n", ""},
		{"an unknown directive that begins like a known one", "%TAGS some thing\n---\na: 1\n", "x(a INTEGER)\n1\n", ""},
		{"a version without a marker after it, which holds no data", "%YAML 1.2\na: 1\n", "x(a INTEGER)\n1\n", ""},
		{"a key that looks like a directive", "%cpu: 5\nmem: 3\n", "", "line 1: a line that begins with % is a directive"},
		{"a key that looks like a directive, and no more", "a: 1\n---\n%cpu: 5\n", "", "line 3: a line that begins with % is a directive"},
		{"the end of a document after a directive", "%HINT\n...\n", "", "line 1: a line that begins with % is a directive"},
		{"a directive without a name", "% x\n---\na: 1\n", "", "line 1"},
		{"a directive after the end of a document", "a: 1\n...\n%YAML 1.2\n---\na: 2\n", "x(a INTEGER)\n1\n2\n", ""},
		{"a tag that YAML 1.1 allows here", "a: 1\n%TAG ! tag:a.example,2000:\n---\na: 2\n", "x(a INTEGER)\n1\n2\n", ""},
		{"a comment behind the end", "a: 1\n... # done\n", "x(a INTEGER)\n1\n", ""},
		{"no blank before a comment's sign", "a: b#c\n", "x(a TEXT)\n'b#c'\n", ""},
		{"a version and more", "%YAML 1.2 x\n---\na: 1\n", "", "line 1: did not find expected comment or line break"},
		{"text behind a quote", "a: \"b\" c\n", "", "line 1"},
		{"text behind a flow sequence", "a: [b] c\n", "", "line 1"},
		{"a comment without a blank", "[a, b]#c\n", "", "comment"},
		{"a quote that closes at a marker", "a: \"b\n---\nc\"\n", "", "document indicator"},
		{"two commas", "[a,,b]\n", "", "line 1"},
		{"two values on a line", "a: b: c\n", "", "line 1"},
	} {
		got, _, err := dump(t, test.text)
		switch {
		case test.refused == "" && (err != nil || got != test.want):
			t.Errorf("%s: %q: got %s, %v", test.about, test.text, got, err)
		case test.refused != "" && (err == nil || !strings.Contains(err.Error(), test.refused)):
			t.Errorf("%s: %q: got %s, %v, want an error about %s", test.about, test.text, got, err, test.refused)
		}
	}
}
