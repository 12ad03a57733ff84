package rules

import (
	"fmt"
	"strings"
)

// A node is a value of a document of rules, JSON or YAML, and where it stands. Scalars are
// what they are spelled as: no, 1.0 and null are texts.
type node struct {
	kind         nodeKind
	text         string  // of a scalar
	plain        bool    // a scalar without quotes
	items        []*node // of a list, or the values of a mapping
	keys         []*node // of a mapping; scalars
	line, column int
	file         string // if it is another one than the one that is read
	source       string // of a list or a mapping of JSON: how it is written
}

// in notes which file a node stands in.
func (n *node) in(file string) {
	n.file = file
	for _, k := range n.keys {
		k.file = file
	}
	for _, i := range n.items {
		i.in(file)
	}
}

type nodeKind uint8

const (
	scalarNode nodeKind = iota
	listNode
	mappingNode
)

// null reports whether nothing stands there: it is a value only where that is spelled.
func (n *node) null() bool {
	return n.kind == scalarNode && n.plain && (n.text == "" || n.text == "null" || n.text == "~" || n.text == "Null" || n.text == "NULL")
}

// get returns what a mapping has under a key, or nil. Of several it is the last.
func (n *node) get(key string) *node {
	if n == nil || n.kind != mappingNode {
		return nil
	}
	for i := len(n.keys) - 1; i >= 0; i-- {
		if n.keys[i].text == key {
			return n.items[i]
		}
	}
	return nil
}

// scalar returns the text under a key, or "".
func (n *node) scalar(key string) string {
	if v := n.get(key); v != nil && v.kind == scalarNode && !v.null() {
		return v.text
	}
	return ""
}

// list returns what is in the list under a key.
func (n *node) list(key string) []*node {
	if v := n.get(key); v != nil && v.kind == listNode {
		return v.items
	}
	return nil
}

// kindOf says what a node is, for people.
func (n *node) kindOf() string {
	switch {
	case n.kind == listNode:
		return "a list"
	case n.kind == mappingNode:
		return "a mapping"
	case n.null():
		return "nothing"
	}
	return fmt.Sprintf("%q", clip(n.text))
}

// Bounds of what a document of rules may hold: with YAML's aliases a few lines are as much
// as one likes.
const (
	maxBytes  = 8 << 20
	headBytes = 64 << 10
	maxNodes  = 500_000
	maxDepth  = 64
)

// A budget counts the nodes of a document.
type budget struct{ nodes int }

// take counts one more node, so deep in the document.
func (b *budget) take(line, column, depth int) error {
	if b.nodes++; b.nodes > maxNodes || depth > maxDepth {
		return &Fault{Line: line, Column: column, Message: fmt.Sprintf("there are more than %d values, or %d within one another", maxNodes, maxDepth)}
	}
	return nil
}

// clip shortens a text that a message quotes.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}
