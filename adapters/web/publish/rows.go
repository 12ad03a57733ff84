package publish

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/dynasette/dynasette/adapters/values"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/look"
)

// Bounds of the rows that are shown of a file before it is published.
const (
	rowsIn       = 5 * time.Second
	rowsTables   = 10
	rowsShown    = 10 // of a table
	rowsColumns  = 60
	rowsLongest  = 200 // characters of a value
	rowsOneLine  = 40  // of one that is not wrapped
	rowsTooLarge = "Its database is too large for its rows to be shown before it is published."
)

// tableRows are the first rows of a table as they would be stored, or why they are not shown.
type tableRows struct {
	Name    string
	Of      int64 // rows of the table
	Columns []values.Column
	More    int // columns
	Rows    [][]cell
	Why     string
}

// A cell is a value as text.
type cell struct {
	Text string
	Kind string // null, number, blob, short or text
	Cut  bool   // there is more of it
}

// rows notes the first rows of each of the first tables; a page is none the worse without.
func (h *Handler) rows(ctx context.Context, p *filePage, tables []converter.TableSummary, kept *values.Scratch) {
	ctx, cancel := context.WithTimeout(ctx, rowsIn)
	defer cancel()
	db, err := values.Open(ctx, kept, kept.Size())
	if err != nil {
		p.Rows = []tableRows{{Why: rowsTooLarge}}
		return
	}
	defer db.Close()
	for _, t := range tables {
		if t.Rows == 0 {
			continue
		}
		if len(p.Rows) == rowsTables {
			break
		}
		rows, err := headOf(ctx, db, t)
		if err != nil {
			continue
		}
		p.Rows = append(p.Rows, rows)
	}
}

func headOf(ctx context.Context, db *values.Database, t converter.TableSummary) (tableRows, error) {
	r := tableRows{Name: t.Name, Of: t.Rows}
	columns, err := db.Columns(ctx, t.Name)
	if err != nil {
		return r, err
	}
	r.Columns = columns[:min(len(columns), rowsColumns)]
	r.More = len(columns) - len(r.Columns)
	rows, err := db.Head(ctx, t.Name, r.Columns, rowsShown, rowsLongest)
	for _, row := range rows {
		cells := make([]cell, len(row))
		for i, v := range row {
			cells[i] = cellOf(v, rowsLongest)
		}
		r.Rows = append(r.Rows, cells)
	}
	return r, err
}

// Numeric reports whether the column's values stand on the right.
func (r tableRows) Numeric(column int) bool {
	numbers := 0
	for _, row := range r.Rows {
		switch row[column].Kind {
		case "number":
			numbers++
		case "null":
		default:
			return false
		}
	}
	return numbers > 0
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
