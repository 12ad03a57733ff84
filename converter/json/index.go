package json

import (
	"errors"
)

// An index is what is known of an object before its conversion: of what kinds its members
// are. It takes little memory whatever the size of the object.
type index struct {
	members int
	objects int       // members that are objects
	tables  int       // members that are arrays of objects or arrays
	columns []listing // members that are arrays of scalars, while all are and have as many
	even    bool      // all members are columns
	typ     string    // of a GeoJSON object: "FeatureCollection", …
	body    bool      // it has a member that GeoJSON's features have
	names   []string  // what a member "columns" lists: the names for a sibling's arrays of values
	whole   bool      // nothing is missing
}

// A listing is an array of scalars.
type listing struct {
	name  string
	off   int64 // of its first element or closing bracket, in the text
	count int
}

// maxListings bounds the columns of a column-oriented document.
const maxListings = 32_000

// readIndex makes the index of the object that t begins with. If the text ends too early
// or is broken, the index is not whole. It returns errors of reading.
func readIndex(t *stream, depth int) (*index, error) {
	x := &index{even: true}
	if t.space() != '{' {
		return x, nil
	}
	t.drop(1)
	for t.space() == '"' {
		raw, err := t.value()
		if err != nil {
			return x, err
		}
		if len(raw) < 2 || raw[len(raw)-1] != '"' {
			break
		}
		name, _ := appendString(nil, raw[1:len(raw)-1])
		t.drop(len(raw))
		if t.space() != ':' {
			break
		}
		t.drop(1)
		kind := t.space()
		if kind == 0 {
			break
		}
		if err := x.member(t, string(name), kind, depth); err != nil {
			if errors.Is(err, errBroken) {
				break
			}
			return x, err
		}
		switch t.space() {
		case ',':
			t.drop(1)
			continue
		case '}':
			t.drop(1)
			x.whole = true
		}
		break
	}
	return x, t.failed()
}

// errBroken says that the text is broken; whoever converts it says where.
var errBroken = errors.New("not JSON")

// member reads the value of a member, which begins with kind.
func (x *index) member(t *stream, name string, kind byte, depth int) error {
	x.members++
	switch name {
	case "geometry", "properties", "features":
		x.body = true
	}
	switch kind {
	case '{':
		t.drop(1)
		if !t.skip() {
			return errBroken
		}
		x.objects++
	case '[':
		if t.rows() {
			x.tables++
			t.drop(1)
			if !t.skip() {
				return errBroken
			}
			break
		}
		if name == "columns" {
			t.need(t.ahead)
			w := t.text(t.ahead)
			if end := new(cutter).value(w); end >= 0 {
				x.names = newSniff(w[:end]).names(0)
			}
		}
		t.drop(1)
		return x.scalars(t, name, depth)
	default:
		raw, err := t.value()
		if err != nil {
			return err
		}
		if name == "type" && len(raw) > 2 && len(raw) < 64 {
			x.typ = string(raw[1 : len(raw)-1])
		}
		t.drop(len(raw))
	}
	x.even, x.columns = false, nil
	return nil
}

// scalars reads an array of scalars from behind its bracket.
func (x *index) scalars(t *stream, name string, depth int) error {
	l := listing{name: name}
	b := t.space()
	l.off = t.off
	for b != ']' {
		if b == '{' || b == '[' || !x.even {
			x.even, x.columns = false, nil
			if !t.skip() {
				return errBroken
			}
			return nil
		}
		raw, err := t.value()
		if err != nil {
			return err
		}
		if len(raw) == 0 || t.check(len(raw), depth) != nil {
			return errBroken
		}
		l.count++
		t.drop(len(raw))
		if b = t.space(); b == ',' {
			t.drop(1)
			b = t.space()
			if b == ']' {
				return errBroken
			}
		} else if b != ']' {
			return errBroken
		}
	}
	t.drop(1)
	if l.count == 0 || len(x.columns) >= maxListings || len(x.columns) > 0 && x.columns[0].count != l.count {
		x.even, x.columns = false, nil
	}
	if x.even {
		x.columns = append(x.columns, l)
	}
	return nil
}

// An objectShape is how an object holds rows.
type objectShape uint8

const (
	oneRow     objectShape = iota
	oneFeature             // the row is a GeoJSON feature
	ofTables               // arrays of objects or arrays are tables, and other members a row of their own
	ofRows                 // each member is a row: an object, or there are too many for columns
	ofColumns              // each member is an array of scalars and a column
)

// maxColumns is how many columns a table can have: SQLite's default limit.
const maxColumns = 2000

// shape tells how the object holds its rows. It is certain if what may follow an index
// that is not whole can't change that.
func (x *index) shape() (s objectShape, certain bool) {
	switch {
	case x.tables > 0:
		return ofTables, true
	case x.typ == "Feature" && x.body:
		return oneFeature, true
	case x.members > maxColumns:
		return ofRows, true
	case x.objects > 1 && x.objects == x.members:
		return ofRows, x.whole
	case x.even && x.members > 0:
		return ofColumns, x.whole
	}
	return oneRow, x.whole
}
