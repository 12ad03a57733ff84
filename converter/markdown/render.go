package markdown

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// A body is parsed Markdown.
type body struct {
	source []byte
	root   ast.Node // nil if it is too intricate or too long
}

// newMarkdown returns GitHub Flavored Markdown, with a fuse.
func newMarkdown(f *fuse) goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(extension.GFM),
		goldmark.WithParserOptions(
			parser.WithInlineParsers(util.Prioritized(inlineFuse{f}, 0)),
			parser.WithBlockParsers(util.Prioritized(blockFuse{}, 0)),
			parser.WithParagraphTransformers(util.Prioritized(tableFuse{}, 0), util.Prioritized(manyReferences{}, 1)),
		),
		goldmark.WithRendererOptions(html.WithUnsafe()), // the policy decides what may stay
	)
}

// parse parses source, which must not change afterwards.
func parse(source []byte) (b body, err error) {
	b.source = source
	if tooLong(source) {
		return b, errTooLong
	}
	defer func() {
		// Apart from the fuse, untrusted input may find a fault of the library.
		if fault := recover(); fault == errIntricate {
			err = errIntricate
		} else if fault != nil {
			err = fmt.Errorf("the Markdown parser gave up: %v", fault)
		}
	}()
	b.root = newMarkdown(new(fuse)).Parser().Parse(text.NewReader(source))
	return b, nil
}

// maxHTML bounds what a document may become: a link's long target can be referred to very
// often.
const maxHTML = 64 << 20

// html renders the body and takes out what may not be shown on a page of others.
func (b body) html() (_ string, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("the Markdown renderer gave up: %v", fault)
		}
	}()
	out := limited{left: min(maxHTML, 32*len(b.source)+1<<20)}
	if err := newMarkdown(new(fuse)).Renderer().Render(&out, b.source, b.root); err != nil {
		return "", err
	}
	if out.left < 0 {
		return "", errIntricate
	}
	return policy().Sanitize(out.text.String()), nil
}

// limited is a buffer that takes only so much.
type limited struct {
	text bytes.Buffer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, errIntricate
	}
	return l.text.Write(p)
}

// policy is what users of a site may write, and what GFM makes besides: the language of a
// block of code, boxes of task lists, alignment in tables.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.UGCPolicy()
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^language-[\w+#.-]+$`)).OnElements("code")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^checkbox$`)).OnElements("input")
	p.AllowAttrs("checked", "disabled").Matching(regexp.MustCompile(`^$`)).OnElements("input")
	p.AllowAttrs("style").OnElements("th", "td")
	p.AllowStyles("text-align").MatchingEnum("left", "center", "right").OnElements("th", "td")
	return p
})

// title returns the text of the first heading, or "".
func (b body) title() string {
	title := ""
	if b.root == nil {
		return ""
	}
	_ = ast.Walk(b.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if heading, ok := n.(*ast.Heading); ok && entering {
			title = b.text(heading)
			return ast.WalkStop, nil
		}
		return ast.WalkContinue, nil
	})
	return title
}

// text returns the text of a node without markup, in one line.
func (b body) text(n ast.Node) string {
	var out strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			out.Write(util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(n.Value(b.source)))))
			if n.SoftLineBreak() || n.HardLineBreak() {
				out.WriteByte(' ')
			}
		case *ast.String:
			out.Write(n.Value)
		case *ast.AutoLink:
			out.Write(n.Label(b.source))
		}
		return ast.WalkContinue, nil
	})
	return strings.Join(strings.Fields(out.String()), " ")
}
