package xmltext

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/charset"
	"github.com/dynasette/dynasette/converter/internal/plaintext"
	"github.com/dynasette/dynasette/internal/pattern"
)

// Root returns the name of the root element of the document that begins with head, in any
// Unicode encoding. It is nil if there is none.
func Root(head []byte) *Name {
	r := newHeadReader(charset.Plain(head))
	if kind, err := r.Next(); err != nil || kind != Start {
		return nil
	}
	return r.Name
}

// Sniff reports whether a text begins with XML: with a declaration and an element, or with
// elements alone that are well-formed as far as the text goes, and none of HTML's.
func Sniff(head []byte) bool {
	text := charset.Plain(head)
	r := newHeadReader(text)
	if kind, err := r.Next(); err != nil || kind != Start {
		return false
	}
	if bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("<?xml")) || len(r.names.bound) > 0 {
		return true
	}
	if slices.Contains(htmlRoots, strings.ToLower(r.Name.Local)) {
		return false
	}
	for elements := 1; ; {
		switch kind, err := r.Next(); {
		case err == io.EOF:
			return true
		case err != nil:
			return r.cut && elements > 1 && len(head) >= converter.SniffLen/2
		case kind == Start:
			elements++
		}
	}
}

// htmlRoots are elements that pieces of HTML begin with, as they stand in Markdown.
var htmlRoots = strings.Fields("html head body title div p span a b i em strong img br center details h1 h2 h3 h4 h5 h6 ul ol font picture script style meta link pre code kbd sub sup")

// newHeadReader returns a Reader of a head, which takes no more memory than that: heads of all
// documents are looked at, whatever these are.
func newHeadReader(text []byte) *Reader {
	return &Reader{src: bytes.NewReader(text), line: 1, buf: make([]byte, min(len(text)+1, windowSize))}
}

var declaration = pattern.New(`^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._:-]{0,39})["']`)

// declared returns the encoding that a document says it is in. One of 16 bits is what a head
// is not in whose declaration can be read byte by byte, though programs write that.
func declared(head []byte) string {
	found := declaration().FindSubmatch(head[:min(len(head), 400)])
	if found == nil {
		return ""
	}
	name := string(found[1])
	for _, wide := range []string{"utf-16", "utf16", "ucs", "utf-32", "iso-10646", "unicode"} {
		if strings.HasPrefix(strings.ToLower(name), wide) {
			return ""
		}
	}
	return name
}

// A Document is one that can be read more than once.
type Document struct {
	text  *plaintext.Text
	first *Reader
}

// Open opens a document in the encoding that is asked for, or, if encoding is "", in the one
// that it has.
func Open(in *converter.Input, out *converter.Writer, encoding string) (*Document, error) {
	head, err := in.Head(4 << 10)
	if err != nil {
		return nil, err
	}
	text, err := plaintext.OpenDeclared(in, out, encoding, declared(head))
	if err != nil {
		return nil, err
	}
	return &Document{text: text}, nil
}

// First returns the reader for the first time, which proves the encoding.
func (d *Document) First() *Reader {
	d.first = NewReader(d.text.Proved())
	return d.first
}

// Again returns another reader, once the first one has come to the end. Its names are those of
// the first.
func (d *Document) Again() *Reader {
	r := NewReader(d.text.Reread())
	r.names.known = d.first.names.known
	return r
}

// Excuse returns the error of a document that is broken, or one that asks for another run, as
// it may only have been misread.
func (d *Document) Excuse(err error) error { return d.text.Excuse(err) }
