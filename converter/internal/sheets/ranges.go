package sheets

import (
	"cmp"
	"iter"
	"slices"
	"sort"
)

// ranges are rectangles of cells, each with something that belongs to it, to be found by
// row. Seal them after the last add.
type ranges[T any] struct {
	list   []ranged[T] // by their first rows
	lowest []int       // of each: the last row of any up to it
}

type ranged[T any] struct {
	Range
	of T
}

func (r *ranges[T]) add(c Range, of T) { r.list = append(r.list, ranged[T]{c, of}) }

func (r *ranges[T]) seal() {
	slices.SortStableFunc(r.list, func(a, b ranged[T]) int {
		return cmp.Or(cmp.Compare(a.Top, b.Top), cmp.Compare(a.Left, b.Left))
	})
	r.lowest = make([]int, len(r.list))
	lowest := 0
	for i := range r.list {
		lowest = max(lowest, r.list[i].Bottom)
		r.lowest[i] = lowest
	}
}

// at returns those that cover cells of a row, the last one first.
func (r *ranges[T]) at(row int) iter.Seq[*ranged[T]] {
	return func(yield func(*ranged[T]) bool) {
		for i := sort.Search(len(r.list), func(i int) bool { return r.list[i].Top > row }) - 1; i >= 0 && r.lowest[i] >= row; i-- {
			if r.list[i].Bottom >= row && !yield(&r.list[i]) {
				return
			}
		}
	}
}

// has reports whether the range covers a column.
func (c Range) has(col int) bool { return c.Left <= col && col <= c.Right }

// covers reports whether the range has a cell.
func (c Range) covers(row, col int) bool { return c.Top <= row && row <= c.Bottom && c.has(col) }

// rows reports whether the range has cells of a row.
func (c Range) rows(row int) bool { return c.Top <= row && row <= c.Bottom }

// String spells the range as people do: A1:C3.
func (c Range) String() string {
	from, to := cellName(c.Top, c.Left), cellName(c.Bottom, c.Right)
	if c.Bottom == maxRow { // its end is not known
		to = columnName(c.Right)
	}
	if from == to {
		return from
	}
	return from + ":" + to
}
