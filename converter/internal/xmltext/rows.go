package xmltext

import (
	"slices"
	"strconv"

	"github.com/dynasette/dynasette/converter"
)

// Rows are those of a table whose columns turn up in any row. They are read twice: first to learn
// the columns, and, after Open, to write the rows.
type Rows struct {
	*converter.Table
	// First and Last are columns that come before and behind all others, where there are any.
	First, Last []string

	other []byte // fields of the row that there is no column for, as JSON
	known map[string]int
	names []string
	row   []converter.Value
	taken []bool
}

// maxOpen is how many columns may turn up in rows. Further ones are in otherColumn.
const (
	maxOpen     = 1900
	otherColumn = "other"
)

// Set gives the row a value in a column of the format's own.
func (r *Rows) Set(name string, v converter.Value) {
	at, ok := r.known[name]
	if !ok {
		if r.Table != nil {
			return // not without a first run
		}
		if r.known == nil {
			r.known = map[string]int{}
		}
		at = len(r.names)
		r.known[name] = at
		r.names, r.row, r.taken = append(r.names, name), append(r.row, converter.Value{}), append(r.taken, false)
	}
	r.row[at], r.taken[at] = v, true
}

// Add gives the row a value that the document has a name for, and returns that of its column. If
// the row has a value of that name already, or the name is one of the format's own, it is name_2.
func (r *Rows) Add(f Field) string {
	name := f.Name
	if _, ok := r.known[name]; !ok && len(r.known) >= maxOpen && f.Kind != converter.KindNull {
		r.other = append(AppendString(append(r.other, ','), []byte(name)), ':')
		r.other = AppendString(r.other, []byte(f.Text))
		return name
	}
	for i := 2; ; i++ {
		at, ok := r.known[name]
		if (!ok || !r.taken[at]) && !slices.Contains(r.First, name) && !slices.Contains(r.Last, name) {
			break
		}
		name = f.Name + "_" + strconv.Itoa(i)
	}
	r.Set(name, f.Value())
	return name
}

// End ends the row.
func (r *Rows) End() error {
	if len(r.other) > 0 {
		r.other[0] = '{'
		r.Set(otherColumn, converter.Text(string(append(r.other, '}'))))
		r.other = r.other[:0]
	}
	var err error
	if r.Table != nil {
		err = r.Append(r.row...)
	}
	clear(r.row)
	clear(r.taken)
	return err
}

// Open makes the table, if there are rows of it.
func (r *Rows) Open(out *converter.Writer, name string) {
	if len(r.names) == 0 {
		return
	}
	var names []string
	own := func(list []string) {
		for _, name := range list {
			if _, ok := r.known[name]; ok {
				names = append(names, name)
			}
		}
	}
	own(r.First)
	for _, name := range r.names {
		if !slices.Contains(r.First, name) && !slices.Contains(r.Last, name) {
			names = append(names, name)
		}
	}
	own(r.Last)
	r.Table, r.names = out.Table(name, names...), names
	for i, name := range names {
		r.known[name] = i
	}
}

// Column returns the position of a column, or -1.
func (r *Rows) Column(name string) int {
	if at, ok := r.known[name]; ok {
		return at
	}
	return -1
}

// Has reports whether the row that is being made has a value in a column.
func (r *Rows) Has(name string) bool {
	at, ok := r.known[name]
	return ok && r.taken[at]
}

// Empty reports whether there are no rows.
func (r *Rows) Empty() bool { return len(r.names) == 0 }
