package shapefile

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/dynasette/dynasette/converter"
)

// A ring is a part of an area, and what of it decides where it belongs.
type ring struct {
	part
	box
	area   float64 // negative if it is clockwise, as outer rings are
	holes  []part
	blocks []box // of so many edges each, in a long one that was looked at
}

type box struct{ left, bottom, right, top float64 }

func (b box) contains(c box) bool {
	return b.left <= c.left && b.right >= c.right && b.bottom <= c.bottom && b.top >= c.top
}

func (b *box) add(c box) {
	b.left, b.bottom = min(b.left, c.left), min(b.bottom, c.bottom)
	b.right, b.top = max(b.right, c.right), max(b.top, c.top)
}

// maxLooks bounds how much is compared to find out what the rings of one shape lie in.
const maxLooks = 1 << 29

// areas returns the areas that rings are: an outer one first, and then its holes, in the directions that
// RFC 7946 wants. It also counts holes that lie in nothing, which are areas then.
func (s *shape) areas(parts []part) (areas [][]part, orphans int, err error) {
	var outer, inner []ring
	for _, p := range parts {
		r := s.ring(p)
		if r.area < 0 || len(parts) == 1 {
			outer = append(outer, r)
		} else {
			inner = append(inner, r)
		}
	}
	if len(outer) == 0 { // all are turned
		outer, inner = inner, nil
		if len(outer) > 1 {
			if outer, inner, err = s.nested(outer); err != nil {
				return nil, 0, err
			}
		}
	}
	if len(outer) == 1 && len(inner) == 0 {
		return [][]part{{outer[0].directed(false)}}, 0, nil
	}
	var tree *tree
	if len(inner) > 0 {
		tree = newTree(outer)
	}
	for _, hole := range inner {
		i, err := s.around(tree, outer, &hole, -1)
		if err != nil {
			return nil, 0, err
		}
		if i < 0 {
			orphans++
			outer = append(outer, hole)
			continue
		}
		outer[i].holes = append(outer[i].holes, hole.directed(true))
	}
	for i := range outer {
		areas = append(areas, append([]part{outer[i].directed(false)}, outer[i].holes...))
	}
	return areas, orphans, nil
}

// nested tells outer rings from holes, where their directions don't, by how many they lie in.
func (s *shape) nested(rings []ring) (outer, inner []ring, err error) {
	tree := newTree(rings)
	in := make([]int, len(rings)) // the ring around, or -1
	for i := range rings {
		if in[i], err = s.around(tree, rings, &rings[i], i); err != nil {
			return nil, nil, err
		}
	}
	for i := range rings {
		depth := 0
		for at := in[i]; at >= 0 && depth <= len(rings); at = in[at] {
			if depth++; depth > 1000 {
				return nil, nil, fmt.Errorf("rings that lie in one another more than 1000 times over: %w", converter.ErrLimit)
			}
		}
		if depth%2 == 0 {
			outer = append(outer, rings[i])
		} else {
			inner = append(inner, rings[i])
		}
	}
	return outer, inner, nil
}

// ring measures a part.
func (s *shape) ring(p part) ring {
	r := ring{part: p, box: box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}}
	last := p.to - 1
	r.open = p.to-p.from > 1 && (s.x(p.from) != s.x(last) || s.y(p.from) != s.y(last))
	x0, y0 := s.x(p.from), s.y(p.from)
	beforeX, beforeY := s.x(last)-x0, s.y(last)-y0
	for i := p.from; i < p.to; i++ {
		x, y := s.x(i), s.y(i)
		r.add(box{x, y, x, y})
		x, y = x-x0, y-y0
		r.area += beforeX*y - x*beforeY
		beforeX, beforeY = x, y
	}
	return r
}

// directed returns the ring in the direction of a hole, which is clockwise, or of what is around one.
func (r *ring) directed(hole bool) part {
	p := r.part
	p.turned = r.area != 0 && (r.area < 0) != hole
	return p
}

// around returns which of the rings is the smallest one that a ring lies in, but not that one itself; -1: none.
func (s *shape) around(t *tree, rings []ring, r *ring, itself int) (int, error) {
	best := -1
	err := t.each(r.box, func(i int) bool {
		o := &rings[i]
		if i == itself || math.Abs(o.area) < math.Abs(r.area) || math.Abs(o.area) == math.Abs(r.area) && i >= itself && itself >= 0 {
			return true
		}
		if best >= 0 && math.Abs(rings[best].area) <= math.Abs(o.area) {
			return true
		}
		if s.inside(r.part, o, t) {
			best = i
		}
		return t.looks < maxLooks
	})
	return best, err
}

// inside reports whether one ring lies in another: the first of its positions that is not on the other one tells.
func (s *shape) inside(p part, in *ring, t *tree) bool {
	const most = 16 // positions that are looked at
	for i := p.from; i < min(p.to, p.from+most); i++ {
		if side := s.side(s.x(i), s.y(i), in, t); side != 0 {
			return side > 0
		}
	}
	return true
}

// blockEdges is how many edges of a ring are passed over at once.
const blockEdges = 64

