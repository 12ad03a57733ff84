package csv

import (
	"bytes"
	"sync"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/bytemask"
)

// A parser makes rows of cells of a chunk. Cells point into the chunk itself; only those
// with doubled quotes or escapes are copied, behind it.
type parser struct {
	dialect
	data  []byte
	last  bool // nothing follows data
	batch *converter.Batch
	width int   // of the header; 0 if this is the header
	limit int   // rows to parse at most; 0: all
	short int64 // rows with fewer cells than columns

	odd    oddity   // of the row being read
	span   span     // its last quoted cell with newlines in it
	kept   tally    // rows with stray quotes that are kept as they are spelled
	inside tally    // quoted cells that seem to hold rows
	doomed []uint64 // see doom
	within int      // see glance

	marked bool // the rows are, and not parsed

	starts []int // of each row in data, if not nil at first

	seps, quotes []uint64 // of data, see bytemask
}

// An oddity is what makes a row worth a second look.
type oddity uint8

const (
	strayQuote oddity = 1 << iota // within a quoted cell
	spansLines                    // a quoted cell has newlines
	spansTwice                    // several have
	openEnd                       // one of them ends like the text before an opening quote
	lastLine                      // the last line of one has delimiters
)

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
	if p.escape != 0 {
		p.dropEscaped()
	}
	p.odd, p.doomed, p.kept, p.inside, p.short = 0, nil, tally{}, tally{}, 0
	for pos < len(data) {
		start, from, n := pos, len(cells), 0
		if p.lax {
			batch.Cells, batch.Ends = cells, ends
			end, whole := p.laxRow(pos)
			if end == unfinished {
				batch.Cells = cells
				return start
			}
			cells, pos = batch.Cells, end
			switch {
			case whole:
				goto ended
			case len(cells) == from:
				continue
			}
			goto row
		}
	cell:
		if pos < len(data) && data[pos] == quote && quote != 0 {
			batch.Cells = cells
			end, ok := p.quoted(pos)
			cells = batch.Cells
			if !ok {
				batch.Cells, batch.Ends = cells[:from], ends
				if pos = p.damaged(start, pos, end); pos == unfinished {
					return start
				}
				if cells = batch.Cells; len(cells) == from {
					continue
				}
				goto row
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
	ended:
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
		if p.odd == spansLines {
			p.odd = 0
		} else if p.odd != 0 {
			batch.Cells, batch.Ends = cells, ends
			if pos = p.weigh(start, pos, from); pos == unfinished {
				batch.Cells = cells[:from]
				return start
			}
			if cells = batch.Cells; len(cells) == from {
				continue
			}
		}
	row:
		n = len(cells) - from
		if n < p.width || n == 1 {
			if n == 1 && p.wrapped && cells[from].Kind() == converter.KindQuoted {
				batch.Cells = cells
				p.unwrap(start, pos, from)
				if cells = batch.Cells; len(cells) == from {
					continue
				}
				n = len(cells) - from
			}
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
	begin, end := pos+1, 0
	doubled, stray := p.escape != 0, false
	if p.doomed != nil && p.isDoomed(pos) {
		return pos, false
	}
	for pos = begin; ; {
		n := bytemask.Next(p.quotes, pos, len(data)) - pos
		if pos+n >= len(data) {
			n = -1
		}
		if stray && p.newlineIn(data[pos:pos+max(n, 0)]) >= 0 || stray && n < 0 && (p.last || p.newlineIn(data[pos:]) >= 0) {
			return pos, false
		}
		if n < 0 {
			return unfinished, false
		}
		pos += n + 1
		end = pos - 1
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
		if p.blanks {
			if at := p.behindBlanks(pos); at == unfinished {
				return unfinished, false
			} else if at > pos {
				pos = at
				break
			}
		}
		// A quote within a quoted cell: `"the "old" house"`. It is taken for text, but the
		// cell must end on this line then, so that the damage stays small.
		stray = true
		p.odd |= strayQuote
	}
	if pos < len(data) && data[pos] == '\r' && p.newline == '\n' && !p.either {
		pos++
	}
	if n := bytemask.Next(p.seps, begin, end); n < end {
		p.spans(n, begin, end)
	}
	if !doubled {
		p.batch.Cells = append(p.batch.Cells, converter.Span(converter.KindQuoted, begin, end-begin))
		return pos, true
	}
	at := len(p.batch.Data)
	p.batch.Data = p.appendUnquoted(p.batch.Data, data[begin:end])
	p.batch.Cells = append(p.batch.Cells, converter.Span(converter.KindQuoted, at, len(p.batch.Data)-at))
	return pos, true
}

// appendUnquoted appends text with each doubled quote made one, and without escapes.
func (p *parser) appendUnquoted(out, text []byte) []byte {
	if p.escape != 0 {
		return p.appendUnescaped(out, text, true)
	}
	for {
		n := bytes.IndexByte(text, p.quote)
		if n < 0 {
			return append(out, text...)
		}
		out = append(out, text[:n+1]...)
		text = text[n+1:]
		if len(text) > 0 && text[0] == p.quote {
			text = text[1:]
		}
	}
}

// lineEnd returns where the line that holds pos ends, its newline included.
func (p *parser) lineEnd(pos int) int {
	n := p.newlineIn(p.data[pos:])
	if n < 0 {
		return len(p.data)
	}
	if pos += n + 1; p.either && p.data[pos-1] == '\r' && pos < len(p.data) && p.data[pos] == '\n' {
		pos++
	}
	return pos
}

// textEnd returns where the text of a line ends that ends at end.
func (p *parser) textEnd(start, end int) int {
	if end > start && (p.data[end-1] == p.newline || p.either && p.data[end-1] == '\r') {
		if end--; end > start && p.data[end] == '\n' && p.data[end-1] == '\r' {
			end--
		}
	}
	return end
}

// newlineIn returns where the first newline in text is, or -1.
func (p *parser) newlineIn(text []byte) int {
	if p.either {
		return bytes.IndexAny(text, "\r\n")
	}
	return bytes.IndexByte(text, p.newline)
}

// firstShort returns which row of the batch is the first that is short, and where it begins.
func (p *parser) firstShort() (row, at int) {
	for from := uint32(0); int(p.batch.Ends[row]-from) >= p.width; row++ {
		from = p.batch.Ends[row]
	}
	return row, p.start(row)
}

// start returns where a row of the batch begins.
func (p *parser) start(row int) int {
	if p.starts != nil {
		return p.starts[row]
	}
	again := *p
	again.batch, again.limit, again.starts = &converter.Batch{Data: p.data[:len(p.data):len(p.data)]}, row+1, []int{}
	again.parse(0)
	return again.starts[len(again.starts)-1]
}

func (p *parser) reject(from, to int, kind, message string) {
	p.batch.Reject(converter.Reject{Offset: int64(from), Type: kind, Message: message,
		Raw: string(bytes.TrimRight(p.data[from:to], "\r\n"))})
}
