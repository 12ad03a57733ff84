package xmltext

import (
	"slices"

	"github.com/dynasette/dynasette/converter"
)

// maxColumns is how many columns a table can have.
const maxColumns = 1999

// Columns are the columns of a table whose rows are elements of one shape: the attributes, the
// text, and what is in it, a_b for b in a. Of elements that can stand there several times the
// column is a JSON array; a text with elements in it is XML.
type Columns struct {
	Names []string

	of     *place
	nested bool // in columns of their own
}

// A place is what becomes of elements of a shape.
type place struct {
	shape    *Shape
	whole    int      // the column of all that there is of it; -1: there are several columns
	own      int      // the column of its own text; -1: none
	attrs    []int    // columns
	children []*place // nil: they are apart
	byName   map[string]*place
}

// Columns returns the columns for elements of a shape.
func (s *Shape) Columns() *Columns {
	c := &Columns{nested: true}
	if c.of = c.add(s, "", ""); len(c.Names) > maxColumns {
		*c = Columns{}
		c.of = c.add(s, "", "")
	}
	return c
}

// Fields returns what is in an element of the tree, as columns whose names begin with name, if it
// is not "". A text that is nothing but the element's is called text.
func (t *Tree) Fields(i int32, name, text string) ([]Field, error) {
	s, err := t.Shape(i)
	if err != nil {
		return nil, err
	}
	c := &Columns{nested: true}
	c.of = c.add(s, name, text)
	cells, data := c.Row(nil, nil, t, i)
	fields := make([]Field, 0, len(cells))
	for k, cell := range cells {
		value := string(data[cell.Off : int(cell.Off)+cell.Len()])
		if cell.Kind() != converter.KindNull {
			fields = append(fields, Field{c.Names[k], value, cell.Kind()})
		}
	}
	return fields, nil
}

// A Field is a value of a row: KindText, KindQuoted, or nothing.
type Field struct {
	Name, Text string
	Kind       converter.Kind
}

// Value returns it as a value.
func (f Field) Value() converter.Value {
	switch f.Kind {
	case converter.KindText:
		return converter.Text(f.Text)
	case converter.KindQuoted:
		return converter.Quoted(f.Text)
	}
	return converter.Value{}
}

// JSON returns an element of the tree as JSON.
func (t *Tree) JSON(i int32) (string, error) {
	s, err := t.Shape(i)
	if err != nil {
		return "", err
	}
	return string(t.appendValue(nil, i, s)), nil
}

func (c *Columns) column(name string) int {
	c.Names = append(c.Names, name)
	return len(c.Names) - 1
}

// add adds the columns of a shape, whose names begin with path, and that of the text in it.
func (c *Columns) add(s *Shape, path, text string) *place {
	if text == "" {
		text = s.Name.Plain()
	}
	p := &place{shape: s, whole: -1, own: -1}
	keys := s.names()
	if path != "" {
		path += "_"
	}
	if path != "" && (s.Text || s.Markup || s.Plain()) {
		p.own = c.column(text)
	}
	for i := range s.Attrs {
		p.attrs = append(p.attrs, c.column(path+keys.attrs[i]))
	}
	if path == "" && (s.Text || s.Markup) {
		p.own = c.column(text)
	}
	if s.Markup {
		return p
	}
	for i, child := range s.Children {
		name := path + keys.children[i]
		var at *place
		switch {
		case child.Apart || child.void():
		case child.byName():
			at = c.addByName(child, path)
		case child.Most > 1, child.List() != nil, !c.nested && !child.Plain():
			at = &place{shape: child, whole: c.column(name), own: -1}
		default:
			at = c.add(child, name, name)
		}
		p.children = append(p.children, at)
	}
	return p
}

// Rename changes the columns' names.
func (c *Columns) Rename(to func(name string) string) {
	for i, name := range c.Names {
		c.Names[i] = to(name)
	}
}

// addByName adds the columns of elements that an attribute names.
func (c *Columns) addByName(s *Shape, path string) *place {
	p := &place{shape: s, whole: -1, own: -1, byName: map[string]*place{}}
	for _, name := range s.called.order {
		at := &place{shape: s, whole: -1, own: c.column(path + name)}
		for i, attr := range s.Attrs {
			column := -1
			if slices.Contains(s.called.attrs[name], attr) {
				column = c.column(path + name + "_" + s.names().attrs[i])
			}
			at.attrs = append(at.attrs, column)
		}
		p.byName[name] = at
	}
	return p
}

// Row appends the cells of an element, one for each column, and what they hold to data.
func (c *Columns) Row(cells []converter.Cell, data []byte, t *Tree, i int32) ([]converter.Cell, []byte) {
	from := len(cells)
	for range c.Names {
		cells = append(cells, converter.Cell{})
	}
	return cells, t.fill(cells[from:], data, i, c.of)
}

// fill makes the cells of an element.
func (t *Tree) fill(cells []converter.Cell, data []byte, i int32, p *place) []byte {
	n, s := &t.Nodes[i], p.shape
	for _, a := range t.Attrs[n.From:n.To] {
		if k := s.attr(a.Name); k >= 0 && p.attrs[k] >= 0 {
			from := len(data)
			data = append(data, t.bytes(a.value)...)
			cells[p.attrs[k]] = converter.Span(converter.KindQuoted, from, len(data)-from)
		}
	}
	if n.nothing {
		return data
	}
	if p.own >= 0 {
		from, kind := len(data), converter.KindQuoted
		if s.Markup {
			data, kind = t.AppendContent(data, i), converter.KindText
		} else {
			data = t.AppendText(data, i)
		}
		if len(data) > from || len(s.Children) == 0 {
			cells[p.own] = converter.Span(kind, from, len(data)-from)
		}
	}
	if s.Markup || n.First == 0 {
		return data
	}
	sorted := false
	for k := n.First; k > 0; k = t.Nodes[k].Next {
		if t.Nodes[k].Name == nil {
			continue
		}
		child := s.child(t.Nodes[k].Name)
		if child == nil {
			continue
		}
		at := p.children[s.at]
		switch {
		case at == nil:
		case at.byName != nil:
			if in := at.byName[string(t.calling(k))]; in != nil {
				data = t.fill(cells, data, k, in)
			}
		case at.whole < 0:
			data = t.fill(cells, data, k, at)
		case child.Most < 2:
			from := len(data)
			data = t.appendValue(data, k, child)
			cells[at.whole] = converter.Span(converter.KindText, from, len(data)-from)
		default:
			if !sorted {
				t.sort(i, s)
				sorted = true
			}
			if child.first != k {
				continue
			}
			from := len(data)
			data = t.appendArray(data, child)
			cells[at.whole] = converter.Span(converter.KindText, from, len(data)-from)
		}
	}
	return data
}
