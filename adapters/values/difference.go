package values

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dustin/go-humanize"
)

// Bounds of what is compared.
const (
	maxRows       = 300_000 // of a table
	maxCompared   = 200     // columns
	maxCandidates = 6       // columns that may tell rows apart, beyond the first rows
	firstRows     = 2000    // in which a column that tells rows apart has no value twice
	maxDistinct   = 50_000  // values of a column
	maxCounted    = 500_000 // of all
	maxExamples   = 5
)

// A Difference is what differs in the values of a table that is in two databases, in columns that both have.
// A number counts as the same value as a text that is spelled like it, since a column may only have changed its
// type. It is exact but for values whose hashes of 64 bits are equal, which no one can bring about.
type Difference struct {
	Table         string
	Columns       []string // that are compared
	Before, After int64    // rows

	// Key is what tells rows apart: the primary key, or else a column of which no row has the same value as another,
	// before and after, by which most rows are found again. Of several it is that by which the least differs. Without
	// one, rows are compared whole.
	Key                     []string
	Added, Removed, Changed int64   // rows; without a Key none is changed
	AddedRows, RemovedRows  [][]any // the first, by Columns
	ChangedRows             []ChangedRow

	Values []ValuesDifference // without a Key: of columns whose values differ
}

// A ChangedRow is one that is found again by Key.
type ChangedRow struct {
	Before, After []any
	Columns       []int // those that differ
}

// A ValuesDifference is which values a column has no longer, and has now.
type ValuesDifference struct {
	Column    string
	Gone, New []Occurrence // the first
	MoreGone  int          // values
	MoreNew   int
	Many      bool // there are too many different values to compare
}

// An Occurrence is a value, and how many rows have it.
type Occurrence struct {
	Value any
	Rows  int64
}

// Same reports whether nothing differs.
func (d *Difference) Same() bool { return d.Added == 0 && d.Removed == 0 && d.Changed == 0 }

// Why a table is not compared.
var (
	ErrRows     = fmt.Errorf("it has more than %s rows", humanize.Comma(maxRows))
	ErrNoColumn = errors.New("no column is in both versions")
)

// Compare returns what differs in a table's values.
func Compare(ctx context.Context, before, after *Database, table string) (*Difference, error) {
	was, err := before.Columns(ctx, table)
	if err != nil {
		return nil, err
	}
	is, err := after.Columns(ctx, table)
	if err != nil {
		return nil, err
	}
	c := &comparison{Difference: Difference{Table: table}, before: side{db: before}, after: side{db: after}}
	var key bool
	c.candidates, key = c.common(was, is)
	if len(c.Columns) == 0 {
		return nil, ErrNoColumn
	}
	for _, s := range []*side{&c.before, &c.after} {
		if err := c.read(ctx, s); err != nil {
			return nil, err
		}
	}
	c.Before, c.After = int64(len(c.before.rows)), int64(len(c.after.rows))
	if !c.byKey(key) {
		c.whole()
		return &c.Difference, c.values(ctx)
	}
	return &c.Difference, c.examples(ctx)
}

// A comparison is a Difference that is being found.
type comparison struct {
	Difference
	before, after side
	candidates    [][]int // what may tell rows apart: places of columns
	added         []int   // the first rows that are, by their place in the table
	removed       []int
	changed       [][2]int
}

// A side is what is kept of the rows of a table.
type side struct {
	db   *Database
	rows []uint64 // the hash of each
	keys []keys   // by candidate
}

// Keys are what may tell rows apart.
type keys struct {
	hashes   []uint64
	numbered bool // they are whole numbers, each one more than that before
	last     int64
}

func (k *keys) add(hash uint64, v any) {
	n, ok := v.(int64)
	k.numbered = ok && (len(k.hashes) == 0 || k.numbered && n == k.last+1)
	k.hashes, k.last = append(k.hashes, hash), n
}

// common notes the columns that both have, and returns what may tell rows apart: the primary key that both
// have, or each column that is not for measures.
func (c *comparison) common(was, is []Column) (candidates [][]int, key bool) {
	of := map[string]Column{}
	for _, column := range was {
		of[column.Name] = column
	}
	var keys []Column
	both, places := true, map[int]int{}
	for _, column := range is {
		before, ok := of[column.Name]
		both = both && before.Key == column.Key
		delete(of, column.Name)
		if !ok || len(c.Columns) == maxCompared {
			continue
		}
		place := len(c.Columns)
		c.Columns = append(c.Columns, column.Name)
		if column.Key > 0 {
			keys = append(keys, column)
			places[column.Key] = place
		}
		if column.Type != "REAL" && before.Type != "REAL" {
			candidates = append(candidates, []int{place})
		}
	}
	for _, column := range of {
		both = both && column.Key == 0
	}
	if !both || len(keys) == 0 || len(places) != len(keys) {
		return candidates, false
	}
	primary := make([]int, len(keys))
	for i := range primary {
		place, ok := places[i+1]
		if !ok {
			return candidates, false
		}
		primary[i] = place
	}
	return [][]int{primary}, true
}

