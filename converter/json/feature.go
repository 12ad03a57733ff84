package json

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"

	"github.com/dynasette/dynasette/converter"
)

// feature reads a GeoJSON feature (RFC 7946), from behind its brace: the members of its
// properties are columns, its geometry is JSON text, a point also has longitude and
// latitude, or x and y in another reference system, and other members, as id, are columns
// of their own. A property of the same name as one of those gives way (id_2). The id is the
// table's primary key if all features have one, see layout.
func (r *builder) feature(p int) int {
	s := r.s
	var point [2]converter.Cell
	id := r.key(inFeature, []byte("id"))
	if r.id {
		r.set(id, converter.Cell{}) // a property called id is never the feature's
	}
	p, more := r.first(p, '}')
	if !more {
		return p
	}
	k, before := r.keys[inFeature].first, inFeature
	for more {
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
				if r.nans > 0 {
					r.lose(k, from, p)
				}
			}
		case k == id && r.id:
			var c converter.Cell
			if c, p = r.cell(p, 1); r.cells[0].Kind() == converter.KindNull {
				r.cells[0] = c
			} else {
				r.set(id, c)
			}
		default:
			p = r.member(p, k, 1)
		}
		if p < 0 {
			return p
		}
		if p = r.skip(p); s[p] != ',' {
			p = r.shut(p, '}')
			break
		}
		p = r.skip(p + 1)
		before, k = k, r.keys[k].next
	}
	if p >= 0 {
		r.place(id, point)
	}
	return p
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
		if b := r.s[p]; b != '-' && b-'0' > 9 || b == '-' && r.s[p+1] == 'I' {
			return [2]converter.Cell{}
		}
		from := p
		at[i], p = r.num(p)
		r.spelled[i] = [2]int{from, p}
		p = r.space(p)
	}
	return at
}

// pointColumns are the columns of a point.
func (l *layout) pointColumns() (first, second string) {
	if l.crs != "" {
		return "x", "y"
	}
	return "longitude", "latitude"
}

// position adds a point's columns to the row. Where there are points at all, a property of
// the same name gives way, also in the rows without one.
func (r *builder) position(point [2]converter.Cell) {
	first, second := r.pointColumns()
	if point[0].Kind() == converter.KindNull {
		if !r.points || r.byPath[path{inObject, first}] == 0 && r.byPath[path{inObject, second}] == 0 {
			return
		}
	}
	lon, lat := r.key(inFeature, []byte(first)), r.key(inFeature, []byte(second))
	r.set(lon, point[0])
	r.set(lat, point[1])
	if r.crs != "" || point[0].Kind() == converter.KindNull {
		return
	}
	for i, most := range [...]float64{180, 90} {
		if at := r.float(point[i]); at < -most || at > most {
			k := [...]int32{lon, lat}[i]
			from := r.spelled[i]
			r.odd = append(r.odd, oddity{slot: r.keys[k].slot, kind: oddPosition, from: from[0], to: from[1]})
		}
	}
}

// float returns the number that a cell holds, or is spelled as.
func (r *builder) float(c converter.Cell) float64 {
	bytes := r.data[c.Off : int(c.Off)+c.Len()]
	switch c.Kind() {
	case converter.KindInt:
		return float64(int64(binary.LittleEndian.Uint64(bytes)))
	case converter.KindReal:
		return math.Float64frombits(binary.LittleEndian.Uint64(bytes))
	}
	f, _ := strconv.ParseFloat(string(bytes), 64)
	return f
}

// see notes whether there are points, and properties that should have given way to them.
func (f *filler) see(r *builder) {
	first, second := r.pointColumns()
	if r.byPath[path{inFeature, first}] != 0 {
		f.points.Store(true)
	}
	if r.byPath[path{inObject, first}] != 0 || r.byPath[path{inObject, second}] != 0 {
		f.named.Store(true)
	}
}

// place adds a point's columns to the row, and puts the row in order: id, properties,
// geometry.
func (r *builder) place(id int32, point [2]converter.Cell) {
	r.position(point)
	first := r.keys[id].slot
	rank := func(place int32) int {
		switch {
		case r.slots[place].depth > 0:
			return 1
		case place == first:
			return 0
		}
		return 2
	}
	n := len(r.cells) // in order behind what they are now
	for want := range 3 {
		for i, place := range r.places[:n] {
			if rank(place) == want {
				r.slots[place].at = int32(len(r.cells) - n)
				r.cells, r.columns, r.places = append(r.cells, r.cells[i]), append(r.columns, r.columns[i]), append(r.places, place)
			}
		}
	}
	r.cells = append(r.cells[:0], r.cells[n:]...)
	r.columns = append(r.columns[:0], r.columns[n:]...)
	r.places = append(r.places[:0], r.places[n:]...)
}
