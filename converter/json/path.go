package json

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// parsePath returns the names and indexes of a path to a part of a document: result.records,
// $.result.records, $['result'][0]. A * for all elements may stand at its end.
func parsePath(path string) (steps []string, err error) {
	rest := strings.TrimPrefix(strings.TrimSpace(path), "$")
	for rest = strings.TrimPrefix(rest, "."); rest != ""; rest = strings.TrimPrefix(rest, ".") {
		step := ""
		switch {
		case strings.HasPrefix(rest, "['"), strings.HasPrefix(rest, `["`):
			end := strings.Index(rest[2:], rest[1:2]+"]")
			if end < 0 {
				return nil, fmt.Errorf("path %q: a bracket is not closed", path)
			}
			step, rest = rest[2:2+end], rest[2+end+2:]
		case rest[0] == '[':
			end := strings.IndexByte(rest, ']')
			if end < 0 {
				return nil, fmt.Errorf("path %q: a bracket is not closed", path)
			}
			step, rest = rest[1:end], rest[end+1:]
			if _, err := strconv.ParseUint(step, 10, 31); err != nil && step != "" && step != "*" {
				return nil, fmt.Errorf("path %q: %q is no index; names stand in quotes", path, step)
			}
		default:
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			step, rest = rest[:end], rest[end:]
		}
		if (step == "" || step == "*") && rest == "" {
			break
		}
		steps = append(steps, step)
	}
	return steps, nil
}

// spellPath is a path as people write it.
func spellPath(steps []string) string {
	var b strings.Builder
	for _, s := range steps {
		switch {
		case strings.Trim(s, "0123456789") == "" && s != "":
			b.WriteString("[" + s + "]")
		case strings.ContainsAny(s, ".[' ") || s == "":
			b.WriteString("['" + s + "']")
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(s)
		}
	}
	if b.Len() == 0 {
		return "."
	}
	return b.String()
}

// joined returns the ways to read steps as names with dots in them: first as they are, then
// with some of them joined.
func joined(steps []string) (ways [][]string) {
	const most = 6
	if len(steps) < 2 || len(steps) > most {
		return [][]string{steps}
	}
	for dots := range 1 << (len(steps) - 1) {
		way := []string{steps[0]}
		for i, step := range steps[1:] {
			if dots>>i&1 > 0 {
				way[len(way)-1] += "." + step
			} else {
				way = append(way, step)
			}
		}
		ways = append(ways, way)
	}
	return ways
}

// locate goes to the value that a path leads to. It reports false if there is none.
func (t *stream) locate(path []string) (found bool, err error) {
	for len(path) > 0 {
		open := t.space()
		if classes[open] != classOpen {
			return false, t.failed()
		}
		t.drop(1)
		ok := false
		for i := 0; !ok; i++ {
			if b := t.space(); b == 0 || classes[b] == classClose {
				return false, t.failed()
			}
			name := strconv.Itoa(i)
			if open == '{' {
				raw, err := t.value()
				if err != nil {
					return false, err
				}
				if len(raw) < 2 || raw[0] != '"' || raw[len(raw)-1] != '"' {
					return false, nil
				}
				text, _ := appendString(nil, raw[1:len(raw)-1])
				name = string(text)
				t.drop(len(raw))
				if t.space() != ':' {
					return false, nil
				}
				t.drop(1)
				t.space()
			}
			if ok = name == path[0]; ok {
				path = path[1:]
				break
			}
			if classes[t.space()] == classOpen {
				t.drop(1)
				if !t.skip() {
					return false, t.failed()
				}
			} else {
				raw, err := t.value()
				if err != nil {
					return false, err
				}
				t.drop(len(raw))
			}
			if t.space() == ',' {
				t.drop(1)
			}
		}
	}
	return t.space() != 0, t.failed()
}

// noPath is the error that there is nothing at a path. root is the document's index.
func noPath(path string, root *node) error {
	var have []string
	add := func(n *node) {
		if len(have) < 20 {
			have = append(have, spellPath(n.path()))
		}
	}
	if root.kind == objectNode {
		list := func(x *node) {
			for _, n := range x.below {
				if n.kind != objectNode {
					add(n)
				}
			}
		}
		list(root)
		root.each(list)
	}
	hint := "there are no arrays of objects or arrays below the document's own level"
	if len(have) > 0 {
		hint = "arrays with rows are at " + strings.Join(have, ", ")
	}
	return &converter.SyntaxError{Err: fmt.Errorf("nothing is at the path %s", path), Hint: hint}
}
