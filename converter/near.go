package converter

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ways are how numbers are spelled in the world, so that a column of text can be known for
// one of numbers.
var ways = [...]Spelling{
	{Group: ","}, {Group: " "}, {Group: "'"},
	{Decimal: ",", Group: "."}, {Decimal: ",", Group: " "}, {Decimal: ",", Group: "'"},
}

// A waySet is a set of ways.
type waySet uint8

const (
	pointWays  waySet = 0b000111 // with decimal points
	commaWays  waySet = 0b111000
	dottedWays waySet = 0b001000 // with points between thousands
	allWays           = pointWays | commaWays
)

// A nearMiss is what keeps the untyped cells of a text column from being numbers, as long
// as it is little: that goes for the columns of which people would like to know. For most
// columns a few cells tell that there is nothing to say, and no more are looked at.
//
// What it says depends on the cells and their order only, not on how they come in batches.
type nearMiss struct {
	hopeless bool  // there is too much
	numbers  int64 // cells that are numbers, however they are spelled
	possible waySet
	grouped  waySet // those in which a number has thousands apart
	reals    waySet // those in which a number is a decimal
	bigs     waySet // those in which a number is an integer that a REAL would round
	odd      spots  // numbers that are not spelled as usual
	dots     spots  // decimals as 1.234, which may be thousands
	unit     string
	united   int64 // numbers with the unit
	words    []word
	numbered bool  // there was a number before all that this has seen
	before   int64 // words before the first number
	left     bool  // only words so far, and the rest was not looked at

	buf []byte
}

// spots are cells of a kind: how many, and the first.
type spots struct {
	count int64
	row   int64 // 1-based; of the batch, and of the table once they are merged
	text  string
}

// A word is a text that is no number, and where it is.
type word struct {
	spots
	digits bool // it has some, so it can only be a unit below the header
}

const (
	maxWords  = 4    // of different spellings
	maxWord   = 64   // bytes
	maxBefore = 4096 // words before the first number
)

func newNearMiss() *nearMiss { return &nearMiss{possible: allWays} }

func (s *spots) add(row int64, text []byte) {
	if s.count++; s.count == 1 {
		s.row, s.text = row, string(text[:min(len(text), maxWord)])
	}
}

// merge adds those that come later, in a batch whose rows come after the given number.
func (s *spots) merge(later spots, rows int64) {
	if s.count == 0 && later.count > 0 {
		s.row, s.text = rows+later.row, later.text
	}
	s.count += later.count
}

// scan looks at the cells of one of the table's columns. Unless it is patient it leaves off
// after many words, which are too many if there was no number in the batches before.
func (m *nearMiss) scan(b *Batch, p *plan, column int, patient bool) {
	from, local := 0, slices.Index(p.columns, int32(column))
	for row, to := range b.Ends {
		if b.byName() {
			local = 0
			for from+local < int(to) && p.column(b, from+local, from) != column {
				local++
			}
		}
		if i := from + local; local >= 0 && i < int(to) {
			c := b.Cells[i]
			value := b.Data[c.Off : int(c.Off)+c.Len()]
			switch kind := c.Kind(); {
			case kind != KindUntyped && kind != KindQuoted:
				m.hopeless = m.hopeless || kind != KindNull
			default:
				m.cell(value, int64(row)+1)
			}
		}
		if from = int(to); m.hopeless {
			return
		}
		if m.before > maxBefore && m.numbers == 0 && !patient {
			m.left = true
			return
		}
	}
}

