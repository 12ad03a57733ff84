package xmltext

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
)

// maxTree is how much memory an element may take that is read as a tree.
const maxTree = 32 << 20

// A Tree is an element with all that is in it: nodes in the order of the document, of which the
// first is the element. It can be filled again.
type Tree struct {
	Nodes []Node
	Attrs []TreeAttr // of all nodes, one after another
	Line  int64      // on which it begins

	data []byte // of texts and values
	open []int32
	keys int   // bytes of names: JSON has them again
	mark int64 // of the last element whose children were sorted
}

// A Node is an element, or a piece of text, which has no Name.
type Node struct {
	Name        *Name
	First, Next int32 // nodes; 0 is none
	From, To    int32 // Attrs of an element
	text        span
	last        int32
	same        int32 // the next one of the same name; see Tree.sort
	preserve    bool  // white space is kept
	nothing     bool  // xsi:nil
}

// A TreeAttr is an attribute in a Tree.
type TreeAttr struct {
	Name  *Name
	value span
}

type span struct{ from, to int32 }

func (t *Tree) bytes(s span) []byte { return t.data[s.from:s.to] }

// Attr returns the value of an attribute without a namespace, and false if there is none.
func (t *Tree) Attr(i int32, local string) ([]byte, bool) {
	n := &t.Nodes[i]
	for _, a := range t.Attrs[n.From:n.To] {
		if a.Name.Local == local && a.Name.Space == "" {
			return t.bytes(a.value), true
		}
	}
	return nil, false
}

// Begin begins a tree with the element that r is at the start of.
func (t *Tree) Begin(r *Reader) error {
	t.Nodes, t.Attrs, t.data, t.open, t.keys = t.Nodes[:0], t.Attrs[:0], t.data[:0], t.open[:0], 0
	t.Line = r.Line()
	return t.Add(r, Start)
}

// Read reads the element that r is at the start of to its end.
func (t *Tree) Read(r *Reader) error {
	err := t.Begin(r)
	for err == nil && len(t.open) > 0 {
		var kind Kind
		if kind, err = r.Next(); err == nil {
			err = t.Add(r, kind)
		}
	}
	return err
}

// Add adds what r has read.
func (t *Tree) Add(r *Reader, kind Kind) error {
	if kind == End {
		if t.open = t.open[:len(t.open)-1]; len(t.open) == 0 {
			return t.boundEscapes()
		}
		return nil
	}
	i := int32(len(t.Nodes))
	n := Node{From: int32(len(t.Attrs)), To: int32(len(t.Attrs))}
	if kind == Text {
		n.text = t.keep(r.Text)
		if up := &t.Nodes[t.open[len(t.open)-1]]; up.last > 0 && t.Nodes[up.last].Name == nil {
			before := &t.Nodes[up.last]
			if before.text.to == n.text.from { // a piece of the same text
				before.text.to = n.text.to
				return t.bound()
			}
		}
	} else {
		n.Name = r.Name
		t.keys += len(n.Name.Local)
		for _, a := range r.Attrs {
			if a.Name.forReaders() {
				n.nothing = n.nothing || a.Name.Local == "nil" && (string(a.Value) == "true" || string(a.Value) == "1")
				n.preserve = n.preserve || a.Name.Local == "space" && string(a.Value) == "preserve"
				continue
			}
			t.Attrs = append(t.Attrs, TreeAttr{a.Name, t.keep(a.Value)})
			t.keys += len(a.Name.Local)
		}
		n.To = int32(len(t.Attrs))
	}
	if len(t.open) > 0 {
		up := &t.Nodes[t.open[len(t.open)-1]]
		n.preserve = n.preserve || up.preserve
		if up.last == 0 {
			up.First = i
		} else {
			t.Nodes[up.last].Next = i
		}
		up.last = i
	}
	t.Nodes = append(t.Nodes, n)
	if kind == Start {
		t.open = append(t.open, i)
	}
	return t.bound()
}

// keep keeps bytes.
func (t *Tree) keep(b []byte) span {
	from := int32(len(t.data))
	t.data = append(t.data, b...)
	return span{from, int32(len(t.data))}
}

// bound bounds what the tree takes.
func (t *Tree) bound() error {
	return t.limit(len(t.data) + len(t.Nodes)*64 + len(t.Attrs)*16 + t.keys)
}

// boundEscapes does so for what JSON makes of the text: six bytes of a character that is none in
// XML.
func (t *Tree) boundEscapes() error {
	size := len(t.data)
	if size > maxTree/8 {
		for _, c := range t.data {
			if c < ' ' {
				size += 5
			}
		}
	}
	return t.limit(size / 2)
}

func (t *Tree) limit(size int) error {
	if size <= maxTree {
		return nil
	}
	name := t.Nodes[0].Name
	return &converter.SyntaxError{Line: t.Line, Err: fmt.Errorf("the element <%s> takes more than %d MiB besides the rows in it: %w", bounded([]byte(name.Local)), maxTree>>20, converter.ErrLimit),
		Hint: "name the element that is a row with --path"}
}

// Drop takes an element out of the tree.
func (t *Tree) Drop(i int32) { t.Nodes[i].Name, t.Nodes[i].First, t.Nodes[i].text = nil, 0, span{} }

