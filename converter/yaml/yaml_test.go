package yaml

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
)

func dump(t testing.TB, text string) (string, converter.Summary, error) {
	t.Helper()
	return dumptest.Convert(t, Converter{}, converter.Options{}, dumptest.Input("dir/x.yaml", text))
}

func TestShapes(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"list of mappings", "- name: a\n  age: 1\n- age: 2\n  city: b\n", "x(name TEXT, age INTEGER, city TEXT)\n'a'|1|NULL\nNULL|2|'b'\n"},
		{"list in flow style", "[{a: 1}, {a: 2}]", "x(a INTEGER)\n1\n2\n"},
		{"list of scalars", "- a\n- 1\n- ~\n-\n", "x(value)\n'a'\n1\nNULL\nNULL\n"},
		{"list of lists", "- [1, a]\n- [2, b]\n", "x(column_1 INTEGER, column_2 TEXT)\n1|'a'\n2|'b'\n"},
		{"mapping of mappings", "a: {n: 1}\nb: {n: 2, m: x}\n", "x(_key TEXT, n INTEGER, m TEXT)\n'a'|1|NULL\n'b'|2|'x'\n"},
		{"its key is taken", "a: {_key: 1}\nb: {__key: 2}\n", "x(_key TEXT, _key_2 INTEGER, __key INTEGER)\n'a'|1|NULL\n'b'|NULL|2\n"},
		{"mapping of lists", "people:\n- n: 1\n- n: 2\npets:\n- p: x\n", "people(n INTEGER)\n1\n2\npets(p TEXT)\n'x'\n"},
		{"mapping", "title: t\nsub:\n  b: [1, 2.50, ~, true]\n  a: text\nlist:\n- n: 1\n", "list(n INTEGER)\n1\nx(title TEXT, sub TEXT)\n't'|'{\"b\":[1,2.50,null,true],\"a\":\"text\"}'\n"},
		{"documents", "a: 1\n---\nb: 2\n---\n# nothing\n---\n- a: 3\n- a: 4\n...\n", "x(a INTEGER, b INTEGER)\n1|NULL\nNULL|2\n3|NULL\n4|NULL\n"},
		{"one document between markers", "%YAML 1.2\n---\na: {n: 1}\nb: {n: 2}\n...\n---\n# end\n", "x(_key TEXT, n INTEGER)\n'a'|1\n'b'|2\n"},
		{"a scalar", "just text\n", "x(value TEXT)\n'just text'\n"},
		{"keys of all kinds", "1: a\ntrue: b\n[x, y]: c\n? {z: 1}\n: d\n", "x(1 TEXT, true TEXT, [\"x\",\"y\"] TEXT, {\"z\":1} TEXT)\n'a'|'b'|'c'|'d'\n"},
		{"JSON", `{"a": [1, {"b": null}], "c": "\u00e9\n"}`, "x(a TEXT, c TEXT)\n'[1,{\"b\":null}]'|'é\n'\n"},
		{"line breaks of other standards are text", "- a: \u2028\n  b: x\u0085y \ufdd0\n  x\u2029y: \"\u2028 \\N\"\n# \u2028- c: 1\n- a: x\n", "x(a TEXT, b TEXT, x\u2029y TEXT)\n'\u2028'|'x\u0085y \ufdd0'|'\u2028 \u0085'\n'x'|NULL|NULL\n"},
		{"empty mappings", "- {}\n- a: 1\n", "x(a INTEGER)\nNULL\n1\n"},
	} {
		got, _, err := dump(t, test.text)
		if err != nil || got != test.want {
			t.Errorf("%s: got %q, %v, want %q", test.name, got, err, test.want)
		}
	}
}

