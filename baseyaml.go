package dynasette

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// readYAML reads one document of YAML.
func (t *baseText) readYAML(text string) (any, error) {
	t.reset()
	loader, err := yaml.NewLoader(strings.NewReader(text))
	if err != nil {
		return nil, &baseError{err: err}
	}
	var root, more yaml.Node
	if err := loader.Load(&root); err == io.EOF {
		return nil, nil
	} else if err != nil {
		return nil, yamlError(err)
	}
	if err := loader.Load(&more); err == nil {
		return nil, &baseError{more.Line, more.Column, errors.New("there is a second document")}
	} else if err != io.EOF {
		return nil, yamlError(err)
	}
	return t.node(&root, nil)
}

func yamlError(err error) error {
	e := &baseError{err: err}
	if at := (*yaml.LoadError)(nil); errors.As(err, &at) {
		e.line, e.column, e.err = at.Mark.Line, at.Mark.Column, errors.New(at.Message)
	}
	return e
}

// node returns what a node of YAML says.
func (t *baseText) node(n *yaml.Node, path []string) (any, error) {
	switch n.Kind {
	case yaml.DocumentNode:
		return t.node(n.Content[0], path)
	case yaml.AliasNode:
		return t.node(n.Alias, path)
	case yaml.SequenceNode:
		list := []any{}
		for i, item := range n.Content {
			at := append(path, strconv.Itoa(i))
			v, err := t.entry(item, item, at)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case yaml.MappingNode:
		return t.mapping(n, path)
	}
	return scalar(n)
}

// entry reads what stands under a key, or in a list.
func (t *baseText) entry(key, value *yaml.Node, path []string) (any, error) {
	e := entry{line: key.Line, column: key.Column}
	plain := value
	if plain.Kind == yaml.AliasNode {
		plain = plain.Alias
	}
	if plain.Kind == yaml.ScalarNode && plain.ShortTag() != "!!null" {
		e.spelling = plain.Value
	}
	if err := t.enter(path, e); err != nil {
		return nil, err
	}
	return t.node(value, path)
}

// mapping reads a mapping. Keys are what they are spelled as: no and 2024 are text. What is
// merged into it (<<) yields to its own keys.
func (t *baseText) mapping(n *yaml.Node, path []string) (any, error) {
	m := map[string]any{}
	var merged []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.ShortTag() == "!!merge" {
			merged = append(merged, value)
			continue
		}
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			return nil, &baseError{key.Line, key.Column, errors.New("a key is no text")}
		}
		v, err := t.entry(key, value, append(path, key.Value))
		if err != nil {
			return nil, err
		}
		m[key.Value] = v
	}
	for _, from := range merged {
		if err := t.merge(m, from, path); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// merge adds what a mapping lacks of another one, or of several in a list.
func (t *baseText) merge(m map[string]any, from *yaml.Node, path []string) error {
	if from.Kind == yaml.AliasNode {
		from = from.Alias
	}
	if err := t.count(from.Line, from.Column, t.merging); err != nil {
		return err
	}
	switch from.Kind {
	case yaml.SequenceNode:
		for _, each := range from.Content {
			if err := t.merge(m, each, path); err != nil {
				return err
			}
		}
		return nil
	case yaml.MappingNode:
	default:
		return &baseError{from.Line, from.Column, errors.New("what is merged is no mapping")}
	}
	other := &baseText{entries: map[string]entry{}, size: t.size, merging: t.merging + 1}
	v, err := other.mapping(from, path)
	if err != nil {
		return err
	}
	t.size = other.size
	own := maps.Clone(m)
	for key, value := range v.(map[string]any) {
		if _, there := own[key]; !there {
			m[key] = value
		}
	}
	for at, e := range other.entries {
		if _, there := own[strings.Split(at, "\x00")[len(path)]]; !there {
			t.entries[at] = e
		}
	}
	return nil
}

// scalar returns the value of a scalar: that of YAML 1.2, but for yes and no, on and off,
// which are truth values to Datasette.
func scalar(n *yaml.Node) (any, error) {
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle|yaml.TaggedStyle) == 0 && n.ShortTag() == "!!str" {
		switch n.Value {
		case "yes", "Yes", "YES", "on", "On", "ON":
			return true, nil
		case "no", "No", "NO", "off", "Off", "OFF":
			return false, nil
		}
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return nil, &baseError{n.Line, n.Column, fmt.Errorf("%q is no %s", n.Value, strings.TrimPrefix(n.ShortTag(), "!!"))}
	}
	if f, ok := v.(float64); ok && (math.IsInf(f, 0) || math.IsNaN(f)) {
		return n.Value, nil // JSON has no such number
	}
	return plainValue(v), nil
}
