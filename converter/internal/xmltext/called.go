package xmltext

import (
	"slices"
	"strings"
)

// Elements as <field name="id">7</field> say by an attribute what others say by their own names:
// MySQL writes rows so, the World Bank, Oracle's programs (as NAME), and many more.

// names reports whether an attribute may say what its element is: the first one that does, in any case.
func (n *Name) names() bool { return n.Space == "" && strings.EqualFold(n.Local, "name") }

// calling returns what an element says that it is.
func (t *Tree) calling(i int32) []byte {
	n := &t.Nodes[i]
	for _, a := range t.Attrs[n.From:n.To] {
		if a.Name.names() {
			return t.bytes(a.value)
		}
	}
	return nil
}

// called is what is known of the attribute name of elements that have one.
type called struct {
	since map[string]int64 // by value: which element around them it stood in last
	order []string
	attrs map[string][]*Name // by value: what other attributes there are
	count int64
	never bool // the values are no names of columns
}

// Bounds of names.
const (
	maxCalled  = 500 // different ones of one shape
	maxCalls   = 50_000
	maxCalling = 200 // bytes
)

// call takes note of the name of the element that has begun.
func (o *outliner) call() {
	named := o.named
	o.named = false
	s := o.stack[len(o.stack)-1].shape
	if !named || s == nil || s.Up == nil {
		o.others = o.others[:0]
		return
	}
	if s.called == nil {
		s.called = &called{since: map[string]int64{}, attrs: map[string][]*Name{}}
	}
	c := s.called
	if c.count++; !c.never {
		since, known := c.since[string(o.name)]
		if !known {
			o.called++
			c.order = append(c.order, string(o.name))
		}
		if known && since == s.Up.Count || len(o.name) == 0 || len(o.name) > maxCalling || len(c.order) > maxCalled || o.called > maxCalls {
			*c = called{count: c.count, never: true}
		} else {
			c.since[string(o.name)] = s.Up.Count
			for _, other := range o.others {
				if attrs := c.attrs[string(o.name)]; !slices.Contains(attrs, other) {
					c.attrs[string(o.name)] = append(attrs, other)
				}
			}
		}
	}
	o.others = o.others[:0]
}

// byName reports whether elements are columns by their attribute name: all have one, none stands
// twice in one row, a row has three quarters of them on average, and they have text and nothing else.
func (s *Shape) byName() bool {
	c := s.called
	return c != nil && !c.never && s.Most > 1 && c.count == s.Count && s.Up.Count > 1 &&
		len(s.Children) == 0 && s.Text && !s.Markup && 4*s.Count >= 3*int64(len(c.order))*s.Up.Count
}
