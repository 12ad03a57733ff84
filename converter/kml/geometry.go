package kml

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/xmltext"
)

// geometry sets the columns of a placemark's geometry, and takes it out of the tree.
func (d *document) geometry(i int32) error {
	t, rows := &d.tree, &d.placemarks
	if rows.Has("geometry") {
		return nil // a second one is none of KML's: it stays what it is
	}
	g := shape{d: d}
	text, _, ok := g.append(nil, i)
	if !ok {
		if d.coordinates++; d.coordinate == "" {
			d.coordinate = string(g.odd)
		}
		json, err := t.JSON(i)
		if err != nil {
			return err
		}
		rows.Set("coordinates", converter.Text(json))
		t.Drop(i)
		return nil
	}
	for _, k := range g.read {
		t.Drop(k)
	}
	if len(text) > 0 {
		rows.Set("geometry", converter.Text(string(text)))
	}
	if g.lone {
		rows.Set("longitude", converter.Untyped(g.point[0]))
		rows.Set("latitude", converter.Untyped(g.point[1]))
		for k, most := range [...]float64{180, 90} {
			if at, _ := strconv.ParseFloat(g.point[k], 64); at < -most || at > most {
				if d.beyond++; d.position == "" {
					d.position = g.point[k]
				}
			}
		}
	}
	if g.times != nil {
		rows.Set("when", converter.Text(string(append(g.times, ']'))))
	}
	return nil
}

// A shape is a geometry on its way to GeoJSON.
type shape struct {
	d     *document
	point [2]string
	lone  bool    // all there is is a point
	times []byte  // of a track
	odd   []byte  // coordinates that are none
	read  []int32 // elements that are in it
}

// append appends a geometry as GeoJSON: nothing if there are no coordinates. It reports false
// if some are none.
func (g *shape) append(dst []byte, i int32) (geometry []byte, kind string, ok bool) {
	t := &g.d.tree
	switch name := t.Nodes[i].Name.Local; name {
	case "MultiGeometry", "MultiTrack":
		return g.multi(dst, i)
	case "Polygon":
		return g.polygon(dst, i)
	case "Track":
		return g.track(dst, i)
	case "Model":
		return g.model(dst, i)
	default:
		at := t.Child(i, "coordinates")
		if at == 0 {
			return dst, "", true
		}
		positions, n, ok := g.positions(nil, at)
		switch {
		case !ok:
			return dst, "", false
		case n == 0:
			return dst, "", true
		case name == "Point" && n == 1:
			g.lone = true
			return wrap(dst, "Point", positions), "Point", true
		case name == "Point":
			return wrap(dst, "MultiPoint", bracket(positions)), "MultiPoint", true
		}
		return wrap(dst, "LineString", bracket(positions)), "LineString", true
	}
}

func bracket(list []byte) []byte { return append(append([]byte{'['}, list...), ']') }

// wrap appends a geometry of coordinates.
func wrap(dst []byte, kind string, coordinates []byte) []byte {
	dst = append(append(append(dst, `{"type":"`...), kind...), `","coordinates":`...)
	return append(append(dst, coordinates...), '}')
}

// polygon appends a polygon: its outer boundary, and the inner ones.
func (g *shape) polygon(dst []byte, i int32) ([]byte, string, bool) {
	t := &g.d.tree
	var rings []byte
	for _, name := range []string{"outerBoundaryIs", "innerBoundaryIs"} {
		for b := t.Nodes[i].First; b > 0; b = t.Nodes[b].Next {
			if n := t.Nodes[b].Name; n == nil || n.Local != name {
				continue
			}
			for k := t.Nodes[b].First; k > 0; k = t.Nodes[k].Next {
				if n := t.Nodes[k].Name; n == nil || n.Local != "LinearRing" {
					continue
				}
				at := t.Child(k, "coordinates")
				if at == 0 {
					continue
				}
				positions, n, ok := g.positions(nil, at)
				if !ok {
					return dst, "", false
				}
				if n > 0 {
					rings = append(append(rings, bracket(positions)...), ',')
				}
			}
		}
	}
	if len(rings) == 0 {
		return dst, "", true
	}
	return wrap(dst, "Polygon", bracket(rings[:len(rings)-1])), "Polygon", true
}

// multi appends several geometries: of one kind, or a collection.
func (g *shape) multi(dst []byte, i int32) ([]byte, string, bool) {
	t := &g.d.tree
	var parts [][]byte
	kinds, size := map[string]bool{}, 0
	for k := t.Nodes[i].First; k > 0; k = t.Nodes[k].Next {
		if t.Nodes[k].Name == nil {
			continue
		}
		switch t.Nodes[k].Name.Local {
		case "Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack", "Model":
		default:
			continue
		}
		part, kind, ok := g.append(nil, k)
		if !ok {
			return dst, "", false
		}
		if len(part) > 0 {
			parts, kinds[kind], size = append(parts, part), true, size+len(part)
		}
	}
	g.lone = g.lone && len(parts) == 1 && kinds["Point"]
	switch {
	case len(parts) == 0:
		return dst, "", true
	case len(kinds) == 1 && !kinds["GeometryCollection"]:
		for kind := range kinds {
			if len(kind) > 5 && kind[:5] == "Multi" {
				break
			}
			var list []byte
			for _, part := range parts {
				_, coordinates, _ := bytes.Cut(part[:len(part)-1], []byte(`"coordinates":`))
				list = append(append(list, coordinates...), ',')
			}
			return wrap(dst, "Multi"+kind, bracket(list[:len(list)-1])), "Multi" + kind, true
		}
	}
	dst = append(dst, `{"type":"GeometryCollection","geometries":[`...)
	return append(append(dst, bytes.Join(parts, []byte{','})...), "]}"...), "GeometryCollection", true
}

