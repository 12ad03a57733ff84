package sqlitecheck

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Check never panics and always ends, and what it finds sound can be read.
func FuzzCheck(f *testing.F) {
	for _, name := range slices.Sorted(maps.Keys(corpus)) {
		if b := buildBytes(f, corpus[name]); len(b) <= 1<<16 {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Check(bytes.NewReader(b), int64(len(b)), Options{Affinity: true})
		if err != nil {
			t.Fatal(err)
		}
		if r.Err() != nil {
			return
		}
		for _, table := range r.Tables {
			if table.Root == 0 || !table.schema.parsed {
				continue
			}
			rows := int64(0)
			if err := r.Rows(table.Name, func(int64, []any) error { rows++; return nil }); err != nil {
				t.Fatal(err)
			}
			if rows != table.Rows {
				t.Fatalf("%d rows read of %d", rows, table.Rows)
			}
		}
	})
}

// A statement of the schema is anyone's text.
func FuzzCreate(f *testing.F) {
	for _, name := range slices.Sorted(maps.Keys(corpus)) {
		f.Add(corpus[name])
	}
	f.Add("CREATE TABLE t(a,(")
	f.Add("CREATE INDEX i ON t((")
	f.Fuzz(func(t *testing.T, sql string) {
		s := parseCreate(sql)
		s.rowidColumn()
		s.keyColumns()
		if stored := s.stored(); !s.withoutRowID && len(stored) > len(s.columns) {
			t.Fatalf("%d of %d columns are stored", len(stored), len(s.columns))
		}
		for i := range s.columns {
			s.columns[i].defaultValue(s.strict)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	for _, size := range []int{512, 4096, 65536} {
		b.Run(fmt.Sprintf("page=%d", size), func(b *testing.B) {
			db := buildBytes(b, fmt.Sprintf("PRAGMA page_size=%d; CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL, d BLOB); ", size)+
				fmt.Sprintf(strings.Replace(corpusRows, "i %% 997 * 40", "i %% 1000", 1), 100_000)+" CREATE INDEX i ON t(b, c);")
			b.SetBytes(int64(len(db)))
			b.ReportAllocs()
			for b.Loop() {
				r, err := Check(bytes.NewReader(db), int64(len(db)), Options{})
				if err != nil || r.Err() != nil {
					b.Fatal(err, r.Err())
				}
			}
		})
	}
}
