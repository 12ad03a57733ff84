package rules

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dynasette/dynasette/internal/pattern"
	"go.yaml.in/yaml/v4"
)

// readYAML reads one document of YAML.
func readYAML(text string) (root *node, err error) {
	defer func() {
		// The library reports a fault in itself by a panic.
		if fault := recover(); fault != nil {
			err = &Fault{Message: fmt.Sprintf("the YAML parser gave up: %v", fault)}
		}
	}()
	loader, err := yaml.NewLoader(strings.NewReader(text))
	if err != nil {
		return nil, &Fault{Message: err.Error()}
	}
	var doc, more yaml.Node
	if err := loader.Load(&doc); err == io.EOF || err == nil && len(doc.Content) == 0 {
		return &node{kind: mappingNode}, nil
	} else if err != nil {
		return nil, yamlFault(text, err)
	}
	r := &yamlReader{}
	if root, err = r.node(doc.Content[0], 0); err != nil {
		return nil, err
	}
	if err := loader.Load(&more); err == nil {
		return nil, &Fault{Line: more.Line, Column: more.Column, Message: "a second document begins here; rules are one"}
	} else if err != io.EOF {
		return nil, yamlFault(text, err)
	}
	return root, nil
}

// yamlReader makes nodes of the library's. Aliases are what they stand for.
type yamlReader struct{ budget }

func (r *yamlReader) node(y *yaml.Node, depth int) (*node, error) {
	n := &node{line: y.Line, column: y.Column}
	if y.Kind == yaml.AliasNode {
		y = y.Alias
	}
	if err := r.take(n.line, n.column, depth); err != nil {
		return nil, err
	}
	switch y.Kind {
	case yaml.SequenceNode:
		n.kind = listNode
		for _, item := range y.Content {
			i, err := r.node(item, depth+1)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, i)
		}
	case yaml.MappingNode:
		n.kind = mappingNode
		return n, r.mapping(n, y, depth)
	default:
		const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
		n.text, n.plain = y.Value, y.Style&quoted == 0
		if block := y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0; block && n.text == "" {
			n.plain = true // nothing is there; | or > was to be the text
		}
	}
	return n, nil
}

// mapping reads a mapping. What is merged into it (<<) comes first, so that its own keys
// count.
func (r *yamlReader) mapping(n *node, y *yaml.Node, depth int) error {
	var own node
	for i := 0; i+1 < len(y.Content); i += 2 {
		merge := y.Content[i].ShortTag() == "!!merge"
		key, err := r.node(y.Content[i], depth+1)
		if err != nil {
			return err
		}
		if key.kind != scalarNode {
			return key.fault("a word is missing before the colon; here is %s", key.kindOf())
		}
		value, err := r.node(y.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		if !merge {
			own.keys, own.items = append(own.keys, key), append(own.items, value)
			continue
		}
		from := []*node{value}
		if value.kind == listNode {
			from = value.items
		}
		for i := len(from) - 1; i >= 0; i-- {
			if from[i].kind != mappingNode {
				return value.fault("what is merged here is no mapping")
			}
			n.keys, n.items = append(n.keys, from[i].keys...), append(n.items, from[i].items...)
		}
	}
	inherited := node{kind: mappingNode}
	for i, key := range n.keys {
		if own.kind = mappingNode; own.get(key.text) == nil {
			inherited.keys, inherited.items = append(inherited.keys, key), append(inherited.items, n.items[i])
		}
	}
	n.keys, n.items = append(inherited.keys, own.keys...), append(inherited.items, own.items...)
	return nil
}

// yamlFault says what is wrong with YAML. Most of it is a value that wants quotes, which the
// library's messages don't say.
func yamlFault(text string, err error) *Fault {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return &Fault{Message: err.Error()}
	}
	f := &Fault{Line: load.Mark.Line, Column: load.Mark.Column, Message: load.Message}
	if context := load.ContextMark; context.Line > 0 {
		unclosed := map[string]string{"flow sequence": "[", "flow mapping": "{", "quoted scalar": "a quote"}
		for what, opening := range unclosed {
			if strings.HasSuffix(load.ContextMsg, what) && (context.Line < f.Line || f.Line == 0 || strings.HasPrefix(load.Message, "did not find expected ','")) {
				f.Line, f.Column, f.Message = context.Line, context.Column, opening+" is not closed"
				return f
			}
		}
	}
	line := lineOf(text, f.Line)
	alias := unknownAlias().FindStringSubmatch(load.Message)
	switch before := strings.TrimSpace(line); {
	case strings.HasPrefix(strings.TrimLeft(line, " "), "\t"):
		f.Message = "lines are indented by spaces in YAML; here is a tab"
	case wantsQuotes(line) != "":
		f.Message = "put it in quotes: " + wantsQuotes(line)
	case alias != nil:
		f.Message = fmt.Sprintf(`put it in quotes: "*%s"`, alias[1])
	case strings.Contains(f.Message, "did not find expected key") && load.Mark.Line > 0 && apostrophe().MatchString(line):
		f.Message = "the quote ends before the text does: put it in double quotes, as in \"it's\""
	case strings.Contains(f.Message, "mapping values are not allowed") && before != "":
		f.Message = "there is a second colon in this line, or it is indented otherwise than the one before; put text with a colon in quotes"
	case strings.Contains(f.Message, "escape character"), strings.Contains(f.Message, "hexadecimal number"):
		f.Message = "in double quotes \\ begins an escape, as in \"\\t\": put the text in single quotes"
	case strings.Contains(f.Message, "did not find expected node content"):
		f.Message = "a value is missing here, or a [ or { before it is not closed"
	case strings.Contains(f.Message, "did not find expected key"), strings.Contains(f.Message, "did not find expected '-'"):
		f.Message = "this line is indented otherwise than those that it belongs to"
	}
	return f
}

var (
	unknownAlias = pattern.New("^unknown anchor '(.*)' referenced$")
	apostrophe   = pattern.New(`:\s*'[^']*'\w`)
)

// lineOf returns a line of a text, from 1.
func lineOf(text string, line int) string {
	lines := strings.Split(text, "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	return strings.TrimSuffix(lines[line-1], "\r")
}

// bare is a word and a value that YAML takes for something else than text: an alias, a
// directive, a comment and so on.
var bare = pattern.New("([A-Za-z_]+):[ \\t]+([*%,|>@`&!#][^\\s,}\\]]*(?: [^\\s,}\\]:#]+)*)")

// wantsQuotes returns what the first such value of a line should be, or "".
func wantsQuotes(line string) string {
	m := bare().FindStringSubmatch(line)
	if m == nil {
		return ""
	}
	quote := `"`
	if strings.Contains(m[2], `"`) {
		quote = "'"
	}
	return m[1] + ": " + quote + m[2] + quote
}
