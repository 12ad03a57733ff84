package values

import (
	"context"
	"errors"
)

// A census is which values a column has, before and after: how many rows have each, by hash.
type census struct {
	before, after map[uint64]int64
	many          bool
}

func (c *census) of(after bool) map[uint64]int64 {
	if after {
		return c.after
	}
	return c.before
}

// values finds the values that columns have no longer, and have now.
func (c *comparison) values(ctx context.Context) error {
	all := make([]census, len(c.Columns))
	for i := range all {
		all[i] = census{before: map[uint64]int64{}, after: map[uint64]int64{}}
	}
	room := maxCounted
	for _, after := range []bool{false, true} {
		if err := c.count(ctx, all, after, &room); err != nil {
			return err
		}
	}
	found := make([]ValuesDifference, len(all))
	for i := range all {
		found[i] = ValuesDifference{Column: c.Columns[i], Many: all[i].many}
		found[i].MoreGone = missing(all[i].before, all[i].after)
		found[i].MoreNew = missing(all[i].after, all[i].before)
	}
	for _, after := range []bool{false, true} {
		if err := c.spell(ctx, all, after, found); err != nil {
			return err
		}
	}
	for _, v := range found {
		if v.Many || len(v.Gone)+len(v.New) > 0 {
			c.Values = append(c.Values, v)
		}
	}
	return nil
}

func (c *comparison) side(after bool) *Database {
	if after {
		return c.after.db
	}
	return c.before.db
}

// count counts the values of one side; room is how many more different ones there may be.
func (c *comparison) count(ctx context.Context, all []census, after bool, room *int) error {
	var h hasher
	return c.side(after).scan(ctx, c.Table, c.Columns, func(row []any) error {
		for i, v := range row {
			if all[i].many {
				continue
			}
			counts, hash := all[i].of(after), h.value(v)
			if counts[hash]++; counts[hash] > 1 {
				continue
			}
			if *room--; *room < 0 || len(counts) > maxDistinct {
				*room += len(all[i].before) + len(all[i].after)
				all[i] = census{many: true}
			}
		}
		return nil
	})
}

// missing counts the values that are not among others.
func missing(of, from map[uint64]int64) (n int) {
	for hash := range of {
		if from[hash] == 0 {
			n++
		}
	}
	return n
}

// spell reads the first values of one side that the other has not; what they are more is counted already.
func (c *comparison) spell(ctx context.Context, all []census, after bool, found []ValuesDifference) error {
	left := 0 // values to be read
	for i := range found {
		_, more := found[i].list(after)
		left += min(*more, maxExamples)
	}
	if left == 0 {
		return nil
	}
	var h hasher
	err := c.side(after).scan(ctx, c.Table, c.Columns, func(row []any) error {
		for i, v := range row {
			list, more := found[i].list(after)
			if *more == 0 || len(*list) == maxExamples {
				continue
			}
			hash := h.value(v)
			rows := all[i].of(after)[hash]
			if rows == 0 || all[i].of(!after)[hash] > 0 {
				continue
			}
			delete(all[i].of(after), hash) // it is listed
			*list, *more = append(*list, Occurrence{briefValue(v), rows}), *more-1
			if left--; left == 0 {
				return errEnough
			}
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// list is the list of values that are gone, or new, and how many are not in it yet.
func (v *ValuesDifference) list(after bool) (*[]Occurrence, *int) {
	if after {
		return &v.New, &v.MoreNew
	}
	return &v.Gone, &v.MoreGone
}
