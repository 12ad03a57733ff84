package csv

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"github.com/dynasette/dynasette/converter"
)

// A parser makes rows of cells of a chunk. Cells point into the chunk itself; only those
// with doubled quotes are copied, behind it.
type parser struct {
	dialect
	data  []byte
	last  bool // nothing follows data
	batch *converter.Batch
	width int   // of the header; 0 if this is the header
	limit int   // rows to parse at most; 0: all
	short int64 // rows with fewer cells than columns

	starts []int // of each row in data, if not nil at first
}

// parse makes rows from data[pos:] on and returns where it stopped: at the end, behind
// the last row allowed, or where a row begins that data does not hold whole.
func (p *parser) parse(pos int) int {
	var (
		data    = p.data
		batch   = p.batch
		cells   = batch.Cells
		ends    = batch.Ends
		rows    = len(ends)
		delim   = p.delimiter
		newline = p.newline
		quote   = p.quote
		cr      = newline
		delims  = spread(delim)
		lines   = spread(newline)
		crs     uint64
	)
	if p.either {
		cr, crs = '\r', spread('\r')
	}
	for pos < len(data) {
		start, from := pos, len(cells)
	cell:
		if pos < len(data) && data[pos] == quote && quote != 0 {
			batch.Cells = cells
			end, ok := p.quoted(pos)
			cells = batch.Cells
			if !ok {
				cells = cells[:from]
				if end == unfinished {
					if !p.last {
						batch.Cells, batch.Ends = cells, ends
						return start
					}
					end = p.lineEnd(start)
					p.reject(start, end, "unclosed quote", "a quote is opened and never closed")
				} else {
					end = p.lineEnd(end)
					p.reject(start, end, "stray quote", "a quoted cell goes on behind its closing quote")
				}
				pos = end
				continue
			}
			pos = end
		} else {
			begin := pos
			// Eight bytes at a time: a byte that equals one of those looked for becomes zero,
			// and the lowest zero byte is found exactly (Hacker's Delight, 6-1).
			for {
				if pos+8 > len(data) {
					for pos < len(data) && data[pos] != delim && data[pos] != newline && data[pos] != cr {
						pos++
					}
					break
				}
				word := binary.LittleEndian.Uint64(data[pos:])
				d, n := word^delims, word^lines
				hits := (d-ones)&^d | (n-ones)&^n
				if crs != 0 {
					c := word ^ crs
					hits |= (c - ones) &^ c
				}
				if hits &= highs; hits != 0 {
					pos += bits.TrailingZeros64(hits) >> 3
					break
				}
				pos += 8
			}
			end := pos
			if end > begin && data[end-1] == '\r' && newline == '\n' && (end == len(data) || data[end] == '\n') {
				end--
			}
			cells = append(cells, converter.Span(converter.KindUntyped, begin, end-begin))
		}
		if pos < len(data) && data[pos] == delim {
			pos++
			if pos < len(data) || p.last {
				goto cell
			}
			// The chunk ends behind a delimiter.
			batch.Cells, batch.Ends = cells[:from], ends
			return start
		}
		if pos >= len(data) && !p.last {
			batch.Cells, batch.Ends = cells[:from], ends
			return start
		}
		if pos < len(data) {
			pos++
			if cr != newline && data[pos-1] == '\r' && pos < len(data) && data[pos] == '\n' {
				pos++
			}
		}
		n := len(cells) - from
		if n < p.width || n == 1 {
			if n == 1 && p.width != 1 && cells[from].Len() == 0 && cells[from].Kind() == converter.KindUntyped {
				cells = cells[:from] // a blank line
				continue
			}
			if n < p.width {
				p.short++
			}
		}
		ends = append(ends, uint32(len(cells)))
		if p.starts != nil {
			p.starts = append(p.starts, start)
		}
		if p.limit > 0 && len(ends)-rows >= p.limit {
			break
		}
	}
	batch.Cells, batch.Ends = cells, ends
	return pos
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

func spread(c byte) uint64 { return ones * uint64(c) }

const unfinished = -1

// quoted adds the quoted cell that begins at pos and returns where it ends: at a
// delimiter, a newline or the end. If it does not end well, that is where it went wrong,
// or unfinished if data ends within it.
func (p *parser) quoted(pos int) (int, bool) {
	data, quote := p.data, p.quote
	begin := pos + 1
	doubled, stray := false, false
	for pos = begin; ; {
		n := bytes.IndexByte(data[pos:], quote)
		if n < 0 {
			if stray {
				return pos, false
			}
			return unfinished, false
		}
		if stray && bytes.IndexByte(data[pos:pos+n], p.newline) >= 0 {
			return pos, false
		}
		pos += n + 1
		if pos == len(data) {
			if !p.last {
				return unfinished, false
			}
			break
		}
		c := data[pos]
		if c == p.delimiter || c == p.newline || c == '\r' && (p.either || p.newline == '\n' && (pos+1 == len(data) || data[pos+1] == '\n')) {
			break
		}
		if c == quote {
			pos++
			doubled = true
			continue
		}
		// A quote within a quoted cell: `"the "old" house"`. It is taken for text, but the
		// cell must end on this line then, so that the damage stays small.
		stray = true
	}
	end := pos - 1
	if pos < len(data) && data[pos] == '\r' && !p.either {
		pos++
	}
	if !doubled {
		p.batch.Cells = append(p.batch.Cells, converter.Span(converter.KindQuoted, begin, end-begin))
		return pos, true
	}
	at := len(p.batch.Data)
	p.batch.Data = appendUnquoted(p.batch.Data, data[begin:end], quote)
	p.batch.Cells = append(p.batch.Cells, converter.Span(converter.KindQuoted, at, len(p.batch.Data)-at))
	return pos, true
}

// appendUnquoted appends text with each doubled quote made one.
func appendUnquoted(out, text []byte, quote byte) []byte {
	for {
		n := bytes.IndexByte(text, quote)
		if n < 0 {
			return append(out, text...)
		}
		out = append(out, text[:n+1]...)
		text = text[n+1:]
		if len(text) > 0 && text[0] == quote {
			text = text[1:]
		}
	}
}

// lineEnd returns where the line that holds pos ends, its newline included.
func (p *parser) lineEnd(pos int) int {
	if n := bytes.IndexByte(p.data[pos:], p.newline); n >= 0 {
		return pos + n + 1
	}
	return len(p.data)
}

func (p *parser) reject(from, to int, kind, message string) {
	p.batch.Reject(converter.Reject{Offset: int64(from), Type: kind, Message: message,
		Raw: string(bytes.TrimRight(p.data[from:to], "\r\n"))})
}