// read hashes the rows of one side. Candidates that do not tell its first rows apart are none any more.
func (c *comparison) read(ctx context.Context, s *side) error {
	s.keys = make([]keys, len(c.candidates))
	hashes := make([]uint64, len(c.Columns))
	var h hasher
	err := s.db.scan(ctx, c.Table, c.Columns, func(row []any) error {
		if len(s.rows) == maxRows {
			return ErrRows
		}
		for i, v := range row {
			hashes[i] = h.value(v)
		}
		for i, places := range c.candidates {
			s.keys[i].add(keyOf(hashes, places), row[places[0]])
		}
		s.rows = append(s.rows, combined(hashes))
		if len(s.rows) == firstRows {
			c.winnow(s)
		}
		return nil
	})
	c.winnow(s)
	return err
}

// winnow forgets candidates that do not tell apart the rows that were read.
func (c *comparison) winnow(s *side) {
	for i := len(c.candidates) - 1; i >= 0; i-- {
		if tellApart(s.keys[i].hashes) {
			continue
		}
		c.forget(i)
	}
	for len(c.candidates) > maxCandidates {
		c.forget(maxCandidates)
	}
}

func (c *comparison) forget(i int) {
	c.candidates = slices.Delete(c.candidates, i, i+1)
	for _, s := range []*side{&c.before, &c.after} {
		if i < len(s.keys) {
			s.keys = slices.Delete(s.keys, i, i+1)
		}
	}
}

// tellApart reports whether no row is blank, and no two are alike.
func tellApart(keys []uint64) bool {
	sorted := slices.Sorted(slices.Values(keys))
	for i, key := range sorted {
		if key == blank || i > 0 && sorted[i-1] == key {
			return false
		}
	}
	return true
}

// byKey finds what differs by the candidate by which the least does; a primary key is taken in any case. It
// returns false if there is none.
func (c *comparison) byKey(primary bool) bool {
	best := -1
	var least matching
	for i := range c.candidates {
		was, is := &c.before.keys[i], &c.after.keys[i]
		m := match(was.hashes, is.hashes, c.before.rows, c.after.rows)
		m.numbered = was.numbered && is.numbered
		if !primary && (m.common() == 0 || 2*m.common() < min(len(c.before.rows), len(c.after.rows))) {
			continue
		}
		if best < 0 || m.betterThan(&least) {
			best, least = i, m
		}
	}
	if best < 0 {
		return false
	}
	for _, place := range c.candidates[best] {
		c.Key = append(c.Key, c.Columns[place])
	}
	c.Added, c.Removed, c.Changed = int64(len(least.added)), int64(len(least.removed)), int64(len(least.changed))
	c.added, c.removed, c.changed = first(least.added), first(least.removed), first(least.changed)
	return true
}

func first[T any](list []T) []T { return list[:min(len(list), maxExamples)] }

// whole counts the rows that are not there as often as before.
func (c *comparison) whole() {
	a, b := slices.Sorted(slices.Values(c.before.rows)), slices.Sorted(slices.Values(c.after.rows))
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			c.Removed, a = c.Removed+1, a[1:]
		case len(a) == 0 || b[0] < a[0]:
			c.Added, b = c.Added+1, b[1:]
		default:
			a, b = a[1:], b[1:]
		}
	}
}

var errEnough = errors.New("enough is read")

// examples reads the first rows that differ.
func (c *comparison) examples(ctx context.Context) error {
	c.ChangedRows = make([]ChangedRow, len(c.changed))
	hashes := make([][]uint64, len(c.changed))
	var h hasher
	var was, is []int
	for _, pair := range c.changed {
		was, is = append(was, pair[0]), append(is, pair[1])
	}
	err := c.pick(ctx, c.before.db, slices.Concat(c.removed, was), func(i int, row []any) {
		if i -= len(c.removed); i < 0 {
			c.RemovedRows = append(c.RemovedRows, brief(row))
			return
		}
		c.ChangedRows[i].Before = brief(row)
		for _, v := range row {
			hashes[i] = append(hashes[i], h.value(v))
		}
	})
	if err != nil {
		return err
	}
	return c.pick(ctx, c.after.db, slices.Concat(c.added, is), func(i int, row []any) {
		if i -= len(c.added); i < 0 {
			c.AddedRows = append(c.AddedRows, brief(row))
			return
		}
		c.ChangedRows[i].After = brief(row)
		for place, v := range row {
			if h.value(v) != hashes[i][place] {
				c.ChangedRows[i].Columns = append(c.ChangedRows[i].Columns, place)
			}
		}
	})
}

// pick calls fn with rows, which it must not keep, whose places in the table are given, each with its place among these.
func (c *comparison) pick(ctx context.Context, db *Database, places []int, fn func(i int, row []any)) error {
	if len(places) == 0 {
		return nil
	}
	last, at := slices.Max(places), 0
	err := db.scan(ctx, c.Table, c.Columns, func(row []any) error {
		if i := slices.Index(places, at); i >= 0 {
			fn(i, row)
		}
		if at++; at > last {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}
