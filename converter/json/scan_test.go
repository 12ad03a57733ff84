package json

import (
	"bytes"
	stdjson "encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

// valid reports whether text is one JSON value, as the scanner sees it.
func valid(text []byte, depth int) (ok bool, f fault) {
	var c scanner
	c.use(append(bytes.Clone(text), make([]byte, pad)...), len(text), depth)
	if !c.checkUTF8(0, c.n) {
		return false, c.fault
	}
	p := c.value(c.space(0), 0)
	if p >= 0 && c.space(p) != c.n {
		p = c.want(c.space(p), "the end")
	}
	if p >= 0 && c.nans > 0 {
		return false, fault{what: "NaN or Infinity"} // read, though not JSON
	}
	return p >= 0, c.fault
}

func TestFaults(t *testing.T) {
	for _, test := range []struct {
		text string
		at   int
		what string
	}{
		{`{"a":1,}`, 7, "a trailing comma before '}', which JSON does not allow"},
		{`[1, ]`, 4, "a trailing comma before ']', which JSON does not allow"},
		{`[]]`, 2, "found ']' where the end should be"},
		{`[1, // one`, 4, "a comment, which JSON does not have"},
		{`{/* a */}`, 1, "a comment, which JSON does not have"},
		{"{\"a\":1\n# b\n}", 7, "a comment, which JSON does not have"},
		{`[1 2]`, 3, "found '2' where ',' or ']' should be"},
		{`{"a" 1}`, 5, "found '1' where ':' should be"},
		{`{a:1}`, 1, "found 'a' where a name in quotes should be"},
		{`{'a':1}`, 1, "a single quote, and texts of JSON have double ones"},
		{`{"a":1 "b":2}`, 7, `found '"' where ',' or '}' should be`},
		{`01`, 0, "a number with a leading zero"},
		{`-`, 1, "the text ends where a digit should be"},
		{`1.`, 2, "the text ends where a digit should be"},
		{`[1.e3]`, 3, "found 'e' where a digit should be"},
		{`[1e+]`, 4, "found ']' where a digit should be"},
		{`+1`, 0, "found '+' where a value should be"},
		{`"\x41"`, 1, "unknown escape: backslash and 'x'"},
		{`"\u12G4"`, 1, `escape \u without four hexadecimal digits`},
		{`"\u12`, 5, "the text ends in a string"},
		{"\"a\tb\"", 2, "control character 0x09 in a string"},
		{"\"a\x00b\"", 2, "control character 0x00 in a string"},
		{`"abc`, 4, "the text ends in a string"},
		{`"abc\`, 5, "the text ends in a string"},
		{`[NaNa]`, 4, "found 'a' where ',' or ']' should be"},
		{`[-Inf]`, 1, "found '-' where a value should be"},
		{`[nan]`, 1, "found 'n' where a value should be"},
		{`{"a":None}`, 5, "None is not JSON (a missing value is null there)"},
		{`tru`, 3, "the text ends in true"},
		{`trap`, 0, "found 't' where a value should be"},
		{"[\x00]", 1, "found byte 0x00 where a value should be"},
		{"[1\x00]", 2, "found byte 0x00 where ',' or ']' should be"},
		{"[\u00a01]", 1, "found byte 0xc2 where a value should be"},
		{`[[[[1]]]]`, 3, "nested deeper than 3"},
		{`[[[{}]]]`, 3, "nested deeper than 3"},
		{"\"a\xffb\"", 2, "byte 0xff is not UTF-8"},
		{"\"\xed\xa0\x80\"", 1, "byte 0xed is not UTF-8"},
		{``, 0, "the text ends where a value should be"},
	} {
		if ok, f := valid([]byte(test.text), 3); ok || f.at != test.at || f.what != test.what {
			t.Errorf("%q: got %v, %d %q, want %d %q", test.text, ok, f.at, f.what, test.at, test.what)
		}
	}
}

// texts are documents for fuzzing to begin with.
var texts = []string{
	`{"a":1,"b":[true,false,null,"x"],"c":{"d":-1.5e-3}}`, `[]`, `{}`, `""`, `0`, `-0`, `1E400`, `[[[]]]`, ` [ 1 , 2 ] `,
	`"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud83d"`, "\"épée \U0001f600 12345678\"", `{"a":1,}`, `[1,]`, `01`, `1.`, `.5`, `"\x"`, "\"\t\"",
	"{\"a\":1}\n{\"a\":2}\n", "{\"a\":1}{\"b\":\n2}", "\x1e{\"a\":1}\n\x1e{\"a\":2}\n",
	`{"a":[{"b":1}],"c":[1,2],"d":[[1,2],[3]]}`, `{"a":[1,2],"b":["x",null]}`, `{"k":{"a":1},"l":{"a":2}}`,
	`[["n","v"],["a",1],["b",2.5,"c"]]`, `{"x":{"$base64": true, "encoded": "AAE="}}`, `[{"a":1},2,[3],null,{"a":{"b":1},"a_b":2}]`,
	`{"n":1,"a":{"b":[{"c":1}],"d":[[1,2]]}}`, `{"a":{"0":1,"1":2},"b":{"0":[3],"1":"x"}}`, `[{"page":1},[{"a":NaN}]]`, ")]}'\n{\"a\":[{}]}",
	`{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"1","datatype":"http://www.w3.org/2001/XMLSchema#integer"}}]}}`,
	`{"columns":[{"name":"p"},{"name":"q"}],"a":{"rows":[[1,2],[3]]}}`, `{"type":"Point","coordinates":[1,200]}`,
	`{"type":"FeatureCollection","name":"n","features":[{"type":"Feature","id":1,"geometry":{"type":"Point","coordinates":[1,2]},"properties":{"id":2}}]}`,
}

// FuzzScanner compares the scanner with encoding/json and utf8.
func FuzzScanner(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		want := stdjson.Valid(text) && utf8.Valid(text)
		got, fault := valid(text, 10000)
		if got != want {
			t.Errorf("%q: got %v (%v), want %v", text, got, fault, want)
		}
		if !got && (fault.at < 0 || fault.at > len(text) || fault.what == "") {
			t.Errorf("%q: fault %v", text, fault)
		}
	})
}

// FuzzText compares what strings mean, and compact text, with encoding/json.
func FuzzText(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !stdjson.Valid(text) || !utf8.Valid(text) {
			return
		}
		var want bytes.Buffer
		if err := stdjson.Compact(&want, text); err != nil {
			t.Fatal(err)
		}
		compact := appendCompact(nil, text)
		if !bytes.Equal(compact, want.Bytes()) {
			t.Errorf("%q: compact %q, want %q", text, compact, want.Bytes())
		}
		if compact[0] != '"' {
			return
		}
		var s string
		if err := stdjson.Unmarshal(compact, &s); err != nil {
			t.Fatal(err)
		}
		got, lone := appendString(nil, compact[1:len(compact)-1])
		if !utf8.Valid(got) {
			t.Errorf("%q: %q is not UTF-8", text, got)
		}
		if lone == 0 && string(got) != s {
			t.Errorf("%q: got %q, want %q", text, got, s)
		}
	})
}

func TestString(t *testing.T) {
	for _, test := range []struct {
		raw, want string
		lone      int
	}{
		{`plain text that is longer than eight bytes`, "plain text that is longer than eight bytes", 0},
		{`a\"b\\c\/d\be\ff\ng\rh\ti`, "a\"b\\c/d\be\ff\ng\rh\ti", 0},
		{`\u0000\u00e9\u20AC\ud83d\ude00`, "\x00é€\U0001f600", 0},
		{`\ud83d`, `\ud83d`, 1},
		{`x\ude00\ud83dy`, `x\ude00\ud83dy`, 2},
		{`\ud83d\ud83d\ude00`, `\ud83d` + "\U0001f600", 1},
		{`\ud83d\n`, `\ud83d` + "\n", 1},
		{`\ufffd`, "\ufffd", 0},
		{`\uFFFF`, "\uffff", 0},
	} {
		got, lone := appendString([]byte("> "), []byte(test.raw))
		if string(got) != "> "+test.want || lone != test.lone {
			t.Errorf("%s: got %q, %d, want %q, %d", test.raw, got, lone, test.want, test.lone)
		}
	}
}

