package xlsx

import (
	"bytes"
	"errors"
)

// A reader of XML as spreadsheets have it. It works on bytes that are in memory, allocates
// nothing, and leaves namespaces aside: producers disagree on prefixes, and the local names
// of SpreadsheetML (ECMA-376 part 1, both its transitional and its strict form) are enough.
// Document types are refused, as the packaging rules demand (ECMA-376 part 2, 8.1.4).

var (
	errUnclosed = errors.New("the XML ends inside a tag")
	errDoctype  = errors.New("a document type in the XML")
	errNotXML   = errors.New("malformed XML")
)

type tagKind uint8

const (
	tagOpen  tagKind = iota // <a>
	tagClose                // </a>
	tagEmpty                // <a/>
	tagData                 // <![CDATA[…]]>, whose text is attrs
)

// A tag is a piece of markup: b[start:end].
type tag struct {
	kind       tagKind
	name       []byte // without its prefix
	attrs      []byte // as they stand
	start, end int
}

// next finds the first tag at or after pos, and reports false if there is none. Comments
// and processing instructions are skipped.
func (t *tag) next(b []byte, pos int) (bool, error) {
	for {
		i := bytes.IndexByte(b[pos:], '<')
		if i < 0 {
			return false, nil
		}
		i += pos
		if i+1 == len(b) {
			return false, errUnclosed
		}
		switch b[i+1] {
		case '!', '?':
			end, data, err := skipSpecial(b, i)
			if err != nil {
				return false, err
			}
			if data {
				*t = tag{kind: tagData, attrs: b[i+len(cdataStart) : end-len(cdataEnd)], start: i, end: end}
				return true, nil
			}
			pos = end
		default:
			return true, t.parse(b, i)
		}
	}
}

const (
	cdataStart = "<![CDATA["
	cdataEnd   = "]]>"
)

// skipSpecial returns the end of the comment, instruction or character data that starts at
// b[i], and whether it is the last of these.
func skipSpecial(b []byte, i int) (end int, data bool, err error) {
	rest := b[i:]
	var closing string
	switch {
	case rest[1] == '?':
		closing = "?>"
	case bytes.HasPrefix(rest, []byte("<!--")):
		closing = "-->"
	case bytes.HasPrefix(rest, []byte(cdataStart)):
		closing, data = cdataEnd, true
	case len(rest) < len(cdataStart):
		return 0, false, errUnclosed
	default:
		return 0, false, errDoctype
	}
	from := min(len(rest), 4) // "<!-->" is no comment
	if data {
		from = len(cdataStart)
	} else if rest[1] == '?' {
		from = 2
	}
	n := bytes.Index(rest[from:], []byte(closing))
	if n < 0 {
		return 0, false, errUnclosed
	}
	return i + from + n + len(closing), data, nil
}

// parse reads the start or end tag at b[i], which is '<'.
func (t *tag) parse(b []byte, i int) error {
	t.start, t.kind = i, tagOpen
	p := i + 1
	if b[p] == '/' {
		t.kind = tagClose
		p++
	}
	from := p
	for {
		if p == len(b) {
			return errUnclosed
		}
		c := b[p]
		if c == '>' || c <= ' ' || c == '/' || c == '<' {
			break
		}
		if c == ':' {
			from = p + 1
		}
		p++
	}
	if t.name = b[from:p]; len(t.name) == 0 {
		return errNotXML
	}
	from = p
	for {
		if p == len(b) {
			return errUnclosed
		}
		switch c := b[p]; c {
		case '>':
			t.attrs = b[from:p]
			if t.kind == tagOpen && p > from && b[p-1] == '/' {
				t.kind = tagEmpty
				t.attrs = b[from : p-1]
			}
			t.end = p + 1
			return nil
		case '"', '\'':
			n := bytes.IndexByte(b[p+1:], c)
			if n < 0 {
				return errUnclosed
			}
			p += n + 2
		case '<':
			return errNotXML
		default:
			p++
		}
	}
}

// is reports whether the tag opens an element of that name.
func (t *tag) is(name string) bool {
	return t.kind != tagClose && t.kind != tagData && string(t.name) == name
}

