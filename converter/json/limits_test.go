package json

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/dynasette/dynasette/converter"
)

// wide returns an object of n members.
func wide(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"k%d":%d`, i, i)
	}
	return "{" + b.String()[1:] + "}"
}

func TestManyColumns(t *testing.T) {
	db, err := convert(t, Converter{}, "x.json", "["+wide(2500)+`,{"late":"x"}]`)
	if err != nil {
		t.Fatal(err)
	}
	columns := db.summary.Tables[0].Columns
	if len(columns) != 1999 || columns[1998].Name != "_extra" {
		t.Fatalf("%d columns, the last is %v", len(columns), columns[len(columns)-1])
	}
	rows := db.rows(t, 0)
	if rows[0]["k1997"] != int64(1997) || !strings.HasPrefix(rows[0]["_extra"].(string), `{"k1998":1998,"k1999":1999,`) || rows[1]["_extra"] != `{"late":"x"}` {
		t.Errorf("%v, %v, %v", rows[0]["k1997"], rows[0]["_extra"], rows[1]["_extra"])
	}
}

// TestManyMembers has an object with more members than a table can have columns: they are
// rows.
func TestManyMembers(t *testing.T) {
	const members = maxCells + 10_000
	text := strings.TrimSuffix(wide(members), "}") + `,"o":{"a":1},"l":[1]}`
	for _, chunk := range []int{0, 1000} {
		db, err := convert(t, Converter{chunk: chunk}, "x.json", text)
		if err != nil {
			t.Fatal(err)
		}
		rows := db.rows(t, 0)
		if n := len(rows); n != members+2 || rows[5]["_key"] != "k5" || rows[5]["value"] != int64(5) ||
			rows[n-2]["_key"] != "o" || rows[n-2]["a"] != int64(1) || rows[n-1]["value"] != "[1]" {
			t.Errorf("%d rows, %v, %v, %v", n, rows[5], rows[n-2], rows[n-1])
		}
	}
}

// clashing returns an object of at least n members whose names are the same when they are
// flattened.
func clashing(n int) string {
	const name = "a_a_a_a_a_a_a_a_a_a_a_a"
	var members []string
	for i := range n {
		member := ""
		depth := 0
		for j, part := range strings.Split(name, "_") {
			if j > 0 && i>>(j-1)&1 > 0 {
				member += `":{"`
				depth++
			} else if j > 0 {
				member += "_"
			}
			member += part
		}
		members = append(members, `"`+member+`":1`+strings.Repeat("}", depth))
	}
	return "{" + strings.Join(members, ",") + "}"
}

func TestLimits(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 600) + "1" + strings.Repeat("}", 600)
	for name, text := range map[string]string{
		"members":          "[{}," + wide(maxCells+1) + "]",
		"same names":       "[{}," + clashing(maxClash+2) + "]",
		"depth":            "[{}," + deep + "]",
		"depth of a value": deep,
		"brackets":         strings.Repeat("[", 1_000_000),
	} {
		c := Converter{Flatten: name == "same names"}
		_, err := convert(t, c, "x.json", text)
		var syntax *converter.SyntaxError
		if !errors.Is(err, converter.ErrLimit) || !errors.As(err, &syntax) {
			t.Errorf("%s: %v", name, err)
		}
		if name == "brackets" {
			continue
		}
		line := strings.TrimSuffix(strings.TrimPrefix(text, "[{},"), "]")
		db, err := convert(t, c, "x.json", "{\"b\":1}\n"+line+"\n{\"b\":2}\n")
		if err != nil || db.summary.Documents[0].Rows != 2 || db.summary.Rejects != 1 {
			t.Errorf("%s in a line: %v, %v", name, err, db.summary)
		}
	}
	if _, err := convert(t, Converter{MaxDepth: 1000}, "x.json", deep); err != nil {
		t.Error(err)
	}
}

// TestPatience has lines that look as if they went on, so that little is read in vain.
func TestPatience(t *testing.T) {
	text := "{\"a\":1}\n" + strings.Repeat("[1,\n", 50_000) + "{\"a\":2}\n"
	db, err := convert(t, Converter{}, "x.ndjson", text)
	if err != nil || db.summary.Rejects != 50_000 || db.summary.Documents[0].Rows != 2 {
		t.Errorf("%v, %v", db.summary, err)
	}
}

func encode16(text string, big, mark bool) string {
	units := utf16.Encode([]rune(text))
	if mark {
		units = append([]uint16{0xfeff}, units...)
	}
	var b strings.Builder
	for _, u := range units {
		if big {
			b.Write([]byte{byte(u >> 8), byte(u)})
		} else {
			b.Write([]byte{byte(u), byte(u >> 8)})
		}
	}
	return b.String()
}

func TestEncodings(t *testing.T) {
	text := `[{"a":"é€😀","b":1},{"a":"` + strings.Repeat("x", 100) + `"}]`
	want, err := convert(t, Converter{}, "x.json", text)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, text string
		c          Converter
		encoding   string
	}{
		{"mark, little", encode16(text, false, true), Converter{}, "utf-16le"},
		{"mark, big", encode16(text, true, true), Converter{}, "utf-16be"},
		{"no mark, little", encode16(text, false, false), Converter{}, "utf-16le"},
		{"no mark, big", encode16(text, true, false), Converter{}, "utf-16be"},
		{"named", encode16(text, true, false), Converter{Encoding: "UTF-16BE"}, "utf-16be"},
		{"UTF-8 named", text, Converter{Encoding: "UTF-8"}, "utf-8"},
		{"UTF-8 with a mark", "\ufeff" + text, Converter{}, "utf-8"},
	} {
		for _, test.c.chunk = range []int{0, 40} {
			db, err := convert(t, test.c, "x.json", test.text)
			if err != nil || db.String() != want.String() {
				t.Errorf("%s: %v\n%s", test.name, err, db)
			} else if f := db.summary.Documents[0].Facts[0]; f.Value != test.encoding {
				t.Errorf("%s: %v", test.name, f)
			}
		}
	}
	db, err := convert(t, Converter{Encoding: "windows-1252"}, "x.json", "[\"\xe9\x93\"]")
	if err != nil || db.rows(t, 0)[0]["value"] != "é“" {
		t.Errorf("windows-1252: %v, %v", err, db)
	}
	columns, err := convert(t, Converter{chunk: 16}, "x.json", encode16(`{"a":[1,2,3,4,5],"b":["a","b","c","d","e"]}`, false, true))
	if err != nil || columns.summary.Tables[0].Rows != 5 {
		t.Errorf("columns: %v, %v", err, columns)
	}
	for name, test := range map[string]struct {
		text string
		c    Converter
		want string
		code string
	}{
		"half a pair":        {encode16(`["ab`, false, true) + "\x3d\xd8" + encode16(`"]`, false, false), Converter{}, "ab\uf73d\uf7d8", "bytes-stray"},
		"half a unit":        {encode16(`["abcd"]`, false, true) + "\n", Converter{}, "abcd", "bytes-stray"},
		"not UTF-8":          {"[\"a\xe9b\"]", Converter{}, "aéb", "encoding-guessed"},
		"not UTF-8, lines":   {"[\"a\xe9b\"]\n[\"\xe9\"]\n", Converter{NoHeader: true}, "aéb", "encoding-guessed"},
		"not UTF-8, object":  {"{\"value\":\"a\xe9b\"}", Converter{}, "aéb", "encoding-guessed"},
		"far into a list":    {"[\"a\xe9b\"" + strings.Repeat(",\"some more text, which is long\"", 10_000) + ",\"\xe9\"]", Converter{}, "aéb", "encoding-guessed"},
		"far into lines":     {"\"aéb\"\n" + strings.Repeat("\"éééééééééééééééé\"\n", 10_000) + "\"\xe9\"", Converter{Lines: true}, "aéb", "bytes-stray"},
		"far into an object": {"{\"value\":\"aéb\"" + strings.Repeat(",\"é\":\"éééééééééééééééé\"", 8_000) + ",\"x\":\"\xe9\"}", Converter{}, "aéb", "bytes-stray"},
		"far into columns":   {"{\"value\":[\"aéb\"" + strings.Repeat(",\"éééééééééééééééé\"", 8_000) + "],\"x\":[\"\xe9\"" + strings.Repeat(",\"éééééééééééééééé\"", 8_000) + "]}", Converter{}, "aéb", "bytes-stray"},
		"UTF-8 by weight":    {"[\"é a\xe9 ü\"]", Converter{}, "é aé ü", "bytes-stray"},
		"UTF-8 is meant":     {"[\"a\xe9\"]", Converter{Encoding: "utf-8"}, "aé", "bytes-stray"},
		"unknown in the set": {"[\"a\x81\"]", Converter{Encoding: "shift_jis"}, "a\u0081", "bytes-stray"},
		"a trail is a slash": {"[\"\x83\\\"]", Converter{Encoding: "shift_jis"}, "ソ", ""},
	} {
		for _, test.c.chunk = range []int{0, 40 + len(test.text)/100} {
			db, err := convert(t, test.c, "x.json", test.text)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			code := ""
			if f := db.summary.Documents[0].Findings; len(f) > 0 {
				code = f[0].Code
			}
			row := db.rows(t, 0)[0]
			if got := row["value"]; got == nil && row["column_1"] != test.want || got != nil && got != test.want || code != test.code {
				t.Errorf("%s: %q, %v", name, row, db.summary.Documents[0].Findings)
			}
		}
	}
	if _, err := convert(t, Converter{Encoding: "klingon"}, "x.json", text); err == nil {
		t.Error("an encoding that does not exist")
	}
}

func TestDetect(t *testing.T) {
	var r converter.Registry
	r.Register(GeoJSON, Converter{})
	r.Register(NDJSON, Converter{Lines: true})
	r.Register(Format, Converter{})
	for _, test := range []struct{ name, text, want string }{
		{"x.json", `[]`, "json"},
		{"x.JSONL", `{}`, "ndjson"},
		{"x.geojson", `{}`, "geojson"},
		{"x", ` [{"a":1}]`, "json"},
		{"x", `{"a":[` + strings.Repeat("[1],", 100_000), "json"},
		{"x", `[{"a":1},`, "json"},
		{"x", "{\"a\":1}\n{\"a\":2}", "ndjson"},
		{"x", "{\"a\":1}\n{\"a\":2}" + strings.Repeat("\n{\"a\":3}", 100_000), "ndjson"},
		{"x", "\x1e{\"a\":1}\n\x1e{\"a\":2}", "ndjson"},
		{"x", "[\n{\"a\":1}\n]", "json"},
		{"x", `{"type":"FeatureCollection","features":[]}`, "geojson"},
		{"x", `{"features":[{"type":"Feature","geometry":null}],"type":"FeatureCollection"}`, "geojson"},
		{"x", "{\"type\":\"Feature\",\"geometry\":null}\n{\"type\":\"Feature\",\"geometry\":null}", "geojson"},
		{"x", `{"type":"Feature","x":1}`, "json"},
		{"x", "\ufeff{\"a\":1}", "json"},
		{"x", encode16(`{"a":"some text"}`, false, true), "json"},
		{"x", "[section]\nkey=1\n", ""},
		{"x", "[x] to do", ""},
		{"x", "{{ template }}", ""},
		{"x", "a,b\n1,2\n", ""},
		{"x", "42", ""},
	} {
		f, _, err := r.Detect(input(test.name, test.text))
		if f.Name != test.want || (err != nil) != (test.want == "") {
			t.Errorf("%s %.50q: %q, %v, want %q", test.name, test.text, f.Name, err, test.want)
		}
	}
}
