package markdown

import (
	"bytes"

	"github.com/dynasette/dynasette/internal/pattern"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// simpleReference is a line that defines a link, as nearly all do: [label]: target "title".
var simpleReference = pattern.New(`^ ? ? ?\[([^\[\]\\]+)\]:[ \t]*([^\s<>()\\"'][^\s<>()\\]*)(?:[ \t]+"([^"\\]*)")?[ \t]*\r?\n?$`)

// manyReferences takes the definitions of links from the start of a paragraph that has many
// of them, before the parser's own transformer sees it: that one needs time for each that
// grows with the number of all.
type manyReferences struct{}

// maxLabel is how long a link's label may be (CommonMark 0.31.2, 6.3).
const maxLabel = 999

// fewLines is how many lines the parser's own transformer may have.
const fewLines = 64

func (manyReferences) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines := node.Lines()
	if lines.Len() <= fewLines {
		return
	}
	taken := 0
	for ; taken < lines.Len(); taken++ {
		segment := lines.At(taken)
		parts := simpleReference().FindSubmatch(segment.Value(reader.Source()))
		if parts == nil || len(bytes.TrimSpace(parts[1])) == 0 || len(parts[1]) > maxLabel || parts[3] == nil && taken+1 < lines.Len() && mayBeTitle(lines.At(taken+1), reader.Source()) {
			break
		}
		var title []byte
		if parts[3] != nil {
			title = parts[3]
		}
		pc.AddReference(parser.NewReference(parts[1], parts[2], title))
	}
	if taken == lines.Len() {
		node.Parent().RemoveChild(node.Parent(), node)
		return
	}
	lines.SetSliced(taken, lines.Len())
	node.SetLines(lines)
}

// mayBeTitle reports whether a line may be the title of the link that the line before
// defines.
func mayBeTitle(segment text.Segment, source []byte) bool {
	for _, c := range segment.Value(source) {
		if c != ' ' && c != '\t' {
			return c == '"' || c == '\'' || c == '('
		}
	}
	return false
}
