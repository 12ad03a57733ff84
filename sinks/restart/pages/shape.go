package pages

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"

	"github.com/tidwall/gjson"
)

// A shape is how rows are written as JSON: what _shape, _nl, _json and _json_infinity ask for.
type shape struct {
	kind     string   // of _shape
	lines    bool     // a row a line, and nothing around them
	decoded  []string // columns whose texts are written as the JSON that they are
	infinity bool     // as Python writes it, which is no JSON; else it is null
}

func readShape(pairs []pair) (shape, error) {
	s := shape{kind: "objects"}
	if kind, ok := first(pairs, "_shape"); ok {
		s.kind = kind
	}
	if !slices.Contains([]string{"objects", "object", "array", "arrays", "arrayfirst"}, s.kind) {
		return s, badRequest("Invalid _shape: " + strconv.Quote(s.kind) + ".")
	}
	lines, _ := first(pairs, "_nl")
	infinity, _ := first(pairs, "_json_infinity")
	s.lines, s.infinity = lines != "" && s.kind == "array", isOn(infinity)
	for _, p := range pairs {
		if p.name == "_json" {
			s.decoded = append(s.decoded, p.value)
		}
	}
	return s, nil
}

// alone reports whether nothing but the rows is sent.
func (s shape) alone() bool { return s.kind != "objects" && s.kind != "arrays" }

func (s shape) contentType() string {
	if s.lines {
		return "text/plain; charset=utf-8"
	}
	return "application/json; charset=utf-8"
}

// shapedRows are rows being written in a shape.
type shapedRows struct {
	shape
	b       []byte
	n       int
	columns []shapedColumn
	key     []int // the places of the key of _shape=object
}

type shapedColumn struct {
	name    []byte // as the key of an object
	decoded bool
	hidden  bool // in an object: of columns of one name the last counts, as in Datasette
}

func (s shape) rows(columns []string) *shapedRows {
	r := &shapedRows{shape: s, columns: make([]shapedColumn, len(columns))}
	last := make(map[string]int, len(columns))
	for i, name := range columns {
		if before, twice := last[name]; twice {
			r.columns[before].hidden = true
		}
		last[name] = i
		r.columns[i] = shapedColumn{name: append(gjson.AppendJSONString(nil, name), ": "...), decoded: slices.Contains(s.decoded, name)}
	}
	switch {
	case s.kind == "object":
		r.b = []byte("{")
	case !s.lines:
		r.b = []byte("[")
	}
	return r
}

// add writes a row and returns how long all of them are.
func (r *shapedRows) add(row []any) int {
	if r.n++; r.n > 1 && r.lines {
		r.b = append(r.b, '\n')
	} else if r.n > 1 {
		r.b = append(r.b, ", "...)
	}
	switch r.kind {
	case "arrays":
		r.b = append(r.b, '[')
		for i, v := range row[:len(r.columns)] {
			if i > 0 {
				r.b = append(r.b, ", "...)
			}
			r.value(i, v)
		}
		r.b = append(r.b, ']')
	case "arrayfirst":
		if len(r.columns) == 0 {
			r.b = append(r.b, "null"...)
		} else {
			r.value(0, row[0])
		}
	case "object":
		key := make([]any, len(r.key))
		for i, at := range r.key {
			key[i] = row[at]
		}
		r.b = append(gjson.AppendJSONString(r.b, tildeJoin(keyTexts(key))), ": "...)
		fallthrough
	default:
		r.b = append(r.b, '{')
		for i, c := range r.columns {
			if c.hidden {
				continue
			}
			if r.b[len(r.b)-1] != '{' {
				r.b = append(r.b, ", "...)
			}
			r.b = append(r.b, c.name...)
			r.value(i, row[i])
		}
		r.b = append(r.b, '}')
	}
	return len(r.b)
}

func (r *shapedRows) value(column int, v any) {
	switch v := v.(type) {
	case string:
		if r.columns[column].decoded {
			r.b = appendDecoded(r.b, v)
			return
		}
	case float64:
		if r.infinity && math.IsInf(v, 0) {
			if v < 0 {
				r.b = append(r.b, '-')
			}
			r.b = append(r.b, "Infinity"...)
			return
		}
	}
	r.b = appendJSON(r.b, v)
}

// The deepest JSON in a text that is written as JSON: clients' parsers have limits too.
const maxDecoded = 200

// appendDecoded writes a text as the JSON that it is, on one line, or as a text if it is none.
func appendDecoded(b []byte, text string) []byte {
	if nesting(text) <= maxDecoded {
		into := bytes.NewBuffer(b)
		if json.Compact(into, []byte(text)) == nil && into.Len() > len(b) {
			return into.Bytes()
		}
	}
	return gjson.AppendJSONString(b, text)
}

// end returns all that was written.
func (r *shapedRows) end() []byte {
	switch {
	case r.kind == "object":
		return append(r.b, '}')
	case !r.lines:
		return append(r.b, ']')
	}
	return r.b
}

// sendRows sends rows, with what is said about them if their shape has room for it.
func (q *request) sendRows(r *shapedRows, about func() (object, error)) error {
	if r.alone() {
		q.head(r.contentType())
		q.w.Write(r.end())
		return nil
	}
	said, err := about()
	if err != nil {
		return err
	}
	rest, err := marshal(said)
	if err != nil {
		return err
	}
	q.head(r.contentType())
	for _, part := range [][]byte{[]byte(`{"ok": true, "rows": `), r.end(), []byte(", "), rest[1:]} {
		q.w.Write(part)
	}
	return nil
}
