package parquet

import (
	"fmt"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/nested"
)

// An assembler makes JSON text of a field that has fields, or any number of values, in each row.
// Where its leaves are, row after row, is in the entries' levels.
type assembler struct {
	node    *node
	scalars []scalar
	vectors []*vector // of all leaves
	at      []cursor  // of the node's leaves
	out     []byte
	most    int // how long out may become
}

// A cursor is where a leaf's next entry is, and its next value.
type cursor struct{ entry, value int }

var errLevels = corruptf("the levels of its fields do not agree")

// seek goes to where a row begins.
func (a *assembler) seek(row int) {
	a.at = a.at[:0]
	for i := a.node.from; i < a.node.to; i++ {
		v, l := a.vectors[i], a.scalars[i].leaf
		var c cursor
		for rows := 0; c.entry < v.entries; c.entry++ {
			if l.rep == 0 || v.reps[c.entry] == 0 {
				if rows == row {
					break
				}
				rows++
			}
			if l.def == 0 || v.defs[c.entry] == l.def {
				c.value++
			}
		}
		a.at = append(a.at, c)
	}
}

// cells makes cells of rows from up to to, as scalar.cells does.
func (a *assembler) cells(b *converter.Batch, cells []converter.Cell, stride, from, to int) error {
	a.seek(from)
	a.out = b.Data
	for k := 0; from < to; k, from = k+stride, from+1 {
		start := len(a.out)
		if a.node.repetition == optional && a.node.from < a.node.to && a.def(a.node) < a.node.def {
			a.pass(a.node)
			cells[k] = converter.Cell{}
		} else {
			if err := a.field(a.node); err != nil {
				return err
			}
			if len(a.out)-start > converter.MaxCell {
				return fmt.Errorf("a value of %d bytes: %w", len(a.out)-start, converter.ErrLimit)
			}
			cells[k] = converter.Span(converter.KindText, start, len(a.out)-start)
		}
		for i, c := range a.at {
			v := a.vectors[a.node.from+i]
			if c.entry > v.entries || c.entry < v.entries && len(v.reps) > 0 && v.reps[c.entry] != 0 {
				return errLevels
			}
		}
	}
	b.Data = a.out
	return nil
}

// def returns the definition level of the entry that a field's first leaf is at.
func (a *assembler) def(n *node) uint8 {
	v, c := a.vectors[n.from], a.at[n.from-a.node.from]
	if a.scalars[n.from].def == 0 {
		return 0
	}
	if c.entry >= v.entries {
		return 0
	}
	return v.defs[c.entry]
}

// goesOn reports whether a repeated field has another element.
func (a *assembler) goesOn(n *node) bool {
	v, c := a.vectors[n.from], a.at[n.from-a.node.from]
	return c.entry < v.entries && v.reps[c.entry] == n.rep
}

// pass passes over an entry of each leaf that says that something is missing.
func (a *assembler) pass(n *node) {
	for i := n.from; i < n.to; i++ {
		c, l := &a.at[i-a.node.from], a.scalars[i].leaf
		if v := a.vectors[i]; c.entry < v.entries && (l.def == 0 || v.defs[c.entry] == l.def) {
			c.value++ // the levels do not agree: a later one will say so
		}
		c.entry++
	}
}

// field appends a field, which may be missing, or repeated.
func (a *assembler) field(n *node) error {
	switch {
	case n.from == n.to: // it has no fields, so nothing says where it is missing
		a.out = append(a.out, "{}"...)
		return nil
	case n.repetition == repeated:
		return a.list(n, n)
	case n.repetition == optional && a.def(n) < n.def:
		a.pass(n)
		a.out = append(a.out, "null"...)
		return nil
	}
	return a.value(n)
}

// value appends a field that is there.
func (a *assembler) value(n *node) error {
	if len(a.out) > a.most {
		return errGrowth
	}
	if n.leaf != nil {
		return a.scalar(n, false)
	}
	switch n.shape {
	case listGroup:
		return a.list(n.children[0], n.element())
	case mapGroup:
		return a.mapping(n.children[0])
	}
	a.out = append(a.out, '{')
	for i, child := range n.children {
		if i > 0 {
			a.out = append(a.out, ',')
		}
		a.out = append(nested.AppendString(a.out, child.name), ':')
		if err := a.field(child); err != nil {
			return err
		}
	}
	a.out = append(a.out, '}')
	return nil
}

// list appends what a repeated field has; the elements are that field, or its only one.
func (a *assembler) list(n, element *node) error {
	a.out = append(a.out, '[')
	if a.def(n) < n.def {
		a.pass(n)
	} else {
		for {
			var err error
			if element == n {
				err = a.value(n)
			} else {
				err = a.field(element)
			}
			if err != nil {
				return err
			}
			if !a.goesOn(n) {
				break
			}
			a.out = append(a.out, ',')
		}
	}
	a.out = append(a.out, ']')
	return nil
}

// mapping appends an object of what a repeated field has: keys, and values.
func (a *assembler) mapping(n *node) error {
	key, value := n.children[0], n.children[1]
	a.out = append(a.out, '{')
	if a.def(n) < n.def {
		a.pass(n)
	} else {
		for {
			if a.def(key) < key.def {
				return corruptf("a map has a key that is NULL")
			}
			if err := a.scalar(key, true); err != nil {
				return err
			}
			a.out = append(a.out, ':')
			if err := a.field(value); err != nil {
				return err
			}
			if !a.goesOn(n) {
				break
			}
			a.out = append(a.out, ',')
		}
	}
	a.out = append(a.out, '}')
	return nil
}

// scalar appends a value, as a string if it is the name of a member.
func (a *assembler) scalar(n *node, name bool) error {
	c, v, s := &a.at[n.from-a.node.from], a.vectors[n.from], &a.scalars[n.from]
	if c.entry >= v.entries || s.def > 0 && v.defs[c.entry] != s.def {
		return errLevels
	}
	start := len(a.out)
	if s.number() {
		a.out = s.appendJSON(a.out, v.nums[c.value], nil)
	} else {
		a.out = s.appendJSON(a.out, 0, v.bytes[c.value])
	}
	if name && a.out[start] != '"' {
		a.out = nested.AppendString(a.out[:start], string(a.out[start:]))
	}
	c.entry++
	c.value++
	return nil
}
