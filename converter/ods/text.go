package ods

import (
	"bytes"
	"cmp"
	"fmt"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/markup"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// content reads what a cell shows, to behind its end tag.
func (s *scanner) content(c *cell) ([]byte, error) {
	if b := s.b[s.pos:]; bytes.HasPrefix(b, s.paragraph) {
		b = b[len(s.paragraph):]
		if n := bytes.IndexByte(b, '<'); n >= 0 && bytes.HasPrefix(b[n:], s.ends) && isPlain(b[:n]) {
			s.pos += len(s.paragraph) + n + len(s.ends)
			return b[:n], nil
		}
	}
	from := len(s.scratch)
	p := paragraphs{scanner: s, cell: c, from: from}
	var err error
	s.pos, err = p.read(s.pos)
	return s.scratch[from:len(s.scratch):len(s.scratch)], err
}

// isPlain reports whether text is as it stands in the XML.
func isPlain(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c == '&' {
			return false
		}
	}
	return true
}

// Paragraphs are the text of a cell on its way.
type paragraphs struct {
	*scanner
	cell  *cell
	from  int  // of the text in scratch
	began int  // of the paragraph in it
	count int  // of paragraphs
	space bool // white space is still to come, if something else does
}

// read reads the paragraphs of a cell from pos, behind its start tag, to behind its end tag.
func (p *paragraphs) read(pos int) (int, error) {
	depth, paragraph := 0, 0 // of open elements, and of the one that is the paragraph
	var t markup.Tag
	for {
		ok, err := t.Next(p.b, pos)
		if err != nil || !ok {
			return 0, cmp.Or(err, markup.ErrUnclosed)
		}
		if paragraph > 0 {
			if err := markup.EachText(p.b[pos:t.Start], p.text); err != nil {
				return 0, err
			}
		}
		pos = t.End
		switch {
		case t.Kind == markup.Data:
			if paragraph > 0 {
				p.add(t.Attrs)
			}
		case t.Kind == markup.Close && depth == 0:
			if name := string(t.Name); name != "table-cell" && name != "covered-table-cell" {
				return 0, markup.ErrNotXML
			}
			return pos, nil
		case t.Kind == markup.Close:
			if depth--; depth < paragraph {
				paragraph, p.space = 0, false
			}
		case paragraph == 0 && (string(t.Name) == "p" || string(t.Name) == "h"):
			if p.count++; p.count > 1 {
				p.scratch = append(p.scratch, '\n')
			}
			p.began = len(p.scratch)
			if t.Kind == markup.Open {
				depth++
				paragraph = depth
			}
		case paragraph == 0 && !holdsParagraphs(&t), paragraph > 0 && isApart(&t):
			if pos, err = t.Skip(p.b); err != nil {
				return 0, err
			}
		default:
			if paragraph > 0 {
				err = p.inline(&t)
			}
			if t.Kind == markup.Open {
				depth++
			}
		}
		if err == nil && len(p.scratch)-p.from > p.limits.Row {
			err = fmt.Errorf("%w: more than %d MiB of text in one cell", converter.ErrLimit, p.limits.Row>>20)
		}
		if err != nil {
			return 0, err
		}
	}
}

// holdsParagraphs reports whether the element of a cell has paragraphs in it that belong to the
// cell: lists, and tables inside of cells.
func holdsParagraphs(t *markup.Tag) bool {
	switch string(t.Name) {
	case "list", "list-item", "list-header", "section", "table", "table-rows", "table-header-rows", "table-row-group", "table-row", "table-cell":
		return true
	}
	return false
}

// isApart reports whether an element of a paragraph is none of its text: notes, drawings,
// readings above the line.
func isApart(t *markup.Tag) bool {
	switch string(t.Name) {
	case "annotation", "note", "ruby-text", "frame", "custom-shape", "rect", "line", "circle", "ellipse", "polygon", "polyline",
		"regular-polygon", "path", "connector", "caption", "measure", "control", "g", "scene", "object", "text-box", "script", "tracked-changes":
		return true
	}
	return false
}

// inline takes an element of a paragraph.
func (p *paragraphs) inline(t *markup.Tag) error {
	switch string(t.Name) {
	case "s":
		n := times([]byte(t.Attr("c")))
		if n > p.limits.Row {
			return fmt.Errorf("%w: %d spaces in one cell", converter.ErrLimit, n)
		}
		p.add(bytes.Repeat([]byte(" "), n))
	case "tab":
		p.add([]byte("\t"))
	case "line-break":
		p.add([]byte("\n"))
	case "a":
		p.link(t.Attr("href"))
	}
	return nil
}

// link notes where the cell leads: out of the document, if the target is known.
func (p *paragraphs) link(target string) {
	if target == "" {
		return
	}
	if target[0] == '#' {
		target = ""
	}
	p.scanner.link(p.cell, target)
}

// link notes a target of the cell. Of several, each has a line.
func (s *scanner) link(c *cell, target string) {
	if c.links == 0 {
		if s.col < sheets.MaxColumns {
			s.Links = append(s.Links, sheets.CellLink{Col: int32(s.col), Target: target})
			c.links = 1
		}
		return
	}
	last := &s.Links[len(s.Links)-1]
	switch {
	case last.Target == "":
		last.Target = target
	case target != "" && !bytes.Contains([]byte("\n"+last.Target+"\n"), []byte("\n"+target+"\n")) && len(last.Target) < s.limits.Row:
		last.Target += "\n" + target
	}
}

// text adds character data as it stands in the XML. A run of white space with a line end or a tab
// in it is one space, and none where the paragraph begins or ends.
func (p *paragraphs) text(raw []byte) {
	for len(raw) > 0 {
		n := bytes.IndexAny(raw, "\t\r\n")
		if n < 0 {
			n = len(raw)
		}
		run, rest := raw[:n], raw[n:]
		if len(rest) > 0 {
			run = bytes.TrimRight(run, " ")
		}
		if p.space {
			run = bytes.TrimLeft(run, " ")
		}
		if len(run) > 0 {
			p.flush()
			p.scratch = markup.AppendText(p.scratch, run)
		}
		p.space = p.space || len(rest) > 0
		raw = bytes.TrimLeft(rest, " \t\r\n")
	}
}

// add adds text that is not white space of the XML.
func (p *paragraphs) add(text []byte) {
	if len(text) > 0 {
		p.flush()
		p.scratch = append(p.scratch, text...)
	}
}

// flush adds the white space that is still to come.
func (p *paragraphs) flush() {
	if n := len(p.scratch); p.space && n > p.began && p.scratch[n-1] != ' ' {
		p.scratch = append(p.scratch, ' ')
	}
	p.space = false
}
