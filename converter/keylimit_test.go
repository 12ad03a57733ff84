package converter

import (
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter/internal/extsort"
)

// A key of more values than can be sorted is none for that reason, and not because a row has no
// value or two have the same, which nobody knows then.
func TestKeyTooLarge(t *testing.T) {
	for disk, want := range map[int64]string{-1: "there are too many values: ", 1 << 20: "a row has none"} {
		db := newDatabase(t.Context(), nil, &Options{PageSize: 4096}, nil)
		db.sorter = extsort.New(t.Context(), extsort.Limits{Open: 1 << 10, Memory: 1 << 10, Disk: disk})
		rows := &table{rows: 5000} // from before there was the column
		rows.key = db.addIndex(rows, Index{Columns: []IndexColumn{{Name: "id"}}})
		if err := db.judgeKey(rows, "TEXT"); err != nil || !strings.HasPrefix(rows.key.why, want) {
			t.Errorf("with %d bytes of a file: %q, %v, want %q", disk, rows.key.why, err, want)
		}
		db.close()
	}
}