func TestBase64(t *testing.T) {
	for text, want := range map[string]string{
		`{"$base64": true, "encoded": "AAEC/w=="}`:             "\x00\x01\x02\xff",
		`{"encoded":"QUI=","$base64":true}`:                    "AB",
		`{"$base64":true,"encoded":""}`:                        "",
		`{"$base64":true,"encoded":"QU\u0049="}`:               "AB",
		`{"$base64":false,"encoded":"QUI="}`:                   "no",
		`{"$base64":true,"encoded":"QUJ="}`:                    "no", // bits are left over
		`{"$base64":true,"encoded":"?"}`:                       "no",
		`{"$base64":true,"encoded":"QUI=","x":1}`:              "no",
		`{"encoded":"QUI=","x":"y","$base64":true}`:            "no",
		`{"$base64":true}`:                                     "no",
		`{"$base64":true,"encoded":5}`:                         "no",
		`{"encoded":"x"}`:                                      "no",
		`{"$base64":true,"encoded":"QUI=","encoded":"QUI="}`:   "no",
		`{"$base64":true,"encoded":"a\",\"$base64\":true,\""}`: "no",
	} {
		blob, ok := appendBase64(nil, []byte(text))
		if got := string(blob); !ok && want != "no" || ok && got != want {
			t.Errorf("%s: got %q, %v, want %q", text, got, ok, want)
		}
	}
}

