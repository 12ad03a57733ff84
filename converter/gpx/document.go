package gpx

import (
	"context"
	"fmt"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/xmltext"
)

// A document is one that is being converted.
type document struct {
	ctx  context.Context
	r    *xmltext.Reader
	out  *converter.Writer
	rows map[*xmltext.Shape]*kind
	list []*kind // the same, in order
	read int64   // elements
}

// A kind is one of rows.
type kind struct {
	*xmltext.Table
	shape  *xmltext.Shape
	within *kind // nil: the document
	parts  *kind // that are counted: points, or segments
	name   string
	number string // of the column that counts them; "" if they are points

	tree  xmltext.Tree
	count int64 // so far: of all, or of those in the element that is open
	all   int64 // points in it
}

// kinds are the places of rows, by their element, and of the columns with their numbers.
var kinds = []struct{ path, table, number string }{
	{"wpt", "waypoints", ""},
	{"rte", "routes", "route"},
	{"rte rtept", "route_points", ""},
	{"trk", "tracks", "track"},
	{"trk trkseg", "track_segments", "segment"},
	{"trk trkseg trkpt", "track_points", ""},
}

// convert makes the tables of the document, whose stem is name.
func (d *document) convert(root *xmltext.Shape, name string) error {
	d.find(root)
	if _, err := d.r.Next(); err != nil {
		return err
	}
	var rest xmltext.Tree
	err := rest.Begin(d.r)
	if err == nil {
		err = d.inside(root, &rest)
	}
	for i := 0; err == nil && i < len(d.list); i++ {
		if k := d.list[i]; k.Table != nil {
			err = k.Flush()
		}
	}
	if err != nil {
		return err
	}
	columns := root.Columns()
	columns.Rename(func(name string) string { return strings.TrimPrefix(name, "metadata_") })
	if len(columns.Names) == 0 {
		if len(d.list) == 0 {
			return fmt.Errorf("there are no points: %w", converter.ErrEmpty)
		}
		return nil
	}
	for _, k := range d.list {
		if strings.EqualFold(k.name, name) {
			name += "_document"
			break
		}
	}
	t := xmltext.NewTable(d.out, name, columns)
	if err := t.Add(&rest); err != nil {
		return err
	}
	return t.Flush()
}

// find finds the places of rows, and makes their tables.
func (d *document) find(root *xmltext.Shape) {
	d.rows = map[*xmltext.Shape]*kind{}
	for _, k := range kinds {
		s := root
		for step := range strings.FieldsSeq(k.path) {
			if s = called(s, step); s == nil {
				break
			}
		}
		if s == nil {
			continue
		}
		s.Apart, s.Up.Holds = true, true
		found := &kind{shape: s, within: d.rows[s.Up], name: k.table, number: k.number}
		if found.within != nil {
			found.within.parts = found
		}
		d.rows[s] = found
		d.list = append(d.list, found)
	}
	for _, k := range d.list {
		columns := k.shape.Columns()
		columns.Rename(rename)
		if k.number == "segment" && len(columns.Names) == 0 {
			continue // the points say all that there is
		}
		k.Table = xmltext.NewTable(d.out, k.name, columns, k.numbers()...)
	}
}

// called returns the children of that name.
func called(s *xmltext.Shape, name string) *xmltext.Shape {
	for _, c := range s.Children {
		if c.Name.Local == name {
			return c
		}
	}
	return nil
}

// numbers are the columns of numbers that rows begin with.
func (k *kind) numbers() (names []string) {
	for up := k.within; up != nil; up = up.within {
		names = append([]string{up.number}, names...)
	}
	if k.number != "" {
		names = append(names, k.number)
	}
	if k.parts != nil && k.parts.number != "" {
		names = append(names, "segments")
	}
	if k.number != "" {
		names = append(names, "points")
	}
	return names
}

// values are those numbers.
func (k *kind) values() (values []int64) {
	for up := k.within; up != nil; up = up.within {
		values = append([]int64{up.count}, values...)
	}
	if k.number != "" {
		values = append(values, k.count)
	}
	if k.parts != nil && k.parts.number != "" {
		values = append(values, k.parts.count)
	}
	if k.number != "" {
		values = append(values, k.all)
	}
	return values
}

// rename gives a column its name as people know it.
func rename(name string) string {
	switch name {
	case "lat":
		return "latitude"
	case "lon":
		return "longitude"
	}
	extension, ok := strings.CutPrefix(name, "extensions_")
	if !ok {
		return name
	}
	if first, rest, ok := strings.Cut(extension, "_"); ok && rest != "" && (strings.HasSuffix(first, "Extension") || strings.HasSuffix(first, "Extensions")) {
		return rest
	}
	return extension
}

// inside reads what is in an element to its end. Rows go to their tables, and the others to the
// tree.
func (d *document) inside(s *xmltext.Shape, tree *xmltext.Tree) error {
	for {
		if d.read++; d.read%1024 == 0 && d.ctx.Err() != nil {
			return d.ctx.Err()
		}
		token, err := d.r.Next()
		if err != nil {
			return err
		}
		switch token {
		case xmltext.Text:
			if s == nil || !s.Holds || !xmltext.Blank(d.r.Text) {
				err = tree.Add(d.r, token)
			}
		case xmltext.End:
			return tree.Add(d.r, token)
		default:
			var child *xmltext.Shape
			if s != nil {
				child = s.Child(d.r.Name)
			}
			if k := d.rows[child]; k != nil && child != nil {
				err = d.row(k)
			} else if err = tree.Add(d.r, token); err == nil {
				err = d.inside(child, tree)
			}
		}
		if err != nil {
			return err
		}
	}
}

// row reads an element that is a row.
func (d *document) row(k *kind) error {
	k.count++
	k.all = 0
	if k.parts != nil {
		k.parts.count = 0
	}
	if err := k.tree.Begin(d.r); err != nil {
		return err
	}
	if err := d.inside(k.shape, &k.tree); err != nil {
		return err
	}
	if k.number == "" {
		for up := k.within; up != nil; up = up.within {
			up.all++
		}
	}
	if k.Table == nil {
		return nil
	}
	return k.Add(&k.tree, k.values()...)
}
