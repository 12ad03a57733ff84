package xmltext

import (
	"fmt"
	"io"
	"strconv"

	"github.com/dynasette/dynasette/converter"
)

// A Shape is what is known of all elements at one place, as of all <item> in <channel> in <rss>.
type Shape struct {
	Name     *Name
	Up       *Shape
	Children []*Shape // by their first appearance
	Attrs    []*Name
	Count    int64 // of the elements
	Bytes    int64 // that they take
	Most     int64 // of them in one element around them
	Inner    int64 // the most elements in one of them
	Text     bool  // there is some in one of them, besides white space
	Markup   bool  // text and elements stand side by side in one of them, or it is XHTML
	Apart    bool  // they are not in the trees of what is around them, as they are rows of their own
	Holds    bool  // there are such ones in them

	within, since int64         // how many there are in the element around them, and which one that is
	at            int           // of the child that was met last
	atAttr        int           // of the attribute
	index         map[*Name]int // of children, if there are many
	attrIndex     map[*Name]int // of attributes
	keys          *keys
	called        *called
	first, latest int32 // nodes of a tree in the element around them
	marked        int64 // which element that is
}

// Bounds of shapes.
const (
	maxShapes   = 20_000
	maxChildren = 4000 // of one
	maxOwnAttrs = 2000 // different ones of one
)

// An outliner finds out the shape of a document or an element.
type outliner struct {
	root   *Shape
	shapes int

	name   []byte  // the attribute name of the element that begins
	named  bool    // it has one
	others []*Name // its other attributes
	called int     // different names of elements in all
	stack  []outlined
}

// outlined is an open element.
type outlined struct {
	shape    *Shape // nil: it is part of markup that is not looked into
	offset   int64
	elements int64
	text     bool
}

// Outline reads a document to its end.
func Outline(r *Reader) (*Shape, error) {
	var o outliner
	for {
		kind, err := r.Next()
		if err == io.EOF {
			return o.root, nil
		}
		if err != nil {
			return nil, err
		}
		switch kind {
		case Start:
			err = o.start(r.Name, r.at)
			for i := 0; err == nil && i < len(r.Attrs); i++ {
				if a := r.Attrs[i]; !a.Name.forReaders() {
					err = o.attr(a.Name, a.Value)
				}
			}
			o.call()
		case Text:
			o.text(r.Text)
		case End:
			o.end(r.Offset())
		}
		if err != nil {
			return nil, r.fault(err, "are the names data?")
		}
	}
}

// Shape returns the shape of one element of a tree.
func (t *Tree) Shape(i int32) (*Shape, error) {
	var o outliner
	err := t.outline(&o, i)
	return o.root, err
}

func (t *Tree) outline(o *outliner, i int32) error {
	n := &t.Nodes[i]
	if n.Name == nil {
		o.text(t.bytes(n.text))
		return nil
	}
	if err := o.start(n.Name, 0); err != nil {
		return err
	}
	for _, a := range t.Attrs[n.From:n.To] {
		if err := o.attr(a.Name, t.bytes(a.value)); err != nil {
			return err
		}
	}
	o.call()
	for k := n.First; k > 0; k = t.Nodes[k].Next {
		if err := t.outline(o, k); err != nil {
			return err
		}
	}
	o.end(0)
	return nil
}

func (o *outliner) start(name *Name, offset int64) error {
	var s *Shape
	if len(o.stack) == 0 {
		s = &Shape{Name: name}
		o.root = s
	} else {
		up := &o.stack[len(o.stack)-1]
		up.elements++
		if up.text && up.shape != nil || name.Space == xhtmlSpace && up.shape != nil {
			up.shape.Markup = true
		}
		if up.shape != nil && name.Space != xhtmlSpace {
			if s = up.shape.child(name); s == nil {
				if o.shapes++; o.shapes > maxShapes || len(up.shape.Children) > maxChildren {
					return fmt.Errorf("elements stand in more than %d different places, or more than %d different ones in one: %w", maxShapes, maxChildren, converter.ErrLimit)
				}
				s = &Shape{Name: name, Up: up.shape}
				up.shape.Children = append(up.shape.Children, s)
				up.shape.index = indexed(up.shape.index, len(up.shape.Children), func(i int) *Name { return up.shape.Children[i].Name })
			}
		}
	}
	if s != nil {
		s.Count++
		if s.Up != nil && s.since != s.Up.Count {
			s.since, s.within = s.Up.Count, 0
		}
		s.within++
		s.Most = max(s.Most, s.within)
	}
	o.stack = append(o.stack, outlined{shape: s, offset: offset})
	return nil
}