// cell looks at one cell.
func (m *nearMiss) cell(b []byte, row int64) {
	if len(b) == 0 || b[0] <= ' ' || b[len(b)-1] <= ' ' {
		if b = trimSpace(b); len(b) == 0 {
			return
		}
	}
	kind := shortNumber(b)
	if kind == KindText {
		if n, ok := ParseInt(b); ok {
			if kind = KindInt; n > exactInts || n < -exactInts {
				m.bigs = allWays
			}
		} else if _, ok := ParseReal(b); ok {
			kind = KindReal
		}
	}
	switch kind {
	case KindInt:
		m.numbers++
		return
	case KindReal:
		m.numbers++
		m.reals |= pointWays
		if dotted(b) {
			m.dots.add(row, b)
			m.grouped |= dottedWays
			m.possible &= pointWays | dottedWays
		} else {
			m.possible &= pointWays
		}
		m.hopeless = m.hopeless || m.possible == 0
		return
	}
	if !bytes.ContainsFunc(b, isDigit) {
		m.word(b, row, false)
		return
	}
	number, unit := cutUnit(b)
	if m.oddNumber(number) && (unit == "" || m.unit == "" || m.unit == unit) {
		m.numbers++
		m.odd.add(row, b)
		if unit != "" {
			m.unit = unit
			m.united++
		}
		return
	}
	m.word(b, row, true)
}

// shortNumber tells most numbers, those of at most 8 characters, at the least cost: it
// returns KindInt, KindReal, or KindText for what may still be a number.
func shortNumber(b []byte) Kind {
	negative := b[0] == '-'
	if negative {
		b = b[1:]
	}
	n := len(b)
	if n == 0 || n > 8 || cap(b) < 8 || b[0] == '0' && (n == 1 && negative || n > 1 && b[1] != '.') {
		return KindText
	}
	// Eight characters at once: the high bits of odd are set where there is no digit.
	const ones = 0x0101010101010101
	x := binary.LittleEndian.Uint64(b[:8]) ^ '0'*ones
	odd := (x&(0x0f*ones) + 0x06*ones | x) & (0xf0 * ones) << (64 - 8*n)
	if odd == 0 {
		return KindInt
	}
	at := bits.TrailingZeros64(odd)/8 - (8 - n)
	if odd&^(0xff<<(8*(at+8-n))) != 0 || b[at] != '.' || at == 0 || at == n-1 {
		return KindText
	}
	return KindReal
}

// oddNumber takes a number that is not spelled as usual, and reports whether it is one in
// a way in which all before are.
func (m *nearMiss) oddNumber(b []byte) bool {
	var possible, grouped, reals, bigs waySet
	for i := range ways {
		way := waySet(1) << i
		if m.possible&way == 0 {
			continue
		}
		plain, groups, ok := ways[i].plain(m.buf[:0], b)
		m.buf = plain
		if !ok {
			continue
		}
		if n, ok := ParseInt(plain); ok {
			if n > exactInts || n < -exactInts {
				bigs |= way
			}
		} else if _, ok := ParseReal(plain); ok {
			reals |= way
		} else {
			continue
		}
		possible |= way
		if groups {
			grouped |= way
		}
	}
	if possible == 0 {
		return false
	}
	m.possible = possible
	m.grouped |= grouped
	m.reals |= reals
	m.bigs |= bigs
	return true
}

// word takes a cell that is no number.
func (m *nearMiss) word(b []byte, row int64, digits bool) {
	if m.numbers == 0 {
		m.before++
	}
	for i := range m.words {
		if w := &m.words[i]; w.text == string(b) {
			w.count++
			m.hopeless = m.hopeless || w.digits
			return
		}
	}
	// With digits it is a code, a date, a range, unless it is the unit of what is below. Text of
	// several lines stands for nothing else.
	if len(m.words) == maxWords || len(b) > maxWord || bytes.ContainsFunc(b, unicode.IsControl) || digits && (row > 1 || !isUnit(b)) {
		m.hopeless = true
		return
	}
	m.words = append(m.words, word{spots{1, row, string(b)}, digits})
}

// merge adds what was seen in a batch whose rows come after the given number.
func (m *nearMiss) merge(later *nearMiss, rows int64) {
	if m.hopeless = m.hopeless || later.hopeless; m.hopeless {
		*m = nearMiss{hopeless: true}
		return
	}
	if m.numbers == 0 && !m.numbered {
		m.before += later.before
	}
	m.numbers += later.numbers
	m.possible &= later.possible
	m.grouped |= later.grouped
	m.reals |= later.reals
	m.bigs |= later.bigs
	m.odd.merge(later.odd, rows)
	m.dots.merge(later.dots, rows)
	m.hopeless = m.possible == 0 || m.unit != "" && later.unit != "" && m.unit != later.unit || m.before > maxBefore
	if later.unit != "" {
		m.unit = later.unit
	}
	m.united += later.united
	for _, l := range later.words {
		m.mergeWord(l, rows)
	}
	if m.hopeless {
		*m = nearMiss{hopeless: true}
	}
}

