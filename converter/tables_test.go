package converter_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
)

// rowsOf is a converter of fixed rows for one table.
func rowsOf(columns []string, rows ...[]converter.Value) converter.Converter {
	return converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		table := out.Table("t", columns...)
		for _, row := range rows {
			if err := table.Append(row...); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestTypedValues(t *testing.T) {
	v := func(values ...converter.Value) []converter.Value { return values }
	for _, test := range []struct {
		name     string
		values   []converter.Value
		declared string
		stored   string
	}{
		{"integers", v(converter.Int(1), converter.Value{}, converter.Int(-5)), "INTEGER", "1|NULL|-5"},
		{"integers and reals", v(converter.Int(1), converter.Real(1.5)), "REAL", "1.0|1.5"},
		{"large integers and reals", v(converter.Int(1<<53+1), converter.Real(1.5)), "", "9007199254740993|1.5"},
		{"whole reals", v(converter.Real(2)), "REAL", "2.0"},
		{"mixed", v(converter.Int(1), converter.Text("1"), converter.Real(2), converter.Blob([]byte{1})), "", "1|'1'|2.0|X'01'"},
		{"text", v(converter.Text("007"), converter.Text("")), "TEXT", "'007'|''"},
		{"blobs", v(converter.Blob([]byte("x"))), "BLOB", "X'78'"},
		{"booleans", v(converter.Bool(true), converter.Bool(false)), "INTEGER", "1|0"},
		{"nothing", v(converter.Value{}), "TEXT", "NULL"},
		{"untyped and typed numbers", v(converter.Untyped("5"), converter.Int(6)), "INTEGER", "5|6"},
		{"untyped and text", v(converter.Untyped("5"), converter.Text("6")), "TEXT", "'5'|'6'"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var rows [][]converter.Value
			for _, value := range test.values {
				rows = append(rows, []converter.Value{value})
			}
			summary, db := convert(t, rowsOf([]string{"c"}, rows...), "x", "x", converter.Options{})
			if got := summary.Tables[0].Columns[0].Type; got != test.declared {
				t.Errorf("declared %q, want %q", got, test.declared)
			}
			if got := strings.TrimSpace(sqlite3(t, db, "SELECT group_concat(quote(c), '|') FROM (SELECT c FROM t ORDER BY rowid)")); got != test.stored {
				t.Errorf("stored %s, want %s", got, test.stored)
			}
		})
	}
}

// Columns that turn up late, in batches that are parsed side by side, stand in the order
// of their first appearance.
func TestLateColumns(t *testing.T) {
	c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		table := out.Table("t")
		for i := range 200 {
			err := table.AppendFunc(func(b *converter.Batch) error {
				for range (i * 7919) % 50 {
					runtime.Gosched()
				}
				for j := range 10 {
					b.Set(b.Column("id"), converter.Int(int64(i*10+j)))
					if j == 9 {
						b.Set(b.Column(fmt.Sprintf("late_%d", i/10)), converter.Text("x"))
					}
					b.EndRow()
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	var first []byte
	for _, workers := range []int{1, 2, 8} {
		summary, db := convert(t, c, "x", "x", converter.Options{Workers: workers})
		for i, column := range summary.Tables[0].Columns[1:] {
			if column.Name != fmt.Sprintf("late_%d", i) {
				t.Fatalf("column %d is %s", i, column.Name)
			}
		}
		if first == nil {
			first = db
			if got := sqlite3(t, db, "SELECT count(*), sum(id), count(late_0), count(late_19), min(id) FROM t"); got != "2000|1999000|10|10|0\n" {
				t.Error(got)
			}
		} else if string(db) != string(first) {
			t.Errorf("%d workers make other bytes", workers)
		}
	}
}

// A table has 1,999 columns at most; the rest goes to _extra, by name.
func TestManyColumns(t *testing.T) {
	for _, n := range []int{1998, 1999, 2000, 5000} {
		var names []string
		var row []converter.Value
		for i := range n {
			names = append(names, fmt.Sprintf("c%d", i))
			row = append(row, converter.Untyped(fmt.Sprint(i)))
		}
		long := append(row[:n:n], converter.Untyped("surplus"))
		for _, rows := range [][][]converter.Value{{row, row}, {row, long}} {
			summary, db := convert(t, rowsOf(names, rows...), "x", "x", converter.Options{})
			columns := summary.Tables[0].Columns
			if len(columns) > 1999 {
				t.Fatalf("%d columns", len(columns))
			}
			last := columns[len(columns)-1].Name
			surplus := n > 1999 || len(rows[1]) > n
			if (last == "_extra") != surplus {
				t.Fatalf("%d columns, surplus %v: the last is %s", n, surplus, last)
			}
			if !surplus {
				continue
			}
			got := strings.TrimSpace(sqlite3(t, db, "SELECT _extra FROM t ORDER BY rowid DESC LIMIT 1"))
			for _, want := range map[bool][]string{true: {fmt.Sprintf(`"c%d":"%d"`, n-1, n-1)}, false: {`"surplus"`}}[n > 1999] {
				if !strings.Contains(got, want) {
					t.Errorf("%d columns: %q is not in %.200s", n, want, got)
				}
			}
		}
	}
}

func TestSeveralDocuments(t *testing.T) {
	var jobs []converter.Job
	for _, name := range []string{"a/x.csv", "b/x.csv", "y.csv"} {
		jobs = append(jobs, converter.Job{Input: input(name, "a,b\n1,"+name+"\n"), Converter: lines, Format: converter.Format{Name: "lines"}})
	}
	dst := new(convertertest.Memory)
	summary, err := converter.ConvertAll(context.Background(), jobs, dst, converter.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(summary.Tables) != 3 || summary.Tables[1].Name != "x_2" {
		t.Fatalf("%+v", summary.Tables)
	}
	if got := sqlite3(t, dst.Bytes(), "SELECT name, format, rows FROM _dynasette_sources; SELECT b FROM x_2"); got != "a/x.csv|lines|1\nb/x.csv|lines|1\ny.csv|lines|1\nb/x.csv\n" {
		t.Error(got)
	}
	dst = new(convertertest.Memory)
	if _, err = converter.ConvertAll(context.Background(), jobs, dst, converter.Options{Rule: converter.TableRule{Name: "all"}}); err != nil {
		t.Fatal(err)
	}
	if got := sqlite3(t, dst.Bytes(), "SELECT a, b FROM \"all\""); got != "1|a/x.csv\n1|b/x.csv\n1|y.csv\n" {
		t.Error(got)
	}
}

// A name that Datasette can't quote would take everything else down with it.
func TestTableNames(t *testing.T) {
	var jobs []converter.Job
	for _, name := range []string{`a"b.csv`, "a'b.csv", "[x]y.csv", "SQLite_z.csv", "\x00\".csv"} {
		jobs = append(jobs, converter.Job{Input: input(name, "a\n1\n"), Converter: lines, Format: converter.Format{Name: "lines"}})
	}
	summary, err := converter.ConvertAll(context.Background(), jobs, new(convertertest.Memory), converter.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, table := range summary.Tables {
		got = append(got, table.Name)
	}
	if want := []string{"a'b", "a'b_2", "(x)y", "t_SQLite_z", "'"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestOptions(t *testing.T) {
	text := "a,b,c\n007,NA,1\n8,-,2.0\n"
	for _, test := range []struct {
		opts converter.Options
		want string
	}{
		{converter.Options{}, "'007'|'NA'|1.0\n'8'|'-'|2.0\n"},
		{converter.Options{Rule: converter.TableRule{MissingValues: []string{"NA", "-"}}}, "'007'|NULL|1.0\n'8'|NULL|2.0\n"},
		{converter.Options{Rule: converter.TableRule{TextOnly: true}}, "'007'|'NA'|'1'\n'8'|'-'|'2.0'\n"},
		{converter.Options{Rule: converter.TableRule{Fields: []converter.FieldRule{{Name: "a", Declared: "INTEGER"}, {Name: "c", Declared: "TEXT"}}}}, "7|'NA'|'1'\n8|'-'|'2.0'\n"},
		{converter.Options{Rule: converter.TableRule{Fields: []converter.FieldRule{{Name: "b", Declared: "INTEGER"}, {Name: "c", Declared: "INTEGER"}}}}, "'007'|'NA'|1\n'8'|'-'|2\n"},
		{converter.Options{Rule: converter.TableRule{Fields: []converter.FieldRule{{Name: "c", Declared: "REAL"}}}}, "'007'|'NA'|1.0\n'8'|'-'|2.0\n"},
	} {
		_, db := convert(t, lines, "t.csv", text, test.opts)
		if got := sqlite3(t, db, "SELECT quote(a), quote(b), quote(c) FROM t"); got != test.want {
			t.Errorf("%+v: %s, want %s", test.opts, got, test.want)
		}
	}
	for _, bad := range []converter.Options{{PageSize: 1000}, converter.Options{Rule: converter.TableRule{Fields: []converter.FieldRule{{Name: "a", Declared: "VARCHAR"}}}}} {
		if _, err := converter.Convert(context.Background(), lines, input("t.csv", text), new(convertertest.Memory), bad); err == nil {
			t.Errorf("%+v is accepted", bad)
		}
	}
}

// A failed conversion commits nothing, and its error says which document it was.
func TestFailure(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]converter.Converter{
		"error": converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
			out.Table("t", "a").Append(converter.Int(1))
			return broken
		}),
		"error in a batch": converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
			return out.Table("t", "a").AppendFunc(func(b *converter.Batch) error { return broken })
		}),
		"syntax": converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
			return &converter.SyntaxError{Line: 3, Offset: 17, Err: broken}
		}),
		"panic": converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
			panic(broken)
		}),
		"nothing": converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error { return nil }),
		"only rejects": converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
			return out.Table("t", "a").Reject(converter.Reject{Line: 1, Message: "broken"})
		}),
	} {
		dst := new(convertertest.Memory)
		_, err := converter.Convert(context.Background(), c, input("d/x.csv", "x"), dst, converter.Options{})
		if err == nil || dst.Bytes() != nil {
			t.Errorf("%s: error %v, committed %v", name, err, dst.Bytes() != nil)
			continue
		}
		if strings.Contains(name, "error") && !errors.Is(err, broken) {
			t.Errorf("%s: %v is not what failed", name, err)
		}
		if !strings.Contains(err.Error(), "d/x.csv: ") && name != "nothing" {
			t.Errorf("%s: %v does not name the document", name, err)
		}
	}
}

