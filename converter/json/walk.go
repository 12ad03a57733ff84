package json

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A walk is the conversion of a document that is one value, member by member on the way to
// its rows. What is no table on that way is a row of a table of its own.
type walk struct {
	*document
	head *head
	plan
	exact  bool // only what is at the path is a table
	guess  bool // that the members of the object are its rows
	unsure bool // what follows may tell that the rows are elsewhere

	rest     chunk           // the document without the tables
	where    []string        // the names on the way
	tables   map[string]bool // names of tables, in lower case
	features bool            // it is a GeoJSON feature collection
	seen     *node           // what is known of members, if unsure
}

func newWalk(d *document, h *head, p plan) *walk {
	w := &walk{document: d, head: h, plan: p, tables: map[string]bool{}}
	w.rest = chunk{off: d.text.off, line: d.text.line, first: true, last: true, made: true}
	w.features = p.at.typ == "FeatureCollection"
	w.seen = &node{}
	return w
}

// value converts what comes next, which the path leads on from.
func (w *walk) value(path []string) error {
	t := w.text
	switch open := t.space(); {
	case len(path) == 0:
		return w.target(open)
	case open == '{':
		return w.object(path)
	case open == '[':
		return w.array(path)
	}
	return t.unexpected("'{' or '['")
}

// target converts what the path leads to.
func (w *walk) target(open byte) error {
	t := w.text
	if open == '[' {
		if t.second() == ']' {
			return t.fault(0, fmt.Errorf("an array without elements: %w", converter.ErrEmpty))
		}
		w.out.Describe("shape", "array at "+spellPath(w.where), "that is where the rows are")
		return w.table(w.named())
	}
	switch w.shape {
	case ofRows:
		switch {
		case w.at.members > maxColumns:
			w.out.Describe("shape", "object of values", "it has more members than a table can have columns; their names are in _key")
		default:
			w.out.Describe("shape", "object of objects", "each of its members is an object; their names are in _key")
		}
		t.drop(1)
		return w.list(w.begin(w.named()), layout{keyed: true, objects: w.guess})
	case ofColumns:
		if err := w.columns(w.begin(w.named()), w.head, w.at); err != nil {
			return err
		}
		t.drop(1)
		if !t.skip() {
			return t.unexpected("'}'")
		}
		return nil
	case ofTables, ofBindings:
		return w.object(nil)
	}
	if len(w.where) == 0 {
		return w.object(nil)
	}
	raw, err := t.value()
	if err == nil {
		err = t.check(len(raw), w.depth())
	}
	if err != nil {
		return err
	}
	l, what := newSniff(raw).elements(0, false)
	w.out.Describe("shape", what+" at "+spellPath(w.where), "it is one row")
	c := &chunk{data: append(bytes.Clone(raw), make([]byte, pad)...), n: len(raw), off: t.off, line: t.line, first: true, last: true}
	t.drop(len(raw))
	return w.begin(w.named()).AppendFunc(w.filler.fill(c, w.complete(l), values))
}

// named is the name of the table at the end of the path.
func (w *walk) named() string {
	for i := len(w.where) - 1; i >= 0; i-- {
		if name := w.where[i]; strings.Trim(name, "0123456789") != "" {
			return name
		}
	}
	return w.in.Stem()
}

// begin returns the table of that name, which is not the rest's.
func (w *walk) begin(name string, columns ...string) *converter.Table {
	if key := strings.ToLower(name); !w.tables[key] {
		w.tables[key] = true
	} else {
		w.out.Report(converter.Finding{Code: "arrays-joined", Severity: converter.Doubt, Table: name,
			Message: "more than one array has this name; their rows are in one table"})
	}
	return w.out.Table(name, columns...)
}

// object goes through the object that comes next: to the member that the path leads to, or
// through all that are tables, if it is at its end.
func (w *walk) object(path []string) error {
	t := w.text
	tables := !w.exact && (len(path) == 0 || len(w.where) == 0) || w.exact && len(path) == 0
	w.rest.data = append(w.rest.data, '{')
	for more := t.first('}'); more; {
		name, spelled, err := w.name()
		if err != nil {
			return err
		}
		before := len(w.rest.data)
		w.rest.data = append(append(w.rest.data, spelled...), ':')
		switch {
		case len(path) > 0 && name == path[0]:
			err = w.step(name, path[1:], before)
		case tables && t.space() == '[' && t.rows():
			w.rest.data = w.rest.data[:before]
			w.where = append(w.where, name)
			err = w.table(name)
			w.where = w.where[:len(w.where)-1]
		default:
			err = w.keep(name, before)
		}
		if err == nil {
			more, err = t.next('}')
		}
		if err != nil {
			return err
		}
	}
	w.close('}')
	return nil
}

// array goes to the element that the path leads to.
func (w *walk) array(path []string) error {
	t := w.text
	w.rest.data = append(w.rest.data, '[')
	for i, more := 0, t.first(']'); more; i++ {
		before := len(w.rest.data)
		var err error
		if name := strconv.Itoa(i); name == path[0] {
			err = w.step(name, path[1:], before)
		} else {
			err = w.keep("", before)
		}
		if err == nil {
			more, err = t.next(']')
		}
		if err != nil {
			return err
		}
		if more && t.space() == ']' {
			return t.unexpected("a value")
		}
	}
	w.close(']')
	return nil
}