// DropAttr takes an attribute without a namespace out of the tree.
func (t *Tree) DropAttr(i int32, local string) {
	n := &t.Nodes[i]
	for k := n.From; k < n.To; k++ {
		if a := t.Attrs[k].Name; a.Local == local && a.Space == "" {
			t.Attrs[k] = t.Attrs[n.From]
			n.From++
			return
		}
	}
}

// Nil reports whether an element says that it has no value.
func (t *Tree) Nil(i int32) bool { return t.Nodes[i].nothing }

// Size returns how many bytes of text and values the tree has.
func (t *Tree) Size() int { return len(t.data) }

// Child returns the first child of an element with that local name; 0 is none.
func (t *Tree) Child(i int32, local string) int32 {
	for k := t.Nodes[i].First; k > 0; k = t.Nodes[k].Next {
		if n := t.Nodes[k].Name; n != nil && n.Local == local {
			return k
		}
	}
	return 0
}

// AppendText appends the text that stands in an element itself. White space around it that has
// the end of a line in it is there for people's eyes, and left away.
func (t *Tree) AppendText(dst []byte, i int32) []byte {
	from := len(dst)
	for k := t.Nodes[i].First; k > 0; k = t.Nodes[k].Next {
		if t.Nodes[k].Name == nil {
			dst = append(dst, t.bytes(t.Nodes[k].text)...)
		}
	}
	if t.Nodes[i].preserve {
		return dst
	}
	return trim(dst, from)
}

// Text returns the text that stands in an element itself, as AppendText has it.
func (t *Tree) Text(i int32) string { return string(t.AppendText(nil, i)) }

// trim takes white space with an end of a line away from the ends of dst[from:], and all of
// it if there is nothing else.
func trim(dst []byte, from int) []byte {
	lines := false // in the white space so far
	first := from
	for ; first < len(dst) && (dst[first] == ' ' || dst[first] == '\n' || dst[first] == '\t'); first++ {
		lines = lines || dst[first] == '\n'
	}
	if first == len(dst) {
		return dst[:from]
	}
	if lines {
		dst = dst[:from+copy(dst[from:], dst[first:])]
	}
	lines = false
	last := len(dst)
	for ; dst[last-1] == ' ' || dst[last-1] == '\n' || dst[last-1] == '\t'; last-- {
		lines = lines || dst[last-1] == '\n'
	}
	if lines {
		return dst[:last]
	}
	return dst
}

// AppendContent appends what is in an element: its text, or XML if there are elements in it.
func (t *Tree) AppendContent(dst []byte, i int32) []byte {
	if !t.HasElements(i) {
		return t.AppendText(dst, i)
	}
	from := len(dst)
	dst = t.appendInner(dst, i)
	if t.Nodes[i].preserve {
		return dst
	}
	return trim(dst, from)
}

// HasElements reports whether there are elements in an element.
func (t *Tree) HasElements(i int32) bool {
	for k := t.Nodes[i].First; k > 0; k = t.Nodes[k].Next {
		if t.Nodes[k].Name != nil {
			return true
		}
	}
	return false
}

func (t *Tree) appendInner(dst []byte, i int32) []byte {
	for k := t.Nodes[i].First; k > 0; k = t.Nodes[k].Next {
		n := &t.Nodes[k]
		if n.Name == nil {
			dst = appendEscaped(dst, t.bytes(n.text), false)
			continue
		}
		dst = n.Name.append(append(dst, '<'))
		for _, a := range t.Attrs[n.From:n.To] {
			dst = append(a.Name.append(append(dst, ' ')), `="`...)
			dst = append(appendEscaped(dst, t.bytes(a.value), true), '"')
		}
		if n.First == 0 {
			dst = append(dst, "/>"...)
			continue
		}
		dst = t.appendInner(append(dst, '>'), k)
		dst = append(n.Name.append(append(dst, "</"...)), '>')
	}
	return dst
}

// append appends the name with its prefix, but for that of XHTML.
func (n *Name) append(dst []byte) []byte {
	if n.Prefix != "" && n.Space != xhtmlSpace {
		dst = append(append(dst, n.Prefix...), ':')
	}
	return append(dst, n.Local...)
}

// appendEscaped appends text as XML has it.
func appendEscaped(dst, text []byte, quoted bool) []byte {
	for _, c := range text {
		switch {
		case c == '<':
			dst = append(dst, "&lt;"...)
		case c == '>' && !quoted:
			dst = append(dst, "&gt;"...)
		case c == '&':
			dst = append(dst, "&amp;"...)
		case c == '"' && quoted:
			dst = append(dst, "&quot;"...)
		case c == '\r', quoted && (c == '\n' || c == '\t'): // which a reader would change
			dst = append(strconv.AppendInt(append(dst, "&#"...), int64(c), 10), ';')
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// AppendString appends text as JSON has it.
func AppendString(dst, text []byte) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for len(text) > 0 {
		c := text[0]
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, `\n`...)
		case c == '\t':
			dst = append(dst, `\t`...)
		case c < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case c < utf8.RuneSelf:
			dst = append(dst, c)
		default:
			char, n := utf8.DecodeRune(text)
			dst = utf8.AppendRune(dst, char)
			text = text[n:]
			continue
		}
		text = text[1:]
	}
	return append(dst, '"')
}
