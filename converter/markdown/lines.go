package markdown

import (
	"bytes"
	"io"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/yamlnode"
	"github.com/dynasette/dynasette/internal/pattern"
	"go.yaml.in/yaml/v4"
)

// keyLine is a line that begins with a key: its first group is the key, the second the rest.
var keyLine = pattern.New(`^["']?([\pL_][\pL\pN_. /-]{0,60}?)["']?[ \t]*:(?:[ \t]+(.*?))?[ \t]*\r?\n?$`)

// lines reads front matter that is no YAML as people mean it: each line is a key and the rest
// of the line, and a line without a key goes on with the one before. A key whose value is
// YAML by itself has that value. It reports false if the first line has no key.
func (m matter) lines(out *converter.Writer) (fields []field, ok bool) {
	var starts []int
	for at, line := 0, []byte(nil); at < len(m.text); at += len(line) {
		line = m.text[at:]
		if end := bytes.IndexByte(line, '\n'); end >= 0 {
			line = line[:end+1]
		}
		if keyLine().Match(line) {
			starts = append(starts, at)
		} else if text := bytes.TrimSpace(line); len(starts) == 0 && len(text) > 0 && text[0] != '#' {
			return nil, false
		}
	}
	index := map[string]int{}
	repeated := int64(0)
	for i, from := range starts {
		to := len(m.text)
		if i+1 < len(starts) {
			to = starts[i+1]
		}
		f := keyed(m.text[from:to])
		if at, known := index[f.name]; known {
			fields[at] = f
			repeated++
			continue
		}
		index[f.name] = len(fields)
		fields = append(fields, f)
	}
	if repeated > 0 {
		sayRepeated(out, repeated)
	}
	return fields, len(fields) > 0
}

// keyed reads a key and its value, which is what YAML says or else the text itself.
func keyed(text []byte) field {
	first, more, _ := bytes.Cut(text, []byte("\n"))
	parts := keyLine().FindSubmatch(first)
	f := field{name: string(parts[1])}
	d := yamlnode.NewDecoder(text, 1)
	if root, err := d.Next(); err == nil && root.Kind == yaml.MappingNode {
		values := yamlnode.Values{Budget: yamlnode.NewBudget(len(text))}
		if nodes, err := values.Fields(root); err == nil && len(nodes) == 1 {
			if _, err := d.Next(); err == io.EOF {
				if v, err := values.Of(nodes[0]); err == nil {
					f.value = v
					return f
				}
			}
		}
	}
	value := string(parts[2])
	if rest := bytes.TrimRight(more, " \t\r\n"); len(rest) > 0 {
		value += "\n" + string(rest)
	}
	f.value = converter.Text(strings.TrimPrefix(value, "\n"))
	return f
}

// sayRepeated tells that keys stand in the front matter more than once.
func sayRepeated(out *converter.Writer, n int64) {
	out.Report(converter.Finding{Code: "name-repeated", Severity: converter.Loss, Count: n,
		Message: "a key stands in the front matter more than once; the last one counts"})
}
