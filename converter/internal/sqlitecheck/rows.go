package sqlitecheck

import (
	"errors"
	"fmt"
	"strconv"
)

// Rows calls row for each row of a table, in the order of its key, with values by the
// columns that the table declares: nil, int64, float64, string or []byte. In a table
// without rowid, rowid counts from 1. Generated columns that are not stored are nil. row
// may keep the values, but not the slice. An error of row ends Rows and is returned.
func (r *Report) Rows(table string, row func(rowid int64, values []any) error) error {
	if err := r.Err(); err != nil {
		return fmt.Errorf("the database is not sound: %w", err)
	}
	c := newChecker(r.r, r.size, Options{MaxProblems: 1})
	for _, read := range []func() error{c.header, c.schema} {
		if err := read(); err != nil {
			return errors.Join(err, c.report.Err())
		}
	}
	o := c.table(table)
	if o == nil || o.Root == 0 || !o.schema.parsed {
		return fmt.Errorf("there is no table %q of rows", table)
	}
	t := &tree{c: c, name: "table " + o.Name, root: o.Root, kind: tableTree}
	if o.WithoutRowID {
		t.kind = indexTree
	}
	stored, alias := o.schema.stored(), o.schema.rowidColumn()
	values := make([]any, len(o.schema.columns))
	var missing []any
	for i := range o.schema.columns {
		missing = append(missing, o.schema.columns[i].defaultValue(o.Strict))
	}
	t.entry = func(page uint32, cell *cell) error {
		serials, b, sound, err := c.record(page, cell, cell.payload)
		if err != nil || !sound {
			return err
		}
		copy(values, missing)
		for n, serial := range serials {
			if n == len(stored) {
				break
			}
			size := serialLen(serial)
			v := decodeValue(serial, b[:size], c.report.Encoding)
			b = b[size:]
			i := stored[n]
			if whole, ok := v.(int64); ok && o.schema.columns[i].affinity(o.Strict) == affReal {
				v = float64(whole) // stored so to save room
			}
			values[i] = v
		}
		rowid := t.rows
		if !o.WithoutRowID {
			rowid = cell.rowid
		}
		if alias >= 0 {
			values[alias] = rowid
		}
		return row(rowid, values)
	}
	err := t.run()
	if err == errStop {
		err = c.report.Err()
	}
	return err
}

// defaultValue is what a row has that was written before ALTER TABLE added the column,
// which allows only constants.
func (c *column) defaultValue(strict bool) any {
	t, sign := c.missing, ""
	for len(t) > 1 && (t[0].is("-") || t[0].is("+")) {
		if t[0].is("-") {
			sign = "-"
		}
		t = t[1:]
	}
	for len(t) == 3 && t[0].is("(") {
		t = t[1:2]
	}
	if len(t) != 1 {
		return nil
	}
	affinity := c.affinity(strict)
	switch {
	case t[0].kind == 'x':
		var b []byte
		if _, err := fmt.Sscanf(t[0].text, "%x", &b); err != nil {
			return nil
		}
		return b
	case t[0].kind == '0' && affinity == affText:
		return sign + t[0].text
	case t[0].kind == '0':
		return number(sign+t[0].text, affinity)
	case t[0].is("TRUE"):
		return number("1", affinity)
	case t[0].is("FALSE"):
		return number("0", affinity)
	case t[0].is("NULL"), !t[0].isName():
		return nil
	case affinity >= affNumeric && isNumeric(t[0].text):
		return number(t[0].text, affinity)
	}
	return t[0].text
}

func number(s string, affinity int) any {
	if n, err := strconv.ParseInt(s, 0, 64); err == nil && affinity != affReal {
		return n
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil
	}
	if n := int64(f); affinity >= affNumeric && affinity != affReal && float64(n) == f {
		return n
	}
	return f
}
