// Package yamlnode makes values of the nodes of a YAML document.
package yamlnode

import (
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/nested"
	"go.yaml.in/yaml/v4"
)

// MaxDepth is how deep values may be nested: the depth up to which the JSON functions of
// SQLite read them.
const MaxDepth = 1000

// A Budget is how much the aliases of a document may still expand to, in bytes; a node
// counts 16 and its text. All Values of the document share it.
type Budget struct{ atomic.Int64 }

// NewBudget returns the Budget of a document of size bytes: more than honest ones need.
func NewBudget(size int) *Budget {
	b := new(Budget)
	b.Store(8<<20 + 16*int64(size))
	return b
}

// Values makes values of the nodes of one document, and counts what people should know.
// It is for one goroutine at a time.
type Values struct {
	Budget *Budget

	Duplicates int64  // keys that occurred again in their mapping; the last one counts
	Tags       int64  // tags that are not YAML's own, and so are not kept
	Tag        string // the first of these

	aliased int // how many aliases the current node is inside of
	depth   int
}

// A Field is a key of a mapping and its value.
type Field struct {
	Key     string
	node    *yaml.Node
	aliased int  // where the node stands: inside so many aliases
	merged  bool // by <<, so a key of the mapping itself goes before
}

// Node returns the field's value, which is no alias.
func (f Field) Node() *yaml.Node { return Deref(f.node) }

