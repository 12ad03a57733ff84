package parquet

import (
	"errors"
	"fmt"

	"github.com/dynasette/dynasette/converter"
)

// A node is a field of the schema. Its levels are those of Dremel: a value's definition level
// says how many of the optional and repeated fields on the way to it are there, and its
// repetition level which repeated one it goes on with.
type node struct {
	name       string
	repetition int
	def, rep   uint8 // the levels when the field is there
	shape      shape
	children   []*node
	leaf       *leaf // or nil: a group
	from, to   int   // the leaves of it, by their numbers
}

// shape is what a group stands for.
type shape uint8

const (
	plainGroup shape = iota
	listGroup
	mapGroup
)

// A leaf is a column of the file.
type leaf struct {
	path     string
	physical int
	length   int // of typeFixed
	def, rep uint8
	meaning  meaning
	blobs    blobs
}

// A schema has the table's columns, and the file's.
type schema struct {
	columns []*node
	leaves  []*leaf
}

// maxLevels is what a level has to be below, for a byte to hold it.
const maxLevels = 255

// newSchema makes a tree of the list of a file's fields.
func newSchema(elements []element, limits Limits) (*schema, error) {
	s := &schema{}
	if len(elements) == 0 {
		return nil, corruptf("there is no schema")
	}
	at, depth := 1, 0
	var grow func(parent *node, path string) (*node, error)
	grow = func(parent *node, path string) (*node, error) {
		if at >= len(elements) {
			return nil, corruptf("the schema ends too early")
		}
		e := &elements[at]
		at++
		n := &node{name: e.name, repetition: e.repetition, def: parent.def, rep: parent.rep, from: len(s.leaves)}
		if path += e.name; depth >= limits.Depth || n.def >= maxLevels {
			return nil, fmt.Errorf("%w: fields are nested more than %d deep", converter.ErrLimit, limits.Depth)
		}
		switch e.repetition {
		case required:
		case optional:
			n.def++
		case repeated:
			n.def++
			n.rep++
		default:
			return nil, corruptf("field %q: its repetition is %d", path, e.repetition)
		}
		if e.physical >= 0 {
			if e.children > 0 || e.physical > typeFixed {
				return nil, corruptf("field %q: there is no type %d", path, e.physical)
			}
			if e.physical == typeFixed && (e.length <= 0 || e.length > converter.MaxCell) {
				return nil, corruptf("field %q: its values are of %d bytes each", path, e.length)
			}
			if e.physical != typeFixed { // some writers say something all the same
				e.length = 0
			}
			n.leaf = &leaf{path: path, physical: e.physical, length: e.length, def: n.def, rep: n.rep, meaning: meaningOf(e)}
			if s.leaves = append(s.leaves, n.leaf); len(s.leaves) > limits.Columns {
				return nil, tooMany("columns", limits.Columns)
			}
			n.to = len(s.leaves)
			return n, nil
		}
		if e.children < 0 || e.children == 0 && e.repetition == repeated {
			return nil, corruptf("field %q has neither a type nor fields", path)
		}
		depth++
		for range e.children {
			child, err := grow(n, path+".")
			if err != nil {
				return nil, err
			}
			n.children = append(n.children, child)
		}
		depth--
		n.to = len(s.leaves)
		n.shape = shapeOf(e, n)
		return n, nil
	}
	for range elements[0].children {
		n, err := grow(&node{}, "")
		if err != nil {
			return nil, err
		}
		s.columns = append(s.columns, n)
	}
	switch {
	case len(s.columns) == 0:
		return nil, fmt.Errorf("%w: it has no columns", converter.ErrEmpty)
	case at < len(elements):
		return nil, corruptf("the schema has %d fields, and %d are not in its tree", len(elements), len(elements)-at)
	}
	return s, nil
}

// shapeOf returns what a group is by its annotation, if its fields are as that has them.
func shapeOf(e *element, n *node) shape {
	const convertedMap, convertedMapKeyValue, convertedList = 1, 2, 3
	if len(n.children) != 1 || n.children[0].repetition != repeated {
		return plainGroup
	}
	inner := n.children[0]
	switch {
	case e.logical.id == logicalList, e.converted == convertedList:
		return listGroup
	case e.logical.id == logicalMap, e.converted == convertedMap, e.converted == convertedMapKeyValue:
		if len(inner.children) == 2 && inner.children[0].leaf != nil && inner.children[0].repetition != repeated {
			return mapGroup
		}
	}
	return plainGroup
}

// element returns what the elements of a list are: the repeated field itself, or what it wraps,
// by the rules for older writers.
func (n *node) element() *node {
	inner := n.children[0]
	if inner.leaf != nil || len(inner.children) > 1 || inner.children[0].repetition == repeated ||
		inner.name == "array" || inner.name == n.name+"_tuple" {
		return inner
	}
	return inner.children[0]
}

// flat reports whether the field is one value a row.
func (n *node) flat() bool { return n.leaf != nil && n.repetition != repeated }

func corruptf(format string, args ...any) error {
	return fmt.Errorf("%w: %w", converter.ErrCorrupt, fmt.Errorf(format, args...))
}

func tooMany(what string, limit int) error {
	return fmt.Errorf("%w: more than %d %s", converter.ErrLimit, limit, what)
}

// broken makes errors of the metadata ErrCorrupt, but for those that are something else already.
func broken(err error) error {
	if errors.Is(err, errShort) || errors.Is(err, errThrift) {
		return fmt.Errorf("%w: %w", converter.ErrCorrupt, err)
	}
	return err
}