func TestAgain(t *testing.T) {
	runs := 0
	c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		runs++
		table := out.Table("t", "a")
		if out.Recall("encoding") == "" {
			table.Append(converter.Int(1))
			return out.Again("encoding", "other")
		}
		return table.Append(converter.Text(out.Recall("encoding")))
	})
	summary, db := convert(t, c, "x", "x", converter.Options{})
	if got := sqlite3(t, db, "SELECT a FROM t"); got != "other\n" || runs != 2 || summary.Runs != 2 {
		t.Errorf("%q after %d runs", got, runs)
	}
}

// What was learnt of a document before it turned out to be read wrongly is forgotten.
func TestTypesAfterAgain(t *testing.T) {
	runs := 0
	c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		runs++
		table := out.Table("t", "a")
		cells := []string{"1", "2"}
		if out.Recall("encoding") == "" {
			cells[1] = "x" // makes the column text, after a number: a run more
		}
		for _, cell := range cells {
			if err := table.AppendFunc(func(b *converter.Batch) error { b.Add(converter.Untyped(cell)); b.EndRow(); return nil }); err != nil {
				return err
			}
		}
		if runs == 2 {
			return out.Again("encoding", "other")
		}
		return nil
	})
	summary, db := convert(t, c, "x", "x", converter.Options{})
	if got := summary.Tables[0].Columns[0].Type; got != "INTEGER" || runs != 3 || summary.Runs != 3 {
		t.Errorf("declared %q after %d runs", got, runs)
	}
	if got := sqlite3(t, db, "SELECT group_concat(quote(a)) FROM t"); got != "1,2\n" {
		t.Errorf("stored %s", got)
	}
}

