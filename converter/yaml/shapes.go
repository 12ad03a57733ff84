package yaml

import (
	"bytes"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/yamlnode"
	"github.com/dynasette/dynasette/converter/json"
	"github.com/dynasette/dynasette/internal/pattern"
	"go.yaml.in/yaml/v4"
)

// one converts a stream of one document that is not just a list of rows: it is made JSON,
// whose shapes are the same.
func (s *stream) one(root *yaml.Node, budget *yamlnode.Budget) error {
	values := &yamlnode.Values{Budget: budget}
	text, err := values.JSON(root)
	if err != nil {
		return err
	}
	s.total.add(values)
	in := &converter.Input{Name: s.in.Name, Size: int64(len(text)), ReaderAt: strings.NewReader(text)}
	c := json.Converter{Path: s.Path, Orient: s.Orient, NoHeader: s.NoHeader, MaxDepth: yamlnode.MaxDepth}
	return s.finish(c.ConvertText(in, s.out))
}

// rowsOnly reports whether a document is a list of rows: not of lists, whose columns are to
// be found.
func rowsOnly(root *yaml.Node) bool {
	return root.Kind != yaml.MappingNode &&
		(root.Kind != yaml.SequenceNode || len(root.Content) == 0 || yamlnode.Deref(root.Content[0]).Kind != yaml.SequenceNode)
}

var nestedList = pattern.New(`^ *- +(-[ \t\r\n]|\[)`)

// listOfLists reports whether the first item of the list that text begins with is a list, as
// far as its line tells.
func listOfLists(text []byte) bool {
	for line := range bytes.Lines(text) {
		if !blank(line) {
			return nestedList().Match(line)
		}
	}
	return false
}
