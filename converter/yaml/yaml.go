// Package yaml converts YAML: lists, mappings, streams of several documents.
//
// A list becomes a table with a row for each item, a mapping whose values are mappings one
// with a row for each and its key in the column _key, and a mapping of lists of mappings a
// table for each. Any other mapping is one row. Of several documents in a stream each
// mapping is a row, and each list as many as it has items. What is no mapping stands in
// the column value, and what is nested in a cell is compact JSON.
//
// Scalars are typed by the core schema of YAML 1.2, so that NO, on and yes are text, and
// so is what a number would not give back as it was spelled: 012, +5, 1_000, .inf, dates.
// 0x1F and 0o17 are integers, booleans 1 and 0, !!binary is a BLOB, and << merges.
package yaml

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/yamlnode"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Format is YAML.
var Format = converter.Format{
	Name:       "yaml",
	Extensions: []string{".yaml", ".yml"},
	MediaTypes: []string{"application/yaml", "text/yaml", "application/x-yaml", "text/x-yaml"},
	Sniff:      sniff,
	Doc:        "YAML 1.2: lists, mappings, several documents in a file",
}

// Converter converts YAML.
type Converter struct {
	// MaxValues is how many values may have to be held in memory, at some 250 bytes each:
	// those of a document, or, if that is a list in block style, of some of its items.
	// 0 is 4 million.
	MaxValues int
}

// keyColumn holds the keys of a mapping of mappings, valueColumn what is not a mapping.
const (
	keyColumn   = "_key"
	valueColumn = "value"
)

// whole is what a run is called again with: the reason why items can't be split.
const whole = "yaml.whole"

// Convert converts a YAML stream.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	if c.MaxValues == 0 {
		c.MaxValues = 4 << 20
	}
	why := out.Recall(whole)
	text := transform.NewReader(in.Reader(), unicode.BOMOverride(transform.Nop))
	pieces := newSplitter(text, why == "", c.MaxValues)
	first, err := pieces.next()
	if err == io.EOF {
		return converter.ErrEmpty
	}
	if err != nil {
		return c.explain(err, why)
	}
	return nil
}
