package json

import (
	"bytes"

	"github.com/dynasette/dynasette/converter"
)

const xsd = "http://www.w3.org/2001/XMLSchema#"

// binding reads a term of a SPARQL result (SPARQL 1.1 Query Results JSON Format, 3.2), an
// object at p that is depth deep: the cell is its value, an INTEGER or a REAL if its datatype
// says so. Its language goes to a column of its own. ok is false if the object is none.
func (r *builder) binding(p int, k int32, depth int) (end int, ok bool) {
	if end = r.value(p, depth); end < 0 {
		return end, true
	}
	s, value, kind, datatype, language := r.s, -1, -1, -1, -1
	members := 0
	for q := r.space(p + 1); s[q] == '"'; q = r.space(q + 1) {
		name := s[q:]
		q = r.name(q)
		switch {
		case s[q] != '"':
		case bytes.HasPrefix(name, []byte(`"value"`)):
			value = q
		case bytes.HasPrefix(name, []byte(`"type"`)):
			kind = q
		case bytes.HasPrefix(name, []byte(`"datatype"`)):
			datatype = q
		case bytes.HasPrefix(name, []byte(`"xml:lang"`)):
			language = q
		}
		members++
		if q = r.space(r.value(q, depth)); s[q] != ',' {
			break
		}
	}
	known := 0
	for _, at := range [...]int{value, kind, datatype, language} {
		if at >= 0 {
			known++
		}
	}
	if value < 0 || kind < 0 || known != members {
		return p, false // an RDF-star triple, or something else: it stays as it is
	}
	c, _ := r.cell(value, depth)
	if datatype >= 0 {
		c = r.typed(c, value, datatype)
	}
	r.set(k, c)
	if language >= 0 {
		c, _ := r.cell(language, depth)
		r.set(r.key(inFeature, []byte(r.slots[r.keys[k].slot].name+"_lang")), c)
	}
	return end, true
}

// typed is the cell of a literal at p, of which c is the text, by its datatype.
func (r *builder) typed(c converter.Cell, p, datatype int) converter.Cell {
	end, _ := r.str(datatype + 1)
	name, ok := bytes.CutPrefix(r.s[datatype+1:end-1], []byte(xsd))
	if !ok {
		r.datatypes++
		return c
	}
	end, _ = r.str(p + 1)
	text := r.s[p+1 : end-1]
	switch string(name) {
	case "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger",
		"unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte", "decimal", "double", "float":
		if len(text) == 0 || text[0] != '-' && text[0]-'0' > 9 {
			break
		}
		sound := r.fault
		if to, _ := r.number(p + 1); to == end-1 {
			c, _ = r.num(p + 1)
		}
		r.fault = sound
	case "boolean":
		if value := string(text); value == "true" || value == "false" {
			return r.boolean(value == "true")
		}
	}
	return c
}
