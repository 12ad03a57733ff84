package json

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// object converts the one object that the document is, which is at p of the head.
func (d *document) object(h *head, p int) error {
	d.text.drop(p)
	line := d.text.line
	x, err := readIndex(newStream(bytes.NewReader(h.s[p:h.n]), d.text.off, d.text.ahead, nil), d.depth())
	if err != nil {
		return err
	}
	s, certain := x.shape()
	guess := s == ofRows && !h.whole && d.out.Recall(recallWhole) == ""
	if !certain && !h.whole && !guess {
		if x, err = d.reread(); err != nil {
			return err
		}
		s, certain = x.shape()
	}
	switch {
	case s == ofRows && (certain || guess):
		if x.members > maxColumns {
			d.out.Describe("shape", "object of values", "it has more members than a table can have columns; their names are in _key")
		} else {
			d.out.Describe("shape", "object of objects", "each of its members is an object; their names are in _key")
		}
		d.text.drop(1)
		if err := d.list(d.table(), layout{keyed: true, objects: !certain}); err != nil {
			return err
		}
	case s == ofColumns && certain:
		d.out.Describe("shape", "object of columns", "each of its members is an array of as many values")
		return d.columns(h, x.columns)
	case s == oneFeature:
		d.out.Describe("shape", "GeoJSON feature", "the text is one object of that type")
		l, _ := h.elements(p, false)
		l.geo = true // also if its head does not tell
		return d.values(l)
	default:
		if err := d.members(x.names); err != nil {
			return err
		}
	}
	return d.end(d.text, line)
}

// reread reads the document to its end for its index. Nothing may come after the object.
func (d *document) reread() (*index, error) {
	t := newStream(d.source.Reread(), d.source.Start, d.text.ahead, nil)
	t.space()
	line := t.line
	x, err := readIndex(t, d.depth())
	if err == nil && x.whole {
		err = d.end(t, line)
	}
	return x, err
}

// A walk is the conversion of one object member by member: arrays of objects or arrays are
// tables, and the others are a row of a table of their own.
type walk struct {
	*document
	rest     chunk           // the object without the tables
	tables   map[string]bool // names of tables, in lower case
	features bool            // it is a GeoJSON feature collection
	names    []string        // of the values in arrays, as a member of its own has them
}

func (d *document) members(names []string) error {
	t := d.text
	w := walk{document: d, names: names, tables: map[string]bool{}}
	w.rest = chunk{data: []byte{'{'}, off: t.off, line: t.line, first: true, last: true}
	t.drop(1)
	for more := t.space() != '}'; more; {
		name, spelled, err := w.name()
		if err == nil {
			err = w.member(name, spelled)
		}
		if err != nil {
			return err
		}
		switch t.space() {
		case ',':
			t.drop(1)
			t.space()
		case '}':
			more = false
		default:
			return t.unexpected("',' or '}'")
		}
	}
	t.drop(1)
	return w.finish()
}

// name reads a member's name and colon.
func (w *walk) name() (name, spelled string, err error) {
	t := w.text
	if !t.need(1) || t.buf[t.from] != '"' {
		return "", "", t.unexpected("a name in quotes")
	}
	raw, err := t.value()
	if err == nil {
		err = t.check(len(raw), w.depth())
	}
	if err != nil {
		return "", "", err
	}
	text, _ := appendString(nil, raw[1:len(raw)-1])
	name, spelled = string(text), string(raw)
	t.drop(len(raw))
	if t.space() != ':' {
		return "", "", t.unexpected("':'")
	}
	t.drop(1)
	return name, spelled, nil
}

// member converts a member's value if it is a table, and keeps it for the row if not.
func (w *walk) member(name, spelled string) error {
	t := w.text
	if t.space() == '[' && t.rows() {
		return w.table(name)
	}
	raw, err := t.value()
	if err == nil {
		err = t.check(len(raw), w.depth()-1)
	}
	if err != nil {
		return err
	}
	switch {
	case name == "type" && string(raw) == `"FeatureCollection"`:
		w.features = true
	case name == "features" && w.features && raw[0] == '[' && raw[len(raw)-1] == ']' && len(bytes.TrimSpace(raw[1:len(raw)-1])) == 0:
	default:
		w.rest.data = fmt.Appendf(w.rest.data, "%s:%s,", spelled, raw)
		if len(w.rest.data) > converter.MaxCell {
			return t.fault(0, fmt.Errorf("more than %d bytes in members that are no tables: %w", converter.MaxCell, converter.ErrLimit))
		}
	}
	t.drop(len(raw))
	return nil
}

// table converts a member that is an array of objects or arrays.
func (w *walk) table(name string) error {
	t := w.text
	t.drop(1)
	t.need(t.ahead)
	h := newHead(t.buf[t.from:], t.to-t.from, false, w.depth())
	first := h.space(0)
	l, _ := h.elements(first, false)
	l.geo = l.geo || w.features && name == "features"
	switch {
	case l.arrays != arrayRow:
	case w.names != nil && h.count(first) == len(w.names):
		l.header = w.names
		w.out.Describe("header", strings.Join(w.names, ", "), "the member columns lists as many texts as the arrays have values")
	default:
		if err := w.listHeader(&l, h, first); err != nil {
			return err
		}
	}
	if l.geo && name == "features" {
		name, w.features = w.in.Stem(), true
	}
	if key := strings.ToLower(name); !w.tables[key] {
		w.tables[key] = true
	} else {
		w.out.Report(converter.Finding{Code: "arrays-joined", Severity: converter.Doubt, Table: name,
			Message: "more than one array has this name; their rows are in one table"})
	}
	return w.list(w.out.Table(name), l)
}

// finish converts what is no table.
func (w *walk) finish() error {
	name := w.in.Stem()
	switch {
	case w.features:
		w.out.Describe("shape", "GeoJSON feature collection", "the text is one object of that type, or its features are GeoJSON")
		name += "_collection"
	case len(w.tables) > 0:
		w.out.Describe("shape", "object of arrays", "arrays of objects or arrays are tables, other members are one row")
	default:
		w.out.Describe("shape", "one object", "no member of it holds rows")
	}
	data := w.rest.data
	if len(data) == 1 {
		if len(w.tables) == 0 {
			return fmt.Errorf("an object without rows: %w", converter.ErrEmpty)
		}
		return nil
	}
	data[len(data)-1] = '}'
	w.rest.n, w.rest.data = len(data), append(data, make([]byte, pad)...)
	for w.tables[strings.ToLower(name)] {
		name += "_document"
	}
	return w.out.Table(name).AppendFunc(w.filler.fill(&w.rest, w.complete(layout{}), values))
}
