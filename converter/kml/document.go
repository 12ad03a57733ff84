package kml

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/xmltext"
)

// A document is one that is being read, for the first or the second time.
type document struct {
	ctx  context.Context
	r    *xmltext.Reader
	tree xmltext.Tree

	placemarks, folders, styles, links, overlays xmltext.Rows

	schemas map[string]map[string]field // by the schema's id and the field's name
	titles  map[string]field            // by column
	title   string                      // of the document
	fields  int                         // of all schemas
	said    int                         // bytes that folders which are open say of themselves
	oddities
}

// A field is what a Schema, or a displayName, says of a column.
type field struct{ kind, title string }

// oddities are counted in the second run.
type oddities struct {
	links, coordinates, beyond int64
	link, coordinate, position string // the first
}

// A container is a folder or a document that is open.
type container struct {
	document bool
	id, path string
	fields   []xmltext.Field
	bytes    int
}

// Bounds of what folders say of themselves, and of their names.
const (
	maxSaid   = 64 << 20
	maxPath   = 10_000
	maxSchema = 10_000
)

func newDocument(ctx context.Context) *document {
	return &document{ctx: ctx, schemas: map[string]map[string]field{}, titles: map[string]field{},
		placemarks: xmltext.Rows{First: []string{"id", "folder", "name", "description", "when", "begin", "end"},
			Last: []string{"styleUrl", "geometry", "longitude", "latitude", "coordinates"}},
		folders:  xmltext.Rows{First: []string{"id", "folder"}},
		styles:   xmltext.Rows{First: []string{"id", "folder", "element", "style"}},
		links:    xmltext.Rows{First: []string{"id", "folder", "name", "href"}},
		overlays: xmltext.Rows{First: []string{"id", "folder", "element", "name"}},
	}
}

// read goes through the document.
func (d *document) read() error {
	var open []container
	for n := 0; ; n++ {
		if n%256 == 0 && d.ctx.Err() != nil {
			return d.ctx.Err()
		}
		kind, err := d.r.Next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case kind == xmltext.End:
			if err := d.leave(open[len(open)-1]); err != nil {
				return err
			}
			open = open[:len(open)-1]
		case kind == xmltext.Start && len(open) == 0:
			open = append(open, container{})
		case kind == xmltext.Start:
			top := &open[len(open)-1]
			switch name := d.r.Name.Local; name {
			case "Document", "Folder":
				c := container{path: top.path, document: name == "Document"}
				for _, a := range d.r.Attrs {
					if a.Name.Local == "id" {
						c.id = string(a.Value)
					}
				}
				open = append(open, c)
			default:
				if err := d.tree.Read(d.r); err != nil {
					return err
				}
				if err := d.element(name, top, len(open)); err != nil {
					return &converter.SyntaxError{Line: d.tree.Line, Err: err}
				}
			}
		}
	}
}

// element takes what is in a folder; depth is how many are open.
func (d *document) element(name string, in *container, depth int) error {
	switch name {
	case "name":
		if depth == 1 {
			break
		}
		if in.document && depth == 2 {
			d.title = d.tree.Text(0)
			return nil
		}
		path := d.tree.Text(0)
		if in.path != "" {
			path = in.path + "/" + path
		}
		if len(path) > maxPath {
			return fmt.Errorf("names of folders have more than %d bytes in all: %w", maxPath, converter.ErrLimit)
		}
		in.path = path
		return nil
	case "Placemark":
		return d.placemark(in.path)
	case "Schema":
		return d.schema()
	case "Style", "StyleMap":
		json, err := d.style()
		if err != nil {
			return err
		}
		d.begin(&d.styles, in.path)
		d.styles.Set("element", converter.Text(name))
		d.styles.Set("style", converter.Text(json))
		return d.styles.End()
	case "NetworkLink":
		return d.networkLink(in.path)
	case "GroundOverlay", "ScreenOverlay", "PhotoOverlay":
		d.begin(&d.overlays, in.path)
		d.overlays.Set("element", converter.Text(name))
		return d.rest(&d.overlays)
	}
	fields, err := d.tree.Fields(0, name, name)
	in.fields = append(in.fields, fields...)
	size := len(d.tree.Nodes)*64 + d.tree.Size()
	in.bytes += size
	if d.said += size; d.said > maxSaid {
		return fmt.Errorf("what folders say of themselves takes more than %d MiB: %w", maxSaid>>20, converter.ErrLimit)
	}
	return err
}

// begin begins the row of an element, which the tree is.
func (d *document) begin(rows *xmltext.Rows, path string) {
	if id, ok := d.tree.Attr(0, "id"); ok {
		rows.Set("id", converter.Quoted(string(id)))
	}
	if path != "" {
		rows.Set("folder", converter.Text(path))
	}
}

// set sets a column of a row to the text of a child, which is taken out of the tree.
func (d *document) set(rows *xmltext.Rows, i int32, column string) {
	text, kind := d.content(i)
	rows.Set(column, xmltext.Field{Text: text, Kind: kind}.Value())
	d.tree.Drop(i)
}

// content returns the text of an element, or what is in it as XML, if that has elements.
func (d *document) content(i int32) (string, converter.Kind) {
	text := string(d.tree.AppendContent(nil, i))
	if d.tree.HasElements(i) {
		return text, converter.KindText
	}
	return text, converter.KindQuoted
}

