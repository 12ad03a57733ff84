package rules

import (
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/suggest"
)

// decode reads a type. Others' may be called otherwise, which is said.
func (t *fieldType) decode(d *decoder, word, n *node) bool {
	text, ok := d.scalar(word, n)
	if !ok {
		return false
	}
	var known []string
	for _, k := range converter.FieldTypes() {
		if known = append(known, string(k)); string(k) == text {
			*t = fieldType(text)
			return true
		}
	}
	if !d.theirs {
		d.fault(n, "%s", oneOf(text, "a type", known, typeAliases))
		return false
	}
	base, _, _ := strings.Cut(strings.ToLower(text), "(")
	if meant := typeAliases[base]; meant != "" {
		d.fault(n, "%s is not a type: taken for %s", clip(text), meant)
		*t = fieldType(meant)
		return true
	}
	if meant := suggest.For(text, known); meant != "" {
		d.fault(n, "%s is not a type, and is not used. %s is meant?", clip(text), meant)
	} else {
		d.fault(n, "%s is not a type, and is not used", clip(text))
	}
	return false
}

// typeAliases are what people call types, in lower case.
var typeAliases = map[string]string{
	"text": "string", "str": "string", "varchar": "string", "char": "string", "character": "string", "uuid": "string", "uri": "string", "url": "string",
	"int": "integer", "bigint": "integer", "smallint": "integer", "long": "integer", "int64": "integer", "int32": "integer",
	"float": "number", "double": "number", "real": "number", "decimal": "number", "numeric": "number", "float64": "number",
	"bool": "boolean", "logical": "boolean", "timestamp": "datetime", "date-time": "datetime", "gyear": "year", "gyearmonth": "yearmonth", "json": "object",
}

var misfitNames = []string{"keep", "clear", "reject", "cast"}

func (m *misfit) decode(d *decoder, word, n *node) bool {
	if n.null() && n.text != "" && !d.theirs {
		d.fault(n, "misfit: %s is nothing in YAML. clear is meant, which makes the cell NULL?", n.text)
		return false
	}
	text, ok := d.scalar(word, n)
	if !ok {
		return false
	}
	for i, name := range misfitNames {
		if name == text {
			m.Misfit = converter.Misfit(i)
			return true
		}
	}
	d.fault(n, "%s", oneOf(text, "what can become of a misfit", misfitNames, map[string]string{"null": "clear", "error": "reject", "skip": "reject", "text": "keep"}))
	return false
}

// typed returns what YAML takes a scalar for.
func typed(n *node) converter.Value {
	if n.plain {
		switch n.text {
		case "", "~", "null", "Null", "NULL":
			return converter.Value{}
		case "true", "True", "TRUE":
			return converter.Bool(true)
		case "false", "False", "FALSE":
			return converter.Bool(false)
		}
		if i, ok := converter.ParseInt([]byte(n.text)); ok {
			return converter.Int(i)
		}
		if f, ok := converter.ParseReal([]byte(n.text)); ok {
			return converter.Real(f)
		}
	}
	return converter.Text(n.text)
}

func (v *scalarValue) decode(d *decoder, word, n *node) bool {
	if n.kind != scalarNode {
		d.fault(n, "%s is %s; want a text or a number", word.text, n.kindOf())
		return false
	}
	v.Value = typed(n)
	return true
}

// decode reads constants in the order in which they stand.
func (c *constants) decode(d *decoder, word, n *node) bool {
	if n.kind != mappingNode {
		d.fault(n, "%s is %s; want a mapping of columns and their values", word.text, n.kindOf())
		return false
	}
	for i, column := range n.keys {
		var v scalarValue
		if !v.decode(d, column, n.items[i]) {
			return false
		}
		*c = append(*c, constant{column.text, v.Value, mark{column.line, column.column, column.file}})
	}
	return true
}

func (i *indexes) decode(d *decoder, word, n *node) bool {
	if n.kind == scalarNode {
		switch n.text {
		case "none":
			i.choice = converter.IndexNone
			return true
		case "auto":
			i.choice = converter.IndexAuto
			return true
		}
	}
	items := []*node{n}
	if n.kind == listNode {
		items = n.items
	}
	i.choice = converter.IndexOnly
	for _, item := range items {
		columns := []*node{item}
		if item.kind == listNode {
			columns = item.items
		}
		index := converter.Index{Origin: converter.Origin{Line: item.line, Column: item.column}}
		for _, c := range columns {
			name, ok := d.scalar(word, c)
			if !ok {
				return false
			}
			column := converter.IndexColumn{Name: name}
			if rest, down := strings.CutPrefix(name, "-"); down && rest != "" {
				column = converter.IndexColumn{Name: rest, Descending: true}
			}
			index.Columns = append(index.Columns, column)
		}
		if len(index.Columns) == 0 {
			d.fault(item, "an index is of at least one column")
			return false
		}
		i.list = append(i.list, index)
	}
	return true
}

// decode reads a search, or a list of columns.
func (s *search) decode(d *decoder, word, n *node) bool {
	if n.kind == mappingNode {
		return d.structure(n, s, kinds["search"])
	}
	s.say("", n)
	items := []*node{n}
	if n.kind == listNode {
		items = n.items
	}
	for _, item := range items {
		column, ok := d.scalar(word, item)
		if !ok {
			return false
		}
		s.Columns = append(s.Columns, column)
	}
	return true
}

// decode reads an extract, or a column that is one.
func (e *extract) decode(d *decoder, word, n *node) bool {
	if n.kind == mappingNode {
		return d.structure(n, e, kinds["extract"])
	}
	e.say("", n)
	column, ok := d.scalar(word, n)
	e.Columns = []string{column}
	return ok
}

// decode reads a query, or SQL that is one.
func (q *query) decode(d *decoder, word, n *node) bool {
	if n.kind != scalarNode {
		return d.structure(n, q, kinds["query"])
	}
	q.say("", n)
	sql, ok := d.scalar(word, n)
	q.SQL = sql
	return ok
}

// raw is what is looked at later.
type raw struct{ *node }

func (r *raw) decode(_ *decoder, _, n *node) bool {
	r.node = n
	return !n.null()
}
