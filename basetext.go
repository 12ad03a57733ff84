package dynasette

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dynasette/dynasette/internal/pattern"
)

// A baseText is a base document: what it says, and where.
type baseText struct {
	name    string // with its folder
	root    map[string]any
	entries map[string]entry // what is in mappings and lists, by its path
	doubled []string         // paths of keys that stand twice; the last one counts
	size    int              // how many values there are
	merging int              // how many mappings deep
	foreign *baseError       // why it is no JSON, if it was to be
}

// An entry is where something stands in a document.
type entry struct {
	line, column int    // 1-based, of the key or of what is in a list
	file         string // "": it is the document
	spelling     string // of a value that is neither a mapping nor a list
}

// Bounds of what a base document may hold: with YAML's aliases a few lines are as much as
// one likes.
const (
	maxBaseValues = 200_000
	maxBaseDepth  = 100
)

// A baseError is a fault of a base document.
type baseError struct {
	line, column int // 1-based; 0 is not known
	err          error
}

func (e *baseError) Error() string { return e.err.Error() }

// at returns an entry; path is of keys, and of numbers in lists.
func (t *baseText) at(path ...string) entry { return t.entries[strings.Join(path, "\x00")] }

// enter notes where something stands.
func (t *baseText) enter(path []string, e entry) error {
	key := strings.Join(path, "\x00")
	if _, there := t.entries[key]; there {
		t.doubled = append(t.doubled, key)
	}
	t.entries[key] = e
	return t.count(e.line, e.column, len(path))
}

// count counts one more value, so deep in the document.
func (t *baseText) count(line, column, depth int) error {
	if t.size++; t.size > maxBaseValues || depth > maxBaseDepth {
		return &baseError{line, column, fmt.Errorf("more than %d values, or %d within one another", maxBaseValues, maxBaseDepth)}
	}
	return nil
}

// readBaseText reads a document as Datasette does: a name that ends in .json does not keep it
// from being YAML. A document without anything in it is an empty mapping.
func readBaseText(name, text string) (*baseText, error) {
	text = strings.TrimPrefix(text, "\uFEFF")
	t := &baseText{name: name}
	if strings.HasSuffix(name, ".json") {
		root, err := t.readJSON(text)
		if err == nil {
			return t, t.set(root)
		}
		if commented().MatchString(text) {
			err.err = fmt.Errorf("%w; JSON has no comments: call it %s.yaml, where # begins one", err.err, strings.TrimSuffix(name, ".json"))
			return t, err
		}
		if root, other := t.readYAML(text); other != nil || t.set(root) != nil || len(t.root) == 0 {
			return t, err
		}
		t.foreign = err
		return t, nil
	}
	root, err := t.readYAML(text)
	if err != nil {
		return t, err
	}
	return t, t.set(root)
}

// commented matches where JSON has a comment of JavaScript's.
var commented = pattern.New(`(?m)(^|[,{[])\s*(//|/\*)`)

// set makes a value the document's.
func (t *baseText) set(root any) error {
	m, ok := root.(map[string]any)
	if root == nil {
		m, ok = map[string]any{}, true
	}
	if t.root = m; !ok {
		return &baseError{line: 1, column: 1, err: errors.New("is not a mapping")}
	}
	return nil
}

func (t *baseText) reset() { t.entries, t.doubled, t.size = map[string]entry{}, nil, 0 }

// plainValue makes of a scalar what JSON and YAML write the same way: whole numbers stay
// whole, and dates become text.
func plainValue(value any) any {
	switch v := value.(type) {
	case json.Number:
		if n, err := strconv.Atoi(v.String()); err == nil {
			return n
		}
		f, err := v.Float64()
		if err != nil {
			return v.String()
		}
		return f
	case []byte:
		return string(v)
	case time.Time:
		if v.Equal(v.Truncate(24 * time.Hour)) {
			return v.Format(time.DateOnly)
		}
		return v.Format(time.RFC3339)
	}
	return value
}
