package converter

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"strconv"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// maxColumns is how many columns a table may have: one less than SQLite lets a query have by
// default, since Datasette asks for the rowid as well.
const maxColumns = 1999

// maxRecord is the longest record SQLite takes by default, in bytes.
const maxRecord = 1_000_000_000

// An encoder makes SQLite records of a Batch's rows, and notes what each column held.
type encoder struct {
	out    []byte   // the records, one after another
	ends   []uint32 // where each record ends in out
	seen   []seen   // by column of the table
	modes  []mode
	first  []example
	wide   int64 // rows with cells for _extra
	wideAt int   // the first of them

	spelled []*Spelling // of the plan
	usual   []byte      // a number as it would be if it were spelled as usual
	ids     []int64     // of rows, from a column that is the rowid

	referred, newHeads, newBody []byte // see refer

	heads [maxColumns * 5]byte // the serial types of one record
	room  int                  // that the header of the last record took
	dense []Cell
}

// An example is the first cell of a Batch that made its column text.
type example struct {
	row  int
	text string
}

// A plan is how to encode a batch: its table's columns as they were known when it began.
type plan struct {
	modes   []mode
	spelled []*Spelling // of the table's columns, where numbers are not spelled as usual; nil if nowhere
	columns []int32     // of each local column of the batch: the table's column, or overflow
	extra   int         // the table's column _extra; -1 if it has none
	names   []string
	near    []nearness

	// Of a table with rules; see shape.
	locals   []int32 // of each local column: the document's
	readers  []*reader
	keep     []bool
	required []int32
	fixed    []fixed
	cells    []Cell // of fixed, in the batch's data
	extracts []extractPlan
}

const overflow = -1 // a local column that the table has no room for

// encode encodes the whole batch. It reports false if the plan lacks the column _extra
// and a row needs it.
func (e *encoder) encode(b *Batch, p *plan) (bool, error) {
	e.begin(b, p.modes, p.spelled)
	if b.isMarked() {
		if len(p.fixed) == 0 && len(p.extracts) == 0 && isIdentity(p.columns) && b.marks.Width <= len(p.columns) {
			return true, e.encodeMarked(b)
		}
		b.spread()
	}
	p.cells = p.cells[:0]
	for _, f := range p.fixed {
		p.cells = append(p.cells, b.cell(f.value))
	}
	identity := !b.byName() && len(p.fixed) == 0 && len(p.extracts) == 0 && isIdentity(p.columns)
	from := uint32(0)
	for _, to := range b.Ends {
		cells := b.Cells[from:to]
		if !identity || len(cells) > len(p.columns) {
			var ok bool
			if cells, ok = e.scatter(b, p, int(from), int(to)); !ok {
				return false, nil
			}
		}
		from = to
		if err := e.row(cells, b.Data); err != nil {
			return false, err
		}
	}
	return true, nil
}

// begin makes the encoder ready for the rows of a batch.
func (e *encoder) begin(b *Batch, modes []mode, spelled []*Spelling) {
	width := len(modes)
	e.out, e.ends, e.ids, e.wide = e.out[:0], e.ends[:0], e.ids[:0], 0
	e.seen = append(e.seen[:0], make([]seen, width)...)
	e.first = append(e.first[:0], make([]example, width)...)
	e.modes = append(e.modes[:0], modes...)
	e.spelled = spelled
	if cap(e.out) == 0 { // a new one: records take about as much as what they are made of
		e.out = make([]byte, 0, len(b.Data)+len(b.Data)/8)
		e.ends = make([]uint32, 0, len(b.Ends))
	}
}

func isIdentity(columns []int32) bool {
	for i, c := range columns {
		if int(c) != i {
			return false
		}
	}
	return true
}