// TestJSONTestSuite holds what the suite says must be accepted (y) and rejected (n), and
// what it leaves open (i), against what becomes of the documents.
func TestJSONTestSuite(t *testing.T) {
	text, err := os.ReadFile("../../testdata/json/JSONTestSuite.json")
	if err != nil {
		t.Fatal(err)
	}
	var suite []struct {
		Name string
		Text []byte
	}
	if err := stdjson.Unmarshal(text, &suite); err != nil {
		t.Fatal(err)
	}
	suite = append(suite, struct {
		Name string
		Text []byte
	}{"n_structure_100000_opening_arrays.json", bytes.Repeat([]byte("["), 100_000)})
	suite = append(suite, struct {
		Name string
		Text []byte
	}{"n_structure_open_array_object.json", []byte(strings.Repeat(`[{"":`, 50_000) + "\n")})
	// Where the documents go another way than the suite says, and why.
	differ := map[string]string{
		"n_structure_double_array.json":                 "values may come one after another",
		"n_structure_object_with_trailing_garbage.json": "so may other values",
		"n_structure_UTF8_BOM_no_data.json":             "a byte order mark and nothing else is empty",
		"n_structure_no_data.json":                      "empty",
		"n_single_space.json":                           "empty",
		"n_number_NaN.json":                             "NULL",
		"n_number_infinity.json":                        "NULL",
		"n_number_minus_infinity.json":                  "NULL",
	}
	for _, test := range suite {
		db, err := convert(t, Converter{}, test.Name, string(test.Text))
		empty := err != nil && strings.Contains(err.Error(), "empty")
		accepted := err == nil || empty
		switch test.Name[0] {
		case 'y':
			if !accepted {
				t.Errorf("%s: %q: %v", test.Name, test.Text, err)
			}
		case 'n':
			if accepted && differ[test.Name] == "" {
				t.Errorf("%s: %q is accepted: %v", test.Name, test.Text, db)
			}
		}
	}
}
