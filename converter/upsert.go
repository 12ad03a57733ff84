package converter

import (
	"bytes"
	"fmt"
	"slices"
)

// A part is the rows of a table from one on that are of one document.
type part struct {
	from int64
	w    *Writer
}

// maxLosers bounds how many rows others may take the place of.
const maxLosers = 16 << 20

// losers finds the rows whose key rows of later documents have, too, and reports whether
// there are any: another run leaves them out. Two rows of one document with one key are none
// of that.
func (db *database) losers(t *table, k *key) (bool, error) {
	merge, err := k.index.list.Merge(nil, nil)
	if err != nil {
		return false, err
	}
	reader := k.index.reader()
	var group []int64
	var values []byte
	var lost []int64
	end := func() bool {
		if len(group) < 2 {
			return true
		}
		for i, row := range group[:len(group)-1] {
			if t.part(row) == t.part(group[i+1]) {
				return false
			}
			lost = append(lost, row)
		}
		return true
	}
	for {
		entry, err := merge.Next()
		if err != nil {
			return false, err
		}
		if entry == nil {
			break
		}
		ends := reader.Ends(entry)
		if to := entry[:ends[len(ends)-1]]; !bytes.Equal(to, values) || reader.Null(entry, ends) {
			if !end() {
				return false, nil
			}
			group, values = group[:0], append(values[:0], to...)
		}
		group = append(group, k.index.rowid(entry))
		if len(lost) > maxLosers {
			return false, &RuleError{k.origin, fmt.Errorf("table %s: more than %d rows have the key of an earlier document's row: %w", t.name, maxLosers, ErrLimit)}
		}
	}
	if !end() || len(lost) == 0 {
		return false, nil
	}
	slices.Sort(lost)
	t.losers, t.unordered = lost, false
	return true, errLocate
}

// part returns which part of the table a row is in.
func (t *table) part(row int64) int {
	i, found := slices.BinarySearchFunc(t.parts, row, func(p part, row int64) int { return int(min(max(p.from-row, -1), 1)) })
	if found {
		return i
	}
	return i - 1
}

// begin notes whose rows come next, and which of them others take the place of. It reports
// whether the batch has to be read again without these. It runs in order.
func (task *batchTask) begin() bool {
	t := task.handle.table
	if n := len(t.parts); n == 0 || t.parts[n-1].w != task.handle.w {
		t.parts = append(t.parts, part{t.raw + 1, task.handle.w})
	}
	first, n := t.raw+1, int64(len(task.enc.ends))
	t.raw += n
	from, _ := slices.BinarySearch(t.losers, first)
	to, _ := slices.BinarySearch(t.losers, first+n)
	for _, row := range t.losers[from:to] {
		at := int(row - first)
		if task.origin != nil {
			at = int(task.origin[at])
		}
		task.replaced = append(task.replaced, at)
	}
	if to > from {
		task.handle.w.Report(Finding{Code: "rows-replaced", Table: t.name, Count: int64(to - from),
			Message: "a row has the primary key of a later document's row, which takes its place"})
	}
	return to > from
}
