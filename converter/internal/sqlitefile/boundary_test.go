package sqlitefile

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter/internal/sqlitecheck"
)

// recordOf returns a record of n bytes of a text of that letter, and so many NULLs behind it
// as that takes. It returns nil if there is none: no header goes with that length.
func recordOf(n int, letter string) (text string, r []byte) {
	for nulls := range 3 {
		for head := 2; head < 8; head++ {
			text = strings.Repeat(letter, max(n-head-nulls, 0))
			if r = record(append([]any{text}, make([]any, nulls)...)...); len(r) == n {
				return text, r
			}
		}
	}
	return "", nil
}

// around returns the lengths of payloads near those where what stays on a page changes, by
// the file format's own words: most is the longest that stays whole, and least what stays
// of others at least.
func around(pageSize, most, least int) []int {
	var lengths []int
	near := func(n int) {
		for d := -3; d <= 3; d++ {
			lengths = append(lengths, n+d)
		}
	}
	for pages := range 4 {
		near(most + pages*(pageSize-4))
		near(least + pages*(pageSize-4))
		near(pages * pageSize)
	}
	if pageSize == 512 {
		for n := range 3 * pageSize {
			lengths = append(lengths, n)
		}
	}
	slices.Sort(lengths)
	return slices.DeleteFunc(slices.Compact(lengths), func(n int) bool { return n < 8 })
}

// check fails unless the database is sound and a table's first column is what it should be.
func check(t *testing.T, db []byte, rows int, want func(i int) string) {
	t.Helper()
	report, err := sqlitecheck.Check(bytes.NewReader(db), int64(len(db)), sqlitecheck.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := report.Err(); err != nil {
		t.Fatal(err)
	}
	i := 0
	err = report.Rows("t", func(_ int64, values []any) error {
		if values[0] != want(i) {
			t.Errorf("row %d of %d bytes reads back as another", i, len(want(i)))
		}
		i++
		return nil
	})
	if err != nil || i != rows {
		t.Errorf("%d rows of %d, %v", i, rows, err)
	}
}

// The payload of a row has every length near those where what stays on its page changes.
func TestPayloadLengths(t *testing.T) {
	for size := 512; size <= 65536; size *= 2 {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			least := (size-12)*32/255 - 23
			var texts []string
			var records [][]byte
			for _, n := range around(size, size-35, least) {
				text, r := recordOf(n, string(rune('a'+n%26)))
				if r == nil {
					t.Fatalf("no record has %d bytes", n)
				}
				texts, records = append(texts, text), append(records, r)
			}
			w := newWritten(size)
			table := w.table(t, "t", "a TEXT, b, c", upTo(len(records)), func(i int) []byte { return records[i] })
			db := w.finish(t, []Object{table})
			check(t, db, len(texts), func(i int) string { return texts[i] })
			sound(t, db, "")
		})
	}
}

// So has that of an index's entry.
func TestIndexPayloadLengths(t *testing.T) {
	for size := 512; size <= 65536; size *= 2 {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			most, least := (size-12)*64/255-23, (size-12)*32/255-23
			var keys []string
			for _, n := range around(size, most, least) {
				if n < 16 {
					continue
				}
				// An entry is a key, and a rowid of two bytes.
				for head := 3; head < 8; head++ {
					key := fmt.Sprintf("%06d", len(keys)) + strings.Repeat("x", n-head-2-6)
					if len(record(key, int64(1000))) == n {
						keys = append(keys, key)
						break
					}
				}
			}
			w := newWritten(size)
			ids := upTo(len(keys))
			for i := range ids {
				ids[i] += 1000
			}
			table := w.table(t, "t", "id TEXT PRIMARY KEY", ids, func(i int) []byte { return record(keys[i]) })
			x := w.f.NewIndex()
			for i, key := range keys {
				if err := x.Add(record(key, ids[i])); err != nil {
					t.Fatal(err)
				}
			}
			root, err := x.Finish()
			if err != nil {
				t.Fatal(err)
			}
			db := w.finish(t, []Object{table, {Type: "index", Name: "sqlite_autoindex_t_1", Table: "t", Root: root}})
			check(t, db, len(keys), func(i int) string { return keys[i] })
			if got := sound(t, db, "SELECT count(*) FROM t WHERE id IN (SELECT id FROM t NOT INDEXED)"); got != fmt.Sprint(len(keys)) {
				t.Errorf("%s of %d keys are found", got, len(keys))
			}
		})
	}
}

// A table has any number of leaves: up to those of three levels of the smallest pages, with
// rowids that take few bytes above them and many.
func TestLeaves(t *testing.T) {
	const size = 512
	for _, test := range []struct {
		from   int64 // the first rowid
		leaves []int
	}{
		{1, numbers(0, 200)},
		{1 << 60, append(numbers(0, 200), numbers(1080, 1160)...)}, // 33 children a page
	} {
		for _, n := range test.leaves {
			w := newWritten(size)
			text := strings.Repeat("x", 300) // no two rows on one page
			ids := upTo(n)
			for i := range ids {
				ids[i] += test.from - 1
			}
			table := w.table(t, "t", "a TEXT", ids, func(int) []byte { return record(text) })
			db := w.finish(t, []Object{table})
			if pages := len(db) / size; pages < n+1 {
				t.Fatalf("%d rows on %d pages", n, pages)
			}
			check(t, db, n, func(int) string { return text })
			if t.Failed() {
				t.Fatalf("a table of %d leaves, rowids from %d", n, test.from)
			}
		}
	}
}

func numbers(from, to int) (list []int) {
	for n := from; n <= to; n++ {
		list = append(list, n)
	}
	return list
}
