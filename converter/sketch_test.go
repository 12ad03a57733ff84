package converter

import (
	"testing"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// sketchOf returns a sketch of rows of small integers: column i of row n has what value says.
func sketchOf(of *sketcher, rows, columns int, value func(row, column int) int64) *sketch {
	s := newSketch(of)
	candidates := make([]candidate, columns)
	for i := range candidates {
		candidates[i].is = true
	}
	for from := 0; from < rows; from += 1000 {
		batch := sketchedRows{first: int64(from) + 1, rowid: -1}
		for row := from; row < min(from+1000, rows); row++ {
			head, body := []byte{byte(columns + 1)}, []byte(nil)
			for c := range columns {
				var serial byte
				body, serial = sqlitefile.AppendInt(body, value(row, c))
				head = append(head, serial)
			}
			batch.data = append(append(batch.data, head...), body...)
			batch.ends = append(batch.ends, uint32(len(batch.data)))
		}
		var b batchSketch
		b.wants = s.wants(nil, columns, candidates)
		b.add(&batch, of)
		s.merge(&b, candidates)
	}
	return s
}

// Of candidates whose rows would take too much memory, those that take the most are given up.
func TestPostingsAreBounded(t *testing.T) {
	of := newSketcher(false)
	of.postings = maxPostings - 40_000 // of other tables
	s := sketchOf(of, 20_000, 3, func(row, column int) int64 { return int64(row) % []int64{7, 900, 300}[column] })
	// A row takes a byte mostly, and two where there are many values.
	kept := ""
	for i := range s.columns {
		if s.columns[i].candidate {
			kept += string('a' + rune(i))
		}
	}
	if kept != "a" || of.postings > maxPostings {
		t.Errorf("candidates %q, %d bytes too many", kept, of.postings-maxPostings)
	}
	for i := range s.columns {
		s.columns[i].disregard(s)
	}
	if of.postings != maxPostings-40_000 {
		t.Errorf("%d bytes are counted that nothing takes", of.postings-maxPostings+40_000)
	}
}

// Workers are told what is not to be known any more.
func TestWants(t *testing.T) {
	for _, describe := range []bool{false, true} {
		s := sketchOf(newSketcher(describe), 60_000, 3, func(row, column int) int64 { return int64(row) % []int64{50, 1, 1001}[column] })
		want := []want{wantPostings, wantNothing, wantNothing}
		if describe {
			want[1], want[2] = wantValues, wantExtent
		}
		for i, w := range *s.wanted.Load() {
			if w != want[i] {
				t.Errorf("described %t: of column %d %d is wanted, not %d", describe, i, w, want[i])
			}
		}
	}
}
