// Package markup reads the XML of office documents: of spreadsheets above all, whose parts are long
// and come from strangers. It works on bytes that are in memory, allocates nothing, and leaves
// namespaces aside: producers disagree on prefixes, and the local names are enough. Document
// types are refused, as the packaging rules demand (ECMA-376 part 2, 8.1.4).
package markup

import (
	"bytes"
	"cmp"
	"errors"
)

// What is wrong with XML.
var (
	ErrUnclosed = errors.New("the XML ends inside a tag")
	ErrNotXML   = errors.New("malformed XML")
	errDoctype  = errors.New("a document type in the XML")
)

// A Kind says what a tag does.
type Kind uint8

// The kinds of a tag.

const (
	Open  Kind = iota // <a>
	Close             // </a>
	Empty             // <a/>
	Data              // <![CDATA[…]]>, whose text is Attrs
)

// A Tag is a piece of markup: b[Start:End].
type Tag struct {
	Kind       Kind
	Name       []byte // without its prefix
	Attrs      []byte // as they stand
	Start, End int
}

// Next finds the first tag at or after pos, and reports false if there is none. Comments
// and processing instructions are skipped.
func (t *Tag) Next(b []byte, pos int) (bool, error) {
	for {
		i := bytes.IndexByte(b[pos:], '<')
		if i < 0 {
			return false, nil
		}
		i += pos
		if i+1 == len(b) {
			return false, ErrUnclosed
		}
		switch b[i+1] {
		case '!', '?':
			end, data, err := skipSpecial(b, i)
			if err != nil {
				return false, err
			}
			if data {
				*t = Tag{Kind: Data, Attrs: b[i+len(cdataStart) : end-len(cdataEnd)], Start: i, End: end}
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
		return 0, false, ErrUnclosed
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
		return 0, false, ErrUnclosed
	}
	return i + from + n + len(closing), data, nil
}

// parse reads the start or end tag at b[i], which is '<'.
func (t *Tag) parse(b []byte, i int) error {
	t.Start, t.Kind = i, Open
	p := i + 1
	if b[p] == '/' {
		t.Kind = Close
		p++
	}
	from := p
	for {
		if p == len(b) {
			return ErrUnclosed
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
	if t.Name = b[from:p]; len(t.Name) == 0 {
		return ErrNotXML
	}
	from = p
	for {
		if p == len(b) {
			return ErrUnclosed
		}
		switch c := b[p]; c {
		case '>':
			t.Attrs = b[from:p]
			if t.Kind == Open && p > from && b[p-1] == '/' {
				t.Kind = Empty
				t.Attrs = b[from : p-1]
			}
			t.End = p + 1
			return nil
		case '"', '\'':
			n := bytes.IndexByte(b[p+1:], c)
			if n < 0 {
				return ErrUnclosed
			}
			p += n + 2
		case '<':
			return ErrNotXML
		default:
			p++
		}
	}
}

// Is reports whether the tag opens an element of that name.
func (t *Tag) Is(name string) bool {
	return t.Kind != Close && t.Kind != Data && string(t.Name) == name
}

// Closes reports whether the tag ends an element of that name.
func (t *Tag) Closes(name string) bool { return t.Kind == Close && string(t.Name) == name }

// NextAttr cuts the first attribute off attrs. Its name has no prefix, its value is as it
// stands, and rest is nil at the end.
func NextAttr(attrs []byte) (name, value, rest []byte) {
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

// Attr returns the value of an attribute, decoded, or "".
func (t *Tag) Attr(name string) string {
	for rest := t.Attrs; ; {
		var n, v []byte
		if n, v, rest = NextAttr(rest); rest == nil {
			return ""
		}
		if string(n) == name {
			return string(AppendText(nil, v))
		}
	}
}

// Skip returns the end of the element that t opened.
func (t *Tag) Skip(b []byte) (int, error) {
	if t.Kind != Open {
		return t.End, nil
	}
	var inner Tag
	pos := t.End
	for depth := 1; depth > 0; pos = inner.End {
		switch ok, err := inner.Next(b, pos); {
		case err != nil:
			return 0, err
		case !ok:
			return 0, ErrUnclosed
		}
		switch inner.Kind {
		case Open:
			depth++
		case Close:
			depth--
		}
	}
	return pos, nil
}

// Content returns the text of the element that t opened, as it stands in b or decoded
// behind scratch, and the end of the element.
func (t *Tag) Content(b, scratch []byte) (text, grown []byte, end int, err error) {
	if t.Kind == Empty {
		return nil, scratch, t.End, nil
	}
	if n := bytes.IndexByte(b[t.End:], '<'); n >= 0 {
		raw := b[t.End : t.End+n]
		var inner Tag
		if rest := b[t.End+n:]; len(rest) > 1 && rest[1] == '/' && !hasSpecial(raw) {
			err = inner.parse(b, t.End+n)
			return raw, scratch, inner.End, err
		}
	}
	from := len(scratch)
	scratch, end, err = t.AppendContent(scratch, b)
	return scratch[from:len(scratch):len(scratch)], scratch, end, err
}

// AppendContent appends the text of the element that t opened, without that of elements
// inside, and returns the end of the element.
func (t *Tag) AppendContent(dst, b []byte) (grown []byte, end int, err error) {
	if t.Kind == Empty {
		return dst, t.End, nil
	}
	var inner Tag
	for pos := t.End; ; {
		ok, err := inner.Next(b, pos)
		if err != nil || !ok {
			return dst, 0, cmp.Or(err, ErrUnclosed)
		}
		if dst, err = appendMarkedText(dst, b[pos:inner.Start]); err != nil {
			return dst, 0, err
		}
		pos = inner.End
		switch inner.Kind {
		case Close:
			return dst, inner.End, nil
		case Data:
			dst = append(dst, inner.Attrs...)
		case Open:
			if pos, err = inner.Skip(b); err != nil {
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
			return AppendText(dst, b), nil
		}
		dst = AppendText(dst, b[:i])
		end, _, err := skipSpecial(b, i)
		if err != nil {
			return dst, err
		}
		b = b[end:]
	}
}

// Each calls fn for every tag of a part.
func Each(b []byte, part string, fn func(t *Tag)) error {
	var t Tag
	for pos := 0; ; pos = t.End {
		ok, err := t.Next(b, pos)
		if err != nil {
			return Corrupt(err, part, int64(pos))
		}
		if !ok {
			return nil
		}
		fn(&t)
	}
}