// TestScalars: what a spelling becomes, by itself in a column and in a list in a cell.
func TestScalars(t *testing.T) {
	tests := []struct{ spelled, cell, json string }{
		{"NO", "'NO'", `"NO"`}, {"on", "'on'", `"on"`}, {"yes", "'yes'", `"yes"`}, {"y", "'y'", `"y"`}, {"Off", "'Off'", `"Off"`},
		{"true", "1", "true"}, {"True", "1", "true"}, {"FALSE", "0", "false"}, {"tRUE", "'tRUE'", `"tRUE"`},
		{"", "NULL", "null"}, {"~", "NULL", "null"}, {"null", "NULL", "null"}, {"NULL", "NULL", "null"}, {"nULL", "'nULL'", `"nULL"`}, {`""`, "''", `""`}, {"''", "''", `""`},
		{"0", "0", "0"}, {"-7", "-7", "-7"}, {"9223372036854775807", "9223372036854775807", "9223372036854775807"},
		{"9223372036854775808", "'9223372036854775808'", "9223372036854775808"},
		{"012", "'012'", `"012"`}, {"+5", "'+5'", `"+5"`}, {"1_000", "'1_000'", `"1_000"`}, {"0b11", "'0b11'", `"0b11"`}, {"-0", "'-0'", `"-0"`},
		{"0o14", "12", "12"}, {"0x1F", "31", "31"}, {"0xfF", "255", "255"}, {"0x", "'0x'", `"0x"`}, {"0x-1", "'0x-1'", `"0x-1"`}, {"0o9", "'0o9'", `"0o9"`}, {"-0x1F", "'-0x1F'", `"-0x1F"`},
		{"0xFFFFFFFFFFFFFFFF", "'0xFFFFFFFFFFFFFFFF'", `"0xFFFFFFFFFFFFFFFF"`},
		{"1.5", "1.5", "1.5"}, {"1.10", "1.1", "1.10"}, {".5", "0.5", "0.5"}, {"1e3", "'1e3'", `"1e3"`}, {"1.5e+3", "1500.0", "1.5e+3"}, {"3.14159265358979323846", "'3.14159265358979323846'", "3.14159265358979323846"},
		{".inf", "'.inf'", `".inf"`}, {"-.INF", "'-.INF'", `"-.INF"`}, {".nan", "'.nan'", `".nan"`},
		{"2024-01-31", "'2024-01-31'", `"2024-01-31"`}, {"2001-12-14t21:59:43.10-05:00", "'2001-12-14t21:59:43.10-05:00'", `"2001-12-14t21:59:43.10-05:00"`}, {"12:30:45", "'12:30:45'", `"12:30:45"`},
		{`"1"`, "'1'", `"1"`}, {"'true'", "'true'", `"true"`}, {"!!str 1", "'1'", `"1"`}, {`!!int "12"`, "12", "12"}, {"!!int x", "'x'", `"x"`}, {"!!float 3", "3.0", "3.0"}, {"!!float 1.5", "1.5", "1.5"},
		{"!!null ''", "NULL", "null"}, {"!!bool 'true'", "1", "true"}, {"!!bool yes", "'yes'", `"yes"`},
		{"!!binary aGkA/w==", "X'686900FF'", `{"$base64":true,"encoded":"aGkA/w=="}`}, {`!!binary "aGk\n A/w=="`, "X'686900FF'", `{"$base64":true,"encoded":"aGkA/w=="}`}, {"!!binary '?'", "'?'", `"?"`},
		{"!!timestamp 2024-01-31", "'2024-01-31'", `"2024-01-31"`}, {"!mine 12", "'12'", `"12"`}, {"=", "'='", `"="`}, {"<<", "'<<'", `"<<"`},
		{"a b", "'a b'", `"a b"`}, {`"a\tb\u263a\0"`, "'a\tb☺'", `"a\tb☺\u0000"`},
	}
	var cells, list strings.Builder
	cells.WriteString("-\n")
	list.WriteString("- v:\n")
	for i, test := range tests {
		fmt.Fprintf(&cells, "  c%d: %s\n", i, test.spelled)
		fmt.Fprintf(&list, "  - %s\n", test.spelled)
	}
	row := func(text string) string {
		got, _, err := dump(t, text)
		_, row, _ := strings.Cut(got, "\n")
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSuffix(row, "\n")
	}
	got := strings.Split(row(cells.String()), "|")
	var gotJSON []json.RawMessage
	if err := json.Unmarshal([]byte(strings.Trim(row(list.String()), "'")), &gotJSON); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(tests) || len(gotJSON) != len(tests) {
		t.Fatalf("%d cells, %d in JSON", len(got), len(gotJSON))
	}
	for i, test := range tests {
		if got[i] != test.cell {
			t.Errorf("%s: got %s, want %s", test.spelled, got[i], test.cell)
		}
		if string(gotJSON[i]) != test.json {
			t.Errorf("%s in JSON: got %s, want %s", test.spelled, gotJSON[i], test.json)
		}
	}
}

