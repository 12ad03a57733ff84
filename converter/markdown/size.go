package markdown

import (
	"bytes"
	"errors"
)

// errTooLong says that a document would take too much memory to render.
var errTooLong = errors.New("too long to render")

// maxRendering is how much memory the rendering of a document may take, roughly, in bytes.
const maxRendering = 120 << 20

// tooLong reports whether a document would take too much memory to render: a node of the
// parser's for each mark, and the text several times over.
func tooLong(source []byte) bool {
	const node, copies = 300, 8
	if len(source) < maxRendering/(node+copies) {
		return false
	}
	marks := 0
	for _, c := range source {
		switch c {
		case '\n', '*', '_', '[', '`', '|', '<', '!', '&', '\\':
			marks++
		}
	}
	return copies*len(source)+node*marks > maxRendering
}

// headSize is how far the title of a document is looked for that is not rendered.
const headSize = 64 << 10

// headTitle returns the text of the first heading of a document that is not rendered.
func headTitle(source []byte) string {
	head := source[:min(len(source), headSize)]
	if end := bytes.LastIndexByte(head, '\n'); end > 0 && len(head) < len(source) {
		head = head[:end]
	}
	b, err := parse(head)
	if err != nil {
		return ""
	}
	return b.title()
}