// closes reports whether the tag ends an element of that name.
func (t *tag) closes(name string) bool { return t.kind == tagClose && string(t.name) == name }

// nextAttr cuts the first attribute off attrs. Its name has no prefix, its value is as it
// stands, and rest is nil at the end.
func nextAttr(attrs []byte) (name, value, rest []byte) {
	p, n := 0, len(attrs)
	for p < n && attrs[p] <= ' ' {
		p++
	}
	from := p
	for p < n && attrs[p] != '=' && attrs[p] > ' ' {
		if attrs[p] == ':' {
			from = p + 1
		}
		p++
	}
	name = attrs[from:p]
	for p < n && attrs[p] != '"' && attrs[p] != '\'' {
		p++
	}
	if p == n {
		return nil, nil, nil
	}
	quote := attrs[p]
	p++
	from = p
	for p < n && attrs[p] != quote {
		p++
	}
	if p == n {
		return nil, nil, nil
	}
	return name, attrs[from:p], attrs[p+1:]
}

// attr returns the value of an attribute, decoded, or "".
func (t *tag) attr(name string) string {
	for rest := t.attrs; ; {
		var n, v []byte
		if n, v, rest = nextAttr(rest); rest == nil {
			return ""
		}
		if string(n) == name {
			return string(appendText(nil, v))
		}
	}
}

// skip returns the end of the element that t opened.
func (t *tag) skip(b []byte) (int, error) {
	if t.kind != tagOpen {
		return t.end, nil
	}
	var inner tag
	pos := t.end
	for depth := 1; depth > 0; pos = inner.end {
		switch ok, err := inner.next(b, pos); {
		case err != nil:
			return 0, err
		case !ok:
			return 0, errUnclosed
		}
		switch inner.kind {
		case tagOpen:
			depth++
		case tagClose:
			depth--
		}
	}
	return pos, nil
}

// content returns the text of the element that t opened, as it stands in b or decoded
// behind scratch, and the end of the element.
func (t *tag) content(b, scratch []byte) (text, grown []byte, end int, err error) {
	if t.kind == tagEmpty {
		return nil, scratch, t.end, nil
	}
	if n := bytes.IndexByte(b[t.end:], '<'); n >= 0 {
		raw := b[t.end : t.end+n]
		var inner tag
		if rest := b[t.end+n:]; len(rest) > 1 && rest[1] == '/' && !hasSpecial(raw) {
			err = inner.parse(b, t.end+n)
			return raw, scratch, inner.end, err
		}
	}
	from := len(scratch)
	scratch, end, err = t.appendContent(scratch, b)
	return scratch[from:len(scratch):len(scratch)], scratch, end, err
}

// appendContent appends the text of the element that t opened, without that of elements
// inside, and returns the end of the element.
func (t *tag) appendContent(dst, b []byte) (grown []byte, end int, err error) {
	if t.kind == tagEmpty {
		return dst, t.end, nil
	}
	var inner tag
	for pos := t.end; ; {
		ok, err := inner.next(b, pos)
		if err != nil || !ok {
			return dst, 0, firstErr(err, errUnclosed)
		}
		if dst, err = appendMarkedText(dst, b[pos:inner.start]); err != nil {
			return dst, 0, err
		}
		pos = inner.end
		switch inner.kind {
		case tagClose:
			return dst, inner.end, nil
		case tagData:
			dst = append(dst, inner.attrs...)
		case tagOpen:
			if pos, err = inner.skip(b); err != nil {
				return dst, 0, err
			}
		}
	}
}

// hasSpecial reports whether text must be decoded.
func hasSpecial(b []byte) bool {
	for _, c := range b {
		if c == '&' || c == '\r' {
			return true
		}
	}
	return false
}

// appendMarkedText appends text that may have comments and instructions in it.
func appendMarkedText(dst, b []byte) ([]byte, error) {
	for {
		i := bytes.IndexByte(b, '<')
		if i < 0 {
			return appendText(dst, b), nil
		}
		dst = appendText(dst, b[:i])
		end, _, err := skipSpecial(b, i)
		if err != nil {
			return dst, err
		}
		b = b[end:]
	}
}

// firstErr returns err, or else other.
func firstErr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