func TestBlockScalarsAndBinary(t *testing.T) {
	got, _, err := dump(t, "- text: |\n    one\n    two\n  folded: >-\n    three\n    four\n  image: !!binary |\n    R0lG\n    ODlh\n")
	want := "x(text TEXT, folded TEXT, image BLOB)\n'one\ntwo\n'|'three four'|X'474946383961'\n"
	if err != nil || got != want {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestMergeKeys(t *testing.T) {
	got, _, err := dump(t, `
- &base {a: 1, b: 2}
- <<: *base
  b: 3
- {b: 4, <<: *base}
- <<: [{a: x, c: 9}, *base]
- {"<<": kept}
- {sub: {<<: *base, b: 5}}
- <<: not a mapping
`)
	want := "x(a, b INTEGER, c INTEGER, << TEXT, sub TEXT)\n" +
		"1|2|NULL|NULL|NULL\n1|3|NULL|NULL|NULL\n1|4|NULL|NULL|NULL\n'x'|2|9|NULL|NULL\nNULL|NULL|NULL|'kept'|NULL\nNULL|NULL|NULL|NULL|'{\"a\":1,\"b\":5}'\nNULL|NULL|NULL|'not a mapping'|NULL\n"
	if err != nil || got != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
}

func TestFindings(t *testing.T) {
	got, summary, err := dump(t, "- {a: 1, b: {c: 1, c: 2, c: 3}, a: 2}\n- {a: !Ref x, b: !!set {p, q}}\n- {a: !Sub {v: 1}}\n")
	want := "x(a, b TEXT)\n2|'{\"c\":3}'\n'x'|'{\"p\":null,\"q\":null}'\n'{\"v\":1}'|NULL\n"
	if err != nil || got != want {
		t.Errorf("got %s, %v", got, err)
	}
	if f := fmt.Sprint(summary.Documents[0].Findings); f != `[a key stands in its mapping more than once; the last one counts (3 times) values have a tag, which is not kept (2 times, "!Ref")]` {
		t.Error(f)
	}
}

func TestEncodings(t *testing.T) {
	for name, text := range map[string]string{
		"utf-8": "\xef\xbb\xbfa: \u00e9\n", "windows-1252": "a: \xe9\n", "utf-32le": "a\x00\x00\x00:\x00\x00\x00 \x00\x00\x00\xe9\x00\x00\x00\n\x00\x00\x00", "utf-16le": "\xff\xfea\x00:\x00 \x00\xe9\x00\n\x00", "utf-16be": "\xfe\xff\x00a\x00:\x00 \x00\xe9\x00\n",
	} {
		got, summary, err := dump(t, text)
		if err != nil || got != "x(a TEXT)\n'é'\n" || !strings.Contains(fmt.Sprint(summary.Documents[0].Facts), name) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestErrors(t *testing.T) {
	deep := strings.Repeat("[", 1002) + strings.Repeat("]", 1002)
	for _, test := range []struct {
		text string
		want string
		is   error
	}{
		{"", "the document is empty", converter.ErrEmpty},
		{"# only a comment\n---\n...\n", "the document is empty", converter.ErrEmpty},
		{"[]", "the document is empty", converter.ErrEmpty},
		{"{}", "the document is empty", converter.ErrEmpty},
		{"a: 1\nb: [1, 2\nc: 3\n", "line 3: did not find expected ',' or ']', while parsing a flow sequence from line 2 on", nil},
		{"a: 1\nb: \"x\n", "line 3: found unexpected end of stream, while scanning a quoted scalar from line 2 on", nil},
		{"a: 1\n b: 2\n", "line 2: mapping values are not allowed in this context", nil},
		{"a: 1\n- b\n", "line 2: did not find expected key", nil},
		{"a: 1\nb: *x\n", "line 2: unknown anchor 'x' referenced", nil},
		{"a: 1\nb: \x01\n", "line 2: control characters are not allowed", nil},
		{"a: 1\nb: " + deep, "line 2: nested more than 1000 levels deep", converter.ErrLimit},
		{"a: 1\nb: &x [*x]\n", "line 2: nested more than 1000 levels deep", converter.ErrLimit},
		{"a: 1\nb: &x {<<: *x}\n", "line 2: nested more than 1000 levels deep", converter.ErrLimit},
	} {
		_, _, err := dump(t, test.text)
		if err == nil || !strings.Contains(err.Error(), test.want) || test.is != nil && !errors.Is(err, test.is) || !converter.Permanent(err) {
			t.Errorf("%.40q: %v, want %s", test.text, err, test.want)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "dir/x.yaml: ") {
			t.Errorf("%.40q: no name: %v", test.text, err)
		}
	}
}

// TestAliasBombs: ten lists of ten aliases each, as strings, mappings and merges.
func TestAliasBombs(t *testing.T) {
	for name, template := range map[string]struct{ first, next string }{
		"lists":  {`a0: &a0 [lol, lol]`, `a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]`},
		"merges": {`a0: &a0 {k: v}`, `a%d: &a%d {<<: [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]}`},
		"text":   {`a0: &a0 "` + strings.Repeat("x", 1<<20) + `"`, `a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]`},
	} {
		lines := []string{template.first}
		for i := 1; i < 20; i++ {
			args := []any{i, i}
			for range 9 {
				args = append(args, i-1)
			}
			lines = append(lines, fmt.Sprintf(template.next, args...))
		}
		if _, _, err := dump(t, strings.Join(lines, "\n")); !errors.Is(err, converter.ErrLimit) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
