package yaml

import (
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/yamlnode"
	"go.yaml.in/yaml/v4"
)

// mapping converts a document that is one mapping, by the shape it has.
func (s *stream) mapping(root *yaml.Node, budget *yamlnode.Budget) error {
	values := &yamlnode.Values{Budget: budget}
	fields, err := values.Fields(root)
	if err != nil {
		return err
	}
	switch {
	case len(fields) == 0:
		return converter.ErrEmpty
	case every(fields, isMapping):
		s.total.add(values)
		nodes, keys := make([]*yaml.Node, len(fields)), keys{names: make([]string, len(fields))}
		for i, f := range fields {
			nodes[i], keys.names[i] = f.Node(), f.Key
		}
		if keys.column, err = freeColumn(nodes, budget); err != nil {
			return err
		}
		s.out.Describe("shape", "mapping of mappings", "each value is a mapping: the keys are in "+keys.column)
		return s.finish(s.append(s.name, budget, nodes, keys))
	case every(fields, isTable):
		s.total.add(values)
		s.out.Describe("shape", "mapping of lists", "each value is a list of mappings: a table for each")
		for _, f := range fields {
			if err := s.append(f.Key, budget, f.Node().Content, keys{}); err != nil {
				return err
			}
		}
		return s.finish(nil)
	}
	s.out.Describe("shape", "row", "one mapping")
	return s.finish(s.append(s.name, budget, []*yaml.Node{root}, keys{}))
}

// keys are those of the mappings that become rows, and the column they go to.
type keys struct {
	column string
	names  []string // nil if there are none
}

// freeColumn returns a name for the column of keys that no mapping has a key of.
func freeColumn(nodes []*yaml.Node, budget *yamlnode.Budget) (string, error) {
	taken := map[string]bool{}
	values := yamlnode.Values{Budget: budget}
	for _, n := range nodes {
		fields, err := values.Fields(n)
		if err != nil {
			return "", err
		}
		for _, f := range fields {
			taken[f.Key] = true
		}
	}
	name := keyColumn
	for taken[name] {
		name = "_" + name
	}
	return name, nil
}

func every(fields []yamlnode.Field, is func(*yaml.Node) bool) bool {
	for _, f := range fields {
		if !is(f.Node()) {
			return false
		}
	}
	return true
}

func isMapping(n *yaml.Node) bool { return n.Kind == yaml.MappingNode }

// isTable reports whether n is a list of mappings.
func isTable(n *yaml.Node) bool {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		return false
	}
	for _, item := range n.Content {
		if !isMapping(yamlnode.Deref(item)) {
			return false
		}
	}
	return true
}
