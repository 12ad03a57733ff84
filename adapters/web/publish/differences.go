package publish

import (
	"cmp"
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
	before, done, err := h.served(ctx, name)
	switch {
	case errors.Is(err, dynasette.ErrNotFound):
		return nil
	case err != nil:
		return []difference{{Why: h.unknown(ctx, name, err)}}
	}
	defer done()
	var all []difference
	for _, t := range tables {
		d, err := values.Compare(ctx, before, next, t.Name)
		switch {
		case errors.Is(err, values.ErrNoTable): // it is new
		case err != nil:
			all = append(all, difference{Name: t.Name, Why: h.unknown(ctx, name, err)})
		default:
			all = append(all, difference{Difference: d, Name: t.Name})
		}
	}
	return all
}

// served opens the database that is served of a file; done closes it.
func (h *Handler) served(ctx context.Context, name string) (db *values.Database, done func(), err error) {
	d, err := h.Pipeline.State(ctx, name)
	switch {
	case err != nil:
		return nil, nil, err
	case d.Served == nil:
		return nil, nil, dynasette.ErrNotFound
	case d.Served.Size > values.MostKept:
		return nil, nil, values.ErrLarge
	}
	doc, err := h.Pipeline.Store.Open(ctx, dynasette.Object{Name: d.Served.Object, Generation: d.Served.Generation, Size: d.Served.Size})
	if err != nil {
		return nil, nil, err
	}
	if db, err = values.Open(ctx, doc, d.Served.Size); err != nil {
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
	rest := d.After - d.Added - d.Changed
	return fmt.Sprintf("Rows: %s, %s as before.", strings.Join(parts, ", "), cmp.Or(look.Thousands(rest), "none"))
}

// Examples are the first rows of each kind.
func (d difference) Examples() (all []exampleRows) {
	for _, of := range []struct {
		title string
		rows  [][]any
		n     int64
	}{{"Removed", d.RemovedRows, d.Removed}, {"Added", d.AddedRows, d.Added}} {
		if len(of.rows) == 0 {
			continue
		}
		e := exampleRows{Title: of.title, Columns: d.Columns[:min(len(d.Columns), rowsColumns)], More: of.n - int64(len(of.rows))}
		for _, row := range of.rows {
			e.Rows = append(e.Rows, cellsOf(row[:len(e.Columns)]))
		}
		all = append(all, e)
	}
	return all
}

// An exampleRows is some rows that are alike in what has become of them.
type exampleRows struct {
	Title   string
	Columns []string
	Rows    [][]cell
	More    int64
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
		all = append(all, occurrence{cellOf(o.Value, rowsLongest), o.Rows})
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
