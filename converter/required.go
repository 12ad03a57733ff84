package converter

import (
	"fmt"
	"slices"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// A filled counts the rows that have a value in a column which is to be NOT NULL.
type filled struct {
	place  int32
	origin Origin
	w      *Writer
	rows   int64
	null   int64 // the first row without one, by rowid; if there is one
	nulls  int64
}

// required adds the columns of the shape's rule that are to be NOT NULL.
func (s *shape) required() {
	for i := range s.columns {
		c := &s.columns[i]
		if c.field == nil || !c.field.Required || c.of != s.table || c.place < 0 {
			continue
		}
		if !slices.ContainsFunc(s.table.filled, func(f *filled) bool { return f.place == c.place }) {
			s.table.filled = append(s.table.filled, &filled{place: c.place, origin: c.field.Said["required"], w: s.w})
		}
	}
}

// fill counts the values of the task's rows.
func (task *batchTask) fillColumns(columns []*filled) []filled {
	if len(columns) == 0 {
		return nil
	}
	counts := make([]filled, len(columns))
	last := slices.MaxFunc(columns, func(a, b *filled) int { return int(a.place - b.place) }).place
	var r sqlitefile.Record
	from := uint32(0)
	for row, to := range task.enc.ends {
		r.Read(task.enc.out[from:to], int(last)+1)
		from = to
		for i, f := range columns {
			c := &counts[i]
			if serial, _ := r.Value(int(f.place)); serial != sqlitefile.SerialNull {
				c.rows++
			} else if c.nulls++; c.nulls == 1 {
				c.null = task.rowid(row)
			}
		}
	}
	return counts
}

// merge adds what was counted of the rows that follow.
func (f *filled) merge(next filled) {
	if f.nulls == 0 {
		f.null = next.null
	}
	f.rows += next.rows
	f.nulls += next.nulls
}

// required reports whether column i is NOT NULL, as it was to be. If that was an order and
// does not hold, that is an error.
func (db *database) required(t *table, i int) (bool, error) {
	at := slices.IndexFunc(t.filled, func(f *filled) bool { return f.place == int32(i) })
	if at < 0 {
		return false, nil
	}
	f := t.filled[at]
	if f.rows == t.rows || i == t.rowid {
		return i != t.rowid, nil
	}
	where := "rows before it was there have none"
	if f.nulls > 0 {
		row, err := db.row(t, f.null)
		if err != nil {
			return false, err
		}
		where = fmt.Sprintf("%s has none (of %s)", row, count(t.rows-f.rows, "row", "rows"))
	}
	name := t.columns[i].name
	if !f.origin.Claim {
		return false, &RuleError{f.origin, fmt.Errorf("table %s: column %s is to have a value in each row (required), but %s. misfit: reject leaves such rows out", t.name, name, where)}
	}
	f.w.Report(Finding{Code: "not-required", Severity: Doubt, Table: t.name, Column: name, Count: t.rows - f.rows, Rule: f.origin.place(),
		Message: "a row has no value where each was to have one: not declared NOT NULL"})
	return false, nil
}