// A document that can't be read is an error, also if its converter takes no notice.
func TestUnreadable(t *testing.T) {
	broken := errors.New("broken")
	text := strings.Repeat("x", 100)
	for name, c := range map[string]converter.Converter{
		"takes it for the end": converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
			b, _ := io.ReadAll(in.Reader())
			return out.Table("t", "a").Append(converter.Text(string(b)))
		}),
		"takes it for a fault": converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
			if _, err := io.ReadAll(in.Reader()); err != nil {
				return &converter.SyntaxError{Line: 1, Err: errors.New("the text ends too early")}
			}
			return out.Table("t", "a").Append(converter.Int(1))
		}),
		"reads nothing": converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
			return out.Table("t", "a").Append(converter.Int(1))
		}),
		"begins again": converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
			if _, err := io.ReadAll(in.Reader()); err != nil && out.Recall("tried") == "" {
				return out.Again("tried", "yes")
			}
			return out.Table("t", "a").Append(converter.Int(1))
		}),
		"tries it again": converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
			for i := range 3 {
				if b, err := io.ReadAll(in.Reader()); err == nil || i == 2 {
					return out.Table("t", "a").Append(converter.Text(string(b)))
				}
			}
			return nil
		}),
	} {
		for at := range len(text) {
			for _, often := range []int64{1, 1 << 30} {
				left := often
				in := input("d/x.csv", text)
				in.ReaderAt = readerAt(func(p []byte, off int64) (int, error) {
					if off <= int64(at) && int64(at) < off+int64(len(p)) && left > 0 {
						left--
						return copy(p, text[off:at]), broken
					}
					return strings.NewReader(text).ReadAt(p, off)
				})
				dst := new(convertertest.Memory)
				_, err := converter.Convert(context.Background(), c, in, dst, converter.Options{})
				if !errors.Is(err, broken) || dst.Bytes() != nil || !strings.Contains(err.Error(), "d/x.csv: ") {
					t.Fatalf("%s, at byte %d, %d times: %v, committed %v", name, at, often, err, dst.Bytes() != nil)
				}
			}
		}
	}
}

type readerAt func(p []byte, off int64) (int, error)

func (r readerAt) ReadAt(p []byte, off int64) (int, error) { return r(p, off) }