// track appends a track as a line, and keeps its times.
func (g *shape) track(dst []byte, i int32) ([]byte, string, bool) {
	t := &g.d.tree
	var positions []byte
	n := 0
	for k := t.Nodes[i].First; k > 0; k = t.Nodes[k].Next {
		if t.Nodes[k].Name == nil {
			continue
		}
		switch t.Nodes[k].Name.Local {
		case "coord":
			text := bytes.Join(bytes.Fields(t.AppendText(nil, k)), []byte{','})
			position, ok := g.position(nil, text)
			if !ok {
				g.odd = text
				return dst, "", false
			}
			positions = append(append(positions, position...), ',')
			n++
			g.read = append(g.read, k)
		case "when":
			if g.times == nil {
				g.times = []byte{'['}
			} else {
				g.times = append(g.times, ',')
			}
			g.times = xmltext.AppendString(g.times, t.AppendText(nil, k))
			g.read = append(g.read, k)
		}
	}
	switch n {
	case 0:
		return dst, "", true
	case 1:
		return wrap(dst, "Point", positions[:len(positions)-1]), "Point", true
	}
	return wrap(dst, "LineString", bracket(positions[:len(positions)-1])), "LineString", true
}

// model appends the place of a model as a point.
func (g *shape) model(dst []byte, i int32) ([]byte, string, bool) {
	t := &g.d.tree
	at := t.Child(i, "Location")
	if at == 0 {
		return dst, "", true
	}
	var text []byte
	for n, name := range []string{"longitude", "latitude", "altitude"} {
		k := t.Child(at, name)
		if k == 0 {
			continue
		}
		if n > 0 {
			text = append(text, ',')
		}
		text = append(text, bytes.TrimSpace(t.AppendText(nil, k))...)
	}
	position, ok := g.position(nil, text)
	if !ok {
		g.odd = text
		return dst, "", false
	}
	g.read = append(g.read, at)
	g.lone = true
	return wrap(dst, "Point", position), "Point", true
}

// positions appends the positions in an element: longitude,latitude,altitude, with white space
// between them, and also, as some write it, around commas.
func (g *shape) positions(dst []byte, i int32) (list []byte, n int, ok bool) {
	g.read = append(g.read, i)
	text := g.d.tree.AppendText(nil, i)
	for len(text) > 0 {
		text = bytes.TrimLeft(text, " \t\r\n")
		end, comma := 0, true
		for end < len(text) {
			c := text[end]
			if c == ' ' || c == '\t' || c == '\r' || c == '\n' {
				next := bytes.TrimLeft(text[end:], " \t\r\n")
				if !comma && (len(next) == 0 || next[0] != ',') {
					break
				}
				end = len(text) - len(next)
				continue
			}
			comma = c == ','
			end++
		}
		if end == 0 {
			break
		}
		if n > 0 {
			dst = append(dst, ',')
		}
		if dst, ok = g.position(dst, text[:end]); !ok {
			g.odd = text[:min(end, 100)]
			return dst, n, false
		}
		n++
		text = text[end:]
	}
	return dst, n, true
}

// position appends a position as JSON.
func (g *shape) position(dst, text []byte) ([]byte, bool) {
	dst = append(dst, '[')
	n := 0
	for n < 3 {
		part, rest, more := bytes.Cut(text, []byte{','})
		part = bytes.TrimSpace(part)
		if n == 2 && len(part) == 0 && !more {
			break
		}
		number, ok := number(part)
		if !ok {
			return dst, false
		}
		if n > 0 {
			dst = append(dst, ',')
		}
		if dst = append(dst, number...); n < 2 {
			g.point[n] = string(number)
		}
		n++
		if text = rest; !more {
			text = nil
			break
		}
	}
	return append(dst, ']'), n >= 2 && len(bytes.TrimSpace(text)) == 0
}

// number returns a number as JSON has it: as it is spelled, if that will do.
func number(text []byte) ([]byte, bool) {
	if len(text) == 0 || len(text) > 64 {
		return nil, false
	}
	if c := text[len(text)-1]; c >= '0' && c <= '9' && (text[0] == '-' || text[0] >= '0' && text[0] <= '9') && json.Valid(text) {
		return text, true
	}
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil || f-f != 0 || bytes.ContainsAny(text, "xX_") {
		return nil, false
	}
	return strconv.AppendFloat(nil, f, 'f', -1, 64), true
}
