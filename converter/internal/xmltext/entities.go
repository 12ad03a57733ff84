package xmltext

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
)

// entities are those that a document declares.
type entities struct {
	// HTML counts entities that HTML has and the document does not declare.
	HTML int64

	declared map[string]*entity
	expanded int64 // bytes
	held     int   // bytes of expansions that are kept
}

// An entity is replaced by a text.
type entity struct {
	text     string // as it is declared
	external bool
	within   bool   // it is being expanded
	done     bool   // expansion is known
	full     []byte // expansion
}

// Bounds of entities: few bytes may stand for many.
const (
	maxEntities = 10_000
	maxEntity   = 1 << 20  // bytes that one stands for
	maxExpanded = 16 << 20 // bytes that all stand for, besides 8 times the document's
	maxNested   = 16
)

// appendText appends text with its entities and ends of lines replaced; in attributes, white
// space is blanks.
func (r *Reader) appendText(dst, text []byte, attribute bool) ([]byte, error) {
	for {
		i := bytes.IndexByte(text, '&')
		piece := text
		if i >= 0 {
			piece = text[:i]
		}
		from := len(dst)
		dst = appendLines(dst, piece)
		if attribute {
			for k, c := range dst[from:] {
				if c == '\n' || c == '\t' {
					dst[from+k] = ' '
				}
			}
		}
		if i < 0 {
			return dst, nil
		}
		text = text[i+1:]
		end := bytes.IndexByte(text[:min(len(text), maxName)], ';')
		if end <= 0 {
			return dst, r.entityFault(piece, errors.New("an & that begins no entity"))
		}
		var err error
		if dst, err = r.appendEntity(dst, text[:end], 0); err != nil {
			return dst, r.entityFault(piece, err)
		}
		text = text[end+1:]
	}
}

// entityFault is an error behind a piece of text.
func (r *Reader) entityFault(behind []byte, err error) error {
	f := &converter.SyntaxError{Line: r.line + int64(bytes.Count(behind, []byte{'\n'})), Err: err}
	if !errors.Is(err, converter.ErrLimit) && !errors.Is(err, converter.ErrUnsupported) {
		f.Hint = escapeHint
	}
	return f
}

// appendEntity appends what an entity stands for.
func (r *Reader) appendEntity(dst, name []byte, depth int) ([]byte, error) {
	switch string(name) {
	case "lt":
		return append(dst, '<'), nil
	case "gt":
		return append(dst, '>'), nil
	case "amp":
		return append(dst, '&'), nil
	case "quot":
		return append(dst, '"'), nil
	case "apos":
		return append(dst, '\''), nil
	}
	if name[0] == '#' {
		return appendCharacter(dst, name)
	}
	if nameEnd(name, 0) != len(name) {
		return dst, errors.New("an & that begins no entity")
	}
	e := r.declared[string(name)]
	switch {
	case e == nil:
		if known := html.UnescapeString("&" + string(name) + ";"); known[0] != '&' {
			r.HTML++
			return append(dst, known...), nil
		}
		return dst, fmt.Errorf("the entity &%s; is not declared", bounded(name))
	case e.external:
		return dst, fmt.Errorf("the entity &%s; is another document, which is not fetched: %w", bounded(name), converter.ErrUnsupported)
	}
	if err := r.expand(e, name, depth); err != nil {
		return dst, err
	}
	if depth == 0 {
		if r.expanded += int64(len(e.full)); r.expanded > maxExpanded+8*r.Offset() {
			return dst, fmt.Errorf("entities stand for more than %d MiB: %w", r.expanded>>20, converter.ErrLimit)
		}
	}
	return append(dst, e.full...), nil
}

// expand finds out what an entity of the document stands for.
func (r *Reader) expand(e *entity, name []byte, depth int) error {
	switch {
	case e.done:
		return nil
	case e.within:
		return fmt.Errorf("the entity &%s; stands for itself", bounded(name))
	case depth == maxNested:
		return fmt.Errorf("entities stand for entities more than %d deep: %w", maxNested, converter.ErrLimit)
	}
	e.within = true
	defer func() { e.within = false }()
	for text := []byte(e.text); ; {
		i := bytes.IndexAny(text, "&<")
		if i < 0 {
			e.full, e.done = append(e.full, text...), true
			r.held += len(e.full)
			return nil
		}
		if text[i] == '<' {
			return fmt.Errorf("the entity &%s; stands for markup: %w", bounded(name), converter.ErrUnsupported)
		}
		e.full = append(e.full, text[:i]...)
		text = text[i+1:]
		end := bytes.IndexByte(text, ';')
		if end <= 0 {
			return errors.New("an & that begins no entity")
		}
		var err error
		if e.full, err = r.appendEntity(e.full, text[:end], depth+1); err != nil {
			return err
		}
		if len(e.full) > maxEntity || r.held+len(e.full) > maxExpanded {
			return fmt.Errorf("the entity &%s; stands for too much, more than %d bytes of text: %w", bounded(name), maxEntity, converter.ErrLimit)
		}
		text = text[end+1:]
	}
}

