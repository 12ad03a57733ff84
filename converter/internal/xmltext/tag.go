package xmltext

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/dynasette/dynasette/converter"
)

// A tag is a start tag while it is read.
type tag struct {
	name   []byte
	attrs  []rawAttr
	closed bool // the end of the innermost element has been read
	values []byte
}

// A rawAttr is an attribute as it is spelled.
type rawAttr struct{ name, value []byte }

// errShort says that the window ends inside of a tag.
var errShort = errors.New("the window is too short")

// nameBytes are those of names: what is not ASCII is not looked at closely.
var nameBytes = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= 0x80 || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == ':' || c == '-' || c == '.'
	}
	return t
}()

// nameEnd returns where the name ends that begins at p; p if none does.
func nameEnd(w []byte, p int) int {
	if p < len(w) && (w[p] == '-' || w[p] == '.' || w[p] >= '0' && w[p] <= '9') {
		return p
	}
	for p < len(w) && nameBytes[w[p]] {
		p++
	}
	return p
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// startTag reads the start tag that comes next.
func (r *Reader) startTag() error {
	n, err := r.tag.parse(r.window())
	for err == errShort {
		if r.to-r.from > maxTag {
			return r.fault(fmt.Errorf("a tag of more than %d MiB: %w", maxTag>>20, converter.ErrLimit), "")
		}
		for most := 2 * (r.to - r.from); r.to-r.from < most; {
			if !r.fill() {
				break
			}
		}
		if r.err != nil {
			if n, err = r.tag.parse(r.window()); err == errShort {
				return r.unclosed("a tag")
			}
			break
		}
		n, err = r.tag.parse(r.window())
	}
	switch {
	case err != nil:
		return r.fault(err, "")
	case r.root && len(r.open) == 0:
		return r.fault(fmt.Errorf("a second root element, <%s>", bounded(r.tag.name)), "a document has one element that all others are in")
	case len(r.open) >= maxDepth:
		return r.fault(fmt.Errorf("elements are more than %d deep: %w", maxDepth, converter.ErrLimit), "")
	}
	e := element{raw: len(r.raw), line: r.line, bindings: len(r.names.bound)}
	r.raw = append(r.raw, r.tag.name...)
	for _, a := range r.tag.attrs {
		if err := r.bind(a); err != nil {
			return err
		}
	}
	if e.name, err = r.resolve(r.tag.name, true); err != nil {
		return err
	}
	if err := r.attributes(); err != nil {
		return err
	}
	r.Name, r.root, r.at = e.name, true, r.Offset()
	r.open = append(r.open, e)
	r.empty = n > 1 && r.buf[r.from+n-2] == '/'
	r.tag.closed = r.empty
	r.drop(n)
	return nil
}

// parse reads the start tag that a window begins with, and returns its length.
func (t *tag) parse(w []byte) (int, error) {
	t.attrs = t.attrs[:0]
	p := nameEnd(w, 1)
	if p == len(w) {
		return 0, errShort
	}
	if p == 1 {
		return 0, fmt.Errorf("< with no name behind it (%s)", escapeHint)
	}
	if t.name = w[1:p]; len(t.name) > maxName {
		return 0, fmt.Errorf("a name of more than %d bytes: %w", maxName, converter.ErrLimit)
	}
	for {
		before := p
		for p < len(w) && isSpace(w[p]) {
			p++
		}
		if p+1 >= len(w) && (p == len(w) || w[p] != '>') {
			return 0, errShort
		}
		switch {
		case w[p] == '>':
			return p + 1, nil
		case w[p] == '/' && w[p+1] == '>':
			return p + 2, nil
		}
		from := p
		if p = nameEnd(w, p); p == len(w) {
			return 0, errShort
		}
		switch {
		case p == from:
			return 0, fmt.Errorf("%q inside of the tag <%s>", bounded(w[p:p+1]), bounded(t.name))
		case from == before:
			return 0, fmt.Errorf("no white space between attributes of <%s>", bounded(t.name))
		}
		name := w[from:p]
		if len(name) > maxName || len(t.attrs) == maxAttrs {
			return 0, fmt.Errorf("more than %d attributes, or a name of more than %d bytes: %w", maxAttrs, maxName, converter.ErrLimit)
		}
		for p < len(w) && isSpace(w[p]) {
			p++
		}
		if p == len(w) {
			return 0, errShort
		}
		if w[p] != '=' {
			return 0, fmt.Errorf("the attribute %s of <%s> has no value", bounded(name), bounded(t.name))
		}
		for p++; p < len(w) && isSpace(w[p]); p++ {
		}
		if p == len(w) {
			return 0, errShort
		}
		quote := w[p]
		if quote != '"' && quote != '\'' {
			return 0, fmt.Errorf("the value of the attribute %s of <%s> is not in quotes", bounded(name), bounded(t.name))
		}
		p++
		n := bytes.IndexByte(w[p:], quote)
		value := w[p:]
		if n >= 0 {
			value = w[p : p+n]
		}
		if bytes.IndexByte(value, '<') >= 0 {
			return 0, fmt.Errorf("a < in the value of the attribute %s of <%s> (%s)", bounded(name), bounded(t.name), escapeHint)
		}
		if n < 0 {
			return 0, errShort
		}
		t.attrs = append(t.attrs, rawAttr{name, value})
		p += n + 1
	}
}

// attributes makes Attrs of the tag's.
func (r *Reader) attributes() error {
	r.Attrs = r.Attrs[:0]
	values := r.tag.values[:0]
	for _, a := range r.tag.attrs {
		if isBinding(a.name) {
			continue
		}
		name, err := r.resolve(a.name, false)
		if err != nil {
			return err
		}
		for _, other := range r.Attrs {
			if other.Name == name {
				return r.faultf("the attribute %s stands twice in <%s>", bounded(a.name), bounded(r.tag.name))
			}
		}
		value := a.value
		if bytes.ContainsAny(value, "&\r\n\t") {
			from := len(values)
			if values, err = r.appendText(values, value, true); err != nil {
				return err
			}
			value = values[from:len(values):len(values)]
		}
		r.Attrs = append(r.Attrs, Attr{name, value})
	}
	r.tag.values = values
	return nil
}

// endTag reads the end tag that comes next.
func (r *Reader) endTag() error {
	if len(r.open) > 0 { // mostly it is what it should be
		w, want := r.window()[2:], r.spelled()
		if n := len(want); len(w) > n && w[n] == '>' && string(w[:n]) == string(want) {
			r.endElement(n + 3)
			return nil
		}
	}
	n := bytes.IndexByte(r.window(), '>')
	for n < 0 {
		if r.to-r.from > 2*maxName {
			return r.faultf("an end tag that does not end")
		}
		if !r.fill() {
			return r.unclosed("a tag")
		}
		n = bytes.IndexByte(r.window(), '>')
	}
	name := bytes.TrimRight(r.window()[2:n], " \t\r\n")
	if len(r.open) == 0 {
		return r.faultf("</%s> ends an element that has not begun", bounded(name))
	}
	if want := r.spelled(); !bytes.Equal(name, want) {
		return r.faultf("</%s> where <%s> has to end, which begins on line %d", bounded(name), bounded(want), r.open[len(r.open)-1].line)
	}
	r.endElement(n + 1)
	return nil
}

// endElement ends the innermost element; its end tag has so many bytes.
func (r *Reader) endElement(n int) {
	r.drop(n)
	r.Name, r.Attrs, r.tag.closed = r.open[len(r.open)-1].name, r.Attrs[:0], true
}

// bounded is a piece of the document as a message shows it.
func bounded(b []byte) string {
	const most = 80
	if len(b) > most {
		return string(bytes.ToValidUTF8(b[:most], nil)) + "…"
	}
	return string(bytes.ToValidUTF8(b, []byte("\uFFFD")))
}
