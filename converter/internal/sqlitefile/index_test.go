package sqlitefile

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/dynasette/dynasette/converter/internal/sqlitecheck"
)

// Every number of entries up to three levels of the smallest pages, with entries of sizes
// up to those with overflow pages.
func TestIndexes(t *testing.T) {
	for n := 0; n < 2500; n = n + 1 + n/8 {
		for _, length := range []int{1, 60, 101, 102, 103, 104, 500, 2000} {
			if length >= 500 && n > 300 {
				continue
			}
			w := newWritten(512)
			text := func(i int) string { return fmt.Sprintf("%0*d", max(length, 5), i) }
			table := w.table(t, "t", "id TEXT PRIMARY KEY", upTo(n), func(i int) []byte { return record(text(i)) })
			x := w.f.NewIndex()
			for i := range n {
				if err := x.Add(record(text(i), int64(i+1))); err != nil {
					t.Fatal(err)
				}
			}
			root, err := x.Finish()
			if err != nil {
				t.Fatal(err)
			}
			db := w.finish(t, []Object{table, {Type: "index", Name: "sqlite_autoindex_t_1", Table: "t", Root: root}})
			report, err := sqlitecheck.Check(bytes.NewReader(db), int64(len(db)), sqlitecheck.Options{})
			if err != nil || report.Err() != nil {
				t.Fatalf("%d entries of %d: %v %v", n, length, err, report.Err())
			}
			if n%5 == 3 {
				if got := sound(t, db, fmt.Sprintf("SELECT count(*), count(id) FROM t WHERE id >= '%s'", text(n/2))); got != fmt.Sprintf("%d|%[1]d", n-n/2) {
					t.Errorf("%d entries of %d: %s", n, length, got)
				}
			}
		}
	}
}