// side returns 1 if a position is within a ring, -1 if it is not, and 0 if it is on it: a line to the right
// from there crosses the ring, and how often tells.
func (s *shape) side(x, y float64, r *ring, t *tree) int {
	if r.blocks == nil {
		s.divide(r)
	}
	within := -1
	for n, b := range r.blocks {
		t.looks++
		if y < b.bottom || y > b.top || x > b.right {
			continue
		}
		from := r.from + n*blockEdges
		to := min(from+blockEdges, r.to)
		t.looks += to - from
		ax, ay := s.before(r, from)
		for i := from; i < to; i++ {
			bx, by := s.x(i), s.y(i)
			if (ay > y) != (by > y) {
				at := (bx-ax)*(y-ay)/(by-ay) + ax
				if at == x {
					return 0
				}
				if x < at {
					within = -within
				}
			} else if ay == y && by == y && min(ax, bx) <= x && x <= max(ax, bx) || bx == x && by == y {
				return 0
			}
			ax, ay = bx, by
		}
	}
	return within
}

// before returns the position before one of a ring.
func (s *shape) before(r *ring, i int) (x, y float64) {
	if i == r.from {
		i = r.to
	}
	return s.x(i - 1), s.y(i - 1)
}

// divide finds out where a ring's blocks of edges are.
func (s *shape) divide(r *ring) {
	for from := r.from; from < r.to; from += blockEdges {
		x, y := s.before(r, from)
		b := box{x, y, x, y}
		for i := from; i < min(from+blockEdges, r.to); i++ {
			b.add(box{s.x(i), s.y(i), s.x(i), s.y(i)})
		}
		r.blocks = append(r.blocks, b)
	}
}

// A tree finds the boxes of rings that contain another one: each level has the boxes of so many of the level
// below.
type tree struct {
	order  []int // the rings
	levels [][]box
	looks  int
}

const branches = 8

func newTree(rings []ring) *tree {
	t := &tree{order: make([]int, len(rings))}
	all := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for i := range rings {
		t.order[i] = i
		all.add(rings[i].box)
	}
	// Those that lie beside one another come one after another: along a curve of 2^16 steps each way.
	keys := make([]uint64, len(rings))
	for i, r := range rings {
		keys[i] = interleave(step(r.left/2+r.right/2, all.left, all.right)) | interleave(step(r.bottom/2+r.top/2, all.bottom, all.top))<<1
	}
	slices.SortStableFunc(t.order, func(a, b int) int { return cmp.Compare(keys[a], keys[b]) })
	level := make([]box, len(rings))
	for i, of := range t.order {
		level[i] = rings[of].box
	}
	t.levels = append(t.levels, level)
	for len(level) > branches {
		var above []box
		for i := 0; i < len(level); i += branches {
			b := level[i]
			for _, other := range level[i+1 : min(i+branches, len(level))] {
				b.add(other)
			}
			above = append(above, b)
		}
		level = above
		t.levels = append(t.levels, level)
	}
	return t
}

// step returns where a value is between two others, in 2^16 steps.
func step(v, from, to float64) uint64 {
	at := (v - from) / (to - from) * 65535
	if !(at >= 0) { // NaN, too
		return 0
	}
	return uint64(min(at, 65535))
}

// interleave spreads 16 bits over 32.
func interleave(v uint64) uint64 {
	v = (v | v<<8) & 0x00ff00ff
	v = (v | v<<4) & 0x0f0f0f0f
	v = (v | v<<2) & 0x33333333
	return (v | v<<1) & 0x55555555
}

// each calls f for the rings whose boxes contain one, until it returns false: then too much was compared.
func (t *tree) each(b box, f func(ring int) bool) error {
	var visit func(level, from, to int) bool
	visit = func(level, from, to int) bool {
		boxes := t.levels[level]
		for i := from; i < min(to, len(boxes)); i++ {
			t.looks++
			if !boxes[i].contains(b) {
				continue
			}
			if level > 0 && !visit(level-1, i*branches, (i+1)*branches) || level == 0 && !f(t.order[i]) {
				return false
			}
		}
		return t.looks < maxLooks
	}
	top := len(t.levels) - 1
	if !visit(top, 0, len(t.levels[top])) {
		return fmt.Errorf("an area of too many rings that lie in one another: %w", converter.ErrLimit)
	}
	return nil
}

// What a part of a multipatch is.
const (
	triangleStrip = 0
	triangleFan   = 1
	outerRing     = 2
	innerRing     = 3
	firstRing     = 4
	otherRing     = 5
)

// patches returns the areas of a multipatch.
func (s *shape) patches() (areas [][]part) {
	for i := range len(s.parts) / 4 {
		from, to := s.partAt(i), s.partAt(i+1)
		if from == to {
			continue
		}
		r := s.ring(part{from: from, to: to})
		switch sort := binary.LittleEndian.Uint32(s.sorts[4*i:]); {
		case (sort == innerRing || sort == otherRing) && len(areas) > 0:
			areas[len(areas)-1] = append(areas[len(areas)-1], r.part)
		case sort == triangleStrip || sort == triangleFan:
			areas = append(areas, s.triangles(from, to, sort == triangleFan)...)
		default:
			areas = append(areas, []part{r.part})
		}
	}
	return areas
}

// triangles returns those of a strip or a fan.
func (s *shape) triangles(from, to int, fan bool) (areas [][]part) {
	for i := from; i+2 < to; i++ {
		p := part{from: i, to: i + 3, open: true}
		if fan {
			p = part{from: i + 1, to: i + 3, open: true, fan: true, apex: from}
		}
		areas = append(areas, []part{p})
	}
	return areas
}
