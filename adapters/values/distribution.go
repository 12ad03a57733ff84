package values

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// Bounds of what is looked at.
const (
	maxLooked = 50_000 // rows of a table
	blocks    = 50     // in which they are spread over a larger one
	maxValues = 1000   // different values of a column that are counted one by one
	maxText   = 100    // bytes of one, by which longer ones count as the same
	maxBars   = 12     // values of a column that are listed; histograms have up to twice as many bars
)

// A Distribution is how the values of a column are distributed.
type Distribution struct {
	Column    Column
	Rows      int64 // that were looked at
	Nulls     int64
	Different int  // values, up to 1,000
	Many      bool // there are more
	Kind      Kind
	Bars      []Bar // none if all values are different
	Others    int64 // rows whose values are in no bar
}

// A Kind is what bars are of.
type Kind int

// What a Kind is.
const (
	Frequent Kind = iota // values, the most frequent first
	Each                 // values, in order
	Numbers              // numbers from one to another
	Dates                // days, months, years or longer
)

// A Bar is how many rows have a value, or one of a range.
type Bar struct {
	Label string
	Rows  int64
}

// Distributions are those of some columns of a table.
type Distributions struct {
	Columns   []Distribution
	Rows      int64 // that were looked at
	Estimated bool  // they are not all; spread evenly, or, if that can't be, the first
}

// Distributions looks at how values are distributed in a table that has so many rows.
func (d *Database) Distributions(ctx context.Context, table string, columns []Column, rows int64) (*Distributions, error) {
	all := make([]counter, len(columns))
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	result := &Distributions{Estimated: rows > maxLooked}
	look := func(row []any) error {
		if result.Rows == maxLooked {
			return errEnough
		}
		result.Rows++
		for i, v := range row {
			all[i].add(v)
		}
		return nil
	}
	err := d.spread(ctx, table, names, rows, look)
	if err != nil && err != errEnough {
		return nil, err
	}
	for i := range all {
		of := all[i].distribution()
		of.Column, of.Rows = columns[i], result.Rows
		result.Columns = append(result.Columns, of)
	}
	return result, nil
}

// spread calls fn for rows: all, or blocks of them from all over the table.
func (d *Database) spread(ctx context.Context, table string, columns []string, rows int64, fn func(row []any) error) error {
	rowid, err := d.rowid(ctx, table)
	if rows <= maxLooked || err != nil {
		return d.scan(ctx, table, columns, fn)
	}
	var first, last int64
	// One aggregate at a time is the end of the tree.
	for name, at := range map[string]*int64{"min": &first, "max": &last} {
		if err := d.query(ctx, fmt.Sprintf("SELECT %s(%s) FROM main.%s", name, rowid, quote(table)), nil, func(row []any) error {
			*at, _ = row[0].(int64)
			return nil
		}); err != nil {
			return err
		}
	}
	text := selecting(table, columns) + fmt.Sprintf(" WHERE %s BETWEEN ? AND ? LIMIT %d", rowid, maxLooked/blocks)
	span := (uint64(last) - uint64(first)) / blocks // of rowids; the block's rows are at its beginning
	for i := range uint64(blocks) {
		from := int64(uint64(first) + i*(span+1))
		to := int64(uint64(from) + span)
		if from > last || to < from {
			break
		}
		if err := d.query(ctx, text, []any{from, min(to, last)}, fn); err != nil {
			return err
		}
	}
	return nil
}

// rowid returns a name of the table's rowid that no column has.
func (d *Database) rowid(ctx context.Context, table string) (string, error) {
	columns, err := d.Columns(ctx, table)
	if err != nil {
		return "", err
	}
	for _, name := range []string{"rowid", "_rowid_", "oid"} {
		if slices.ContainsFunc(columns, func(c Column) bool { return strings.EqualFold(c.Name, name) }) {
			continue
		}
		return name, d.query(ctx, fmt.Sprintf("SELECT %s FROM main.%s LIMIT 0", name, quote(table)), nil, func([]any) error { return nil })
	}
	return "", ErrNoTable
}

// A counter is what is known of a column's values so far.
type counter struct {
	nulls, values int64
	numbers       []float64
	days          []int64 // since 1970, of texts that are dates
	whole         bool    // all numbers are INTEGER
	counts        map[string]*valueCount
	many          bool
	blobs         int64
}

// A valueCount is a value as text, and how many rows have it.
type valueCount struct {
	text   string
	number float64
	rows   int64
}

func (c *counter) add(v any) {
	c.values++
	text := ""
	number := 0.0
	switch v := v.(type) {
	case nil:
		c.values--
		c.nulls++
		return
	case []byte:
		c.blobs++
		return
	case int64:
		number = float64(v)
		c.whole = c.whole || len(c.numbers) == 0
		c.numbers = append(c.numbers, number)
	case float64:
		number = v
		c.whole = false
		c.numbers = append(c.numbers, v)
	case string:
		text = v
		if day, ok := dayOf(v); ok {
			c.days = append(c.days, day)
		}
	}
	if text == "" {
		text = Spell(v)
	}
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "") + "…"
	}
	if found := c.counts[text]; found != nil {
		found.rows++
		return
	}
	if len(c.counts) == maxValues {
		c.many = true
		return
	}
	if c.counts == nil {
		c.counts = map[string]*valueCount{}
	}
	text = strings.Clone(text)
	c.counts[text] = &valueCount{text, number, 1}
}

// distribution makes bars of what was counted.
func (c *counter) distribution() Distribution {
	d := Distribution{Nulls: c.nulls, Different: len(c.counts), Many: c.many}
	switch n := int64(len(c.numbers)); {
	case c.values == 0:
	case n == c.values && !c.many && len(c.counts) <= maxBars:
		d.Kind, d.Bars = Each, c.each()
	case n == c.values:
		d.Kind, d.Bars = Numbers, histogram(c.numbers, c.whole)
	case int64(len(c.days)) == c.values:
		d.Kind, d.Bars = Dates, calendar(c.days)
	default:
		d.Bars = c.frequent()
	}
	d.Others = c.values
	for _, b := range d.Bars {
		d.Others -= b.Rows
	}
	return d
}

func (c *counter) list(order func(a, b *valueCount) int) (bars []Bar) {
	var all []*valueCount
	for _, v := range c.counts {
		all = append(all, v)
	}
	slices.SortFunc(all, order)
	for _, v := range all[:min(len(all), maxBars)] {
		bars = append(bars, Bar{v.text, v.rows})
	}
	return bars
}

// each lists numbers in their order.
func (c *counter) each() []Bar {
	return c.list(func(a, b *valueCount) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.text, b.text))
	})
}

// frequent lists the most frequent values, of the first 1,000; none if they tell little of the column, as none is
// in two rows, or they are in few of many.
func (c *counter) frequent() []Bar {
	bars := c.list(func(a, b *valueCount) int { return cmp.Or(cmp.Compare(b.rows, a.rows), cmp.Compare(a.text, b.text)) })
	listed := int64(0)
	for _, b := range bars {
		listed += b.Rows
	}
	if len(bars) > 1 && bars[0].Rows == 1 || c.many && listed < c.values/20 {
		return nil
	}
	return bars
}