func (m *nearMiss) mergeWord(l word, rows int64) {
	for i := range m.words {
		if w := &m.words[i]; w.text == l.text {
			w.merge(l.spots, rows)
			m.hopeless = m.hopeless || w.digits
			return
		}
	}
	l.row += rows
	if len(m.words) == maxWords || l.digits && l.row > 1 {
		m.hopeless = true
		return
	}
	m.words = append(m.words, l)
}

// strange returns how many cells are no numbers.
func (m *nearMiss) strange() (n int64) {
	for _, w := range m.words {
		n += w.count
	}
	return n
}

// currencies are codes that stand before or behind amounts.
const currencies = " EUR USD GBP CHF JPY CNY INR CAD AUD NZD SEK NOK DKK PLN CZK HUF RON TRY RUB UAH BRL MXN ZAR KRW "

// isCurrency reports whether a unit is one of money, which may stand before the number.
func isCurrency(unit string) bool {
	return strings.ContainsFunc(unit, func(r rune) bool { return unicode.Is(unicode.Sc, r) }) || strings.Contains(currencies, " "+unit+" ")
}

// isUnit reports whether a text looks like one of a unit: °C, [m3], %.
func isUnit(b []byte) bool {
	return bytes.ContainsFunc(b, func(r rune) bool {
		return unicode.IsLetter(r) || unicode.Is(unicode.Sc, r) || strings.ContainsRune("%‰°′″", r)
	})
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// maxUnit is how long a unit is that stands beside each number, in characters.
const maxUnit = 8

// cutUnit cuts the unit from a number that has one before or behind it.
func cutUnit(b []byte) (number []byte, unit string) {
	rest := bytes.TrimPrefix(b, []byte("-"))
	first, last := bytes.IndexFunc(rest, isDigit), bytes.LastIndexFunc(rest, isDigit)
	if first > 0 {
		before := bytes.TrimRight(rest[:first], "-.,")
		if unit := string(trimBlanks(before)); isCurrency(unit) && utf8.RuneCountInString(unit) <= maxUnit {
			return cut(b, len(b)-len(rest), rest[len(before):]), unit
		}
		return b, ""
	}
	behind := trimBlanks(rest[last+1:])
	if unit := string(behind); isUnit(behind) && utf8.RuneCountInString(unit) <= maxUnit && strings.IndexFunc(unit, unicode.IsSpace) < 0 {
		return trimBlanks(b[:len(b)-len(rest)+last+1]), unit
	}
	return b, ""
}

// cut returns the number behind a unit, with the sign that stands before that.
func cut(b []byte, sign int, number []byte) []byte {
	number = trimBlanks(number)
	if sign == 0 || len(number) == 0 || number[0] == '-' {
		return number
	}
	return append([]byte("-"), number...)
}

// look looks at a column of text for what keeps it from being one of numbers.
func (task *batchTask) look(column int, patient bool) *nearMiss {
	m := newNearMiss()
	task.rows().spread()
	m.scan(task.rows(), task.places, column, patient)
	if task.near == nil {
		task.near = make([]*nearMiss, len(task.used))
	}
	task.near[column] = m
	return m
}

// nearer adds to a column of text what the batch says about what keeps it from being one of
// numbers. It reports whether workers should know.
func (db *database) nearer(task *batchTask, i int, now seen) bool {
	t := task.handle.table
	c := &t.columns[i]
	if c.near == nil {
		c.near, c.by = newNearMiss(), task.handle.w
		c.near.numbered = now&(untypedInt|untypedReal) != 0
	}
	before := t.nearness(i)
	var m *nearMiss
	if task.near != nil {
		m = task.near[i]
	}
	if m == nil || m.left && before == nearNumbers {
		m = task.look(i, before == nearNumbers) // more is known now than when the batch was encoded
	}
	c.near.merge(m, t.rows)
	return t.nearness(i) != before
}
