// Package xmltext reads XML (1.0 with namespaces) from front to back, in memory that does not
// depend on its size, and elements of it as trees.
//
// What is not well-formed is an error that says on which line and why. External entities and
// document types are never fetched; entities of the document's own are expanded within bounds,
// and those of HTML are known without a declaration.
package xmltext

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/dynasette/dynasette/converter"
)

// Kind is what a Reader has read.
type Kind uint8

// The kinds. Comments and processing instructions are passed over; <a/> is a Start and an End.
const (
	Start Kind = iota // of an element: Name and Attrs
	End               // of an element: Name
	Text              // or a piece of one: Text
)

// Bounds of a document.
const (
	maxDepth   = 512
	maxTag     = 16 << 20 // bytes of a tag
	maxAttrs   = 1000     // of an element
	maxName    = 1000     // bytes
	maxNames   = 50_000   // different ones
	maxSubset  = 1 << 20  // bytes of a document type
	windowSize = 64 << 10
)

// An Attr is an attribute. Declarations of namespaces are none.
type Attr struct {
	Name  *Name
	Value []byte
}

// A Reader reads a document.
type Reader struct {
	// What Next has read. The bytes are valid until the next call.
	Name  *Name
	Attrs []Attr
	Text  []byte

	src   io.Reader
	err   error // of src; io.EOF at its end
	buf   []byte
	from  int // of what is next in buf
	to    int
	off   int64 // of buf[0]
	line  int64 // of buf[from], from 1
	at    int64 // where the start tag begins that was read last
	cdata bool  // inside of character data
	empty bool  // the tag was <a/>, so its end is next
	root  bool  // there was one
	cut   bool  // the text ends too early
	open  []element
	raw   []byte // the open elements' names as they are spelled, one after another
	tag   tag
	space []byte // for decoded text
	names names
	entities
}

// An element is an open one.
type element struct {
	name     *Name
	raw      int // where its name begins in Reader.raw
	line     int64
	bindings int // of the elements around it
}

// NewReader returns a Reader of text in UTF-8.
func NewReader(src io.Reader) *Reader {
	return &Reader{src: src, line: 1, buf: make([]byte, windowSize)}
}

// Line returns the line of what is next.
func (r *Reader) Line() int64 { return r.line }

// Offset returns how many bytes of the text have been read.
func (r *Reader) Offset() int64 { return r.off + int64(r.from) }

// Next reads what comes next. The error at the end of the document is io.EOF.
func (r *Reader) Next() (Kind, error) {
	if r.empty {
		r.empty = false
		return End, nil
	}
	if n := len(r.open); n > 0 && r.tag.closed {
		r.tag.closed = false
		r.names.bound = r.names.bound[:r.open[n-1].bindings]
		r.raw, r.open = r.raw[:r.open[n-1].raw], r.open[:n-1]
	}
	for {
		if r.from == r.to && !r.fill() {
			return 0, r.end()
		}
		if r.cdata {
			if ok, err := r.data(); ok || err != nil {
				return Text, err
			}
			continue
		}
		if r.buf[r.from] != '<' {
			if ok, err := r.text(); ok || err != nil {
				return Text, err
			}
			continue
		}
		if !r.need(2) {
			return 0, r.unclosed("a tag")
		}
		switch r.buf[r.from+1] {
		case '/':
			return End, r.endTag()
		case '?':
			if err := r.skipTo("<?", "?>", "a processing instruction"); err != nil {
				return 0, err
			}
		case '!':
			if err := r.declaration(); err != nil {
				return 0, err
			}
		default:
			return Start, r.startTag()
		}
	}
}

// fill reads more, and reports whether there is some.
func (r *Reader) fill() bool {
	if r.err != nil {
		return false
	}
	if r.from > 0 {
		copy(r.buf, r.buf[r.from:r.to])
		r.off += int64(r.from)
		r.from, r.to = 0, r.to-r.from
	}
	if r.to == len(r.buf) {
		r.buf = append(r.buf, make([]byte, len(r.buf))...)
	}
	n, err := io.ReadFull(r.src, r.buf[r.to:])
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	r.to, r.err = r.to+n, err
	return n > 0
}

// need has n bytes in the window, if there are so many.
func (r *Reader) need(n int) bool {
	for r.to-r.from < n {
		if !r.fill() {
			return false
		}
	}
	return true
}

// window returns what has been read and not been used.
func (r *Reader) window() []byte { return r.buf[r.from:r.to] }

// drop goes n bytes on.
func (r *Reader) drop(n int) {
	r.line += int64(bytes.Count(r.buf[r.from:r.from+n], []byte{'\n'}))
	r.from += n
}

// fault is an error at what is next.
func (r *Reader) fault(err error, hint string) error {
	return &converter.SyntaxError{Line: r.line, Err: err, Hint: hint}
}

func (r *Reader) faultf(format string, args ...any) error {
	return r.fault(fmt.Errorf(format, args...), "")
}

// unclosed is the error of a document that ends too early, or that of reading.
func (r *Reader) unclosed(what string) error {
	if r.err != nil && r.err != io.EOF {
		return r.err
	}
	r.cut = true
	return r.faultf("the document ends inside of %s", what)
}