// rest adds what is left of the tree to a row, and ends it.
func (d *document) rest(rows *xmltext.Rows) error {
	if name := d.tree.Child(0, "name"); name > 0 && !rows.Has("name") {
		d.set(rows, name, "name")
	}
	d.tree.DropAttr(0, "id")
	fields, err := d.tree.Fields(0, "", "text")
	if err != nil {
		return err
	}
	for _, f := range fields {
		rows.Add(f)
	}
	return rows.End()
}

// style returns a style as JSON, without its id.
func (d *document) style() (string, error) {
	id, ok := d.tree.Attr(0, "id")
	if !ok {
		return d.tree.JSON(0)
	}
	kept := string(id)
	d.tree.DropAttr(0, "id")
	json, err := d.tree.JSON(0)
	d.styles.Set("id", converter.Quoted(kept))
	return json, err
}

// networkLink takes a link to another file.
func (d *document) networkLink(path string) error {
	for _, name := range []string{"Link", "Url"} {
		if link := d.tree.Child(0, name); link > 0 {
			if href := d.tree.Child(link, "href"); href > 0 {
				if d.oddities.links++; d.link == "" {
					d.link = d.tree.Text(href)
				}
				d.set(&d.links, href, "href")
				prune(&d.tree, link)
			}
			break
		}
	}
	d.begin(&d.links, path)
	return d.rest(&d.links)
}

// leave ends a folder. What it says of itself is a row.
func (d *document) leave(c container) error {
	d.said -= c.bytes
	if len(c.fields) == 0 {
		return nil
	}
	if c.id != "" {
		d.folders.Set("id", converter.Quoted(c.id))
	}
	if c.path != "" {
		d.folders.Set("folder", converter.Text(c.path))
	}
	for _, f := range c.fields {
		d.folders.Add(f)
	}
	return d.folders.End()
}

// schema takes what a Schema says of its fields.
func (d *document) schema() error {
	fields := map[string]field{}
	for k := d.tree.Nodes[0].First; k > 0; k = d.tree.Nodes[k].Next {
		n := d.tree.Nodes[k].Name
		if n == nil {
			continue
		}
		name, _ := d.tree.Attr(k, "name")
		kind, _ := d.tree.Attr(k, "type")
		f := field{kind: string(kind)}
		if title := d.tree.Child(k, "displayName"); title > 0 {
			f.title = d.tree.Text(title)
		}
		if d.fields++; d.fields > 2*maxSchema { // they are read twice
			return fmt.Errorf("schemas of more than %d fields: %w", maxSchema, converter.ErrLimit)
		}
		fields[string(name)] = f
	}
	for _, attr := range []string{"id", "name"} {
		if id, ok := d.tree.Attr(0, attr); ok && (len(d.schemas) < maxSchema || d.schemas[string(id)] != nil) {
			d.schemas[string(id)] = fields
		}
	}
	return nil
}

var errNothing = errors.New("there are no placemarks")

// open makes the tables, once all columns are known.
func (d *document) open(out *converter.Writer, name string) error {
	d.oddities = oddities{}
	if d.title != "" {
		out.Describe("title", d.title, "the document has that name")
	}
	if d.placemarks.Empty() && d.folders.Empty() && d.styles.Empty() && d.links.Empty() && d.overlays.Empty() {
		return fmt.Errorf("%w: %w", errNothing, converter.ErrEmpty)
	}
	d.placemarks.Open(out, name)
	for _, other := range []struct {
		rows *xmltext.Rows
		name string
	}{{&d.folders, "folders"}, {&d.styles, "styles"}, {&d.links, "network_links"}, {&d.overlays, "overlays"}} {
		if strings.EqualFold(other.name, name) {
			other.name = "kml_" + other.name
		}
		other.rows.Open(out, other.name)
	}
	d.describe()
	return nil
}

// describe says what schemas say of columns; one may stand behind what it is about.
func (d *document) describe() {
	for name, f := range d.titles {
		if at := d.placemarks.Column(name); at >= 0 {
			d.placemarks.Describe(at, converter.ColumnDescription{Kind: kinds[f.kind], Title: f.title})
		}
	}
}

// kinds are those of a Schema's types.
var kinds = map[string]converter.Kind{
	"string": converter.KindText, "int": converter.KindInt, "uint": converter.KindInt, "short": converter.KindInt,
	"ushort": converter.KindInt, "float": converter.KindReal, "double": converter.KindReal,
}

// report tells people what was found.
func (d *document) report(out *converter.Writer) {
	d.describe()
	if d.oddities.links > 0 {
		out.Report(converter.Finding{Code: "network-link", Severity: converter.Doubt, Count: d.oddities.links, Example: d.link, Table: "network_links",
			Message: "a link leads to another file, which is not fetched, and read only if it was delivered, too"})
	}
	if d.oddities.coordinates > 0 {
		out.Report(converter.Finding{Code: "coordinates-odd", Severity: converter.Doubt, Count: d.oddities.coordinates, Example: d.coordinate,
			Message: "coordinates are no positions, and stay as they are spelled in the column coordinates"})
	}
	if d.beyond > 0 {
		out.Report(converter.Finding{Code: "position-beyond", Severity: converter.Doubt, Count: d.beyond, Example: d.position,
			Message: "a position is beyond the longitudes and latitudes of WGS 84, and may be in another reference system"})
	}
	if d.r.HTML > 0 {
		out.Report(converter.Finding{Code: "entity-undeclared", Count: d.r.HTML,
			Message: "an entity is none of XML's, and read as HTML has it"})
	}
}