// step goes on along the path with a member or an element, whose name is what the rest ends
// with since before.
func (w *walk) step(name string, path []string, before int) error {
	named := len(w.rest.data)
	w.where = append(w.where, name)
	err := w.value(path)
	w.where = w.where[:len(w.where)-1]
	switch left := w.rest.data[named:]; {
	case err != nil:
	case len(left) <= 2: // nothing but brackets, if anything
		w.rest.data = w.rest.data[:before]
	default:
		w.rest.data = append(w.rest.data, ',')
	}
	return err
}

// close ends an object or array of the rest.
func (w *walk) close(bracket byte) {
	if last := len(w.rest.data) - 1; w.rest.data[last] == ',' {
		w.rest.data[last] = bracket
		return
	}
	w.rest.data = append(w.rest.data, bracket)
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

// keep keeps a member or an element for the row of what is no table.
func (w *walk) keep(name string, before int) error {
	t := w.text
	t.space()
	raw, err := t.value()
	if err == nil {
		err = t.check(len(raw), w.depth()-1)
	}
	if err != nil {
		return err
	}
	if w.unsure && name == "crs" && crsName(raw) != "" {
		return w.out.Again(recallWhole, "yes")
	}
	if w.unsure && raw[0] == '{' {
		if err := w.look(name, raw); err != nil {
			return err
		}
	}
	switch {
	case len(w.where) == 0 && name == "type" && string(raw) == `"FeatureCollection"`:
		w.features = true
		w.rest.data = w.rest.data[:before]
	case len(w.where) == 0 && name == "features" && w.features && raw[0] == '[' && len(bytes.TrimSpace(raw[1:len(raw)-1])) == 0:
		w.rest.data = w.rest.data[:before]
	default:
		w.rest.data = append(append(w.rest.data, raw...), ',')
		if len(w.rest.data) > maxElement {
			return t.fault(0, fmt.Errorf("more than %d bytes in members that are no tables: %w", maxElement, converter.ErrLimit))
		}
	}
	t.drop(len(raw))
	return nil
}

// look adds a member to what is known of the document.
func (w *walk) look(name string, raw []byte) error {
	x, err := w.index(newStream(bytes.NewReader(raw), 0, w.text.ahead, nil))
	if err == nil {
		x.name, x.parent = name, w.seen
		w.seen.below = append(w.seen.below, x)
	}
	return err
}

// table converts an array of objects or arrays that is one.
func (w *walk) table(name string) error {
	t := w.text
	from := t.off
	t.drop(1)
	t.need(t.ahead)
	h := newHead(t.buf[t.from:], t.to-t.from, false, w.depth())
	first := h.space(0)
	l, _ := h.elements(first, false)
	l.crs = w.at.crs
	if l.geo || l.geometry || w.features && name == "features" {
		w.sayCRS(l.crs)
	}
	l.geo = l.geo || w.features && name == "features"
	if l.arrays == arrayRow {
		if err := w.gridHeader(&l, h, first); err != nil {
			return err
		}
	}
	if l.geo && name == "features" {
		name, w.features = w.in.Stem(), true
	}
	var columns []string
	if w.shape == ofBindings && name == "bindings" {
		l.bindings = true
		for _, list := range w.at.allLists() {
			if list.name == "vars" {
				columns = list.names
			}
		}
	}
	err := w.list(w.begin(name, columns...), l)
	if w.unsure && len(w.where) == 1 && !l.geo {
		w.seen.below = append(w.seen.below, &node{name: name, parent: w.seen, kind: objectsNode, size: t.off - from})
		w.seen.tables++
	}
	return err
}

// gridHeader finds the names of the columns of an array of arrays.
func (w *walk) gridHeader(l *layout, h *head, first int) error {
	if w.NoHeader {
		return nil
	}
	count := h.count(first)
	for _, list := range w.at.allLists() {
		if len(list.names) == count {
			l.header = list.names
			w.out.Describe("header", strings.Join(list.names, ", "), "the member "+list.name+" lists as many names as the arrays have values")
			return nil
		}
	}
	return w.listHeader(l, h, first)
}

// finish converts what is no table.
func (w *walk) finish() error {
	if w.unsure {
		if p, _ := w.seen.plan(); p.at != w.seen {
			return w.out.Again(recallWhole, "yes")
		}
	}
	name := w.in.Stem()
	switch {
	case w.features:
		w.out.Describe("shape", "GeoJSON feature collection", "the text is one object of that type, or its features are GeoJSON")
		name += "_collection"
	case w.shape == ofBindings:
		w.out.Describe("shape", "SPARQL results", "the text is one object with head.vars and results.bindings")
	case w.exact:
	case w.at.parent != nil && (w.shape == ofTables || w.shape == oneRow):
		w.out.Describe("shape", "object of arrays at "+spellPath(w.at.path()), "its arrays of objects or arrays are tables, and what else there is is one row")
	case w.shape == ofRows || w.shape == ofColumns:
	case len(w.tables) > 0:
		w.out.Describe("shape", "object of arrays", "arrays of objects or arrays are tables, other members are one row")
	default:
		w.out.Describe("shape", "one object", "no member of it holds rows")
	}
	data := w.rest.data
	if len(data) <= 2 {
		if len(w.tables) == 0 {
			return fmt.Errorf("an object without rows: %w", converter.ErrEmpty)
		}
		return nil
	}
	if data[0] == '[' && data[1] == '{' && len(newSniff(data).names(0)) == 0 && newSniff(data).count(0) == 1 {
		data = data[1 : len(data)-1] // one object is a row
	}
	w.rest.n, w.rest.data = len(data), append(data, make([]byte, pad)...)
	for w.tables[strings.ToLower(name)] {
		name += "_document"
	}
	return w.out.Table(name).AppendFunc(w.filler.fill(&w.rest, w.complete(layout{}), values))
}
