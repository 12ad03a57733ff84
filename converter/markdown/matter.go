package markdown

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/yamlnode"
	"go.yaml.in/yaml/v4"
)

// A field is a key of the front matter.
type field struct {
	name  string
	value converter.Value
}

// matter is the front matter of a document.
type matter struct {
	kind string // "yaml", "toml", "json", or "" if there is none
	text []byte // between the lines that mark it
}

// maxMatter bounds front matter, which is parsed as a whole. What is longer is none.
const maxMatter = 1 << 20

// splitMatter parts the front matter from the body.
func splitMatter(source []byte) (matter, []byte) {
	first, rest, _ := bytes.Cut(source, []byte("\n"))
	switch string(bytes.TrimRight(first, " \t\r")) {
	case "---":
		if text, body, ok := fenced(rest, "---", "..."); ok && isMapping(text) {
			return matter{"yaml", text}, body
		}
	case "+++":
		if text, body, ok := fenced(rest, "+++"); ok {
			return matter{"toml", text}, body
		}
	default:
		if first := bytes.TrimLeft(source[1:], " \t\r\n"); source[0] == '{' && len(first) > 0 && (first[0] == '"' || first[0] == '}') {
			if text, body, ok := object(source); ok {
				return matter{"json", text}, body
			}
		}
	}
	return matter{}, source
}

// fenced returns what stands before and after the first line that is one of fences.
func fenced(text []byte, fences ...string) (before, after []byte, ok bool) {
	at := 0
	for line := range bytes.Lines(text[:min(len(text), maxMatter)]) {
		for _, f := range fences {
			if string(bytes.TrimRight(line, " \t\r\n")) == f {
				return text[:at], text[at+len(line):], true
			}
		}
		at += len(line)
	}
	return nil, nil, false
}

// isMapping reports whether text may be meant as a mapping: there are keys, or nothing. A
// text between two thematic breaks is not.
func isMapping(text []byte) bool {
	root, err := yamlnode.NewDecoder(text, 1).Next()
	if err == io.EOF || err == nil && root.Kind == yaml.MappingNode {
		return true
	}
	return err != nil && bytes.Contains(text, []byte(":"))
}

// object returns the JSON object that text begins with, and what follows its last line.
func object(text []byte) (object, after []byte, ok bool) {
	d := json.NewDecoder(bytes.NewReader(text[:min(len(text), maxMatter)]))
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return nil, nil, false
	}
	line, after, _ := bytes.Cut(text[d.InputOffset():], []byte("\n"))
	return raw, after, len(bytes.TrimSpace(line)) == 0
}

// fields returns the keys and their values, in their order.
func (m matter) fields(out *converter.Writer) (fields []field, err error) {
	switch m.kind {
	case "yaml":
		fields, err := m.yaml(out)
		if err != nil {
			if lines, ok := m.lines(out); ok {
				out.Report(converter.Finding{Code: "front-matter-lines", Severity: converter.Doubt, Example: err.Error(),
					Message: "the front matter is no YAML, and was read as a key and the rest of its line"})
				return lines, nil
			}
		}
		return fields, err
	case "toml":
		return m.toml()
	case "json":
		return m.json()
	}
	return nil, nil
}

func (m matter) yaml(out *converter.Writer) ([]field, error) {
	d := yamlnode.NewDecoder(m.text, 2)
	root, err := d.Next()
	if err == io.EOF || err == nil && root.Kind == yaml.ScalarNode && root.Value == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	values := yamlnode.Values{Budget: yamlnode.NewBudget(len(m.text))}
	nodes, err := values.Fields(root)
	if err != nil {
		return nil, d.Line(err)
	}
	fields := make([]field, len(nodes))
	for i, n := range nodes {
		v, err := values.Of(n)
		if err != nil {
			return nil, d.Line(err)
		}
		fields[i] = field{n.Key, v}
	}
	if values.Duplicates > 0 {
		sayRepeated(out, values.Duplicates)
	}
	return fields, nil
}

// json reads an object that has been found valid.
func (m matter) json() ([]field, error) {
	d := json.NewDecoder(bytes.NewReader(m.text))
	if _, err := d.Token(); err != nil { // {
		return nil, err
	}
	var fields []field
	index := map[string]int{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, err
		}
		name, _ := key.(string)
		value, err := jsonValue(raw)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", name, err)
		}
		if i, ok := index[name]; ok {
			fields[i].value = value
			continue
		}
		index[name] = len(fields)
		fields = append(fields, field{name, value})
	}
	return fields, nil
}

func jsonValue(raw []byte) (converter.Value, error) {
	switch raw[0] {
	case 'n':
		return converter.Value{}, nil
	case 't', 'f':
		return converter.Bool(raw[0] == 't'), nil
	case '"':
		var s string
		err := json.Unmarshal(raw, &s)
		return converter.Text(s), err
	case '{', '[':
		var compact bytes.Buffer
		err := json.Compact(&compact, raw)
		return converter.Text(compact.String()), err
	}
	if n, ok := converter.ParseInt(raw); ok {
		return converter.Int(n), nil
	}
	if f, ok := converter.ParseReal(raw); ok {
		return converter.Real(f), nil
	}
	return converter.Text(string(raw)), nil
}
