package converter

import (
	"bytes"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// A tally counts the entries of an index as they come in order.
type tally struct {
	entries  int64
	nulls    int64   // entries with a NULL
	repeated int64   // entries with the same values as the one before, and no NULL
	distinct []int64 // by number of columns, less one: how many values these have together

	null  []byte    // the first of those with a NULL
	twice [2][]byte // the first two with the same values

	first, last []byte // entries
	firstEnds   []int  // of the columns
	lastEnds    []int
	firstHas    bool // a NULL
}

// add counts an entry, which ends belong to.
func (t *tally) add(r *sqlitefile.KeyReader, entry []byte, ends []int) {
	null := r.Null(entry, ends)
	if null {
		if t.nulls++; t.nulls == 1 {
			t.null = bytes.Clone(entry)
		}
	}
	if t.entries++; t.entries == 1 {
		t.distinct = make([]int64, len(ends))
		for i := range t.distinct {
			t.distinct[i] = 1
		}
		t.first, t.firstEnds, t.firstHas = bytes.Clone(entry), append([]int(nil), ends...), null
	} else if t.differ(entry, ends) && !null {
		t.repeat(entry)
	}
	t.last, t.lastEnds = append(t.last[:0], entry...), append(t.lastEnds[:0], ends...)
}

// repeat counts an entry with the same values as the last one.
func (t *tally) repeat(entry []byte) {
	if t.repeated++; t.repeated == 1 {
		t.twice = [2][]byte{bytes.Clone(t.last), bytes.Clone(entry)}
	}
}

// differ counts what is new in an entry after the last one. It reports whether nothing is.
func (t *tally) differ(entry []byte, ends []int) (same bool) {
	for i, end := range ends {
		if end == t.lastEnds[i] && bytes.Equal(entry[:end], t.last[:end]) {
			continue
		}
		for ; i < len(ends); i++ {
			t.distinct[i]++
		}
		return false
	}
	return true
}

// join adds what was counted of the entries that follow.
func (t *tally) join(next *tally) {
	if next.entries == 0 {
		return
	}
	if t.entries == 0 {
		*t = *next
		return
	}
	t.entries += next.entries
	if t.nulls == 0 {
		t.null = next.null
	}
	t.nulls += next.nulls
	if t.differ(next.first, next.firstEnds) && !next.firstHas {
		t.repeat(next.first)
	}
	if t.repeated == 0 {
		t.twice = next.twice
	}
	t.repeated += next.repeated
	for i, n := range next.distinct {
		t.distinct[i] += n - 1
	}
	t.last, t.lastEnds = next.last, next.lastEnds
}
