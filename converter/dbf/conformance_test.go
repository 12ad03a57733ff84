package dbf_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"testing"
	"testing/fstest"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/dbf"
)

const documents = "../../testdata/dbf"

// TestConformance reads what many programs wrote; ORIGIN.md beside the tables says which.
func TestConformance(t *testing.T) {
	convertertest.Run(t, dbf.Format, dbf.Converter{}, os.DirFS(documents))
}

func FuzzDocument(f *testing.F) { convertertest.Fuzz(f, dbf.Converter{}, os.DirFS(documents)) }

// FuzzMemos: whatever a file with memos holds, it is an error or a database.
func FuzzMemos(f *testing.F) {
	for name, memos := range map[string]string{"dbase4-memo.dbf": "dbase4-memo.dbt", "python-dbase3.dbf": "python-dbase3.dbt", "vfp-blocks-of-1.dbf": "vfp-blocks-of-1.fpt", "python-vfp.dbf": "python-vfp.fpt"} {
		table, _ := os.ReadFile(documents + "/" + name)
		with, _ := os.ReadFile(documents + "/" + memos)
		f.Add(table, with)
	}
	f.Fuzz(func(t *testing.T, table, memos []byte) {
		in := &converter.Input{Name: "x.dbf", Size: int64(len(table)), ReaderAt: bytes.NewReader(table), Folder: fstest.MapFS{
			"x.fpt": &fstest.MapFile{Data: memos}, "x.dbt": &fstest.MapFile{Data: memos},
		}}
		_, err := converter.Convert(context.Background(), dbf.Converter{Deleted: true}, in, new(converter.Bounded), converter.Options{Workers: 2})
		if bug, ok := errors.AsType[*converter.PanicError](err); ok {
			t.Errorf("%v\n%s", err, bug.Stack)
		}
	})
}
