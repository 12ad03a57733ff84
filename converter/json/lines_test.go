package json

import "testing"

func TestLines(t *testing.T) {
	for _, test := range []test{{
		about: "NDJSON named .json",
		text:  "{\"a\":1}\n\r\n{\"a\":2}\r\n  {\"b\":3}",
		want: `x: a INTEGER, b INTEGER,
 1 ∅
 2 ∅
 ∅ 3
`,
	}, {
		about: "bad lines",
		name:  "dir/x.ndjson",
		text:  "{\"a\":1}\n{\"a\":2,}\n{\"a\":3}x\nnot json\n{\"a\":4\n\n{\"a\":5}\n{\"a\":",
		want: `x: a INTEGER,
 1
 5
rejected:
 "dir/x.ndjson" "x" 2 8 ∅ "invalid JSON" "{\"a\":2,}" "a trailing comma before '}', which JSON does not allow (byte 8 of the line)"
 "dir/x.ndjson" "x" 3 17 ∅ "invalid JSON" "{\"a\":3}x" "found 'x' where another value should be (byte 8 of the line)"
 "dir/x.ndjson" "x" 4 26 ∅ "invalid JSON" "not json" "found 'n' where a value should be (byte 1 of the line)"
 "dir/x.ndjson" "x" 5 35 ∅ "invalid JSON" "{\"a\":4" "the line ends before its value does (byte 7 of the line)"
 "dir/x.ndjson" "x" 8 51 ∅ "invalid JSON" "{\"a\":" "the text ends where a value should be (byte 6 of the line)"
`,
	}, {
		about: "the first line is bad",
		text:  "{\"a\":1\n{\"a\":2}\n",
		want: `x: a INTEGER,
 2
rejected:
 "x.json" "x" 1 0 ∅ "invalid JSON" "{\"a\":1" "the line ends before its value does (byte 7 of the line)"
`,
	}, {
		about: "no line is sound",
		c:     Converter{Lines: true},
		text:  "{a}\n{b}\n",
		want:  "error: x.json: line 1: no row could be read: found 'a' where a name in quotes should be (byte 2 of the line): corrupt\n",
	}, {
		about: "one line that holds rows",
		text:  `{"a":[{"b":1},{"b":2}]}` + "\n",
		want: `a: b INTEGER,
 1
 2
`,
	}, {
		about: "one line that is a row because it is said to be",
		c:     Converter{Lines: true},
		text:  `{"a":[{"b":1},{"b":2}]}` + "\n",
		want: `x: a TEXT,
 "[{\"b\":1},{\"b\":2}]"
`,
	}, {
		about: "an array over several lines although it is said to be lines",
		c:     Converter{Lines: true},
		text:  "[\n{\"a\":1},\n{\"a\":2}\n]\n",
		want: `x: a INTEGER,
 1
 2
`,
	}, {
		about: "one of the lines is indented",
		text:  "{\"a\":1}\n{\n  \"a\": 2\n}\n{\"a\":3}\n",
		want: `x: a INTEGER,
 1
 2
 3
`,
	}, {
		about: "indented values",
		text:  "{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n",
		want: `x: a INTEGER,
 1
 2
`,
	}, {
		about: "values on one line",
		text:  `{"a":1}{"a":2} {"a":3}`,
		want: `x: a INTEGER,
 1
 2
 3
`,
	}, {
		about: "values on some lines",
		text:  "{\"a\":1}\n{\"a\":2} {\"a\":3}\n",
		want: `x: a INTEGER,
 1
 2
 3
`,
	}, {
		about: "a broken value after others",
		text:  "{\n  \"a\": 1\n}\n{\n  \"a\": ?\n}\n",
		want:  "error: x.json: line 5: byte 22: found '?' where a value should be\n",
	}, {
		about: "a page instead of an answer",
		text:  "\n<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>\n",
		want:  "error: x.json: this is an HTML page: is it the page about the file, or of an error? Get the file itself; a table in a page can be copied to CSV\n",
	}, {
		about: "JSON text sequence",
		text:  "\x1e{\"a\":1}\n\x1e{\"a\":2}\n\x1e{\"a\":\n\x1e{\"a\":3}\n",
		want: `x: a INTEGER,
 1
 2
 3
rejected:
 "x.json" "x" 3 19 ∅ "invalid JSON" "{\"a\":" "the line ends before its value does (byte 6 of the line)"
`,
	}, {
		about: "lines of arrays",
		text:  "[\"a\",\"b\"]\n[1,\"x\"]\n[2,\"y\"]\n",
		want: `x: a INTEGER, b TEXT,
 1 "x"
 2 "y"
`,
	}, {
		about: "lines of arrays of objects, as pages of an API",
		text:  "[{\"a\":1},{\"a\":2}]\n[]\n[{\"a\":3},4]\n",
		want: `x: a INTEGER, value INTEGER,
 1 ∅
 2 ∅
 3 ∅
 ∅ 4
`,
	}, {
		about: "arrays of objects without a line break",
		text:  `[{"a":1}][{"a":2}]`,
		want: `x: a INTEGER,
 1
 2
`,
	}, {
		about: "lines of values",
		text:  "1\n\"x\"\nnull\n",
		want: `x: value ,
 1
 "x"
 ∅
`,
	}, {
		about: "an array and something behind it",
		text:  `[{"a":1}] x`,
		want:  "error: x.json: line 1: byte 10: found 'x' where a value should be\n",
	}, {
		about: "lines of features",
		name:  "x.geojsonl",
		text:  "{\"type\":\"Feature\",\"properties\":{\"a\":1},\"geometry\":null}\n{\"type\":\"Feature\",\"properties\":{\"a\":2},\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2,3]}}\n",
		want: `x: a INTEGER, geometry TEXT, longitude INTEGER, latitude INTEGER,
 1 ∅ ∅ ∅
 2 "{\"type\":\"Point\",\"coordinates\":[1,2,3]}" 1 2
`,
	}} {
		test.run(t)
	}
}
