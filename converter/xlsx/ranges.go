package xlsx

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
	cellRange
	of T
}

func (r *ranges[T]) add(c cellRange, of T) { r.list = append(r.list, ranged[T]{c, of}) }

func (r *ranges[T]) seal() {
	slices.SortStableFunc(r.list, func(a, b ranged[T]) int {
		return cmp.Or(cmp.Compare(a.top, b.top), cmp.Compare(a.left, b.left))
	})
	r.lowest = make([]int, len(r.list))
	lowest := 0
	for i := range r.list {
		lowest = max(lowest, r.list[i].bottom)
		r.lowest[i] = lowest
	}
}

// at returns those that cover cells of a row, the last one first.
func (r *ranges[T]) at(row int) iter.Seq[*ranged[T]] {
	return func(yield func(*ranged[T]) bool) {
		for i := sort.Search(len(r.list), func(i int) bool { return r.list[i].top > row }) - 1; i >= 0 && r.lowest[i] >= row; i-- {
			if r.list[i].bottom >= row && !yield(&r.list[i]) {
				return
			}
		}
	}
}

// has reports whether the range covers a column.
func (c cellRange) has(col int) bool { return c.left <= col && col <= c.right }

// covers reports whether the range has a cell.
func (c cellRange) covers(row, col int) bool { return c.top <= row && row <= c.bottom && c.has(col) }

// rows reports whether the range has cells of a row.
func (c cellRange) rows(row int) bool { return c.top <= row && row <= c.bottom }

// String spells the range as people do: A1:C3.
func (c cellRange) String() string {
	from, to := cellName(c.top, c.left), cellName(c.bottom, c.right)
	if c.bottom == maxRow { // its end is not known
		to = columnName(c.right)
	}
	if from == to {
		return from
	}
	return from + ":" + to
}
