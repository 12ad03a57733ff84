package json

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// A shape is how a document holds its rows.
type shape uint8

const (
	shapeLines  shape = iota // a value a line
	shapeValues              // values one after another, anyhow
	shapeList                // one array
	shapeObject              // one object
)

// A head is the beginning of a text, or the whole of it.
type head struct {
	scanner
	whole bool
}

// newHead returns the first n bytes of text; pad bytes behind them are overwritten.
func newHead(text []byte, n int, whole bool, depth int) *head {
	h := &head{whole: whole}
	clear(text[n : n+pad])
	h.use(text, n, depth)
	return h
}

// blank skips what may stand between values.
func (c *scanner) blank(p int) int {
	for p < c.n && (classes[c.s[p]] == classSpace || c.s[p] == recordSeparator) {
		p++
	}
	return p
}

// shape tells how the document holds its rows, and why it looks so. lines says that it is
// named as one that has a value a line.
func (h *head) shape(lines bool) (s shape, why string) {
	p := h.blank(0)
	first := h.lineEnd(p)
	end := h.value(p, 0)
	bad, ended := end < 0, h.ended() || end == h.n && !h.whole
	h.fault = fault{}
	single := shapeValues
	switch h.s[p] {
	case '[':
		single = shapeList
	case '{':
		single = shapeObject
	}
	switch {
	case ended && !h.whole:
		// The first value is longer than the head.
		if lines && first == h.n {
			return shapeLines, "the name says so"
		}
		return single, ""
	case bad:
		if single == shapeList && !h.closes(p, first) {
			return single, ""
		}
		if lines || !h.goesOn(p, first) && h.lines(first, 1) {
			return shapeLines, "the first line is not JSON, but others are"
		}
		return single, ""
	}
	if rest := h.blank(end); rest < h.n {
		likely := lines || classes[h.s[rest]] == classOpen || classes[h.s[p]] != classOpen || h.lines(first, 1)
		if end <= first && rest > first && likely {
			return shapeLines, "the first line is a whole value, and there are more"
		}
		return shapeValues, "one whole value comes after another"
	}
	if lines && end <= first {
		return shapeLines, "the name says so"
	}
	return single, ""
}

// closes reports whether the array at p is closed before end, by its brackets.
func (h *head) closes(p, end int) bool {
	return new(cutter).value(h.s[p:end]) >= 0
}

// goesOn reports whether a line ends where a value or a member has to follow.
func (h *head) goesOn(p, end int) bool {
	line := bytes.TrimRight(h.s[p:end], " \t\r")
	return len(line) > 0 && bytes.IndexByte([]byte("{[,:"), line[len(line)-1]) >= 0
}

// lines reports whether at least n lines from p on are whole objects or arrays.
func (h *head) lines(p, n int) bool {
	for ; p < h.n && n > 0; p = h.lineEnd(p + 1) {
		from := h.blank(p)
		if from < h.n && classes[h.s[from]] == classOpen {
			end := h.value(from, 0)
			h.fault = fault{}
			if end >= 0 && end <= h.lineEnd(from) && h.blank(end) >= h.lineEnd(from) {
				n--
			}
		}
	}
	return n == 0
}

// lineEnd returns the end of the line that p is on.
func (c *scanner) lineEnd(p int) int {
	if p >= c.n {
		return c.n
	}
	if i := bytes.IndexByte(c.s[p:c.n], '\n'); i >= 0 {
		return p + i
	}
	return c.n
}

// elements tells what becomes of values that are like the one at p, and describes them.
func (h *head) elements(p int, sequence bool) (l layout, what string) {
	switch h.s[p] {
	case '{':
		if h.isFeature(p) {
			h.eachMember(p, func(name string, _ int) bool {
				l.id = name == "id"
				return !l.id
			})
			l.geo = true
			l.points = bytes.Contains(h.s[p:h.n], []byte(`"Point"`))
			return l, "GeoJSON features"
		}
		if h.isGeometry(p) {
			return layout{geometry: true, points: true}, "GeoJSON geometries"
		}
		return layout{}, "objects"
	case '[':
		if q := h.space(p + 1); sequence && h.s[q] == '{' {
			l, what = h.elements(q, false)
			l.arrays = arraySpread
			return l, "arrays of " + what
		}
		if h.nests(p) {
			return layout{}, "nested arrays"
		}
		return layout{arrays: arrayRow}, "arrays"
	}
	return layout{scalars: true}, "values"
}

// nests reports whether the array at p holds nothing but arrays, as far as it is in the
// head: then it is no row, but coordinates, a matrix, a line of a map.
func (h *head) nests(p int) bool {
	all := h.s[h.space(p+1)] == '['
	h.eachValue(p, func(value, _ int) bool {
		all = all && h.s[value] == '['
		return all
	})
	return all
}

// isFeature reports whether the object at p is a GeoJSON feature, as far as it is in the
// head.
func (h *head) isFeature(p int) bool {
	typed, body, other := false, false, false
	whole := h.eachMember(p, func(name string, value int) bool {
		switch name {
		case "type":
			typed = bytes.HasPrefix(h.s[value:], []byte(`"Feature"`))
			other = !typed
		case "geometry", "properties":
			body = true
		}
		return !other && !(typed && body)
	})
	return typed && (body || !whole)
}

