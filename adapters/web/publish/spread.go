package publish

import (
	"context"
	"fmt"
	"strings"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/values"
	"github.com/dynasette/dynasette/internal/look"
)

// Bounds of what is shown of the values that are served.
const (
	spreadTables  = 3
	spreadColumns = 24
)

// tableSpread is how the values of a table's columns are distributed.
type tableSpread struct {
	Name   string
	Of     string // which rows were looked at
	Charts []spread
	More   int // columns
}

// A spread is how the values of a column are distributed, as a picture that needs no script.
type spread struct {
	ID, Title, Type string
	Description     string
	Wide            bool // bars lie beneath one another, each with its label
	Height          int
	Bars            []spreadBar
	Rest            []spreadRest
}

type spreadBar struct {
	X, Y, Width, Height float64 // in the picture
	Label               string
	Plain, Short        string // where nothing keeps it from turning what stands around it
	Rows                int64
	Middle              float64 // of the bar, for its label
}

// End is where the number of a bar that lies stands.
func (b spreadBar) End() float64 { return b.X + b.Width + 5 }

// Most is the highest bar's number.
func (s spread) Most() (most int64) {
	for _, b := range s.Bars {
		most = max(most, b.Rows)
	}
	return most
}

// First and Last are what stands below the bars.
func (s spread) First() string { first, _, _ := strings.Cut(s.Bars[0].Plain, " to "); return first }
func (s spread) Last() string {
	last := s.Bars[len(s.Bars)-1].Plain
	if _, to, ok := strings.Cut(last, " to "); ok {
		return to
	}
	return last
}

type spreadRest struct {
	What string
	Rows int64
}

// spread returns charts of the values that are served, nil if they can't be had in time.
func (h *Handler) spread(ctx context.Context, served *dynasette.Database) []tableSpread {
	if served == nil {
		return nil
	}
	return h.spreads.get(ctx, objectOf(served), func(ctx context.Context) []tableSpread {
		made, err := h.makeSpread(ctx, served)
		if err != nil {
			h.log().WarnContext(ctx, "no charts of values", "source", served.Source, "error", err)
		}
		return made
	})
}

func objectOf(d *dynasette.Database) string { return d.Object + "#" + d.Generation }

func (h *Handler) makeSpread(ctx context.Context, served *dynasette.Database) (all []tableSpread, err error) {
	db, done, err := h.open(ctx, served)
	if err != nil {
		return nil, err
	}
	defer done()
	for _, t := range served.Tables {
		if t.Hidden || t.Rows == 0 {
			continue
		}
		if len(all) == spreadTables {
			break
		}
		columns, err := db.Columns(ctx, t.Name)
		if err != nil {
			continue // it is none of rows
		}
		shown := columns[:min(len(columns), spreadColumns)]
		found, err := db.Distributions(ctx, t.Name, shown, t.Rows)
		if err != nil {
			return all, err
		}
		table := tableSpread{Name: dynasette.Printable(t.Name), More: len(columns) - len(shown)}
		if found.Estimated {
			table.Of = fmt.Sprintf("Estimated from %s of %s rows.", look.Thousands(found.Rows), look.Thousands(t.Rows))
		}
		for i, d := range found.Columns {
			table.Charts = append(table.Charts, spreadOf(fmt.Sprintf("values-%d-%d", len(all), i), d))
		}
		all = append(all, table)
	}
	return all, nil
}

// The measures of a chart within its picture.
const (
	spreadWidth  = 320.0
	spreadTop    = 18.0
	spreadBottom = 110.0
	spreadLine   = 20.0 // for a bar that lies
	spreadMiddle = 150.0
	spreadLabel  = 20 // characters of a label
)

func spreadOf(id string, d values.Distribution) spread {
	c := spread{ID: id, Title: dynasette.Printable(d.Column.Name), Type: dynasette.Printable(d.Column.Type), Wide: d.Kind == values.Frequent || d.Kind == values.Each}
	rest := func(n int64, what string) {
		if n > 0 {
			c.Rest = append(c.Rest, spreadRest{what, n})
		}
	}
	if len(d.Bars) > 0 {
		rest(d.Others, "other values")
	}
	rest(d.Nulls, "NULL")
	most := int64(1)
	for _, b := range d.Bars {
		most = max(most, b.Rows)
	}
	for i, b := range d.Bars {
		bar := spreadBar{Label: visible(b.Label), Rows: b.Rows}
		bar.Plain = dynasette.Printable(bar.Label)
		bar.Short = shortened(bar.Plain)
		part := float64(b.Rows) / float64(most)
		if c.Wide {
			bar.Y, bar.X, bar.Height, bar.Width = spreadLine*float64(i)+3, spreadMiddle, spreadLine-6, round((spreadWidth-spreadMiddle-60)*part)
			bar.Middle = spreadLine*float64(i) + 14
		} else {
			width := spreadWidth / float64(len(d.Bars))
			bar.Height = round((spreadBottom - spreadTop) * part)
			bar.X, bar.Y, bar.Width = round(width*float64(i)+1), round(spreadBottom-bar.Height), round(max(width-2, 1))
		}
		c.Bars = append(c.Bars, bar)
	}
	c.Height = 130
	if c.Wide {
		c.Height = int(spreadLine) * len(c.Bars)
	}
	c.Description = describe(d, c.Bars)
	return c
}

// describe says in words what the picture shows.
func describe(d values.Distribution, bars []spreadBar) string {
	different := look.Thousands(int64(d.Different)) + " different values"
	switch {
	case d.Many:
		different = "more than " + different
	case d.Different == 1:
		different = "one value"
	}
	switch {
	case d.Rows == d.Nulls:
		return "NULL in every row."
	case len(bars) == 0 && d.Different == 0:
		return "Binary."
	case len(bars) == 0 && !d.Many:
		return fmt.Sprintf("%s, each in one row.", sentence(different))
	case len(bars) == 0:
		return sentence(different) + ", few in more than one row."
	}
	most := bars[0]
	for _, b := range bars {
		if b.Rows > most.Rows {
			most = b
		}
	}
	rows := fmt.Sprintf("%s row%s", look.Thousands(most.Rows), map[bool]string{false: "s"}[most.Rows == 1])
	if d.Kind == values.Frequent || d.Kind == values.Each || len(bars) == 1 {
		return fmt.Sprintf("%s. Most frequent: %s, in %s.", sentence(different), most.Plain, rows)
	}
	c := spread{Bars: bars}
	return fmt.Sprintf("%s, from %s to %s. Most are in %s: %s.", sentence(different), c.First(), c.Last(), most.Plain, rows)
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// visible is a label that can be seen.
func visible(label string) string {
	if strings.TrimSpace(label) == "" {
		return "(blank)"
	}
	return strings.ToValidUTF8(label, "\uFFFD")
}

func shortened(label string) string {
	if r := []rune(label); len(r) > spreadLabel {
		return string(r[:spreadLabel-1]) + "…"
	}
	return label
}