// appendCharacter appends the character of a number: #228 or #xe4. Two numbers may be the halves of
// one as UTF-16 has it, which is no XML but often written. What is no character stays as it is spelled.
func appendCharacter(dst, name []byte) ([]byte, error) {
	n, err := number(name)
	if errors.Is(err, strconv.ErrSyntax) {
		return dst, fmt.Errorf("&%s; is no character", bounded(name))
	}
	if err == nil && utf16.IsSurrogate(rune(n)) {
		const most = len("&#x00d83d;")
		behind := max(0, len(dst)-most)
		if i := bytes.LastIndexByte(dst[behind:], '&'); i >= 0 && dst[len(dst)-1] == ';' {
			first, err := number(dst[behind+i+1 : len(dst)-1])
			if r := utf16.DecodeRune(rune(first), rune(n)); err == nil && r != utf8.RuneError {
				return utf8.AppendRune(dst[:behind+i], r), nil
			}
		}
	}
	if err != nil || n == 0 || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return append(append(append(dst, '&'), name...), ';'), nil
	}
	return utf8.AppendRune(dst, rune(n)), nil
}

// number returns what #228 or #xe4 stands for.
func number(name []byte) (uint64, error) {
	digits, ok := strings.CutPrefix(string(name), "#")
	if !ok {
		return 0, strconv.ErrSyntax
	}
	base := 10
	if len(digits) > 0 && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base = digits[1:], 16
	}
	return strconv.ParseUint(digits, base, 32)
}

// doctype reads a document type, and the entities that it declares.
func (r *Reader) doctype() error {
	for n := len("<!DOCTYPE"); ; {
		w := r.window()
		end, err := subset(w, n)
		switch {
		case err == nil:
			if err := r.declare(w[:end]); err != nil {
				return err
			}
			r.drop(end)
			return nil
		case len(w) > maxSubset:
			return r.fault(fmt.Errorf("a document type of more than %d bytes: %w", maxSubset, converter.ErrLimit), "")
		}
		for most := 2 * len(w); r.to-r.from < most; {
			if !r.fill() {
				if _, err = subset(r.window(), n); err != nil || r.err == nil {
					return r.unclosed("a document type")
				}
				break
			}
		}
	}
}

// subset returns where the document type ends that a window begins with; p is behind its first word.
func subset(w []byte, p int) (int, error) {
	for inside := false; p < len(w); {
		switch c := w[p]; {
		case c == '"' || c == '\'':
			n := bytes.IndexByte(w[p+1:], c)
			if n < 0 {
				return 0, errShort
			}
			p += n + 2
		case bytes.HasPrefix(w[p:], []byte("<!--")), bytes.HasPrefix(w[p:], []byte("<?")):
			end := "-->"
			if w[p+1] == '?' {
				end = "?>"
			}
			n := bytes.Index(w[p+2:], []byte(end))
			if n < 0 {
				return 0, errShort
			}
			p += 2 + n + len(end)
		case c == '[':
			inside = true
			p++
		case c == ']':
			inside = false
			p++
		case c == '>' && !inside:
			return p + 1, nil
		default:
			p++
		}
	}
	return 0, errShort
}

// declare takes the entities of a document type: <!ENTITY name "text">.
func (r *Reader) declare(subset []byte) error {
	const word = "<!ENTITY"
	for {
		comment, at := bytes.Index(subset, []byte("<!--")), bytes.Index(subset, []byte(word))
		if at < 0 {
			return nil
		}
		if comment >= 0 && comment < at {
			end := bytes.Index(subset[comment+2:], []byte("-->"))
			if end < 0 {
				return nil
			}
			subset = subset[comment+2+end:]
			continue
		}
		subset = bytes.TrimLeft(subset[at+len(word):], " \t\r\n")
		end := nameEnd(subset, 0)
		name := string(subset[:end])
		rest := bytes.TrimLeft(subset[end:], " \t\r\n")
		if name == "" || len(rest) == 0 || len(name) > maxName {
			continue // of parameters: they are of no use here
		}
		e := &entity{external: true}
		if quote := rest[0]; quote == '"' || quote == '\'' {
			n := bytes.IndexByte(rest[1:], quote)
			if n < 0 {
				return nil
			}
			e = &entity{text: string(rest[1 : 1+n])}
			rest = rest[n+2:]
		}
		if r.declared == nil {
			r.declared = map[string]*entity{}
		}
		if len(r.declared) == maxEntities {
			return r.fault(fmt.Errorf("more than %d entities: %w", maxEntities, converter.ErrLimit), "")
		}
		if r.declared[name] == nil { // the first declaration counts
			r.declared[name] = e
		}
		subset = rest
	}
}