func (o *outliner) attr(name *Name, value []byte) error {
	s := o.stack[len(o.stack)-1].shape
	if s == nil {
		return nil
	}
	if !o.named && name.names() {
		o.name, o.named = append(o.name[:0], value...), true
	} else {
		o.others = append(o.others, name)
	}
	if s.attr(name) >= 0 {
		return nil
	}
	if len(s.Attrs) == maxOwnAttrs {
		return fmt.Errorf("more than %d different attributes of one element: %w", maxOwnAttrs, converter.ErrLimit)
	}
	s.Attrs = append(s.Attrs, name)
	s.attrIndex = indexed(s.attrIndex, len(s.Attrs), func(i int) *Name { return s.Attrs[i] })
	return nil
}

func (o *outliner) text(text []byte) {
	e := &o.stack[len(o.stack)-1]
	if e.text || e.shape == nil || Blank(text) {
		return
	}
	e.text, e.shape.Text = true, true
	if e.elements > 0 {
		e.shape.Markup = true
	}
}

func (o *outliner) end(offset int64) {
	e := o.stack[len(o.stack)-1]
	o.stack = o.stack[:len(o.stack)-1]
	if e.shape != nil {
		e.shape.Bytes += offset - e.offset
		e.shape.Inner = max(e.shape.Inner, e.elements)
	}
}

// Blank reports whether a text is white space.
func Blank(text []byte) bool {
	for _, c := range text {
		if c != ' ' && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// child returns the shape of a child, or nil. Children mostly come in the order of before.
func (s *Shape) child(name *Name) *Shape {
	n := len(s.Children)
	if n > manyNames {
		k, ok := s.index[name]
		if !ok {
			return nil
		}
		s.at = k
		return s.Children[k]
	}
	for i := range n {
		k := s.at + i
		if k >= n {
			k -= n
		}
		if s.Children[k].Name == name {
			s.at = k
			return s.Children[k]
		}
	}
	return nil
}

// manyNames is beyond what is looked through one by one.
const manyNames = 32

// indexed adds the last of a list to its index, if there are many.
func indexed(index map[*Name]int, n int, name func(i int) *Name) map[*Name]int {
	switch {
	case n <= manyNames:
		return nil
	case index == nil:
		index = map[*Name]int{}
		for i := range n {
			index[name(i)] = i
		}
	default:
		index[name(n-1)] = n - 1
	}
	return index
}

// Child returns the shape of the elements of a name, or nil if there are none.
func (s *Shape) Child(name *Name) *Shape { return s.child(name) }

// Plain reports whether the elements have text at most.
func (s *Shape) Plain() bool { return len(s.Attrs) == 0 && len(s.Children) == 0 && !s.Markup }

// attr returns which of the attributes has the name, or -1.
func (s *Shape) attr(name *Name) int {
	n := len(s.Attrs)
	if n > manyNames {
		if k, ok := s.attrIndex[name]; ok {
			return k
		}
		return -1
	}
	for i := range n {
		k := s.atAttr + i
		if k >= n {
			k -= n
		}
		if s.Attrs[k] == name {
			s.atAttr = k + 1
			return k
		}
	}
	return -1
}

// List returns the only kind of children if there are several of it, and there is nothing
// beside them: the element is a list then.
func (s *Shape) List() *Shape {
	if len(s.Attrs) > 0 || s.Text || s.Markup || len(s.Children) != 1 || s.Children[0].Most < 2 {
		return nil
	}
	return s.Children[0]
}

// void reports whether there is nothing in the elements but what is apart.
func (s *Shape) void() bool {
	if len(s.Attrs) > 0 || s.Text || s.Markup || len(s.Children) == 0 {
		return false
	}
	for _, c := range s.Children {
		if !c.Apart && !c.void() {
			return false
		}
	}
	return true
}

// keys are names for what is in an element, unique among each other.
type keys struct {
	attrs, children []string
	text            string
}

// names returns the keys of an element; a prefix is part of one where the names are the same.
func (s *Shape) names() *keys {
	if s.keys != nil {
		return s.keys
	}
	all := append([]*Name(nil), s.Attrs...)
	for _, c := range s.Children {
		all = append(all, c.Name)
	}
	count := map[string]int{}
	for _, n := range all {
		count[n.Local]++
	}
	taken := map[string]bool{}
	unique := func(key string) string {
		found := key
		for i := 2; taken[found]; i++ {
			found = key + "_" + strconv.Itoa(i)
		}
		taken[found] = true
		return found
	}
	list := make([]string, len(all))
	for i, n := range all {
		if count[n.Local] > 1 && n.Prefix != "" {
			list[i] = unique(n.Prefix + "_" + n.Plain())
		} else {
			list[i] = unique(n.Plain())
		}
	}
	s.keys = &keys{attrs: list[:len(s.Attrs)], children: list[len(s.Attrs):], text: unique("text")}
	return s.keys
}
