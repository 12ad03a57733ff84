package json

import (
	"fmt"
	"testing"
)

// A test is a document and what it becomes: see database.String.
type test struct {
	about string
	c     Converter
	name  string // "x.json" if it is ""
	text  string
	want  string
}

func (test test) run(t *testing.T) {
	t.Helper()
	if test.name == "" {
		test.name = "x.json"
	}
	got := ""
	db, err := convert(t, test.c, test.name, test.text)
	if err != nil {
		got = "error: " + err.Error() + "\n"
	} else {
		got = db.String()
		for _, f := range db.summary.Documents[0].Findings {
			if !f.Rejected { // those are shown as rows of _rejects
				got += fmt.Sprintf("%s: %s\n", f.Severity, f)
			}
		}
	}
	if got != test.want {
		t.Errorf("%s: %s\ngot:\n%swant:\n%s", test.about, test.text, got, test.want)
	}
}

func TestDocuments(t *testing.T) {
	for _, test := range []test{{
		about: "array of objects: late columns, mixed types, missing members",
		text:  `[{"a":1,"b":"x"},{"b":"y","c":true},{"a":"z","c":null},{}]`,
		want: `x: a , b TEXT, c INTEGER,
 1 "x" ∅
 ∅ "y" 1
 "z" ∅ ∅
 ∅ ∅ ∅
`,
	}, {
		about: "numbers keep what they are",
		text:  `[{"i":9007199254740993,"r":1.10,"t":1e400},{"i":-9223372036854775808,"r":12e4,"t":12345678901234567890},{"i":0,"r":-0,"t":0.1234567890123456789},{"i":7,"r":1E-7,"t":"1"}]`,
		want: `x: i INTEGER, r REAL, t TEXT,
 9007199254740993 1.1 "1e400"
 -9223372036854775808 120000.0 "12345678901234567890"
 0 -0.0 "0.1234567890123456789"
 7 1e-07 "1"
`,
	}, {
		about: "arrays that hold nothing but arrays are no rows",
		text:  `[[[0,0],[1,1]], [[2,2]], [[],[3]]]`,
		want: `x: value TEXT,
 "[[0,0],[1,1]]"
 "[[2,2]]"
 "[[],[3]]"
`,
	}, {
		about: "a map: its arcs are no rows either",
		text:  `{"type":"Topology","objects":{"land":{}},"arcs":[[[0,0],[1,1]],[[2,2],[1,0]]]}`,
		want: `x: type TEXT, objects TEXT, arcs TEXT,
 "Topology" "{\"land\":{}}" "[[[0,0],[1,1]],[[2,2],[1,0]]]"
`,
	}, {
		about: "rows that begin with an array",
		text:  `[[[0,0],"a"],[[1,1],"b"]]`,
		want: `x: column_1 TEXT, column_2 TEXT,
 "[0,0]" "a"
 "[1,1]" "b"
`,
	}, {
		about: "nested values are compact JSON text, as spelled inside",
		text:  `[{"a": [1, 2.50, "x  \u0041"], "b": { "c" : [ ] , "d" : null }}, {"a": [1,2], "b": {}}]`,
		want: `x: a TEXT, b TEXT,
 "[1,2.50,\"x  \\u0041\"]" "{\"c\":[],\"d\":null}"
 "[1,2]" "{}"
`,
	}, {
		about: "blobs",
		text:  `[{"a":{"$base64": true, "encoded": "AAH/"}},{"a":{"$base64": true, "encoded": "?"}}]`,
		want: `x: a ,
 x0001ff
 "{\"$base64\":true,\"encoded\":\"?\"}"
`,
	}, {
		about: "members with the same name",
		text:  `[{"a":1,"b":2,"a":3},{"a":4,"\u0061":"x"}]`,
		want: `x: a , b INTEGER, a_2 INTEGER,
 3 2 1
 "x" ∅ 4
note: a name stands again in the same object; the last value has the column, and the one before a column of its own (2 times)
`,
	}, {
		about: "text keeps every character",
		text:  `[{"a":"\u0000\n\t\"\\\/é\u00e9\ud83d\ude00"},{"a":""},{"a":"\ud83d"}]`,
		want: `x: a TEXT,
 "\x00\n\t\"\\/éé😀"
 ""
 "\\ud83d"
note: an escape is half of a surrogate pair and stays in the text as it is spelled
`,
	}, {
		about: "names: blank, equal but for case, quotes, escapes",
		text:  `[{"":1,"a":2,"A":3,"a\"b":4,"[x]":5,"select":6,"\u00e9":7},{"é":8,"a":9,"":10}]`,
		want: `x: column_1 INTEGER, a INTEGER, A_2 INTEGER, a"b INTEGER, [x] INTEGER, select INTEGER, é INTEGER,
 1 2 3 4 5 6 7
 10 9 ∅ ∅ ∅ ∅ 8
`,
	}, {
		about: "elements of other kinds",
		text:  `[{"a":1},2,"x",[3, 4],null,{"value":"y"}]`,
		want: `x: a INTEGER, value ,
 1 ∅
 ∅ 2
 ∅ "x"
 ∅ "[3,4]"
 ∅ ∅
 ∅ "y"
`,
	}, {
		about: "array of values",
		text:  `[1,"a",null,true,1.5]`,
		want: `x: value ,
 1
 "a"
 ∅
 1
 1.5
`,
	}, {
		about: "array of arrays with a header",
		text:  `[["name","n"],["x",1],["y",2,3],[],["z",{"a":1}]]`,
		want: `x: name TEXT, n , column_3 INTEGER,
 "x" 1 ∅
 "y" 2 3
 ∅ ∅ ∅
 "z" "{\"a\":1}" ∅
`,
	}, {
		about: "array of arrays with numbers as texts",
		text:  `[["name","n"],["x","0012"]]`,
		want: `x: name TEXT, n TEXT,
 "x" "0012"
`,
	}, {
		about: "array of arrays without header",
		text:  `[["name","n"],["x","y"],{"a":1},5]`,
		want: `x: column_1 TEXT, column_2 TEXT, a INTEGER, value INTEGER,
 "name" "n" ∅ ∅
 "x" "y" ∅ ∅
 ∅ ∅ 1 ∅
 ∅ ∅ ∅ 5
`,
	}, {
		about: "array of arrays, no header asked for",
		c:     Converter{NoHeader: true},
		text:  `[["name","n"],["x",1]]`,
		want: `x: column_1 TEXT, column_2 ,
 "name" "n"
 "x" 1
`,
	}, {
		about: "one object",
		text:  `{"name":"x","n":1,"tags":["a","b"],"o":{"p":1}}`,
		want: `x: name TEXT, n INTEGER, tags TEXT, o TEXT,
 "x" 1 "[\"a\",\"b\"]" "{\"p\":1}"
`,
	}, {
		about: "one value",
		text:  `"x"`,
		want: `x: value TEXT,
 "x"
`,
	}, {
		about: "object of arrays of objects",
		text:  `{"a":[{"x":1},{"x":2}],"b":[{"y":"z"}]}`,
		want: `a: x INTEGER,
 1
 2
b: y TEXT,
 "z"
`,
	}, {
		about: "object of arrays and other members",
		name:  "dir/api.json",
		text:  `{"Version":1,"List":[{"x":1}],"empty":[],"next":null,"data":[[1,2],[3,4]]}`,
		want: `List: x INTEGER,
 1
data: column_1 INTEGER, column_2 INTEGER,
 1 2
 3 4
api: Version INTEGER, empty TEXT, next TEXT,
 1 "[]" ∅
`,
	}, {
		about: "a member has the name of the document",
		text:  `{"X":[{"a":1}],"v":1,"x_document":[{"b":1}]}`,
		want: `X: a INTEGER,
 1
x_document: b INTEGER,
 1
x_document_document: v INTEGER,
 1
`,
	}, {
		about: "an array's name stands twice",
		text:  `{"a":[{"x":1}],"a":[{"x":2}]}`,
		want: `a: x INTEGER,
 1
 2
doubt: more than one array has this name; their rows are in one table (table "a")
`,
	}, {
		about: "object of objects",
		text:  `{"k":{"a":1,"_key":"q"},"l":{"a":2,"b":{"c":1}}}`,
		want: `x: _key TEXT, a INTEGER, _key_2 TEXT, b TEXT,
 "k" 1 "q" ∅
 "l" 2 ∅ "{\"c\":1}"
`,
	}, {
		about: "object of one object is one row",
		text:  `{"k":{"a":1}}`,
		want: `x: k TEXT,
 "{\"a\":1}"
`,
	}, {
		about: "object of columns",
		text:  `{"a":[1,2,3],"b":["x",null,true],"a":[4,5,6]}`,
		want: `x: a INTEGER, b , a_2 INTEGER,
 1 "x" 4
 2 ∅ 5
 3 1 6
`,
	}, {
		about: "columns of different lengths are one row",
		text:  `{"a":[1,2,3],"b":["x"]}`,
		want: `x: a TEXT, b TEXT,
 "[1,2,3]" "[\"x\"]"
`,
	}, {
		about: "names and arrays apart",
		text:  `{"table":"t","rows":[["x","1"],["y","2"]],"columns":["name","n"]}`,
		want: `rows: name TEXT, n TEXT,
 "x" "1"
 "y" "2"
x: table TEXT, columns TEXT,
 "t" "[\"name\",\"n\"]"
`,
	}, {
		about: "names and arrays apart, and not as many",
		text:  `{"columns":["name"],"rows":[["x","y"]]}`,
		want: `rows: column_1 TEXT, column_2 TEXT,
 "x" "y"
x: columns TEXT,
 "[\"name\"]"
`,
	}, {
		about: "flatten",
		c:     Converter{Flatten: true},
		text:  `[{"a":{"b":1,"c":{"d":"x"}},"e":[1,{"f":2}]},{"a":{},"a_c":{"d":5}},{"a":null},{"a":{"b":{"$base64":true,"encoded":"AAE="}}}]`,
		want: `x: a_b , a_c_d , e TEXT, a TEXT,
 1 "x" "[1,{\"f\":2}]" ∅
 ∅ 5 ∅ "{}"
 ∅ ∅ ∅ ∅
 x0001 ∅ ∅ ∅
`,
	}, {
		about: "flatten, and two members want the same name",
		c:     Converter{Flatten: true},
		text:  `[{"a":{"b":1},"a_b":2,"a_b_2":3},{"a_b":4,"a":{"b":5}},{"a":{"b":6,"b":7}}]`,
		want: `x: a_b INTEGER, a_b_2 INTEGER, a_b_3 INTEGER,
 2 3 1
 4 5 ∅
 7 6 ∅
note: a name stands again in the same object; the last value has the column, and the one before a column of its own
`,
	}, {
		about: "flatten arrays of arrays",
		c:     Converter{Flatten: true},
		text:  `[[1,{"a":2}],[3,{"a":4}]]`,
		want: `x: column_1 INTEGER, column_2_a INTEGER,
 1 2
 3 4
`,
	}, {
		about: "byte order mark",
		text:  "\ufeff[{\"a\":1}]",
		want: `x: a INTEGER,
 1
`,
	}, {
		about: "nothing",
		text:  "",
		want:  "error: x.json: the document is empty\n",
	}, {
		about: "white space",
		text:  " \n\t",
		want:  "error: x.json: nothing but white space: the document is empty\n",
	}, {
		about: "no elements",
		text:  "[ ]",
		want:  "error: x.json: an array without elements: the document is empty\n",
	}, {
		about: "no members",
		text:  "{ }",
		want:  "error: x.json: an object without rows: the document is empty\n",
	}, {
		about: "no features",
		text:  `{"type":"FeatureCollection","features":[]}`,
		want:  "error: x.json: an object without rows: the document is empty\n",
	}} {
		test.run(t)
	}
}
