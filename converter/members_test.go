package converter_test

import (
	"archive/zip"
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/all"
)

// zipped is an archive of empty files, but for some noise in the first.
func zipped(names ...string) *converter.Input {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, name := range names {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name})
		if err == nil && i == 0 {
			_, err = f.Write(bytes.Repeat([]byte("noise"), 20_000))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return &converter.Input{Name: "x.zip", Size: int64(b.Len()), ReaderAt: bytes.NewReader(b.Bytes())}
}

// A format may claim an archive by what is in it, in whatever order formats are known.
func TestMembers(t *testing.T) {
	convert := converter.Func(func(context.Context, *converter.Input, *converter.Writer) error { return nil })
	formats := all.Formats()
	formats.Register(converter.Format{Name: "feed", Members: func(names []string) bool { return slices.Contains(names, "stops.txt") }}, convert)
	tests := []struct {
		names string
		want  string // the format, or what the error says
	}{
		{"a.csv b.json", "zip"},
		{"agency.txt stops.txt", "feed"},
		{"a.csv xl/b.csv word/c.csv", "zip"},
		{"xl/media/image.png xl/worksheets/sheet1.xml xl/workbook.xml [Content_Types].xml", "xlsx"},
		{"media/image.png [Content_Types].xml _rels/.rels a/b.xml", "xlsx"},
		{"media/image.png [Content_Types].xml word/document.xml", "a Word document"},
		{"Pictures/image.png content.xml mimetype META-INF/manifest.xml", "ods"},
		{"Object/content.xml mimetype META-INF/manifest.xml", "an OpenDocument document"},
		{"com/example/Main.class META-INF/MANIFEST.MF", "a program"},
	}
	for _, tt := range tests {
		f, _, err := formats.Detect(zipped(strings.Fields(tt.names)...))
		if err == nil && f.Name != tt.want || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %q %v, want %s", tt.names, f.Name, err, tt.want)
		}
	}
	// What has no end yet, or none that can be read, is told by its beginning.
	for _, cut := range []bool{false, true} {
		in := zipped("xl/workbook.xml", "xl/styles.xml")
		if in.Size = -1; cut {
			in.Size = 90_000
		}
		if f, _, err := formats.Detect(in); err != nil || f.Name != "xlsx" {
			t.Errorf("%q %v", f.Name, err)
		}
	}
}
