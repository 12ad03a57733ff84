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
		rows := newTable("t", nil)
		rows.columns, rows.rows = []column{{name: "id", declared: "TEXT"}}, 5000 // from before there was the column
		db.addKey(rows, &key{primary: true, found: true}, "id")
		if why, err := db.judge(rows, rows.primary()); err != nil || !strings.HasPrefix(why, want) {
			t.Errorf("with %d bytes of a file: %q, %v, want %q", disk, why, err, want)
		}
		db.close()
	}
}