// end is the error at the end of what can be read.
func (r *Reader) end() error {
	switch n := len(r.open); {
	case r.err != io.EOF:
		return r.err
	case r.cdata:
		return r.unclosed("<![CDATA[")
	case n > 0:
		e := r.open[n-1]
		r.cut = true
		return r.faultf("the document ends inside of <%s>, which begins on line %d", r.spelled(), e.line)
	case !r.root:
		return r.fault(fmt.Errorf("there is no element: %w", converter.ErrEmpty), "")
	}
	return io.EOF
}

// spelled returns the name of the innermost element as it is spelled.
func (r *Reader) spelled() []byte { return r.raw[r.open[len(r.open)-1].raw:] }

// skipTo goes behind what begins and ends so, whatever its length.
func (r *Reader) skipTo(begin, end, what string) error {
	line := r.line
	r.drop(len(begin))
	for {
		w := r.window()
		if i := bytes.Index(w, []byte(end)); i >= 0 {
			r.drop(i + len(end))
			return nil
		}
		r.drop(max(len(w)-len(end)+1, 0))
		if !r.fill() {
			r.line = line
			return r.unclosed(what)
		}
	}
}

// declaration reads what begins with <!.
func (r *Reader) declaration() error {
	switch {
	case r.begins("<!--"):
		return r.skipTo("<!--", "-->", "a comment")
	case r.begins("<![CDATA["):
		if len(r.open) == 0 {
			return r.faultf("text outside of the root element")
		}
		r.drop(len("<![CDATA["))
		r.cdata = true
		return nil
	case r.begins("<!DOCTYPE") || r.begins("<!doctype"):
		if r.root {
			return r.faultf("a document type behind the beginning of the root element")
		}
		return r.doctype()
	}
	if r.err != nil && r.err != io.EOF {
		return r.err
	}
	return r.fault(errors.New("<! begins neither a comment nor <![CDATA["), escapeHint)
}

func (r *Reader) begins(with string) bool {
	return r.need(len(with)) && string(r.buf[r.from:r.from+len(with)]) == with
}

// data reads a piece of character data, and reports false if there is nothing left of it.
func (r *Reader) data() (bool, error) {
	const end = "]]>"
	w := r.window()
	n := bytes.Index(w, []byte(end))
	if r.cdata = n < 0; r.cdata {
		n = len(w) - len(end) + 1
		if n > 0 && w[n-1] == '\r' {
			n--
		}
		if n <= 0 {
			if !r.fill() {
				return false, r.end()
			}
			return false, nil
		}
	}
	r.space = appendLines(r.space[:0], w[:n])
	r.Text = r.space
	r.drop(n)
	if !r.cdata {
		r.drop(len(end))
	}
	return len(r.Text) > 0, nil
}

// appendLines appends text with its ends of lines as XML has them.
func appendLines(dst, text []byte) []byte {
	for {
		i := bytes.IndexByte(text, '\r')
		if i < 0 {
			return append(dst, text...)
		}
		dst = append(append(dst, text[:i]...), '\n')
		if text = text[i+1:]; len(text) > 0 && text[0] == '\n' {
			text = text[1:]
		}
	}
}

const escapeHint = "in text, < is written as &lt; and & as &amp;"

// text reads text, or a piece of it; it reports false if that is white space outside of the
// root element.
func (r *Reader) text() (bool, error) {
	w := r.window()
	n := bytes.IndexByte(w, '<')
	for n < 0 && len(w) < windowSize/2 && r.fill() {
		w = r.window()
		n = bytes.IndexByte(w, '<')
	}
	if n < 0 {
		if n = len(w); r.err != io.EOF {
			if n = wholeText(w); n == 0 { // reading has failed
				return false, r.err
			}
		}
	}
	w = w[:n]
	if len(r.open) == 0 {
		if r.off == 0 && r.from == 0 {
			w = bytes.TrimPrefix(w, []byte("\ufeff"))
		}
		if rest := bytes.TrimLeft(w, " \t\r\n"); len(rest) > 0 {
			r.drop(n - len(rest))
			return false, r.outside()
		}
		r.drop(n)
		return false, nil
	}
	r.Text = w
	if bytes.IndexByte(w, '&') >= 0 || bytes.IndexByte(w, '\r') >= 0 {
		var err error
		if r.space, err = r.appendText(r.space[:0], w, false); err != nil {
			return false, err
		}
		r.Text = r.space
	}
	r.drop(n)
	return len(r.Text) > 0, nil
}

// outside is the error of text outside of the root element.
func (r *Reader) outside() error {
	if r.root {
		return r.faultf("text behind the end of the root element")
	}
	return r.fault(errors.New("text before the root element"), "is it XML at all?")
}

// wholeText returns how much of a piece of text ends neither inside of an entity nor of an
// end of line.
func wholeText(w []byte) int {
	n := len(w)
	if i := bytes.LastIndexByte(w[max(n-maxName, 0):], '&'); i >= 0 {
		if i += max(n-maxName, 0); bytes.IndexByte(w[i:], ';') < 0 {
			n = i
		}
	}
	if n > 0 && w[n-1] == '\r' {
		n--
	}
	return n
}
