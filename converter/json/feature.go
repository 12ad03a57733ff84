package json

import (
	"bytes"

	"github.com/dynasette/dynasette/converter"
)

// feature reads a GeoJSON feature (RFC 7946), from behind its brace: the members of its
// properties are columns, its geometry is JSON text, a point also has longitude and
// latitude, and other members, as id, are columns of their own. A property of the same
// name as one of those gives way (id_2), except that longitude and latitude are left out
// if there are properties called so: the geometry has them too. The id is the table's
// primary key if all features have one, see layout.
func (r *builder) feature(p int) int {
	s := r.s
	var point [2]converter.Cell
	id := r.key(inFeature, []byte("id"))
	if r.id {
		r.set(id, converter.Cell{}) // a property called id is never the feature's
	}
	if p = r.space(p); s[p] == '}' {
		return p + 1
	}
	k, before := r.keys[inFeature].first, inFeature
	for {
		if key := &r.keys[k]; key.is(s, p) {
			p = r.space(p + len(key.text))
		} else if k, p = r.find(p, inFeature, before); p < 0 {
			return p
		}
		switch name := r.slots[r.keys[k].slot].name; {
		case name == "properties" && s[p] == '{':
			p = r.members(p+1, inObject, 2)
		case name == "properties" && s[p] == 'n':
			p = r.literal(p)
		case name == "type" && bytes.HasPrefix(s[p:], []byte(`"Feature"`)):
			p += len(`"Feature"`)
		case name == "geometry" && s[p] == '{':
			var c converter.Cell
			from := p
			if c, p = r.cell(p, 1); p >= 0 {
				r.set(k, c)
				point = r.point(from + 1)
			}
		case k == id && r.id:
			var c converter.Cell
			if c, p = r.cell(p, 1); r.cells[0].cell.Kind() == converter.KindNull {
				r.cells[0].cell = c
			} else {
				r.set(id, c)
			}
		default:
			p = r.member(p, k, 1)
		}
		if p < 0 {
			return p
		}
		if p = r.space(p); s[p] == '}' {
			break
		}
		if s[p] != ',' {
			return r.want(p, "',' or '}'")
		}
		p = r.space(p + 1)
		before, k = k, r.keys[k].next
	}
	r.place(id, point)
	return p + 1
}

// point returns the longitude and latitude of a geometry, which is valid JSON from behind
// its brace, if it is a point.
func (r *builder) point(p int) (at [2]converter.Cell) {
	s, coordinates := r.s, -1
	for p = r.space(p); s[p] == '"'; p = r.space(p + 1) {
		name := s[p:]
		p = r.name(p)
		switch {
		case bytes.HasPrefix(name, []byte(`"type"`)):
			if !bytes.HasPrefix(s[p:], []byte(`"Point"`)) {
				return at
			}
			if coordinates >= 0 {
				return r.lonLat(coordinates)
			}
			coordinates = 0
		case bytes.HasPrefix(name, []byte(`"coordinates"`)):
			if b := s[r.space(p+1)]; s[p] != '[' || b != '-' && b-'0' > 9 {
				return at
			}
			if coordinates == 0 {
				return r.lonLat(p)
			}
			coordinates = p
		}
		if p = r.space(r.value(p, 2)); s[p] != ',' {
			break
		}
	}
	return at
}

// lonLat reads the first two values of an array if they are numbers.
func (r *builder) lonLat(p int) (at [2]converter.Cell) {
	for i := range at {
		p = r.space(p + 1)
		if b := r.s[p]; b != '-' && b-'0' > 9 {
			return [2]converter.Cell{}
		}
		at[i], p = r.num(p)
		p = r.space(p)
	}
	return at
}

// place adds a point's columns to the row, and puts the row in order: id, properties,
// geometry.
func (r *builder) place(id int32, point [2]converter.Cell) {
	if point[0].Kind() != converter.KindNull {
		lon, lat := r.key(inFeature, []byte("longitude")), r.key(inFeature, []byte("latitude"))
		if !r.has(r.keys[lon].slot) && !r.has(r.keys[lat].slot) {
			r.set(lon, point[0])
			r.set(lat, point[1])
		}
	}
	first := r.keys[id].slot
	rank := func(f field) int {
		switch {
		case f.depth > 0:
			return 1
		case f.slot == first:
			return 0
		}
		return 2
	}
	r.sorted = append(r.sorted[:0], r.cells...)
	r.cells = r.cells[:0]
	for want := range 3 {
		for _, f := range r.sorted {
			if rank(f) == want {
				r.cells = append(r.cells, f)
			}
		}
	}
}
