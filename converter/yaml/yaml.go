// Package yaml converts YAML: lists, mappings, streams of several documents.
//
// A list becomes a table with a row for each item. A document that is one mapping, or a list
// of lists, is read as the same JSON: see package json for where its rows are. Of several
// documents in a stream each mapping is a row, and each list as many as it has items. What
// is no mapping stands in the column value, and what is nested in a cell is compact JSON.
//
// Scalars are typed by the core schema of YAML 1.2, so that NO, on and yes are text, and
// so is what a number would not give back as it was spelled: 012, +5, 1_000, .inf, dates.
// 0x1F and 0o17 are integers, booleans 1 and 0, !!binary is a BLOB, and << merges.
package yaml

import (
	"context"
	"errors"
	"io"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/plaintext"
	"github.com/dynasette/dynasette/converter/internal/yamlnode"
	"go.yaml.in/yaml/v4"
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
	// Encoding is the text's encoding, as "windows-1252"; "": found out.
	Encoding string
	// Path, Orient and NoHeader are what they are for JSON: see json.Converter.
	Path, Orient string
	NoHeader     bool
	// MaxValues is how many values may have to be held in memory, at some 250 bytes each:
	// those of one document, or, if that is a list in block style, of one of its items.
	// 0 is 4 million.
	MaxValues int

	piece int // for tests: pieceSize, if not 0
}

const defaultMaxValues = 4 << 20

// notByItems is the reason why a list can't be read item by item: what a run is called
// again with.
const notByItems = "yaml: not by items"

// Convert converts a YAML stream.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	text, err := plaintext.Open(in, out, c.Encoding)
	if err != nil {
		return err
	}
	if c.MaxValues == 0 {
		c.MaxValues = defaultMaxValues
	}
	whole := out.Recall(notByItems)
	if c.Path != "" {
		whole = "a path leads into it"
	}
	s := &stream{Converter: c, ctx: ctx, in: in, out: out, pieces: newSplitter(text.Proved(), whole, c.MaxValues)}
	if c.piece > 0 {
		s.pieces.size = c.piece
	}
	return s.convert()
}

// A stream is one that is being converted.
type stream struct {
	Converter
	ctx    context.Context
	in     *converter.Input
	out    *converter.Writer
	pieces *splitter
	total  tally
}

func (s *stream) convert() error {
	first, err := s.next()
	if err == io.EOF {
		return converter.ErrEmpty
	}
	if err != nil {
		return err
	}
	p, err := s.next()
	if err == io.EOF {
		return s.small(first)
	}
	if err == nil && p.cut && listOfLists(first.text) {
		return s.out.Again(notByItems, "its items are lists")
	}
	s.out.Describe("shape", "rows", "each item of a list and each document is a row")
	table := s.out.Table(s.in.Stem())
	if err == nil {
		err = table.AppendFunc(s.parse(first))
	}
	for err == nil {
		if err = table.AppendFunc(s.parse(p)); err == nil {
			p, err = s.next()
		}
	}
	if err == io.EOF {
		err = nil
	}
	return s.finish(err)
}

// next returns the next piece.
func (s *stream) next() (piece, error) {
	if err := s.ctx.Err(); err != nil {
		return piece{}, err
	}
	return s.pieces.next()
}

// parse returns the function that makes rows of a piece.
func (s *stream) parse(p piece) func(*converter.Batch) error {
	return func(b *converter.Batch) error {
		r := s.rows(b, yamlnode.NewBudget(len(p.text)))
		for d := yamlnode.NewDecoder(p.text, p.line); ; {
			root, err := d.Next()
			if err == nil {
				err = r.add(items(root)...)
			}
			switch {
			case err == io.EOF:
				return nil
			case err != nil && p.cut:
				return s.out.Again(notByItems, err.Error())
			case err != nil:
				return d.Line(err)
			}
		}
	}
}

// items returns the nodes that a document has a row for.
func items(root *yaml.Node) []*yaml.Node {
	root = yamlnode.Deref(root)
	switch {
	case root.Kind == yaml.SequenceNode:
		return root.Content
	case root.Kind == yaml.ScalarNode && root.Value == "" && root.Style == 0:
		return nil // a document without a node
	}
	return []*yaml.Node{root}
}

// small converts a stream of one piece, which may be one document.
func (s *stream) small(p piece) error {
	var roots, rows []*yaml.Node
	for d := yamlnode.NewDecoder(p.text, p.line); ; {
		root, err := d.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if n := items(root); len(n) > 0 {
			roots, rows = append(roots, root), append(rows, n...)
		}
	}
	budget := yamlnode.NewBudget(len(p.text))
	switch {
	case len(roots) == 0:
		return converter.ErrEmpty
	case len(roots) == 1 && (s.Path != "" || !rowsOnly(roots[0])):
		return s.one(roots[0], budget)
	case s.Path != "":
		return &converter.SyntaxError{Err: errors.New("a path leads into one document, and here are several"), Hint: "leave the path away"}
	}
	s.out.Describe("shape", "rows", "each item of a list and each document is a row")
	return s.finish(s.append(budget, rows))
}

const rowsPerBatch = 512

// append adds a row for each node to the table.
func (s *stream) append(budget *yamlnode.Budget, nodes []*yaml.Node) error {
	table := s.out.Table(s.in.Stem())
	for from := 0; from < len(nodes); from += rowsPerBatch {
		to := min(from+rowsPerBatch, len(nodes))
		err := table.AppendFunc(func(b *converter.Batch) error {
			return s.rows(b, budget).add(nodes[from:to]...)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
