package shapefile

import (
	"encoding/binary"
	"errors"
	"math"
	"strconv"
)

// A shape is the content of a record: positions, and which of them belong together.
type shape struct {
	kind  kind
	parts []byte // where each begins among the positions, 4 bytes each; nil: there are none
	sorts []byte // of a multipatch: what each part is, 4 bytes each
	n     int    // positions
	xy    []byte // 16 bytes each
	z, m  []byte // 8 bytes each; nil: there are none
}

var errDamaged = errors.New("a shape that is damaged")

// noData is what a measure is not below.
const noData = -1e38

// parse reads the content of a record. Nothing is believed that does not fit in it.
func parse(b []byte) (s shape, err error) {
	if len(b) == 0 {
		return s, nil
	}
	if len(b) < 4 {
		return s, errDamaged
	}
	s.kind = kind(binary.LittleEndian.Uint32(b))
	if !s.kind.known() {
		return s, errDamaged
	}
	b = b[4:]
	take := func(n int) (taken []byte) {
		if n < 0 || n > len(b) {
			err = errDamaged
			return nil
		}
		taken, b = b[:n], b[n:]
		return taken
	}
	count := func() int {
		if c := take(4); c != nil {
			if n := binary.LittleEndian.Uint32(c); n <= math.MaxInt32/16 {
				return int(n)
			}
			err = errDamaged
		}
		return 0
	}
	const box = 32
	ranged := 0 // bytes before heights and measures
	switch s.kind.flat() {
	case null:
		return s, nil
	case point:
		s.n = 1
	default:
		ranged = 16
		take(box)
		parts := 0
		if s.kind.flat() != multipoint {
			parts = count()
		}
		s.n = count()
		s.parts = take(4 * parts)
		if s.kind == multipatch {
			s.sorts = take(4 * parts)
		}
	}
	s.xy = take(16 * s.n)
	if hasHeights(s.kind) {
		take(ranged)
		s.z = take(8 * s.n)
	}
	if err == nil && (hasHeights(s.kind) || hasMeasures(s.kind)) && len(b) >= ranged+8*s.n { // they may be missing
		take(ranged)
		s.m = take(8 * s.n)
	}
	for i, before := 0, 0; i < len(s.parts)/4 && err == nil; i++ {
		at := s.partAt(i)
		if at < before || at > s.n || i == 0 && at != 0 {
			err = errDamaged
		}
		before = at
	}
	return s, err
}

func float(b []byte, i int) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:])) }

func (s *shape) x(i int) float64 { return float(s.xy, 2*i) }
func (s *shape) y(i int) float64 { return float(s.xy, 2*i+1) }

// partAt returns the first position of a part, or of what follows the last one.
func (s *shape) partAt(i int) int {
	if i == len(s.parts)/4 {
		return s.n
	}
	return int(min(binary.LittleEndian.Uint32(s.parts[4*i:]), math.MaxInt32))
}

// ranges returns the parts that have positions.
func (s *shape) ranges() (parts []part) {
	for i := range len(s.parts) / 4 {
		if from, to := s.partAt(i), s.partAt(i+1); from < to {
			parts = append(parts, part{from: from, to: to})
		}
	}
	return parts
}

// A part is positions that belong together, one after another or in the other direction.
type part struct {
	from, to int
	turned   bool
	open     bool // the first one is to be the last one, too, and is not
	fan      bool // one that is elsewhere comes before them
	apex     int
}

