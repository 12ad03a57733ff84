package publish

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/values"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/look"
)

// Bounds of what is shown of a file's values before it is published.
const (
	lookedIn     = 6 * time.Second
	lookedTables = 10
	rowsShown    = 10 // of a table
	rowsColumns  = 60
	rowsLongest  = 200 // characters of a value
	rowsOneLine  = 40  // of one that is not wrapped
	rowsTooLarge = "Its database is too large for its rows to be shown before it is published."
)

// tableRows are the first rows of a table as they would be stored, or why they are not shown.
type tableRows struct {
	Name string
	Grid grid
	Why  string
}

// A grid is rows of values under the names of their columns.
type grid struct {
	Label   string // what it is of
	Columns []gridColumn
	Rows    [][]cell
	More    int // columns
}

type gridColumn struct {
	Name, Type string
	Right      bool // it has numbers
}

// A cell is a value as text.
type cell struct {
	Text  string
	Kind  string // null, number, blob, short or text
	Cut   bool   // there is more of it
	Right bool   // it stands where numbers do
}

// newGrid has the first columns of rows.
func newGrid(label string, columns []values.Column, rows [][]any) grid {
	shown := columns[:min(len(columns), rowsColumns)]
	g := grid{Label: label, More: len(columns) - len(shown)}
	for _, row := range rows {
		cells := make([]cell, len(shown))
		for i := range cells {
			cells[i] = cellOf(row[i], rowsLongest)
		}
		g.Rows = append(g.Rows, cells)
	}
	for i, c := range shown {
		column := gridColumn{c.Name, c.Type, false}
		others := func(row []cell) bool { return row[i].Kind != "number" && row[i].Kind != "null" }
		numbers := func(row []cell) bool { return row[i].Kind == "number" }
		if column.Right = slices.ContainsFunc(g.Rows, numbers) && !slices.ContainsFunc(g.Rows, others); column.Right {
			for _, row := range g.Rows {
				row[i].Right = true
			}
		}
		g.Columns = append(g.Columns, column)
	}
	return g
}

// look notes what is in the database that was made of a file: the first rows of each of the first tables, and
// what differs from the one that is served. A page is none the worse without.
func (h *Handler) look(ctx context.Context, p *filePage, tables []converter.TableSummary, kept *values.Scratch) {
	ctx, cancel := context.WithTimeout(ctx, lookedIn)
	defer cancel()
	db, err := kept.Open(ctx)
	if err != nil {
		p.Rows = []tableRows{{Why: rowsTooLarge}}
		return
	}
	defer db.Close()
	tables = tables[:min(len(tables), lookedTables)]
	for _, t := range tables {
		if t.Rows == 0 {
			continue
		}
		rows, err := headOf(ctx, db, t)
		if err != nil {
			h.log().WarnContext(ctx, "no rows to show", "file", p.File.Name, "table", t.Name, "error", err)
			continue
		}
		p.Rows = append(p.Rows, rows)
	}
	if p.Live != nil && p.Sample == 0 {
		p.Differs = h.compare(ctx, p.File.Name, db, tables)
	}
}

func headOf(ctx context.Context, db *values.Database, t converter.TableSummary) (tableRows, error) {
	r := tableRows{Name: dynasette.Printable(t.Name)}
	columns, err := db.Columns(ctx, t.Name)
	if err != nil {
		return r, err
	}
	rows, err := db.Head(ctx, t.Name, columns[:min(len(columns), rowsColumns)], rowsShown, rowsLongest)
	r.Grid = newGrid("First rows of "+r.Name, columns, rows)
	for i, c := range r.Grid.Columns {
		r.Grid.Columns[i].Type = cmp.Or(c.Type, "any")
	}
	return r, err
}

// cellOf shows a value that values has read: at most that many characters.
func cellOf(v any, most int) cell {
	switch v := v.(type) {
	case nil:
		return cell{Text: "NULL", Kind: "null"}
	case values.Bytes:
		return cell{Text: "binary, " + look.Size(int64(v)), Kind: "blob"}
	case int64:
		return cell{Text: strconv.FormatInt(v, 10), Kind: "number"}
	case float64:
		return cell{Text: values.Spell(v), Kind: "number"}
	case string:
		text := []rune(strings.ToValidUTF8(v, "\uFFFD"))
		c := cell{Kind: "text", Cut: len(text) > most}
		if len(text) <= rowsOneLine && !strings.ContainsAny(v, "\n\r") {
			c.Kind = "short"
		}
		c.Text = string(text[:min(len(text), most)])
		return c
	}
	return cell{}
}
