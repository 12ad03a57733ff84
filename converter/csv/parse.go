package csv

import (
	"bytes"
	"sync"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/bytemask"
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
	stray bool  // the row has a quote within a quoted cell

	starts []int // of each row in data, if not nil at first

	seps, quotes []uint64 // of data, see bytemask
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
	)
	if p.either {
		cr = '\r'
	}
	m := masks.Get().(*maskPair)
	defer masks.Put(m)
	m.find(data, delim, newline, cr, quote)
	p.seps, p.quotes = m.seps, m.quotes
	p.stray, p.short = false, 0
	for pos < len(data) {
		start, from := pos, len(cells)
	cell:
		if pos < len(data) && data[pos] == quote && quote != 0 {
			batch.Cells = cells
			end, ok := p.quoted(pos)
			cells = batch.Cells
			if !ok {
				cells = cells[:from]
				if end == unfinished && !p.last {
					batch.Cells, batch.Ends = cells, ends
					return start
				}
				if p.stray {
					p.stray = false
					if row, to, ok := p.plain(start); ok {
						cells, pos = append(cells, row...), to
						ends = append(ends, uint32(len(cells)))
						continue
					}
				}
				if end == unfinished {
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
			pos = bytemask.Next(p.seps, pos, len(data))
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
		if !p.last && (pos >= len(data) || pos+1 == len(data) && data[pos] == '\r' && cr != newline) {
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
		if p.stray {
			p.stray = false
			if n != p.width {
				if row, to, ok := p.plain(start); ok {
					cells, pos, n = append(cells[:from], row...), to, p.width
				}
			}
		}
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

// A maskPair says where in a chunk cells may end, and where quotes are.
type maskPair struct{ seps, quotes []uint64 }

var masks = sync.Pool{New: func() any { return new(maskPair) }}

func (m *maskPair) find(data []byte, delimiter, newline, cr, quote byte) {
	n := bytemask.Words(len(data))
	if cap(m.seps) < n {
		m.seps, m.quotes = make([]uint64, n), make([]uint64, n)
	}
	m.seps, m.quotes = m.seps[:n], m.quotes[:n]
	bytemask.Find(data, delimiter, newline, cr, quote, m.seps, m.quotes)
}

const unfinished = -1

// quoted adds the quoted cell that begins at pos and returns where it ends: at a
// delimiter, a newline or the end. If it does not end well, that is where it went wrong,
// or unfinished if data ends within it.
func (p *parser) quoted(pos int) (int, bool) {
	data, quote := p.data, p.quote
	begin := pos + 1
	doubled, stray := false, false
	for pos = begin; ; {
		n := bytemask.Next(p.quotes, pos, len(data)) - pos
		if pos+n == len(data) {
			n = -1
		}
		if stray && bytes.IndexByte(data[pos:pos+max(n, 0)], p.newline) >= 0 || stray && n < 0 && (p.last || bytes.IndexByte(data[pos:], p.newline) >= 0) {
			return pos, false
		}
		if n < 0 {
			return unfinished, false
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
		stray, p.stray = true, true
	}
	end := pos - 1
	if pos < len(data) && data[pos] == '\r' && p.newline == '\n' && !p.either {
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

// firstShort returns which row of the batch is the first that is short, and where it begins.
func (p *parser) firstShort() (row, at int) {
	for from := uint32(0); int(p.batch.Ends[row]-from) >= p.width; row++ {
		from = p.batch.Ends[row]
	}
	again := *p
	again.batch, again.limit, again.starts = &converter.Batch{Data: p.data[:len(p.data):len(p.data)]}, row+1, []int{}
	again.parse(0)
	return row, again.starts[len(again.starts)-1]
}

func (p *parser) reject(from, to int, kind, message string) {
	p.batch.Reject(converter.Reject{Offset: int64(from), Type: kind, Message: message,
		Raw: string(bytes.TrimRight(p.data[from:to], "\r\n"))})
}
