package sqlitefile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter/internal/sqlitecheck"
	"github.com/dynasette/dynasette/internal/sqliteheader"
)

// Wherever the page is that is never used, before, behind or among the pages of a run, in a
// chain of overflow pages or an index, nothing refers to it and nothing is in it. Where it
// really is, so many gigabytes go before it (see TestLockPage).
func TestLockPageAnywhere(t *testing.T) {
	const size = 512
	for lock := uint32(2); ; lock++ {
		w := newWritten(size)
		w.f.lock = lock
		key := func(i int) string { return fmt.Sprintf("%03d", i) + strings.Repeat("x", i%7*60) }
		tree, run := w.f.NewTree(), w.f.NewRun()
		for i := range 40 {
			run.Add(int64(i+1), record(key(i), strings.Repeat("y", i%5*700)))
			if i%9 == 8 {
				if err := w.f.Place(tree, run); err != nil {
					t.Fatal(err)
				}
				run.Reset()
			}
		}
		if err := w.f.Place(tree, run); err != nil {
			t.Fatal(err)
		}
		root, err := tree.Finish()
		if err != nil {
			t.Fatal(err)
		}
		x := w.f.NewIndex()
		for i := range 40 {
			if err := x.Add(record(key(i), int64(i+1))); err != nil {
				t.Fatal(err)
			}
		}
		index, err := x.Finish()
		if err != nil {
			t.Fatal(err)
		}
		db := w.finish(t, []Object{
			{Type: "table", Name: "t", Table: "t", Root: root, SQL: "CREATE TABLE t (id TEXT PRIMARY KEY, a)"},
			{Type: "index", Name: "sqlite_autoindex_t_1", Table: "t", Root: index},
			w.table(t, "u", "a", nil, nil),
		})
		report, err := sqlitecheck.Check(bytes.NewReader(db), int64(len(db)), sqlitecheck.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if lock > report.Pages {
			if lock < 60 || report.Err() != nil {
				t.Errorf("%d pages: %v", report.Pages, report.Err())
			}
			return
		}
		if want := fmt.Sprintf("page %d: page is never used", lock); len(report.Problems) != 1 || report.Problems[0].String() != want {
			t.Fatalf("without page %d: %v", lock, report.Err())
		}
		if page := db[int(lock-1)*size:][:size]; !bytes.Equal(page, make([]byte, size)) {
			t.Fatalf("page %d: % x", lock, page)
		}
	}
}

// There are only so many page numbers, whether pages come in runs or one by one.
func TestTooManyPages(t *testing.T) {
	for room := range 5 {
		for pages := range 7 {
			f := NewFile(io.Discard, 512)
			f.next = maxPages - uint32(room)
			run := f.NewRun()
			for i := range pages {
				run.Add(int64(i+1), record(strings.Repeat("x", 300)))
			}
			err := f.Place(f.NewTree(), run)
			if errors.Is(err, ErrTooLarge) != (pages > room) {
				t.Errorf("a run of %d pages where there is room for %d: %v", pages, room, err)
			}
			f.next, err = maxPages-uint32(room), nil
			for range pages {
				if err == nil {
					_, err = f.page(make([]byte, 512))
				}
			}
			if errors.Is(err, ErrTooLarge) != (pages > room) {
				t.Errorf("%d pages where there is room for %d: %v", pages, room, err)
			}
		}
	}
}

// A server that has a database open notices by the header that another one has other tables.
func TestCookie(t *testing.T) {
	cookies := map[uint32]string{}
	for _, sql := range []string{"CREATE TABLE t (a)", "CREATE TABLE t (b)", "CREATE TABLE t (a, b)", ""} {
		var before uint32
		for range 2 {
			w := newWritten(512)
			var schema []Object
			if sql != "" {
				schema = []Object{w.table(t, "t", "a", nil, nil)}
				schema[0].SQL = sql
			}
			h, ok := sqliteheader.Parse(w.finish(t, schema))
			if !ok || h.Cookie == 0 || h.Cookie > 1<<31-1 {
				t.Fatalf("%q: %+v", sql, h)
			}
			if other, taken := cookies[h.Cookie]; taken && other != sql {
				t.Errorf("%q and %q have the same cookie", sql, other)
			}
			if cookies[h.Cookie] = sql; before != 0 && before != h.Cookie {
				t.Errorf("%q has two cookies", sql)
			}
			before = h.Cookie
		}
	}
}
