package markdown

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/yuin/goldmark/ast"
	gfm "github.com/yuin/goldmark/extension/ast"
)

// tables makes a table of each table in the body, named after the heading that it stands
// under. Cells are as they are written, without a type of their own.
func (b body) tables(stem string, out *converter.Writer) error {
	if b.root == nil {
		return nil
	}
	heading, taken := stem, map[string]bool{documents: true}
	return ast.Walk(b.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			if title := b.text(n); title != "" {
				heading = title
			}
		case *gfm.Table:
			name := heading
			for i := 2; taken[name]; i++ {
				name = heading + "_" + strconv.Itoa(i)
			}
			taken[name] = true
			return ast.WalkSkipChildren, b.table(n, name, out)
		}
		return ast.WalkContinue, nil
	})
}

func (b body) table(n *gfm.Table, name string, out *converter.Writer) error {
	var table *converter.Table
	var row []converter.Value
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		if table == nil {
			var names []string
			for cell := child.FirstChild(); cell != nil; cell = cell.NextSibling() {
				names = append(names, b.text(cell))
			}
			table = out.Table(name, names...)
			continue
		}
		row = row[:0]
		for _, cell := range cells(b.line(child.Pos())) {
			row = append(row, converter.Untyped(cell))
		}
		if err := table.Append(row...); err != nil {
			return err
		}
	}
	return nil
}

// line returns the rest of the line at a position.
func (b body) line(at int) []byte {
	line, _, _ := bytes.Cut(b.source[at:], []byte("\n"))
	return line
}

// cells splits a row, also what is beyond the header's width, which GFM has ignored: at
// each pipe that has no backslash before it, whatever else stands around it
// (github.github.com/gfm/#tables-extension-).
func cells(line []byte) []string {
	text := strings.TrimSpace(string(line))
	text = strings.TrimPrefix(text, "|")
	if strings.HasSuffix(text, "|") && !strings.HasSuffix(text, `\|`) {
		text = text[:len(text)-1]
	}
	var cells []string
	from := 0
	for i := 0; i <= len(text); i++ {
		if i < len(text) && (text[i] != '|' || i > 0 && text[i-1] == '\\') {
			continue
		}
		cells = append(cells, strings.ReplaceAll(strings.TrimSpace(text[from:i]), `\|`, "|"))
		from = i + 1
	}
	return cells
}
