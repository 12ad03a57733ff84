package values_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/adapters/values"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/all"
)

// made converts a document to a database that is open.
func made(t testing.TB, name, text string) *values.Database {
	t.Helper()
	kept := new(values.Scratch)
	t.Cleanup(func() { kept.Close() })
	in := &converter.Input{Name: name, Size: int64(len(text)), ReaderAt: strings.NewReader(text)}
	format, c, err := all.Formats().Detect(in)
	if err == nil {
		_, err = converter.ConvertAll(t.Context(), []converter.Job{{Input: in, Format: format, Converter: c}}, kept, converter.Options{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return opened(t, kept)
}

func opened(t testing.TB, kept *values.Scratch) *values.Database {
	t.Helper()
	db, err := kept.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestHead(t *testing.T) {
	db := made(t, "a.csv", "id,say it,n,r\n1,"+strings.Repeat("é", 300)+",,1\n2,<script>,7,2.5\n3,\"\",8,3\n")
	columns, err := db.Columns(t.Context(), "a")
	if err != nil || len(columns) != 4 || columns[0].Type != "INTEGER" || columns[3].Type != "REAL" {
		t.Fatalf("%+v, %v", columns, err)
	}
	rows, err := db.Head(t.Context(), "a", columns, 2, 200)
	if want := [][]any{{int64(1), strings.Repeat("é", 201), nil, 1.0}, {int64(2), "<script>", int64(7), 2.5}}; err != nil || !reflect.DeepEqual(rows, want) {
		t.Errorf("%v, %v", rows, err)
	}
	if _, err := db.Columns(t.Context(), "b"); !errors.Is(err, values.ErrNoTable) {
		t.Error(err)
	}
}

// A Scratch reads as what was written, wherever one begins; what is too large, or damaged, is an error.
func TestScratch(t *testing.T) {
	s := new(values.Scratch)
	defer s.Close()
	want := []byte("pppp")
	for i := range 5 {
		page := []byte(fmt.Sprint(i, i, i, i))
		want = append(want, page...)
		if _, err := s.Write(page); err != nil {
			t.Fatal(err)
		}
	}
	if s.Size() != 0 {
		t.Error("it is whole before page 1 is there")
	}
	if err := s.Commit([]byte("pppp")); err != nil {
		t.Fatal(err)
	}
	for from := range len(want) {
		for to := from; to <= len(want); to++ {
			b := make([]byte, to-from)
			if n, err := s.ReadAt(b, int64(from)); n != len(b) || err != nil || !bytes.Equal(b, want[from:to]) {
				t.Fatalf("%d to %d: %q, %v", from, to, b[:n], err)
			}
		}
	}
	if _, err := s.ReadAt(make([]byte, 2), s.Size()-1); err == nil {
		t.Error("it reads behind its end")
	}
	db, err := s.Open(t.Context())
	if err == nil {
		_, err = db.Columns(t.Context(), "a")
		db.Close()
	}
	if err == nil {
		t.Error("it is no database, and opened")
	}
	if err := s.Reset(); err != nil {
		t.Fatal(err)
	}
	for range values.MostKept>>20 + 1 {
		if _, err := s.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Commit(make([]byte, 512)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(t.Context()); !errors.Is(err, values.ErrLarge) {
		t.Errorf("too large: %v", err)
	}
}