// Deref returns the node that n is an alias of, or n.
func Deref(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// Value returns the value of a node: of a scalar its own, and compact JSON text of others.
func (v *Values) Value(n *yaml.Node) (converter.Value, error) {
	if target := Deref(n); target.Kind == yaml.ScalarNode {
		return v.scalar(n, target)
	}
	text, err := v.JSON(n)
	if err == nil && len(text) > converter.MaxCell {
		err = &converter.SyntaxError{Line: int64(n.Line), Err: fmt.Errorf("a value of %d bytes: %w", len(text), converter.ErrLimit)}
	}
	return converter.Text(text), err
}

// Of returns the value of a field.
func (v *Values) Of(f Field) (converter.Value, error) {
	outer := v.aliased
	v.aliased = f.aliased
	value, err := v.Value(f.node)
	v.aliased = outer
	return value, err
}

func (v *Values) scalar(n, target *yaml.Node) (converter.Value, error) {
	if n != target {
		v.aliased++
		defer func() { v.aliased-- }()
	}
	if err := v.visit(target); err != nil {
		return converter.Value{}, err
	}
	return v.resolve(target).value(target), nil
}

func (v *Values) resolve(n *yaml.Node) scalar {
	s, known := resolve(n)
	if !known {
		v.tag(n)
	}
	return s
}

func (v *Values) tag(n *yaml.Node) {
	if v.Tags == 0 {
		v.Tag = n.Tag
	}
	v.Tags++
}

// visit pays for a node.
func (v *Values) visit(n *yaml.Node) error {
	if v.aliased == 0 {
		return nil
	}
	if v.Budget.Add(-int64(len(n.Value))-16) < 0 {
		return &converter.SyntaxError{
			Line: int64(n.Line),
			Err:  fmt.Errorf("aliases of this node expand to too much: %w", converter.ErrLimit),
			Hint: "write the values out, or use fewer aliases",
		}
	}
	return nil
}

func (v *Values) enter(n *yaml.Node) error {
	if v.depth++; v.depth > MaxDepth {
		return &converter.SyntaxError{
			Line: int64(n.Line),
			Err:  fmt.Errorf("nested more than %d levels deep: %w", MaxDepth, converter.ErrLimit),
		}
	}
	return v.visit(n)
}

// Fields returns what a mapping holds, in the order of the keys' first appearance, with
// << resolved: a mapping's own keys go before merged ones, and of these the first
// (yaml.org/type/merge). Of a key that occurs twice the last one counts.
func (v *Values) Fields(n *yaml.Node) ([]Field, error) {
	m := mapping{fields: make([]Field, 0, len(n.Content)/2)}
	err := v.collect(&m, n, false)
	return m.fields, err
}

// A mapping is one that is being collected.
type mapping struct {
	fields []Field
	index  map[string]int // into fields; nil while they are few
}

const few = 16

func (m *mapping) find(key string) int {
	if m.index == nil {
		if len(m.fields) < few {
			for i := range m.fields {
				if m.fields[i].Key == key {
					return i
				}
			}
			return -1
		}
		m.index = make(map[string]int, cap(m.fields))
		for i := range m.fields {
			m.index[m.fields[i].Key] = i
		}
	}
	if i, ok := m.index[key]; ok {
		return i
	}
	return -1
}

func (m *mapping) add(f Field) {
	if m.index != nil {
		m.index[f.Key] = len(m.fields)
	}
	m.fields = append(m.fields, f)
}

func (v *Values) collect(m *mapping, n *yaml.Node, merged bool) error {
	if n.Kind == yaml.AliasNode {
		v.aliased++
		defer func() { v.aliased-- }()
		n = Deref(n)
	}
	if n.Style&yaml.TaggedStyle != 0 && !ownTag(n.Tag) {
		v.tag(n)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if sources := mergeSources(key, value); sources != nil {
			if err := v.merge(m, sources); err != nil {
				return err
			}
			continue
		}
		name, err := v.key(key)
		if err != nil {
			return err
		}
		field := Field{Key: name, node: value, aliased: v.aliased, merged: merged}
		at := m.find(name)
		switch {
		case at < 0:
			m.add(field)
		case merged:
		default:
			if !m.fields[at].merged {
				v.Duplicates++
			}
			m.fields[at] = field
		}
	}
	return nil
}

func (v *Values) merge(m *mapping, sources []*yaml.Node) error {
	for _, source := range sources {
		if err := v.enter(source); err != nil {
			return err
		}
		if err := v.collect(m, source, true); err != nil {
			return err
		}
		v.depth--
	}
	return nil
}

// mergeSources returns the mappings that a merge key merges, or nil if key is none.
func mergeSources(key, value *yaml.Node) []*yaml.Node {
	if key.Kind != yaml.ScalarNode || key.Value != "<<" || key.Tag != "!!merge" {
		return nil
	}
	target := Deref(value)
	if target.Kind == yaml.MappingNode {
		return []*yaml.Node{value}
	}
	if target.Kind != yaml.SequenceNode || len(target.Content) == 0 {
		return nil
	}
	for _, source := range target.Content {
		if Deref(source).Kind != yaml.MappingNode {
			return nil
		}
	}
	return target.Content
}

func (v *Values) key(n *yaml.Node) (string, error) {
	if target := Deref(n); target.Kind == yaml.ScalarNode {
		return target.Value, v.visit(target)
	}
	return v.JSON(n)
}

// appendJSON appends a node as compact JSON.
func (v *Values) appendJSON(dst []byte, n *yaml.Node) (_ []byte, err error) {
	if n.Kind == yaml.AliasNode {
		v.aliased++
		defer func() { v.aliased-- }()
		n = Deref(n)
	}
	switch n.Kind {
	case yaml.MappingNode:
		return v.appendObject(dst, n)
	case yaml.SequenceNode:
		return v.appendArray(dst, n)
	}
	if err := v.visit(n); err != nil {
		return dst, err
	}
	s := v.resolve(n)
	switch s.kind {
	case null:
		return append(dst, "null"...), nil
	case boolean:
		return strconv.AppendBool(dst, s.int != 0), nil
	case integer:
		return strconv.AppendInt(dst, s.int, 10), nil
	case blob:
		return nested.AppendBlob(dst, s.blob), nil
	}
	if s.plain && nested.IsNumber(n.Value) && (s.kind == real || n.Value != "-0" && !strings.ContainsAny(n.Value, "eE")) {
		return append(dst, n.Value...), nil // in its own spelling, however many digits
	}
	if s.kind == real {
		return nested.AppendReal(dst, s.real), nil
	}
	return nested.AppendString(dst, n.Value), nil
}

func (v *Values) appendObject(dst []byte, n *yaml.Node) ([]byte, error) {
	if err := v.enter(n); err != nil {
		return dst, err
	}
	defer func() { v.depth-- }()
	fields, err := v.Fields(n)
	if err != nil {
		return dst, err
	}
	dst = append(dst, '{')
	outer := v.aliased
	for i, f := range fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(nested.AppendString(dst, f.Key), ':')
		v.aliased = f.aliased
		if dst, err = v.appendJSON(dst, f.node); err != nil {
			break
		}
	}
	v.aliased = outer
	return append(dst, '}'), err
}

func (v *Values) appendArray(dst []byte, n *yaml.Node) ([]byte, error) {
	if err := v.enter(n); err != nil {
		return dst, err
	}
	defer func() { v.depth-- }()
	if n.Style&yaml.TaggedStyle != 0 && !ownTag(n.Tag) {
		v.tag(n)
	}
	dst = append(dst, '[')
	var err error
	for i, item := range n.Content {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = v.appendJSON(dst, item); err != nil {
			break
		}
	}
	return append(dst, ']'), err
}

// ownTag reports whether a tag of a mapping or sequence is one of YAML's own.
func ownTag(tag string) bool {
	switch tag {
	case "!!map", "!!seq", "!!set", "!!omap", "!!pairs":
		return true
	}
	return false
}

// JSON returns a node as compact JSON.
func (v *Values) JSON(n *yaml.Node) (string, error) {
	text, err := v.appendJSON(nil, n)
	return string(text), err
}
