package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/values"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/look"
)

// A difference is what a new version of a file would change in the values of a table.
type difference struct {
	*values.Difference
	Name string
	Why  string // it is not known
}

// compare says what differs from the tables that are served of a file.
func (h *Handler) compare(ctx context.Context, name string, next *values.Database, tables []converter.TableSummary) []difference {
	d, err := h.Pipeline.State(ctx, name)
	if err != nil || d.Served == nil {
		if err != nil && !errors.Is(err, dynasette.ErrNotFound) {
			return []difference{{Why: h.unknown(ctx, name, err)}}
		}
		return nil
	}
	var names []string
	for _, t := range tables {
		names = append(names, t.Name)
	}
	return h.compareTables(ctx, d.Served, next, names)
}

func (h *Handler) compareTables(ctx context.Context, served *dynasette.Database, next *values.Database, tables []string) (all []difference) {
	err := error(values.ErrLarge)
	var before *values.Database
	if served.Size <= values.MostKept {
		var done func()
		if before, done, err = h.open(ctx, served); err == nil {
			defer done()
		}
	}
	if err != nil {
		return []difference{{Why: h.unknown(ctx, served.Source, err)}}
	}
	for _, t := range tables {
		d, err := values.Compare(ctx, before, next, t)
		switch {
		case errors.Is(err, values.ErrNoTable): // it is new
		case err != nil:
			all = append(all, difference{Name: dynasette.Printable(t), Why: h.unknown(ctx, served.Source, err)})
		default:
			all = append(all, difference{Difference: d, Name: dynasette.Printable(t)})
		}
	}
	return all
}

// compareHeld says what would differ from what is served if what is held back were.
func (h *Handler) compareHeld(ctx context.Context, served, held *dynasette.Database) []difference {
	if served == nil || held == nil {
		return nil
	}
	return h.differs.get(ctx, objectOf(served)+" "+objectOf(held), func(ctx context.Context) []difference {
		if held.Size > values.MostKept {
			return []difference{{Why: h.unknown(ctx, held.Source, values.ErrLarge)}}
		}
		next, done, err := h.open(ctx, held)
		if err != nil {
			return []difference{{Why: h.unknown(ctx, held.Source, err)}}
		}
		defer done()
		var names []string
		for _, t := range held.Tables {
			if !t.Hidden && len(names) < lookedTables {
				names = append(names, t.Name)
			}
		}
		return h.compareTables(ctx, served, next, names)
	})
}

// open opens a database of the store; done closes it.
func (h *Handler) open(ctx context.Context, d *dynasette.Database) (db *values.Database, done func(), err error) {
	doc, err := h.Pipeline.Store.Open(ctx, dynasette.Object{Name: d.Object, Generation: d.Generation, Size: d.Size})
	if err != nil {
		return nil, nil, err
	}
	if db, err = values.Open(ctx, doc, d.Size); err != nil {
		doc.Close()
		return nil, nil, err
	}
	return db, func() { db.Close(); doc.Close() }, nil
}

// unknown says why values were not compared.
func (h *Handler) unknown(ctx context.Context, name string, err error) string {
	switch {
	case ctx.Err() != nil:
		return "that would take long"
	case errors.Is(err, values.ErrLarge), errors.Is(err, values.ErrRows), errors.Is(err, values.ErrNoColumn):
		return err.Error()
	}
	h.log().WarnContext(ctx, "values are not compared", "file", name, "error", err)
	return "the database that is served can't be read now"
}

// Sentence sums up what differs.
func (d difference) Sentence() string {
	var parts []string
	add := func(n int64, what string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", look.Thousands(n), what))
		}
	}
	add(d.Removed, "removed")
	add(d.Added, "added")
	add(d.Changed, "changed")
	if len(parts) == 0 {
		return fmt.Sprintf("All %s rows are as before.", look.Thousands(d.After))
	}
	rest := "none"
	if n := d.After - d.Added - d.Changed; n > 0 {
		rest = look.Thousands(n)
	}
	return fmt.Sprintf("Rows: %s, %s as before.", strings.Join(parts, ", "), rest)
}

// An example is the first rows that something has become of.
type example struct {
	Title string
	Grid  grid
	More  int64 // rows
}

// Examples are rows that are removed, and added.
func (d difference) Examples() (all []example) {
	columns := make([]values.Column, len(d.Columns))
	for i, name := range d.Columns {
		columns[i].Name = name
	}
	add := func(title string, rows [][]any, of int64) {
		if len(rows) > 0 {
			all = append(all, example{title, newGrid(title+" of "+d.Name, columns, rows), of - int64(len(rows))})
		}
	}
	add("Removed rows", d.RemovedRows, d.Removed)
	add("Added rows", d.AddedRows, d.Added)
	return all
}

// A changedCell is a value of a row that changes.
type changedCell struct {
	Row           string // what tells it apart
	Column        string
	Before, After cell
}

const changedCells = 20

// Cells are the values that change in the first rows that do.
func (d difference) Cells() (all []changedCell) {
	for _, row := range d.ChangedRows {
		var key []string
		for _, name := range d.Key {
			key = append(key, cellOf(row.After[slices.Index(d.Columns, name)], rowsOneLine).Text)
		}
		for _, i := range row.Columns[:min(len(row.Columns), changedCells-len(all))] {
			all = append(all, changedCell{strings.Join(key, ", "), d.Columns[i], cellOf(row.Before[i], rowsLongest), cellOf(row.After[i], rowsLongest)})
		}
	}
	return all
}

// MoreChanged is how many rows change besides those of Cells.
func (d difference) MoreChanged() int64 { return d.Changed - int64(len(d.ChangedRows)) }

// KeyNames are the columns that tell rows apart.
func (d difference) KeyNames() string { return strings.Join(d.Key, ", ") }

// An occurrence is a value and in how many rows it is.
type occurrence struct {
	cell
	Rows int64
}

func occurrencesOf(list []values.Occurrence) (all []occurrence) {
	for _, o := range list {
		all = append(all, occurrence{cellOf(o.Value, 2*rowsOneLine), o.Rows})
	}
	return all
}

// A valuesDifference is a values.ValuesDifference for a page.
type valuesDifference struct {
	Column            string
	Gone, New         []occurrence
	MoreGone, MoreNew int64
	Many              bool
}

// OfColumns are the columns whose values differ, the first ones.
func (d difference) OfColumns() (all []valuesDifference) {
	for _, v := range d.Values[:min(len(d.Values), rowsColumns)] {
		all = append(all, valuesDifference{v.Column, occurrencesOf(v.Gone), occurrencesOf(v.New), int64(v.MoreGone), int64(v.MoreNew), v.Many})
	}
	return all
}
