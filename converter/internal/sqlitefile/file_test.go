package sqlitefile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter/internal/sqlitecheck"
)

// written is a database as the writer made it.
type written struct {
	f     *File
	pages bytes.Buffer
}

func newWritten(pageSize int) *written {
	w := new(written)
	w.f = NewFile(&w.pages, pageSize)
	return w
}

// finish completes the file with the tables and returns its bytes.
func (w *written) finish(t *testing.T, schema []Object) []byte {
	t.Helper()
	first, err := w.f.Finish(schema)
	if err != nil {
		t.Fatal(err)
	}
	return append(first, w.pages.Bytes()...)
}

// table writes one table of rows with ascending rowids.
func (w *written) table(t *testing.T, name, columns string, rowids []int64, record func(i int) []byte) Object {
	t.Helper()
	tree, run := w.f.NewTree(), w.f.NewRun()
	for i, rowid := range rowids {
		run.Add(rowid, record(i))
		if run.Size() > 1<<20 {
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
	return Object{Type: "table", Name: name, Table: name, Root: root, SQL: fmt.Sprintf("CREATE TABLE %q (%s)", name, columns)}
}

// record is a record of values: nil, int64 or string.
func record(values ...any) []byte {
	var heads, body []byte
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			heads = append(heads, SerialNull)
		case int64:
			var serial byte
			body, serial = AppendInt(body, v)
			heads = append(heads, serial)
		case float64:
			heads = append(heads, SerialReal)
			body = binary.BigEndian.AppendUint64(body, math.Float64bits(v))
		case string:
			heads = AppendVarint(heads, SerialText(len(v)))
			body = append(body, v...)
		}
	}
	size := len(heads) + 1
	if size > 127 {
		size++
	}
	return append(append(AppendVarint(nil, uint64(size)), heads...), body...)
}

func upTo(n int) []int64 {
	ids := make([]int64, n)
	for i := range ids {
		ids[i] = int64(i + 1)
	}
	return ids
}

