package csv

import (
	"bytes"
	"io"
)

// lineEnds is what ends a line: one answer for the sniffer, the header, lines to skip, line
// numbers, the cutter and the parser.
type lineEnds struct {
	newline byte // LF, or CR in documents that have LF in quotes only
	either  bool // CR alone ends a line as LF does
	twice   bool // CR CR LF ends a line, as when CRLF was translated once more
}

// next returns where the line after the one at at begins, or -1 if none ends behind at.
func (e *lineEnds) next(text []byte, at int) int {
	n := bytes.IndexByte(text[at:], e.newline)
	if n >= 0 {
		n += at + 1
	}
	if !e.either {
		return n
	}
	end := n
	if n < 0 {
		end = len(text)
	}
	if cr := bytes.IndexByte(text[at:end], '\r'); cr >= 0 && at+cr+2 != n {
		return at + cr + 1 // not the CR of a CRLF
	}
	return n
}

// count returns how many lines end in text. The CR of a CRLF is no end of its own.
func (e *lineEnds) count(text []byte) int {
	n := bytes.Count(text, []byte{e.newline})
	if e.either {
		n += bytes.Count(text, []byte{'\r'}) - bytes.Count(text, []byte("\r\n"))
	}
	return n
}

// last returns where the last line end in text begins, but for one that may be longer than
// text shows, or -1.
func (e *lineEnds) last(text []byte) int {
	n := bytes.LastIndexByte(text, e.newline)
	if e.either {
		// A CR at the very end may belong to a LF that is still to come.
		n = max(n, bytes.LastIndexByte(text[:max(len(text)-1, 0)], '\r'))
	}
	return n
}

// first returns the first n lines of text, or all if there are not as many.
func (e *lineEnds) first(text []byte, n int) []byte {
	at := 0
	for ; n > 0 && at >= 0; n-- {
		at = e.next(text, at)
	}
	if at < 0 {
		return text
	}
	return text[:at]
}

// sample returns less of a document's beginning where lines are short: no more than
// sampleRows rows are looked at, and each look costs as much as the text is long.
func (e *lineEnds) sample(head []byte, whole bool) ([]byte, bool) {
	if part := head[:min(len(head), sampleSize/4)]; len(part) < len(head) && e.count(part) > sampleRows+sampleRows/4 {
		end := e.last(part) + 1
		return part[:end:end], false // what is unescaped must not run into what follows
	}
	return head, whole
}

// trim removes line ends from the end of a text.
func (e *lineEnds) trim(text []byte) []byte { return bytes.TrimRight(text, "\r\n") }

// findLineEnds tells what ends a line from a document's beginning. What stands in quotes
// does not count: a cell may have lines of another kind.
func findLineEnds(head []byte) lineEnds {
	var lf, alone, twice int
	for i := 0; i < len(head); i++ {
		switch c := head[i]; {
		case (c == '"' || c == '\'') && (i == 0 || divides(head[i-1])):
			end := closing(head[i:])
			if end == len(head)-i && lf+alone > 0 {
				i = len(head) // the cell goes on behind the head
			} else if end < len(head)-i {
				i += end
			}
		case c == '\n':
			lf++
			if i > 1 && head[i-1] == '\r' && head[i-2] == '\r' {
				twice++
			}
		case c == '\r' && i+1 < len(head) && head[i+1] != '\n' && head[i+1] != '\r':
			alone++
		case c == '\r' && i+1 == len(head) && lf == 0:
			alone++
		}
	}
	switch {
	case lf == 0 && alone > 0:
		return lineEnds{newline: '\r'}
	case alone > 0 && alone*10 >= lf:
		return lineEnds{newline: '\n', either: true}
	}
	return lineEnds{newline: '\n', twice: twice*2 > lf}
}

// divides reports whether a cell may begin or end at c, whatever the dialect is.
func divides(c byte) bool { return c < ' ' || bytes.IndexByte([]byte(",;|:^~#"), c) >= 0 }

// closing returns where the cell that begins text with a quote closes it: 0 if it goes on
// behind it, and len(text) or more if there is none.
func closing(text []byte) int {
	quote := text[0]
	for at := 1; ; at++ {
		n := bytes.IndexByte(text[at:], quote)
		if n < 0 {
			return len(text)
		}
		at += n
		switch {
		case at+1 == len(text) || divides(text[at+1]):
			return at
		case text[at+1] != quote:
			return 0
		}
		at++
	}
}

// maxHead is how far a document is looked into for the end of its first line.
const maxHead = 64 << 20

// line returns head, what has been peeked at, and more, until there is a line end in it.
func (t *text) line(head []byte) ([]byte, error) {
	for !t.eof && len(head) < maxHead && !bytes.ContainsAny(head, "\r\n") {
		t.ahead = append(head, make([]byte, 3*len(head))...)
		n, err := io.ReadFull(t.Reader, t.ahead[len(head):])
		t.ahead = t.ahead[:len(head)+n]
		head = t.ahead
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			t.eof = true
		} else if err != nil {
			return nil, err
		}
	}
	return head, nil
}
