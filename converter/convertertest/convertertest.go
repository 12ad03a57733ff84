// Package convertertest tests converters: those of dynasette and everyone's. A converter
// that passes Run keeps what package converter promises for it.
//
//	func TestConverter(t *testing.T) {
//		convertertest.Run(t, env.Format, env.Converter{}, os.DirFS("testdata"))
//	}
//
// Every file x.env in testdata that has one of the format's extensions is a document, and
// x.env.sql is what it is to become: the database as SQL, or a comment with the error. The
// flag -update of go test writes these files; read them before you commit them. What a document has
// beside it, it finds in testdata.
package convertertest

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/sqlitecheck"
)

var update = flag.Bool("update", false, "write the golden files of convertertest")

// Run tests a converter with each document, as subtests. For -update, documents has to be
// an os.DirFS.
func Run(t *testing.T, f converter.Format, c converter.Converter, documents fs.FS) {
	formats := new(converter.Registry)
	if err := formats.Add(f, c); err != nil {
		t.Fatal(err)
	}
	RunIn(t, formats, f.Name, documents)
}

// RunIn is Run for one of several formats: documents may have others inside.
func RunIn(t *testing.T, formats *converter.Registry, format string, documents fs.FS) {
	f, c, ok := formats.Lookup(format)
	if !ok {
		t.Fatalf("there is no format %s", format)
	}
	names, err := find(documents, f)
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Fatalf("no document has one of the extensions %v", f.Extensions)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			b, err := fs.ReadFile(documents, name)
			if err != nil {
				t.Fatal(err)
			}
			s := &suite{formats: formats, format: f, converter: c, doc: document{name: name, bytes: b}}
			if len(f.Beside) > 0 {
				s.doc.folder = documents
			}
			golden(t, s, documents)
			for _, test := range []struct {
				name string
				run  func(*testing.T)
			}{
				{"detected", s.detected},
				{"same again", s.sameAgain},
				{"in parallel", s.inParallel},
				{"any reads", s.anyReads},
				{"second run", s.secondRun},
				{"read errors", s.readErrors},
				{"canceled", s.canceled},
				{"truncated", s.truncated},
				{"repeated", s.repeated},
			} {
				t.Run(test.name, test.run)
			}
		})
	}
}

// find returns the documents of a format, in the order of their names.
func find(documents fs.FS, f converter.Format) ([]string, error) {
	var names []string
	err := fs.WalkDir(documents, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && hasExtension(path, f) {
			names = append(names, path)
		}
		return err
	})
	return names, err
}

func hasExtension(name string, f converter.Format) bool {
	return slices.ContainsFunc(f.Extensions, func(ext string) bool { return strings.HasSuffix(strings.ToLower(name), ext) })
}

// golden compares what the document becomes with its golden file.
func golden(t *testing.T, s *suite, documents fs.FS) {
	got := "-- error: "
	if s.first = s.convert(t, s.doc.input(nil), converter.Options{}); s.first.err == nil {
		sql, err := SQL(s.first.db)
		if err != nil {
			t.Fatalf("the database: %v", err)
		}
		got = sql
	} else {
		got += strings.ReplaceAll(s.first.err.Error(), "\n", "\n-- ") + "\n"
	}
	name := s.doc.name + ".sql"
	if *update {
		dir := reflect.ValueOf(documents)
		if dir.Kind() != reflect.String {
			t.Fatalf("-update needs an os.DirFS, not a %T", documents)
		}
		if err := os.WriteFile(filepath.Join(dir.String(), filepath.FromSlash(name)), []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := fs.ReadFile(documents, name)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if got != string(want) {
		t.Errorf("%s (if it is right, go test -update writes it)", difference(got, string(want)))
	}
}

// difference returns the first lines that differ.
func difference(got, want string) string {
	g, w := strings.SplitAfter(got, "\n"), strings.SplitAfter(want, "\n")
	for i := range max(len(g), len(w)) {
		var a, b string
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			return fmt.Sprintf("line %d differs from the golden file:\n got %.1000q\nwant %.1000q", i+1, a, b)
		}
	}
	return "no difference"
}

// Benchmark measures the conversion of a document.
func Benchmark(b *testing.B, c converter.Converter, in *converter.Input) {
	b.SetBytes(in.Size)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := converter.Convert(context.Background(), c, in, new(converter.Bounded), converter.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// Fuzz feeds a converter documents that are like those given, and broken: each has to be
// an error, or a sound database that is the same with any number of workers.
func Fuzz(f *testing.F, c converter.Converter, documents fs.FS) {
	err := fs.WalkDir(documents, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.HasSuffix(path, ".sql") {
			return err
		}
		b, err := fs.ReadFile(documents, path)
		if err == nil && len(b) <= 64<<10 {
			f.Add(b)
		}
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s := &suite{converter: c, doc: document{name: "fuzz", bytes: b}}
		s.first = s.convert(t, s.doc.input(nil), converter.Options{Workers: 1})
		s.same(t, "with 3 workers", s.convert(t, s.doc.input(nil), converter.Options{Workers: 3}))
	})
}

// An outcome is what became of a document.
type outcome struct {
	db      []byte // nil if there was an error
	err     error
	summary converter.Summary
}

// convert converts a document; what comes of it must be an error or a sound database.
func (s *suite) convert(t *testing.T, in *converter.Input, opts converter.Options) outcome {
	t.Helper()
	return s.convertWith(t, context.Background(), s.converter, in, opts)
}

func (s *suite) convertWith(t *testing.T, ctx context.Context, c converter.Converter, in *converter.Input, opts converter.Options) outcome {
	t.Helper()
	dst := new(Memory)
	opts.Formats = s.formats
	summary, err := converter.ConvertAll(ctx, []converter.Job{{Input: in, Format: s.format, Converter: c}}, dst, opts)
	if err != nil {
		if dst.committed {
			t.Errorf("committed in spite of the error: %v", err)
		}
		if bug, ok := errors.AsType[*converter.PanicError](err); ok {
			t.Errorf("%v\n%s", err, bug.Stack)
		}
		return outcome{err: err}
	}
	o := outcome{dst.Bytes(), nil, summary}
	report, err := sqlitecheck.Check(bytes.NewReader(o.db), int64(len(o.db)), sqlitecheck.Options{Affinity: true})
	if err == nil {
		err = report.Err()
	}
	if err != nil {
		t.Errorf("the database is not sound: %v", err)
		return o
	}
	if report.Trailing != 0 || summary.Bytes != int64(len(o.db)) {
		t.Errorf("a database of %d pages of %d bytes has %d bytes, and the summary says %d", report.Pages, report.PageSize, len(o.db), summary.Bytes)
	}
	for _, table := range summary.Tables {
		if i := slices.IndexFunc(report.Tables, func(o *sqlitecheck.Object) bool { return o.Name == table.Name }); i < 0 {
			t.Errorf("table %q of the summary is not in the database", table.Name)
		} else if found := report.Tables[i]; found.Module == "" && (found.Rows != table.Rows || len(found.Columns) != len(table.Columns)) {
			t.Errorf("table %q has %d rows of %d columns, and the summary says %d of %d", table.Name, found.Rows, len(found.Columns), table.Rows, len(table.Columns))
		}
	}
	return o
}