// sound checks a database with Check and, where it is found, with the real sqlite3; it
// returns what sqlite3 answers to the query.
func sound(t *testing.T, db []byte, query string) string {
	t.Helper()
	report, err := sqlitecheck.Check(bytes.NewReader(db), int64(len(db)), sqlitecheck.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := report.Err(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.db")
	if err := os.WriteFile(path, db, 0o600); err != nil {
		t.Fatal(err)
	}
	return realSQLite(t, path, query)
}

func realSQLite(t *testing.T, path, query string) string {
	t.Helper()
	program, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Skip("looks for sqlite3 on PATH: ", err)
	}
	out, err := exec.Command(program, "-readonly", path, "PRAGMA integrity_check; "+query).CombinedOutput()
	check, rest, _ := strings.Cut(string(out), "\n")
	if err != nil || check != "ok" {
		t.Fatalf("sqlite3: %s %v", out, err)
	}
	return strings.TrimSpace(rest)
}

func TestPageSizes(t *testing.T) {
	for size := 512; size <= 65536; size *= 2 {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			w := newWritten(size)
			const n = 20000
			a := w.table(t, "a", "n INTEGER, s TEXT", upTo(n), func(i int) []byte {
				return record(int64(i), strings.Repeat("x", i%97))
			})
			b := w.table(t, "b", "n INTEGER", nil, nil)
			c := w.table(t, "c", "n INTEGER", []int64{1}, func(int) []byte { return record(int64(42)) })
			db := w.finish(t, []Object{a, b, c})
			got := sound(t, db, "SELECT count(*), sum(n), sum(length(s)) FROM a; SELECT count(*) FROM b; SELECT n FROM c; SELECT n FROM a WHERE rowid = 12345")
			if want := fmt.Sprintf("%d|%d|%d\n0\n42\n12344", n, n*(n-1)/2, sumMod(n, 97)); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func sumMod(n, m int) (sum int) {
	for i := range n {
		sum += i % m
	}
	return sum
}

// Every length of the payload around the limits, where a row goes to overflow pages.
func TestOverflow(t *testing.T) {
	for _, size := range []int{512, 1024, 4096, 65536} {
		w := newWritten(size)
		var lengths []int
		for n := size - 60; n < size+20; n++ {
			lengths = append(lengths, n)
		}
		for n := 2*size - 50; n < 2*size+50; n += 7 {
			lengths = append(lengths, n)
		}
		lengths = append(lengths, 10_000, 1_000_000, 0, 1)
		a := w.table(t, "a", "s TEXT, n INTEGER", upTo(len(lengths)), func(i int) []byte {
			return record(strings.Repeat(string(rune('a'+i%26)), lengths[i]), int64(i))
		})
		total := 0
		for _, n := range lengths {
			total += n
		}
		got := sound(t, w.finish(t, []Object{a}), "SELECT count(*), sum(length(s)), sum(n), sum(length(replace(s, char(97 + n % 26), ''))) FROM a")
		if want := fmt.Sprintf("%d|%d|%d|0", len(lengths), total, len(lengths)*(len(lengths)-1)/2); got != want {
			t.Errorf("page size %d: got %q, want %q", size, got, want)
		}
	}
}

func TestHugeCell(t *testing.T) {
	w := newWritten(4096)
	a := w.table(t, "a", "s TEXT", upTo(3), func(i int) []byte { return record(strings.Repeat("é", 25_000_000*(i%2))) })
	if got := sound(t, w.finish(t, []Object{a}), "SELECT rowid, length(s) FROM a"); got != "1|0\n2|25000000\n3|0" {
		t.Error(got)
	}
}

// Every length of a varint, as a rowid and as the size of a text, and every integer width.
func TestWidths(t *testing.T) {
	var rowids, values []int64
	for bit := range 63 {
		for _, d := range []int64{-1, 0, 1} {
			if n := int64(1)<<bit + d; n > 0 && (len(rowids) == 0 || n > rowids[len(rowids)-1]) {
				rowids = append(rowids, n)
			}
			values = append(values, int64(1)<<bit+d, -(int64(1)<<bit)+d)
		}
	}
	values = append(values, 1<<63-1, -1<<63)
	w := newWritten(512)
	a := w.table(t, "a", "n INTEGER", rowids, func(i int) []byte { return record(rowids[i]) })
	b := w.table(t, "b", "n INTEGER, s TEXT", upTo(len(values)), func(i int) []byte { return record(values[i], fmt.Sprint(values[i])) })
	db := w.finish(t, []Object{a, b})
	read := func(table string, row func(rowid int64, values []any) error) {
		report, err := sqlitecheck.Check(bytes.NewReader(db), int64(len(db)), sqlitecheck.Options{})
		if err == nil {
			err = report.Rows(table, row)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	read("a", func(rowid int64, row []any) error {
		if row[0] != rowid {
			t.Errorf("the row of %v is at %d", row[0], rowid)
		}
		return nil
	})
	read("b", func(rowid int64, row []any) error {
		if n := values[rowid-1]; row[0] != n || row[1] != fmt.Sprint(n) {
			t.Errorf("%d reads back as %v", n, row)
		}
		return nil
	})
	for _, n := range append(values, rowids...) {
		v := AppendVarint(nil, uint64(n))
		if len(v) != VarintLen(uint64(n)) {
			t.Errorf("%d: %d bytes, VarintLen says %d", n, len(v), VarintLen(uint64(n)))
		}
	}
	got := sound(t, db, "SELECT count(*), sum(n = rowid) FROM a; SELECT count(*) FROM b WHERE CAST(n AS TEXT) IS NOT s")
	if want := fmt.Sprintf("%d|%d\n0", len(rowids), len(rowids)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Rows of every size around what fills a page exactly: there are as many on each as it has
// room for.
func TestFullPages(t *testing.T) {
	const size = 512
	for fill := 1; fill < 480; fill++ {
		w := newWritten(size)
		a := w.table(t, "a", "s TEXT", upTo(9), func(int) []byte { return record(strings.Repeat("x", fill)) })
		db := w.finish(t, []Object{a})
		report, err := sqlitecheck.Check(bytes.NewReader(db), int64(len(db)), sqlitecheck.Options{})
		if err != nil || report.Err() != nil {
			t.Fatalf("rows of %d: %v %v", fill, err, report.Err())
		}
		cell := 2 + VarintLen(uint64(len(record(strings.Repeat("x", fill))))) + 1 + len(record(strings.Repeat("x", fill)))
		each := (size - 8) / cell
		leaves := (9 + each - 1) / each
		if want := 1 + leaves + min(leaves-1, 1); len(db) != want*size {
			t.Fatalf("rows of %d, %d a page: %d pages, want %d", fill, each, len(db)/size, want)
		}
		if fill%60 == 0 {
			sound(t, db, "")
		}
	}
}

func TestManyColumns(t *testing.T) {
	var columns []string
	var values []any
	for i := range 2000 {
		columns = append(columns, fmt.Sprintf("column_with_a_long_name_%d INTEGER", i))
		values = append(values, int64(i))
	}
	w := newWritten(4096)
	a := w.table(t, "a", strings.Join(columns, ", "), upTo(50), func(int) []byte { return record(values...) })
	got := sound(t, w.finish(t, []Object{a}), "SELECT count(*), sum(column_with_a_long_name_1999) FROM a")
	if got != "50|99950" {
		t.Error(got)
	}
}

// A schema of one page, of a few, and of several levels.
func TestSchemas(t *testing.T) {
	for _, size := range []int{512, 4096} {
		for _, tables := range []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 50, 300, 2500} {
			w := newWritten(size)
			var schema []Object
			for i := range tables {
				schema = append(schema, w.table(t, fmt.Sprintf("t%d", i), strings.Repeat("c INTEGER", 1)+", d TEXT", upTo(1), func(int) []byte { return record(int64(i), "x") }))
			}
			got := sound(t, w.finish(t, schema), "SELECT count(*) FROM sqlite_schema")
			if got != fmt.Sprint(tables) {
				t.Errorf("%d tables, page size %d: %s", tables, size, got)
			}
		}
	}
}

// A schema has any number of rows up to those of three levels: page 1 has less room than the
// pages that it is the root of.
func TestSchemaRows(t *testing.T) {
	for n := range 450 {
		var schema []Object
		for i := range n {
			name := fmt.Sprintf("v%03d", i)
			schema = append(schema, Object{Type: "view", Name: name, Table: name, SQL: "CREATE VIEW " + name + " AS SELECT 1, 'some more text', 'and more, up to a fifth of a page'"})
		}
		db := newWritten(512).finish(t, schema)
		report, err := sqlitecheck.Check(bytes.NewReader(db), int64(len(db)), sqlitecheck.Options{})
		if err != nil || report.Err() != nil || len(report.Objects) != n {
			t.Fatalf("%d views: %d, %v %v", n, len(report.Objects), err, report.Err())
		}
		if n%89 == 0 {
			sound(t, db, "")
		}
	}
}

// diskFile is a database too large for memory.
type diskFile struct {
	*os.File
	at int64
}

func (d *diskFile) Write(p []byte) (int, error) {
	n, err := d.WriteAt(p, d.at)
	d.at += int64(n)
	return n, err
}

// The page that holds byte 0x40000000 is never used: in a file of more than 1 GiB, with
// overflow pages and leaves on both sides of it.
func TestLockPage(t *testing.T) {
	if testing.Short() || os.Getenv("DYNASETTE_LARGE") == "" {
		t.Skip("writes more than 1 GiB; set DYNASETTE_LARGE=1 to run it")
	}
	for _, size := range []int{4096, 65536} {
		path := filepath.Join(t.TempDir(), "x.db")
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		out := &diskFile{file, int64(size)}
		f := NewFile(out, size)
		tree, run := f.NewTree(), f.NewRun()
		text := strings.Repeat("x", 200_000)
		n := 0
		for ; f.Pages()*int64(size) < 1<<30+1<<28; n++ {
			run.Add(int64(n+1), record(int64(n), text[:n%200_000]))
			if run.Size() > 1<<20 {
				if err := f.Place(tree, run); err != nil {
					t.Fatal(err)
				}
				run.Reset()
			}
		}
		if err := f.Place(tree, run); err != nil {
			t.Fatal(err)
		}
		root, err := tree.Finish()
		if err != nil {
			t.Fatal(err)
		}
		first, err := f.Finish([]Object{{Type: "table", Name: "a", Table: "a", Root: root, SQL: "CREATE TABLE a (n INTEGER, s TEXT)"}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.WriteAt(first, 0); err != nil {
			t.Fatal(err)
		}
		info, _ := file.Stat()
		report, err := sqlitecheck.Check(io.NewSectionReader(file, 0, info.Size()), info.Size(), sqlitecheck.Options{})
		if err != nil || report.Err() != nil {
			t.Fatal(err, report.Err())
		}
		if got := realSQLite(t, path, "SELECT count(*), sum(n), sum(length(s) = n % 200000) FROM a"); got != fmt.Sprintf("%d|%d|%d", n, n*(n-1)/2, n) {
			t.Error(got)
		}
		file.Close()
	}
}
