package markdown

import (
	"bytes"
	"errors"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// errIntricate stops the parser, as a panic: it has no other way out.
var errIntricate = errors.New("too intricate to render")

// Limits of what the parser may do. Some documents of a few kilobytes cost it seconds, or
// gigabytes: emphasis that is never closed, quotes in quotes, tables with a wide header
// and many short rows.
const (
	maxNesting = 100     // of blocks: quotes, lists
	maxWork    = 1 << 30 // steps of the inline parser, roughly; a second or two
	maxPadding = 4       // cells of a table for each byte of it, 10,000 for nothing
)

// A fuse watches the parser of one document and stops it when it does too much. It is
// asked before the parsers proper, and never takes anything itself.
type fuse struct {
	block  ast.Node // whose inline text is being parsed
	length int      // of that text
	seen   int      // characters of syntax in it so far
	work   int64
}

// inlineFuse counts work. Each character of syntax may be compared with all those before
// it in the block, or make the parser look through the rest of the block.
type inlineFuse struct{ *fuse }

func (f inlineFuse) Trigger() []byte { return []byte("*_~[]!<`(:") }

func (f inlineFuse) Parse(block ast.Node, _ text.Reader, _ parser.Context) ast.Node {
	if block != f.block {
		lines := block.Lines()
		f.block, f.seen, f.length = block, 0, 0
		if n := lines.Len(); n > 0 {
			f.length = lines.At(n-1).Stop - lines.At(0).Start
		}
	}
	f.seen++
	if f.work += int64(f.length + f.seen); f.work > maxWork {
		panic(errIntricate)
	}
	return nil
}

// blockFuse bounds the nesting of blocks.
type blockFuse struct{}

func (blockFuse) Trigger() []byte { return []byte(">-+*0123456789") }

func (blockFuse) Open(parent ast.Node, _ text.Reader, _ parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil; n = n.Parent() {
		depth++
	}
	if depth > maxNesting {
		panic(errIntricate)
	}
	return nil, parser.NoChildren
}

func (blockFuse) Continue(ast.Node, text.Reader, parser.Context) parser.State { return parser.Close }
func (blockFuse) Close(ast.Node, text.Reader, parser.Context)                 {}
func (blockFuse) CanInterruptParagraph() bool                                 { return true }
func (blockFuse) CanAcceptIndentedLine() bool                                 { return true }

// tableFuse refuses paragraphs that would become tables of mostly cells that are not
// there: the rows are filled up to the width of the header.
type tableFuse struct{}

func (tableFuse) Transform(node *ast.Paragraph, reader text.Reader, _ parser.Context) {
	lines, width := node.Lines(), 0
	for i := range lines.Len() {
		segment := lines.At(i)
		line := segment.Value(reader.Source())
		if len(bytes.Trim(line, "|:- \t\r\n")) == 0 {
			width = max(width, bytes.Count(line, []byte("|")))
		}
	}
	if n := lines.Len(); n > 0 && width*n > maxPadding*(lines.At(n-1).Stop-lines.At(0).Start)+10_000 {
		panic(errIntricate)
	}
}
