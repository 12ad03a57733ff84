package json

import (
	"errors"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
)

func TestGuards(t *testing.T) {
	for _, guard := range []string{")]}'\n", ")]}',\n", ")]}'", "while(1);", "while (true); ", "for(;;);", "for (;;);\r\n", "throw 1; ", "{}&&", "{} && ", "&&&START&&&", "\ufeff)]}'\n"} {
		db, err := convert(t, Converter{}, "x.json", guard+`[{"a":1},{"a":2}]`)
		if err != nil || db.summary.Tables[0].Rows != 2 {
			t.Errorf("%q: %v, %v", guard, db, err)
			continue
		}
		if f := db.summary.Documents[0].Findings; len(f) != 1 || f[0].Code != "script-guard" {
			t.Errorf("%q: %v", guard, f)
		}
		if !sniff([]byte(guard + `[{"a":1}]`)) {
			t.Errorf("%q: not taken for JSON", guard)
		}
	}
	for _, text := range []string{")]}'\n", ")]}'\nx", "while(1) [1]", "while(x);[1]", "{} [1", "{}&& 1"} {
		if db, err := convert(t, Converter{}, "x.json", text); err == nil {
			t.Errorf("%q: %v", text, db)
		}
	}
	_, err := convert(t, Converter{}, "x.json", ")]}'\n[{\"a\":1},\n{\"a\":?}]")
	var syntax *converter.SyntaxError
	if !errors.As(err, &syntax) || syntax.Line != 3 || syntax.Offset != 20 {
		t.Errorf("an error behind a guard: %v", err)
	}
}

func TestForeign(t *testing.T) {
	for _, test := range []struct{ text, what string }{
		{"// made by hand\n[{\"a\":1}]", "comment"},
		{"/* made\n by hand */ {\"a\":1}", "comment"},
		{"# made by hand\n{\"a\":1}\n{\"a\":2}\n", "comment"},
		{"{\n  // the name\n  \"a\": 1\n}", "comment"},
		{"{\"a\": 1, /* the name */ \"b\": 2}", "comment"},
		{"[1,\n2 // two\n]", "comment"},
		{"{\"rows\":[{\"a\":1},\n# two\n{\"a\":2}]}", "comment"},
		{"callback({\"a\":1});", "JSONP"},
		{"/**/ jQuery1_2([{\"a\":1}])", "JSONP"},
		{"a.b[0].c ( [1] )", "JSONP"},
		{"google.visualization.Query.setResponse({\"a\":1});", "JSONP"},
		{"var data = [{\"a\":1}];", "assignment"},
		{"const x={}", "assignment"},
		{"window.__DATA__ = {\"a\":1}", "assignment"},
		{"window['a'] = {\"a\":1}", "assignment"},
		{"module.exports = {\"a\":1}", "assignment"},
		{"export default {\"a\":1}", "assignment"},
		{"data = [\n1]", "assignment"},
		{"[{\"a\":1},\n{\"a\":2},\n]", "line 3: byte 19: a trailing comma before ']'"},
		{"{\"a\":[1,2,],\"b\":1}", "a trailing comma before ']'"},
		{"{\"a\":1,\n}", "a trailing comma before '}'"},
		{"{\"rows\":[{\"a\":1}],\n}", "a trailing comma before '}'"},
	} {
		for _, chunk := range []int{0, 24} {
			_, err := convert(t, Converter{chunk: chunk}, "x.json", test.text)
			if err == nil || !converter.Permanent(err) || !strings.Contains(err.Error(), test.what) {
				t.Errorf("%q in chunks of %d: %v, want %s", test.text, chunk, err, test.what)
			}
		}
	}
}

// TestNoLines has arrays and objects over several lines in which something is missing: they
// are no lines of values, although some of their lines are.
func TestNoLines(t *testing.T) {
	for _, test := range []struct {
		text string
		line int64
	}{
		{"[\n  {\"a\":1}\n  {\"a\":2},\n  {\"a\":3}\n]\n", 3},
		{"[{\"a\":1},\n{\"a\":2}\n{\"a\":3}\n]\n", 3},
		{"[{\"a\":1}\n{\"a\":2},\n{\"a\":3}]\n", 2},
		{"[\n{\"a\":1},\n{\"a\":2\n{\"a\":3}\n]", 4},
		{"[\n[1,2],\n[3,4]\n[5,6]\n]", 4},
		{"[\n{\"a\":\"]\"}\n{\"a\":2}\n]", 3},
		{"{\n\"a\":\n[1,2]\n\"b\":\n[3]\n}", 4},
		{"{\"a\":1,\n\"b\":\n{}\n{}\n}", 4},
		{"[\n{\"a\":1},\n{\"a\":2}\n", 3},
	} {
		for _, c := range []Converter{{}, {chunk: 16}, {Lines: test.text[0] == '['}} {
			_, err := convert(t, c, "x.json", test.text)
			var syntax *converter.SyntaxError
			if !errors.As(err, &syntax) || syntax.Line < test.line || syntax.Line > test.line+1 {
				t.Errorf("%q, %+v: %v, want line %d", test.text, c, err, test.line)
			}
		}
	}
}

func TestNaN(t *testing.T) {
	for _, test := range []test{{
		about: "NaN and Infinity are NULL",
		text:  "[{\"a\":NaN,\"b\":1},\n{\"a\":1.5,\"b\":Infinity},{\"a\":-Infinity,\"b\": NaN},{\"a\":NaN}]",
		want: `x: a REAL, b INTEGER,
 ∅ 1
 1.5 ∅
 ∅ ∅
 ∅ ∅
loss: Infinity, which JSON does not have, is NULL (table "x", column "b", line 2, "Infinity")
loss: Infinity, which JSON does not have, is NULL (table "x", column "a", line 2, "-Infinity")
note: NaN, which JSON does not have, is NULL (2 times, table "x", column "a", line 1, "NaN")
note: NaN, which JSON does not have, is NULL (table "x", column "b", line 2, "NaN")
`,
	}, {
		about: "in nested values they are null",
		text:  `[{"a":[1,NaN, "NaN"]},{"a":{"Infinity":-Infinity,"N":NaN}},{"a":[Infinity]}]`,
		want: `x: a TEXT,
 "[1,null,\"NaN\"]"
 "{\"Infinity\":null,\"N\":null}"
 "[null]"
loss: Infinity, which JSON does not have, is NULL (2 times, table "x", column "a", line 1, "{\"Infinity\":-Infinity,\"N\":NaN}")
note: NaN, which JSON does not have, is NULL (table "x", column "a", line 1, "[1,NaN, \"NaN\"]")
`,
	}, {
		about: "in lines, of which another one is bad",
		name:  "x.ndjson",
		text:  "{\"a\":NaN}\n{\"a\":NaN,}\n{\"a\":2}\n",
		want: `x: a INTEGER,
 ∅
 2
rejected:
 "x.ndjson" "x" 2 10 ∅ "invalid JSON" "{\"a\":NaN,}" "a trailing comma before '}', which JSON does not allow (byte 10 of the line)"
note: NaN, which JSON does not have, is NULL (table "x", column "a", line 1, "NaN")
`,
	}, {
		about: "as values, in arrays, in columns",
		text:  `{"a":[1,NaN],"b":[NaN,"NaN"]}`,
		want: `x: a INTEGER, b TEXT,
 1 ∅
 ∅ "NaN"
note: NaN, which JSON does not have, is NULL (table "x", column "a", "NaN")
note: NaN, which JSON does not have, is NULL (table "x", column "b", "NaN")
`,
	}} {
		test.run(t)
	}
}
