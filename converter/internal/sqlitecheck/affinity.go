package sqlitecheck

import "strings"

// affinities find values that the affinity of their column would have changed.
type affinities struct {
	table   string
	columns []affinityColumn // in the order of the record
}

type affinityColumn struct {
	name     string
	affinity int
}

// affinityOf returns nil if there is nothing to check.
func (c *checker) affinityOf(o *Object) *affinities {
	if !c.opts.Affinity || o.Type != "table" || !o.schema.parsed {
		return nil
	}
	a, any := &affinities{table: o.Name}, false
	rowid := o.schema.rowidColumn()
	for _, i := range o.schema.stored() {
		col := affinityColumn{o.schema.columns[i].name, o.schema.columns[i].affinity(o.Strict)}
		if i == rowid {
			col.affinity = affBlob
		}
		any = any || col.affinity != affBlob
		a.columns = append(a.columns, col)
	}
	if !any {
		return nil
	}
	return a
}

// check checks a record. values may be cut off: what is not there is not checked.
func (a *affinities) check(c *checker, page uint32, cell *cell, serials []uint64, values []byte) error {
	if a == nil {
		return nil
	}
	for i, serial := range serials {
		if i == len(a.columns) {
			return nil
		}
		n := serialLen(serial)
		text := serial >= 12 && serial%2 == 1
		number := serial >= 1 && serial <= 9
		switch col := a.columns[i]; {
		case col.affinity == affText && number:
			if err := c.problem(page, "cell %d: a number in the TEXT column %s.%s", cell.number, a.table, col.name); err != nil {
				return err
			}
		case col.affinity >= affNumeric && text && n <= int64(len(values)) && isNumeric(decodeText(values[:n], c.report.Encoding)):
			if err := c.problem(page, "cell %d: text that is a number in the column %s.%s", cell.number, a.table, col.name); err != nil {
				return err
			}
		}
		if n > int64(len(values)) {
			return nil
		}
		values = values[n:]
	}
	return nil
}

// isNumeric reports whether SQLite's numeric affinity makes a number of s: a decimal
// one, also with an exponent, a sign, and white space around it. Newer versions look no
// further than to a NUL.
func isNumeric(s string) bool {
	s, _, _ = strings.Cut(s, "\x00")
	s = strings.Trim(s, " \t\n\v\f\r")
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	whole := leadingDigits(s)
	s = s[whole:]
	fraction := 0
	if s != "" && s[0] == '.' {
		fraction = leadingDigits(s[1:])
		s = s[1+fraction:]
	}
	if whole+fraction == 0 {
		return false
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		n := leadingDigits(s)
		return n > 0 && n == len(s)
	}
	return s == ""
}

// leadingDigits returns how many digits s begins with.
func leadingDigits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