// row encodes one row, whose cells are in the order of the table's columns. A row may be
// shorter than the table: the rest reads NULL. But a record has at least one value.
func (e *encoder) row(cells []Cell, data []byte) error {
	if len(cells) == 0 {
		e.out = append(e.out, 2, sqlitefile.SerialNull)
		e.ends = append(e.ends, uint32(len(e.out)))
		return nil
	}
	modes, seen, heads := e.modes[:len(cells)], e.seen[:len(cells)], &e.heads
	numeric := modeNumber + 1 // cells of modes below it may be short numbers
	if e.spelled != nil {
		numeric = 0
	}
	// The header comes first, so leave room for it: as much as that of the row before has taken.
	start := len(e.out)
	body := start + max(e.room, 2)
	out := e.out[:cap(e.out)]
	if len(out) < body+roomOf*len(cells) {
		out = roomFor(e.out, body-start+roomOf*len(cells))
	}
	at, h := body, 0
	for i, c := range cells {
		n, kind := c.Len(), c.Kind()
		if n == 0 && kind <= KindUntyped {
			heads[h] = sqlitefile.SerialNull
			h++
			continue
		}
		end := int(c.Off) + n
		if kind-KindUntyped <= KindQuoted-KindUntyped && modes[i] < modeText {
			if modes[i] < numeric && uint(n-1) < 8 && end >= 8 {
				// Most numbers fit a word; so here is readShort once more, for these and without signs.
				word := lastBytes(binary.LittleEndian.Uint64(data[end-8:end]), n)
				first, odd := data[c.Off], notDigits(word)
				if odd == 0 {
					if first != '0' || n == 1 {
						word, size, serial := sqlitefile.ShortestInt(int64(eightDigits(word)))
						seen[i] |= untypedInt
						binary.BigEndian.PutUint64(out[at:at+8], word)
						at += size
						heads[h] = serial
						h++
						continue
					}
				} else if k := uint(bits.TrailingZeros64(odd)) &^ 7; odd&(odd-1) == 0 && byte(word>>k) == pointChar {
					decimals := int(56-k) / 8
					word = closeUp(word, k)
					if word>>(8*(8-decimals)) != 0 && decimals < n-1 && (first != '0' || decimals == n-2) {
						saw := untypedReal | untypedPoint
						if decimals == 3 && n <= 7 && first != '0' {
							saw = untypedReal // see dotted
						}
						seen[i] |= saw
						f := float64(int64(eightDigits(word))) / powers[decimals]
						binary.BigEndian.PutUint64(out[at:at+8], math.Float64bits(f))
						at += 8
						heads[h] = sqlitefile.SerialReal
						h++
						continue
					}
				}
			}
			if modes[i] < numeric && uint(n-1) <= 16 && end >= 17 {
				if v := readShort((*[17]byte)(data[end-17:end]), n); v.saw != 0 {
					seen[i] |= v.saw
					binary.BigEndian.PutUint64(out[at:at+8], v.word)
					at += v.size
					heads[h] = v.serial
					h++
					continue
				}
			}
			if grown, serial, done := e.untyped(out[:at], i, data[c.Off:end]); done {
				at = len(grown)
				heads[h] = serial
				h++
				continue
			}
		}
		value := data[c.Off:end]
		switch kind {
		case KindText:
			seen[i] |= typedText
		case KindBlob:
			seen[i] |= typedBlob
			h += sqlitefile.PutVarint(heads[h:], sqlitefile.SerialBlob(n))
			out = roomFor(out[:at], n+roomOf*(len(cells)-i))
			at += copy(out[at:], value)
			continue
		case KindInt, KindReal:
			grown, serial, text := e.number(out[:at], i, kind, binary.LittleEndian.Uint64(value))
			if text < 0 {
				heads[h] = serial
				h++
			} else {
				h += sqlitefile.PutVarint(heads[h:], sqlitefile.SerialText(text))
			}
			out, at = roomFor(grown, roomOf*(len(cells)-i)), len(grown)
			continue
		}
		// Most cells are short: two moves of 8 bytes beat a call, if there is room to spare.
		if n <= 16 && int(c.Off)+16 <= len(data) {
			from, to := data[c.Off:c.Off+16], out[at:at+16]
			binary.LittleEndian.PutUint64(to, binary.LittleEndian.Uint64(from))
			binary.LittleEndian.PutUint64(to[8:], binary.LittleEndian.Uint64(from[8:]))
		} else {
			out = roomFor(out[:at], n+roomOf*(len(cells)-i))
			copy(out[at:], value)
		}
		at += n
		if n <= 57 {
			heads[h] = byte(n*2 + 13)
			h++
		} else {
			h += sqlitefile.PutVarint(heads[h:], sqlitefile.SerialText(n))
		}
	}
	return e.close(out, start, body, at, h)
}

// close completes the record that begins at out[start:] and whose values are out[body:at]: it has
// its header, of h bytes of serial types, come before them.
func (e *encoder) close(out []byte, start, body, at, h int) error {
	heads := &e.heads
	if h == 0 {
		heads[0] = sqlitefile.SerialNull // SQLite has no records without columns, nor cells below 4 bytes
		h = 1
	}
	size := h + 1
	if size > 127 {
		size++ // of two bytes: so many columns as need three there are not
	}
	if n := at - body; start+size != body {
		out = roomFor(out[:at], size)
		copy(out[start+size:], out[body:at])
		e.room, at = size, start+size+n
	}
	copy(out[start+sqlitefile.PutVarint(out[start:], uint64(size)):], heads[:h])
	e.out = out[:at]
	if at > math.MaxUint32 || at-start > maxRecord {
		return fmt.Errorf("a row of %d bytes: %w", at-start, ErrLimit)
	}
	e.ends = append(e.ends, uint32(at))
	return nil
}

// roomOf is how many bytes behind a record there are for each cell that is to come: for a short
// text, or a number.
const roomOf = 16

