package csv

import "bytes"

// A census counts the ways in which the cells of a sample are quoted.
type census struct {
	cells   int
	quoted  int  // cells in quotes that end as they should
	astray  int  // cells in quotes that do not
	holding int  // cells in quotes with something in them that must be quoted
	escaped int  // quotes within quotes with an escape before them
	nulls   int  // cells that are \N
	literal int  // escapes before something that needs none
	spaced  int  // cells with blanks before or behind the quotes
	needed  int  // of these, how many hold a delimiter or a newline
	first   bool // one of these is in the first line
	within  int  // quotes in cells without quotes around them
}

// censusSize is how much text is enough to see how cells are quoted.
const censusSize = 64 << 10

// census reads a sample, with any likely delimiter if none is given.
func (d *dialect) census(head []byte, whole bool, delimiter, escape byte) census {
	if len(head) > censusSize {
		head, whole = head[:censusSize], false
	}
	r := surveyor{text: head, quote: d.quote, escape: escape, delimiters: []byte{delimiter}}
	if delimiter == 0 {
		r.delimiters = []byte(",;\t|")
	}
	for r.pos < len(head) {
		r.cells++
		begin := r.pos
		r.skipBlanks()
		if r.pos < len(head) && head[r.pos] == d.quote && d.quote != 0 {
			r.quotedCell(begin, whole)
		} else {
			r.pos = begin
			r.plainCell()
		}
		r.pos++
	}
	return r.census
}

// A surveyor reads text one cell after another.
type surveyor struct {
	text          []byte
	pos           int
	quote, escape byte
	delimiters    []byte
	census
}

func (r *surveyor) ends(pos int) bool {
	return pos >= len(r.text) || r.text[pos] == '\n' || r.text[pos] == '\r' || bytes.IndexByte(r.delimiters, r.text[pos]) >= 0
}

func (r *surveyor) skipBlanks() {
	for !r.ends(r.pos) && (r.text[r.pos] == ' ' || r.text[r.pos] == '\t') {
		r.pos++
	}
}

// plainCell moves to the end of a cell without quotes.
func (r *surveyor) plainCell() {
	for begin := r.pos; !r.ends(r.pos); r.pos++ {
		if r.text[r.pos] == r.quote && r.quote != 0 {
			r.within++
		}
		if r.text[r.pos] != r.escape || r.escape == 0 {
			continue
		}
		if r.pos++; r.pos == begin+1 && r.pos < len(r.text) && r.text[r.pos] == 'N' && r.ends(r.pos+1) {
			r.nulls++
			continue
		}
		r.escapes()
	}
}

// escapes counts an escape by what follows it, at pos.
func (r *surveyor) escapes() {
	switch {
	case r.pos >= len(r.text):
	case r.text[r.pos] == r.quote:
		r.escaped++
	case r.text[r.pos] == r.escape, r.ends(r.pos), bytes.IndexByte(controls, r.text[r.pos]) >= 0:
	default:
		r.literal++
	}
}

// quotedCell moves from the quote at pos to the end of the cell, which begins at begin, or
// of the line if the cell goes on behind its closing quote.
func (r *surveyor) quotedCell(begin int, whole bool) {
	holds, doubled, from := false, false, r.pos+1
	for r.pos++; ; r.pos++ {
		switch {
		case r.pos >= len(r.text):
			if whole {
				r.astray++
			}
			return
		case r.text[r.pos] == r.escape && r.escape != 0:
			r.pos++
			if null := r.pos == from+1 && r.pos+1 < len(r.text) && r.text[r.pos] == 'N' && r.text[r.pos+1] == r.quote; !null {
				r.escapes()
			}
			continue
		case r.text[r.pos] != r.quote:
			holds = holds || r.ends(r.pos)
			continue
		case r.pos+1 < len(r.text) && r.text[r.pos+1] == r.quote:
			doubled = true
			r.pos++
			continue
		}
		break
	}
	r.pos++
	spaced := from-1 > begin || r.pos < len(r.text) && !r.ends(r.pos)
	r.skipBlanks()
	if !r.ends(r.pos) {
		r.astray++
		for r.pos < len(r.text) && r.text[r.pos] != '\n' && r.text[r.pos] != '\r' {
			r.pos++
		}
		return
	}
	r.quoted++
	if holds || doubled {
		r.holding++
	}
	if spaced {
		r.spaced++
		if holds {
			r.needed++
		}
		r.first = r.first || !bytes.ContainsAny(r.text[:begin], "\r\n")
	}
}
