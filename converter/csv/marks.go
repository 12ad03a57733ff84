package csv

import (
	"bytes"
	"math/bits"
	"sync"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/bytemask"
)

// mark has the rows of a chunk be marked where they stand, if it is a plain one: all rows are as
// wide as the table, each quote opens a cell or closes it or is doubled, and there is nothing to
// weigh, to reject or to say. That is seen in masks, without a look at the cells. It reports false
// for any other chunk, which is for parse, as is one that may have rows which are none.
func (r *reading) mark(p *parser) bool {
	data := p.data
	if p.newline != '\n' || p.either || p.lax || p.escape != 0 || p.quote == 0 || p.width < 2 || p.comment != 0 || r.respelled() ||
		len(data) == 0 || data[len(data)-1] != '\n' || !r.endsFull(data) || r.unplain.Load() >= maxUnplain {
		return false
	}
	old := p.batch.Marks()
	m := flatMasks{parser: p, ends: old.Ends, quotes: old.Quotes, lineMasks: spareLines.Get().(*lineMasks)}
	defer spareLines.Put(m.lineMasks)
	m.find()
	if !m.flatten() || !m.spansPlainly() || !m.rows(r.header) {
		r.unplain.Add(1)
		return false
	}
	r.unplain.Store(0)
	p.batch.Mark(converter.Marks{Ends: m.ends, Quotes: m.quotes, Quote: p.quote, Width: p.width}, func() {
		grow(p.batch, len(data))
		p.parse(0)
	})
	return true
}

// maxUnplain is after how many chunks in a row that are not plain no more is looked for such.
const maxUnplain = 4

// endsFull reports whether the last row's last cell has something in it, so that the row can't be
// of a footer.
func (r *reading) endsFull(data []byte) bool {
	text := bytes.TrimSuffix(bytes.TrimSuffix(data, []byte("\n")), []byte("\r"))
	text = bytes.TrimSuffix(text, []byte{r.quote, r.quote})
	return len(text) > 0 && text[len(text)-1] != r.delimiter && text[len(text)-1] != '\n'
}

// flatMasks say where cells and rows of a chunk end, outside of quotes.
type flatMasks struct {
	*parser
	*lineMasks
	ends, quotes []uint64
}

// lineMasks have bits for newlines: those that end rows, and those within quotes.
type lineMasks struct{ outer, inner []uint64 }

var spareLines = sync.Pool{New: func() any { return new(lineMasks) }}

func sized(mask []uint64, n int) []uint64 {
	if cap(mask) < n {
		return make([]uint64, n)
	}
	return mask[:n]
}

func (m *flatMasks) find() {
	n := bytemask.Words(len(m.data))
	m.ends, m.quotes, m.outer, m.inner = sized(m.ends, n), sized(m.quotes, n), sized(m.outer, n), sized(m.inner, n)
	bytemask.Find(m.data, m.delimiter, '\n', '\n', m.quote, m.ends, m.quotes)
	bytemask.Find(m.data, '\n', '\n', '\n', '\n', m.outer, m.inner)
}

// flatten takes away what is within quotes. It reports whether each quote is in its place.
func (m *flatMasks) flatten() bool {
	var (
		open   uint64     // all bits, if a quote is open where a block begins
		begins uint64 = 1 // the lowest, if a cell begins there, or a quote has closed just before
		closed uint64     // the lowest, if a quote has closed just before
		bad    uint64
	)
	ends := m.ends
	outer, inner := m.outer[:len(ends)], m.inner[:len(ends)]
	for i, q := range m.quotes[:len(ends)] {
		s := ends[i]
		if q|open == 0 {
			inner[i] = 0
			if closed&^s != 0 && !m.returns(i<<6) {
				return false
			}
			begins, closed = s>>63, 0
			continue
		}
		within := q ^ q<<1
		within ^= within << 2
		within ^= within << 4
		within ^= within << 8
		within ^= within << 16
		within ^= within << 32
		within ^= open
		open = uint64(int64(within) >> 63)
		s &^= within
		ends[i] = s
		inner[i] = outer[i] & within
		outer[i] &^= within
		closing := q &^ within
		bad |= q & within &^ (s<<1 | closing<<1 | begins)
		for follow := (closing<<1 | closed) &^ (s | q); follow != 0; follow &= follow - 1 {
			if !m.returns(i<<6 + bits.TrailingZeros64(follow)) {
				return false
			}
		}
		begins, closed = (s|closing)>>63, closing>>63
	}
	return bad|open == 0
}

// returns reports whether data has \r\n at pos.
func (m *flatMasks) returns(pos int) bool {
	return pos+1 < len(m.data) && m.data[pos] == '\r' && m.data[pos+1] == '\n'
}

// spansPlainly reports whether no row with newlines within quotes has to be weighed; see spans.
func (m *flatMasks) spansPlainly() bool {
	data, row := m.data, 0
	for pos := bytemask.Next(m.inner, 0, len(data)); pos < len(data); {
		if pos < row {
			return false // a second cell of one row
		}
		stop, last := bytemask.Next(m.ends, pos, len(data)), pos
		for ; pos < stop; pos = bytemask.Next(m.inner, pos+1, len(data)) {
			last = pos
		}
		end := stop - 1
		if data[end] == '\r' {
			end--
		}
		if bytes.IndexByte(data[last+1:end], m.delimiter) >= 0 {
			return false
		}
		for data[end-1] == m.quote {
			end--
		}
		if c := data[end-1]; c == m.delimiter || c == '\n' || c == '\r' {
			return false
		}
		row = bytemask.Next(m.outer, stop, len(data))
	}
	return true
}

// rows notes where rows end, and has those that end with \r\n end at the \r. It reports whether all
// are as wide as the table, and none repeats the header, or might.
func (m *flatMasks) rows(header []string) bool {
	data, width, batch := m.data, m.width, m.batch
	if len(header) < 2 {
		header = nil
	} else if bytes.IndexByte([]byte(header[0]), m.quote) >= 0 {
		return false
	}
	ends := batch.Ends[:0]
	start, before, want := 0, 0, 0
	for i, w := range m.outer {
		s := m.ends[i]
		for ; w != 0; w &= w - 1 {
			bit := bits.TrailingZeros64(w)
			if want += width; before+bits.OnesCount64(s&(2<<bit-1)) != want {
				return false
			}
			if header != nil && m.mayRepeat(header[0], start) {
				return false
			}
			end := i<<6 + bit
			if start = end + 1; data[end-1] == '\r' {
				m.ends[i] &^= 1 << bit
				m.ends[(end-1)>>6] |= 1 << (uint(end-1) & 63)
			}
			ends = append(ends, uint32(want))
		}
		before += bits.OnesCount64(s)
	}
	batch.Ends = ends
	return before == want
}

// mayRepeat reports whether the row at start may begin with a cell of that name, which has no quotes.
func (m *flatMasks) mayRepeat(name string, start int) bool {
	text := m.data[start:]
	if c := text[0]; c != m.quote && c != mark[0] && (name == "" && c != m.delimiter || name != "" && c != name[0]) {
		return false
	}
	text = bytes.TrimPrefix(text, []byte(mark))
	if text[0] == m.quote {
		text = bytes.TrimPrefix(text[1:], []byte(mark))
	}
	if len(text) <= len(name) || string(text[:len(name)]) != name {
		return false
	}
	c := text[len(name)]
	return c == m.delimiter || c == m.quote
}
