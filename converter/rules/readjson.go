package rules

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// readJSON reads a document of JSON. Commas before a closing bracket are read, since people
// leave them there, and noted; what else is wrong is a Fault at the place where it is.
func readJSON(text string) (root *node, notes []*Fault, err error) {
	r := &jsonReader{text: text, line: 1}
	r.blanks()
	if root, err = r.value(0); err == nil {
		if r.blanks(); r.at < len(text) {
			err = r.fault("there is something behind the end")
		}
	}
	return root, r.notes, err
}

type jsonReader struct {
	text  string
	at    int
	line  int // of at
	start int // where that line starts
	notes []*Fault
	budget
}

// column returns that of the next character.
func (r *jsonReader) column() int { return utf8.RuneCountInString(r.text[r.start:r.at]) + 1 }

func (r *jsonReader) fault(format string, args ...any) *Fault {
	return &Fault{Line: r.line, Column: r.column(), Message: fmt.Sprintf(format, args...)}
}

// next returns the byte that comes next; 0 at the end.
func (r *jsonReader) next() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

func (r *jsonReader) blanks() {
	for ; r.at < len(r.text); r.at++ {
		switch r.text[r.at] {
		case '\n':
			r.line, r.start = r.line+1, r.at+1
		case ' ', '\t', '\r':
		default:
			return
		}
	}
}

func (r *jsonReader) value(depth int) (*node, error) {
	n := &node{line: r.line, column: r.column()}
	if err := r.take(n.line, n.column, depth); err != nil {
		return nil, err
	}
	var err error
	switch c := r.next(); c {
	case '{', '[':
		from := r.at
		err := r.list(n, c, depth)
		n.source = r.text[from:r.at]
		return n, err
	case '"':
		n.text, err = r.quoted()
		return n, err
	case 0:
		return nil, r.fault("the document ends where a value should be")
	case ',':
		return nil, r.fault("a value is missing before the comma")
	case '\'':
		return nil, r.fault("text is in double quotes in JSON")
	case '/', '#':
		return nil, r.fault("JSON has no comments")
	}
	n.plain = true
	from := r.at
	for r.at < len(r.text) && !strings.ContainsRune(" \t\r\n,:]}[{\"", rune(r.text[r.at])) {
		r.at++
	}
	if n.text = r.text[from:r.at]; !json.Valid([]byte(n.text)) {
		return nil, n.fault("%q is no value: text is in double quotes in JSON", clip(n.text))
	}
	return n, nil
}

// quoted reads a text in quotes.
func (r *jsonReader) quoted() (text string, err error) {
	from := r.at
	for i := r.at + 1; i < len(r.text); i++ {
		switch r.text[i] {
		case '\\':
			i++
		case '\n':
			return "", r.fault("the text that begins here is not closed by a quote in its line")
		case '"':
			if json.Unmarshal([]byte(r.text[from:i+1]), &text) != nil {
				return "", r.fault("%s is no text of JSON", clip(r.text[from:i+1]))
			}
			r.at = i + 1
			return text, nil
		}
	}
	return "", r.fault("the text that begins here is not closed by a quote")
}

// list reads what is in braces or brackets.
func (r *jsonReader) list(n *node, open byte, depth int) error {
	closing, comma := byte(']'), (*Fault)(nil) // where the last comma is, if nothing has come since
	n.kind = listNode
	if open == '{' {
		closing, n.kind = '}', mappingNode
	}
	for r.at++; ; {
		r.blanks()
		switch c := r.next(); {
		case c == closing:
			if comma != nil {
				comma.Message = fmt.Sprintf("the comma before the %c is one too many", closing)
				r.notes = append(r.notes, comma)
			}
			r.at++
			return nil
		case c == 0:
			return n.fault("%c is not closed", open)
		case c == ']' || c == '}':
			return r.fault("%c does not close the %c of line %d", c, open, n.line)
		case c == ',' && comma != nil:
			return r.fault("nothing between two commas")
		case c == ',' && len(n.items) == 0:
			return r.fault("nothing before the comma")
		case c == ',':
			comma = r.fault("")
			r.at++
			continue
		case len(n.items) > 0 && comma == nil:
			return r.fault("a comma is missing before this")
		}
		comma = nil
		if open == '{' {
			key := &node{line: r.line, column: r.column()}
			switch r.next() {
			case '"':
			case '/', '#':
				return r.fault("JSON has no comments")
			default:
				return r.fault("a name in double quotes is missing")
			}
			var err error
			if key.text, err = r.quoted(); err != nil {
				return err
			}
			if r.blanks(); r.next() != ':' {
				return r.fault("a colon is missing behind %q", clip(key.text))
			}
			r.at++
			r.blanks()
			n.keys = append(n.keys, key)
		}
		item, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
}