// finite reports whether all positions are, and leaves out heights that are not.
func (s *shape) finite() bool {
	for i := range 2 * s.n {
		if v := float(s.xy, i); math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	for i := range len(s.z) / 8 {
		if v := float(s.z, i); math.IsNaN(v) || math.IsInf(v, 0) || v < noData {
			s.z = nil
			break
		}
	}
	return true
}

// measured reports whether there are measures, and whether one of them is not 0.
func (s *shape) measured() (any, some bool) {
	for i := range len(s.m) / 8 {
		if v := float(s.m, i); v > noData && !math.IsInf(v, 0) {
			any, some = true, some || v != 0
		}
	}
	return any, some
}

// A form is what GeoJSON calls a geometry, and what its coordinates are made of: a point, points, lines, or
// areas of rings.
type form struct {
	name  string
	point bool
	lines []part
	areas [][]part
}

// form returns what the shape is in GeoJSON; the name is empty if it has no positions.
func (s *shape) form() (f form, orphans int, err error) {
	parts := s.ranges()
	switch s.kind.flat() {
	case point:
		return form{name: "Point", point: true}, 0, nil
	case multipoint:
		if s.n > 0 {
			f.name = "MultiPoint"
		}
	case polyline:
		f.lines = parts
		switch len(parts) {
		case 0:
		case 1:
			f.name = "LineString"
		default:
			f.name = "MultiLineString"
		}
	case polygon:
		f.areas, orphans, err = s.areas(parts)
	case multipatch:
		f.areas = s.patches()
	}
	switch len(f.areas) {
	case 0:
	case 1:
		f.name = "Polygon"
	default:
		f.name = "MultiPolygon"
	}
	return f, orphans, err
}

// appendGeometry appends the GeoJSON of a form.
func (s *shape) appendGeometry(dst []byte, f *form) []byte {
	dst = append(dst, `{"type":"`...)
	dst = append(dst, f.name...)
	dst = append(dst, `","coordinates":`...)
	return append(s.appendForm(dst, f, s.appendPosition), '}')
}

// appendMeasures appends the measures in the places of the positions.
func (s *shape) appendMeasures(dst []byte, f *form) []byte {
	return s.appendForm(dst, f, s.appendMeasure)
}

// appendForm appends a JSON array of what each position is.
func (s *shape) appendForm(dst []byte, f *form, each func(dst []byte, i int) []byte) []byte {
	one := func(p part) {
		dst = append(dst, '[')
		if p.fan {
			dst = append(each(dst, p.apex), ',')
		}
		for i := p.from; i < p.to; i++ {
			at := i
			if p.turned {
				at = p.from + p.to - 1 - i
			}
			dst = append(each(dst, at), ',')
		}
		if p.open {
			at := p.from
			switch {
			case p.fan:
				at = p.apex
			case p.turned:
				at = p.to - 1
			}
			dst = append(each(dst, at), ',')
		}
		dst[len(dst)-1] = ']'
	}
	several := func(parts []part) {
		dst = append(dst, '[')
		for _, p := range parts {
			one(p)
			dst = append(dst, ',')
		}
		dst[len(dst)-1] = ']'
	}
	switch {
	case f.point:
		dst = each(dst, 0)
	case f.name == "MultiPoint":
		one(part{from: 0, to: s.n})
	case len(f.lines) == 1:
		one(f.lines[0])
	case len(f.lines) > 1:
		several(f.lines)
	case len(f.areas) == 1:
		several(f.areas[0])
	default:
		dst = append(dst, '[')
		for _, rings := range f.areas {
			several(rings)
			dst = append(dst, ',')
		}
		dst[len(dst)-1] = ']'
	}
	return dst
}

func (s *shape) appendPosition(dst []byte, i int) []byte {
	dst = append(appendNumber(append(dst, '['), s.x(i)), ',')
	dst = appendNumber(dst, s.y(i))
	if s.z != nil {
		dst = appendNumber(append(dst, ','), float(s.z, i))
	}
	return append(dst, ']')
}

func (s *shape) appendMeasure(dst []byte, i int) []byte {
	if v := float(s.m, i); v > noData && !math.IsInf(v, 0) {
		return appendNumber(dst, v)
	}
	return append(dst, "null"...)
}

// appendNumber appends the shortest spelling of a number in JSON.
func appendNumber(dst []byte, v float64) []byte {
	if v == 0 {
		return append(dst, '0')
	}
	if abs := math.Abs(v); abs < 1e-6 || abs >= 1e21 {
		return strconv.AppendFloat(dst, v, 'e', -1, 64)
	}
	return strconv.AppendFloat(dst, v, 'f', -1, 64)
}
