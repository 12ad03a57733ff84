package kml

import (
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/xmltext"
)

// placemark makes a row of the placemark that the tree is.
func (d *document) placemark(path string) error {
	t, rows := &d.tree, &d.placemarks
	d.begin(rows, path)
	t.DropAttr(0, "id")
	for k := t.Nodes[0].First; k > 0; k = t.Nodes[k].Next {
		if t.Nodes[k].Name == nil {
			continue
		}
		switch name := t.Nodes[k].Name.Local; name {
		case "name", "description", "styleUrl":
			if !rows.Has(name) {
				d.set(rows, k, name)
			}
		case "TimeStamp":
			if when := t.Child(k, "when"); when > 0 {
				d.set(rows, when, "when")
			}
		case "TimeSpan":
			for _, name := range []string{"begin", "end"} {
				if at := t.Child(k, name); at > 0 {
					d.set(rows, at, name)
				}
			}
		case "ExtendedData":
			if err := d.data(k); err != nil {
				return err
			}
		case "Style", "StyleMap":
			json, err := t.JSON(k)
			if err != nil {
				return err
			}
			rows.Add(xmltext.Field{Name: name, Text: json, Kind: converter.KindText})
			t.Drop(k)
		case "Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack", "Model":
			if err := d.geometry(k); err != nil {
				return err
			}
		}
	}
	for k := t.Nodes[0].First; k > 0; k = t.Nodes[k].Next {
		if n := t.Nodes[k].Name; n != nil {
			switch n.Local {
			case "TimeStamp", "TimeSpan", "ExtendedData", "Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack", "Model":
				prune(t, k)
			}
		}
	}
	return d.rest(rows)
}

// prune takes an element out of the tree if there is nothing in it, and those in it likewise.
func prune(t *xmltext.Tree, i int32) {
	n, left := &t.Nodes[i], false
	for k := n.First; k > 0; k = t.Nodes[k].Next {
		if t.Nodes[k].Name != nil {
			prune(t, k)
			left = left || t.Nodes[k].Name != nil
		}
	}
	if !left && n.From == n.To && t.Text(i) == "" {
		t.Drop(i)
	}
}

// data takes what ExtendedData says: Data with a value, and SchemaData with fields that a
// Schema has declared.
func (d *document) data(i int32) error {
	t := &d.tree
	for k := t.Nodes[i].First; k > 0; k = t.Nodes[k].Next {
		if t.Nodes[k].Name == nil {
			continue
		}
		switch t.Nodes[k].Name.Local {
		case "Data":
			name, ok := t.Attr(k, "name")
			value := t.Child(k, "value")
			if !ok || value == 0 {
				continue
			}
			f := field{}
			if title := t.Child(k, "displayName"); title > 0 {
				f.title = t.Text(title)
			}
			d.property(string(name), f, value)
			t.Drop(k)
		case "SchemaData":
			url, _ := t.Attr(k, "schemaUrl")
			_, id, _ := strings.Cut(string(url), "#")
			d.schemaData(k, d.schemas[id])
			t.DropAttr(k, "schemaUrl")
		default: // of another namespace
			fields, err := t.Fields(k, t.Nodes[k].Name.Local, t.Nodes[k].Name.Local)
			if err != nil {
				return err
			}
			for _, f := range fields {
				d.placemarks.Add(f)
			}
			t.Drop(k)
		}
	}
	return nil
}

// schemaData takes the fields of a SchemaData.
func (d *document) schemaData(i int32, fields map[string]field) {
	t := &d.tree
	for k := t.Nodes[i].First; k > 0; k = t.Nodes[k].Next {
		if n := t.Nodes[k].Name; n == nil || n.Local != "SimpleData" && n.Local != "SimpleArrayData" {
			continue
		}
		name, _ := t.Attr(k, "name")
		f := fields[string(name)]
		if t.Nodes[k].Name.Local == "SimpleData" {
			d.property(string(name), f, k)
			t.Drop(k)
			continue
		}
		var list []byte
		for v := t.Nodes[k].First; v > 0; v = t.Nodes[v].Next {
			if t.Nodes[v].Name != nil {
				list = xmltext.AppendString(append(list, ','), t.AppendText(nil, v))
			}
		}
		if len(list) == 0 {
			list = []byte{','}
		}
		list[0] = '['
		d.placemarks.Add(xmltext.Field{Name: string(name), Text: string(append(list, ']')), Kind: converter.KindText})
		t.Drop(k)
	}
}

// property adds a value of a name that the document gave it.
func (d *document) property(name string, f field, i int32) {
	text, kind := d.content(i)
	switch {
	case d.tree.Nil(i):
		kind = converter.KindNull
	case f.kind == "string":
		kind = converter.KindText
	}
	name = d.placemarks.Add(xmltext.Field{Name: name, Text: text, Kind: kind})
	if _, known := d.titles[name]; !known && f != (field{}) && len(d.titles) < maxSchema {
		d.titles[name] = f
	}
}