// roomFor returns out with all its capacity, which is at least n bytes more than it has.
func roomFor(out []byte, n int) []byte {
	if cap(out)-len(out) < n {
		out = append(out, make([]byte, n)...)
	}
	return out[:cap(out)]
}

// untyped encodes an untyped cell that is not to be kept as it is spelled, or perhaps not.
// It reports false if it is, and does nothing then.
func (e *encoder) untyped(out []byte, column int, value []byte) ([]byte, byte, bool) {
	number, mode := value, e.modes[column]
	if e.spelled != nil && e.spelled[column] != nil {
		var ok bool
		if e.usual, _, ok = e.spelled[column].plain(e.usual[:0], value); ok {
			number = e.usual
		} else if mode != modeAffine { // there, what SQLite takes for a number can't be text
			e.text(column, value)
			return out, 0, false
		}
	}
	if mode == modeAffine {
		if n, f, kind := affineNumber(number); kind == KindInt {
			out, serial := sqlitefile.AppendInt(out, n)
			return out, serial, true
		} else if kind == KindReal {
			return binary.BigEndian.AppendUint64(out, math.Float64bits(f)), sqlitefile.SerialReal, true
		}
		return out, 0, false
	}
	if len(number) == 0 || number[0] <= ' ' || number[len(number)-1] <= ' ' {
		number = trimSpace(number)
	}
	if len(number) == 0 {
		e.seen[column] |= untypedBlank
		if mode == modeNumber {
			return out, sqlitefile.SerialNull, true
		}
		return out, 0, false
	}
	if n, ok := ParseInt(number); ok {
		e.seen[column] |= untypedInt
		if n > exactInts || n < -exactInts {
			e.seen[column] |= untypedBig
		}
		if mode == modeRowid {
			e.ids = append(e.ids, n)
			return out, sqlitefile.SerialNull, true
		}
		out, serial := sqlitefile.AppendInt(out, n)
		return out, serial, true
	}
	if f, ok := ParseReal(number); ok {
		e.real(column, number)
		out, serial := appendReal(out, f)
		return out, serial, true
	}
	e.text(column, value)
	return out, 0, false
}

// real notes that an untyped cell is a decimal.
func (e *encoder) real(column int, number []byte) {
	e.seen[column] |= untypedReal
	if !dotted(number) {
		e.seen[column] |= untypedPoint
	}
}

// text notes that an untyped cell is no number.
func (e *encoder) text(column int, value []byte) {
	e.seen[column] |= untypedText
	e.modes[column] = modeText
	e.first[column] = example{len(e.ends), string(value[:min(len(value), 80)])}
}

// appendReal appends a number of a REAL column; see storedReal.
func appendReal(out []byte, f float64) ([]byte, byte) {
	word, size, serial := storedReal(f)
	at := len(out)
	return binary.BigEndian.AppendUint64(out, word)[:at+size], serial
}

// number encodes a typed number. In a column that the user has made TEXT it appends the
// number's text and returns its length; otherwise that is -1.
func (e *encoder) number(out []byte, column int, kind Kind, bits uint64) ([]byte, byte, int) {
	if kind == KindReal && math.IsNaN(math.Float64frombits(bits)) {
		return out, sqlitefile.SerialNull, -1
	}
	if e.modes[column] == modeSpelled {
		before := len(out)
		if kind == KindInt {
			out = strconv.AppendInt(out, int64(bits), 10)
		} else {
			out = strconv.AppendFloat(out, math.Float64frombits(bits), 'g', -1, 64)
		}
		return out, 0, len(out) - before
	}
	if kind == KindInt {
		n := int64(bits)
		e.seen[column] |= typedInt
		if n > exactInts || n < -exactInts {
			e.seen[column] |= typedBig
		}
		if e.modes[column] == modeRowid {
			e.ids = append(e.ids, n)
			return out, sqlitefile.SerialNull, -1
		}
		out, serial := sqlitefile.AppendInt(out, n)
		return out, serial, -1
	}
	e.seen[column] |= typedReal
	return binary.BigEndian.AppendUint64(out, bits), sqlitefile.SerialReal, -1
}

// trimSpace trims what is not information around a number.
func trimSpace(b []byte) []byte { return bytes.Trim(b, " \t") }

// affineNumber reads what SQLite would store for b in a column of a numeric type: any
// decimal number, spelled as one likes; what is none stays text.
func affineNumber(b []byte) (n int64, f float64, kind Kind) {
	b = trimSpace(b)
	for _, c := range b {
		if c-'0' > 9 && c != '.' && c != '-' && c != '+' && c|0x20 != 'e' {
			return 0, 0, KindText
		}
	}
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err == nil {
		return n, 0, KindInt
	}
	f, err = strconv.ParseFloat(string(b), 64)
	if err != nil {
		return 0, 0, KindText
	}
	if n := int64(f); float64(n) == f && n > -1<<51 && n < 1<<51 {
		return n, 0, KindInt
	}
	return 0, f, KindReal
}