// isGeometry reports whether the object at p is a GeoJSON geometry with coordinates, as far
// as it is in the head.
func (h *head) isGeometry(p int) bool {
	typed, body := false, false
	h.eachMember(p, func(name string, value int) bool {
		switch name {
		case "type":
			if end, _ := h.str(value + 1); h.s[value] == '"' && end > 0 {
				typed = isGeometryType(string(h.s[value+1 : end-1]))
			}
		case "coordinates":
			body = h.s[value] == '['
		}
		return !(typed && body)
	})
	return typed && body
}

// eachMember calls f with the names and the positions of the values of the object at p
// until f returns false or the head ends. It reports whether it came to the object's end.
func (h *head) eachMember(p int, f func(name string, value int) bool) bool {
	defer func() { h.fault = fault{} }()
	for p = h.space(p + 1); h.s[p] == '"'; p = h.space(p + 1) {
		from := p + 1
		end, _ := h.str(from)
		if end < 0 {
			return false
		}
		if p = h.colon(end); p < 0 || p >= h.n || !f(string(h.s[from:end-1]), p) {
			return false
		}
		if p = h.value(p, 0); p < 0 {
			return false
		}
		if p = h.space(p); h.s[p] != ',' {
			break
		}
	}
	return h.s[p] == '}'
}

// eachValue calls f with the positions of the values of the array at p until f returns
// false or the head ends.
func (h *head) eachValue(p int, f func(value, end int) bool) {
	for p = h.space(p + 1); p < h.n && h.s[p] != ']'; p = h.space(p + 1) {
		end := h.value(p, 0)
		if end < 0 || !f(p, end) {
			break
		}
		if p = h.space(end); h.s[p] != ',' {
			break
		}
	}
	h.fault = fault{}
}

// header returns the names of the columns if the first of the arrays has them: it must be
// of different texts, none of them a number, and in one of the arrays behind it there is a
// number or a boolean. next goes from the end of an array to the next one, or returns -1.
func (h *head) header(p int, next func(end int) int) (names []string, why string) {
	names = h.names(p)
	if names == nil {
		return nil, ""
	}
	for row := 2; row <= 1000; row++ {
		end := h.value(p, 0)
		h.fault = fault{}
		if end < 0 {
			break
		}
		if p = next(end); p < 0 || h.s[p] != '[' {
			break
		}
		found := false
		h.eachValue(p, func(value, end int) bool {
			found = h.isNumber(value, end)
			return !found
		})
		if found {
			return names, fmt.Sprintf("the first array has only texts, and array %d a number or a boolean", row)
		}
	}
	return nil, ""
}

// enveloped returns which of the first elements of an array is an array of objects, if what
// comes before it are objects or values about it: the answer of an API. It returns 0 if
// there is none. p is at the first element.
func (h *head) enveloped(p int) (at int) {
	defer func() { h.fault = fault{} }()
	if h.s[p] != '{' {
		return 0
	}
	end := h.value(p, 0)
	if end < 0 {
		return 0
	}
	if end = h.space(end); h.s[end] != ',' {
		return 0
	}
	if end = h.space(end + 1); h.s[end] == '[' && h.s[h.space(end+1)] == '{' {
		return 1
	}
	return 0
}

// fields returns the names of the objects in the array at p, which describe columns, or nil.
func (h *head) fields(p int) []string {
	var names []string
	seen := map[string]bool{}
	ok := true
	h.eachValue(p, func(value, _ int) bool {
		if ok = h.s[value] == '{'; !ok {
			return false
		}
		best, name := len(nameMembers), ""
		h.eachMember(value, func(member string, at int) bool {
			if i := slices.Index(nameMembers, strings.ToLower(member)); i >= 0 && i < best && h.s[at] == '"' {
				if end, _ := h.str(at + 1); end > 0 {
					text, _ := appendString(nil, h.s[at+1:end-1])
					best, name = i, string(text)
				}
			}
			return true
		})
		ok = name != "" && !seen[name]
		seen[name] = true
		names = append(names, name)
		return ok
	})
	if !ok {
		return nil
	}
	return names
}

// nameMembers are where objects that describe columns have their names, in order of
// preference.
var nameMembers = []string{"name", "columnname", "column_name", "column", "fieldname", "field", "id", "key", "title", "label"}

// count returns how many values the array at p has.
func (h *head) count(p int) int {
	n := 0
	h.eachValue(p, func(_, _ int) bool {
		n++
		return true
	})
	return n
}

// names returns the values of an array if they can be names.
func (h *head) names(p int) []string {
	var names []string
	seen := map[string]bool{}
	ok := true
	h.eachValue(p, func(value, end int) bool {
		if ok = h.s[value] == '"' && !h.isNumber(value, end); ok {
			name, _ := appendString(nil, h.s[value+1:end-1])
			ok = len(bytes.TrimSpace(name)) > 0 && !seen[string(name)]
			seen[string(name)] = true
			names = append(names, string(name))
		}
		return ok
	})
	if !ok {
		return nil
	}
	return names
}

// isNumber reports whether a value is a number or a boolean, or a text that is spelled
// like one.
func (h *head) isNumber(value, end int) bool {
	switch h.s[value] {
	case '{', '[', 'n':
		return false
	case '"':
		text := h.s[value+1 : end-1]
		return bytes.ContainsAny(text, "0123456789") && len(bytes.Trim(text, " +-.,%eE0123456789")) == 0
	}
	return true
}
