package converter

import (
	"bytes"
	"math/bits"
)

// orders are in which a date's three numbers may come.
type orders uint8

const (
	dayFirst   orders = 1 << iota // 31.12.2024
	monthFirst                    // 12/31/2024
	yearFirst                     // 2024-12-31
	allOrders  = dayFirst | monthFirst | yearFirst
)

// A proof is what a column of dates says about the order of their numbers, which has to be
// proved by all of them together. The zero value has seen nothing.
type proof struct {
	ruled  orders // those that a date rules out
	differ bool   // there is a date that is another in another order
	short  spots  // years of two digits, which don't say their century
	seen   bool   // there was a date
	first  string // the first that is another in another order
}

// order returns the order that is proved.
func (p *proof) order() (orders, bool) {
	left := allOrders &^ p.ruled
	return left & -left, left != 0 && p.short.count == 0 && (bits.OnesCount8(uint8(left)) == 1 || !p.differ)
}

// merge adds what the rows say that come after the given number.
func (p *proof) merge(later *proof, rows int64) {
	p.ruled |= later.ruled
	p.seen = p.seen || later.seen
	if !p.differ {
		p.first = later.first
	}
	p.differ = p.differ || later.differ
	p.short.merge(later.short, rows)
}

// A date without order is what a text says before anybody knows the order of its numbers.
type unordered struct {
	numbers [3]int
	lengths [3]int // in digits
	named   int    // which of them is a month's name; -1: none
	moment         // the time
}

// readUnordered reads a date of three numbers, or of two and a month's name, and a time
// behind it.
func readUnordered(text []byte) (u unordered, ok bool) {
	text = bytes.TrimFunc(text, func(r rune) bool { return r == ' ' || r == '\t' })
	u.named = -1
	separator := byte(0)
	for i := range u.numbers {
		if i > 0 {
			at := text
			for len(text) > 0 && bytes.IndexByte([]byte(" ./-,"), text[0]) >= 0 && len(at)-len(text) < 2 {
				text = text[1:]
			}
			if len(at) == len(text) || u.named < 0 && separator != 0 && at[0] != separator {
				return u, false
			}
			separator = at[0]
		}
		before := len(text)
		if u.numbers[i], text, ok = digits(text, 1, 4); ok {
			u.lengths[i] = before - len(text)
			continue
		}
		if u.numbers[i], text, ok = monthName(text); !ok || u.named >= 0 {
			return u, false
		}
		u.named = i
	}
	if len(text) == 0 {
		return u, true
	}
	if text[0] != ' ' && text[0] != 'T' {
		return u, false
	}
	for _, p := range clocks {
		if m, ok := p.read(bytes.TrimLeft(text[1:], " ")); ok {
			u.moment = m
			return u, true
		}
	}
	return u, false
}

// clocks are how times are spelled.
var clocks = []pattern{"%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%H:%M:%S%z", "%H:%M%z", "%H:%M:%S.%f%z", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%I:%M:%S%p"}

// in returns what the date is in an order.
func (u *unordered) in(o orders) (moment, bool) {
	m := u.moment
	m.dated = true
	place := [3]*int{&m.day, &m.month, &m.year}
	year := 2
	switch o {
	case monthFirst:
		place = [3]*int{&m.month, &m.day, &m.year}
	case yearFirst:
		place, year = [3]*int{&m.year, &m.month, &m.day}, 0
	}
	for i, n := range u.numbers {
		*place[i] = n
		switch length := u.lengths[i]; {
		case u.named == i && place[i] != &m.month,
			i == year && length != 4 && length != 2,
			i != year && length > 2:
			return m, false
		}
	}
	return m, m.sound()
}

// add looks at a text of a row of the batch, from 1. It reports false if it is no date in
// any order.
func (p *proof) add(text []byte, row int64) bool {
	u, ok := readUnordered(text)
	if !ok {
		return false
	}
	var possible orders
	var dates [][3]int
	for o := dayFirst; o <= yearFirst; o <<= 1 {
		if m, ok := u.in(o); ok {
			possible |= o
			dates = append(dates, [3]int{m.year, m.month, m.day})
		}
	}
	if possible == 0 {
		return false
	}
	p.seen = true
	p.ruled |= allOrders &^ possible
	for _, d := range dates[1:] {
		if d != dates[0] && !p.differ {
			p.differ, p.first = true, string(text)
		}
	}
	if u.lengths[0] <= 2 && u.lengths[2] <= 2 {
		p.short.add(row, text)
	}
	return true
}

// proveDates has dates converted whose order was not known before all were seen, which takes
// another run.
func (db *database) proveDates() {
	for _, s := range db.shapes {
		for i := range s.columns {
			c := &s.columns[i]
			if c.reader == nil || !c.reader.any || !c.proof.seen {
				continue
			}
			to := &c.of.columns[c.place]
			if order, ok := c.proof.order(); ok && to.order == 0 && !to.kept {
				to.order = order
				db.again.Store(true)
			}
		}
	}
}
