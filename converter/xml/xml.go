// Package xml converts XML whose elements are records: feeds, sitemaps, exports, OpenStreetMap,
// what services answer.
//
// The elements that stand several times in one element are rows, as arrays of objects are in
// JSON: those of the root element are tables, each with the name of the element, and otherwise
// those of the element that holds most of the document or holds them under a usual name, as
// channel holds item. One that only wraps others, as featureMember does, is passed over for
// them. If nothing stands several times, the document is one row. Several places that may be
// meant are a guess and a finding; Path says where the rows are. What stands outside of the
// rows is a row of a table beside them, which is named after the document.
//
// A row's columns are its attributes, its text, and the elements in it: a_b is b in a. An
// element that stands there several times in any row is a JSON array in all of them, with
// objects of attributes and elements, whose own text is "text". Where a text has elements in it,
// as in <p>some <b>bold</b> words</p>, or there is XHTML, that is XML, and a text that has none is
// a text as everywhere. Elements as <field name="id">7</field> are columns by that name, if rows have
// most of them. The type of a column is decided by its values; an empty element
// or attribute is an empty text, a missing one and xsi:nil are NULL. White space around a
// text is left away if the end of a line is in it. Prefixes of namespaces are in names only
// where the names are the same otherwise; Order_x0020_Details is called Order Details.
//
// The document must be well-formed; what is not is an error that says where and why. The
// encoding is what the declaration says, if the bytes agree. External entities are not
// fetched.
package xml

import (
	"context"
	"fmt"
	"io"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/signature"
	"github.com/dynasette/dynasette/converter/internal/xmltext"
)

// Format is XML.
var Format = converter.Format{
	Name:       "xml",
	Extensions: []string{".xml", ".rss", ".atom", ".gml", ".osm", ".rdf"},
	MediaTypes: []string{"application/xml", "text/xml", "application/rss+xml", "application/atom+xml", "application/gml+xml", "application/rdf+xml"},
	Sniff:      sniff,
	Beside:     []string{".xsd", ".gfs"}, // schemas, which say nothing that the document does not
	Doc:        "XML: elements that repeat as rows, their attributes and elements as columns",
}

// sniff reports whether a text begins with XML that is no document of another kind.
func sniff(head []byte) bool {
	if !xmltext.Sniff(head) {
		return false
	}
	_, other := signature.OfRoot(xmltext.Root(head).Spelled())
	return !other
}

// A Converter converts XML. The zero value is right for most.
type Converter struct {
	// Path leads to the element that is a row, or that holds the rows, from the root on: as
	// channel.item or channel/item. "." is the root element. "" looks for it.
	Path string
	// Encoding is the text's encoding, as "windows-1252"; "": found out.
	Encoding string
}

// Convert implements converter.Converter.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	if err := xmltext.CheckRoot(in); err != nil {
		return err
	}
	source, err := xmltext.Open(in, out, c.Encoding)
	if err != nil {
		return err
	}
	r := source.First()
	root, err := xmltext.Outline(r)
	if err != nil {
		return source.Excuse(err)
	}
	if r.HTML > 0 {
		out.Report(converter.Finding{Code: "entity-undeclared", Count: r.HTML,
			Message: "an entity is none of XML's, and read as HTML has it"})
	}
	p := &plan{root: root, out: out}
	if c.Path == "" {
		p.find()
	} else if err := p.follow(c.Path); err != nil {
		return err
	}
	w := &walk{ctx: ctx, r: source.Again(), out: out, root: root}
	return w.convert(p, in.Stem())
}

// A walk goes through the document and makes rows.
type walk struct {
	ctx  context.Context
	r    *xmltext.Reader
	out  *converter.Writer
	root *xmltext.Shape
	rows map[*xmltext.Shape]*xmltext.Table
	tree xmltext.Tree // of a row
	rest xmltext.Tree // the document without its rows
}

// convert makes the tables that are planned; name is that of the document.
func (w *walk) convert(p *plan, name string) error {
	w.rows = map[*xmltext.Shape]*xmltext.Table{}
	names := map[string]bool{}
	for _, s := range p.rows {
		w.rows[s] = xmltext.NewTable(w.out, unique(names, s), s.Columns())
	}
	if _, err := w.r.Next(); err != nil {
		return err
	}
	if len(p.rows) == 0 {
		if err := w.rest.Read(w.r); err != nil {
			return err
		}
	} else if err := w.split(); err != nil {
		return err
	}
	for _, s := range p.rows {
		if err := w.rows[s].Flush(); err != nil {
			return err
		}
	}
	columns := w.root.Columns()
	if len(columns.Names) == 0 {
		if len(p.rows) == 0 {
			return fmt.Errorf("the root element <%s> is empty: %w", w.root.Name.Local, converter.ErrEmpty)
		}
		return nil
	}
	for names[fold(name)] {
		name += "_document"
	}
	t := xmltext.NewTable(w.out, name, columns)
	if err := t.Add(&w.rest); err != nil {
		return err
	}
	return t.Flush()
}

// split reads the root element: rows go to their tables, and what else there is to the rest.
func (w *walk) split() error {
	open := []*xmltext.Shape{w.root}
	wrapped := 0 // how many of them only wrap rows
	err := w.rest.Begin(w.r)
	for n := 0; err == nil && len(open) > 0; n++ {
		if n%1024 == 0 && w.ctx.Err() != nil {
			return w.ctx.Err()
		}
		var kind xmltext.Kind
		if kind, err = w.r.Next(); err != nil {
			break
		}
		top := open[len(open)-1]
		switch {
		case kind == xmltext.Text:
			if wrapped == 0 && !(top != nil && top.Holds && xmltext.Blank(w.r.Text)) {
				err = w.rest.Add(w.r, kind)
			}
		case kind == xmltext.End:
			open = open[:len(open)-1]
			if wrapped > 0 {
				wrapped--
			} else {
				err = w.rest.Add(w.r, kind)
			}
		default:
			var s *xmltext.Shape
			if top != nil {
				s = top.Child(w.r.Name)
			}
			if t := w.rows[s]; t != nil && s != nil {
				if err = w.tree.Read(w.r); err == nil {
					err = t.Add(&w.tree)
				}
				continue
			}
			open = append(open, s)
			if wrapped > 0 || s != nil && s.Apart {
				wrapped++
			} else {
				err = w.rest.Add(w.r, kind)
			}
		}
	}
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
