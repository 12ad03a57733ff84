package all

import (
	"archive/zip"
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
)

// Shapefiles in an archive are a table each, whatever the case of their files' names is.
func TestZippedShapefiles(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, from := range map[string]string{
		"a/Areas.SHP": "gdal-areas.shp", "a/AREAS.dbf": "gdal-areas.dbf", "a/areas.Shx": "gdal-areas.shx", "a/Areas.prj": "gdal-areas.prj", "a/areas.CPG": "gdal-areas.cpg",
		"a/Areas.shp.xml": "ORIGIN.md", "a/areas.qix": "ORIGIN.md",
		"b/lines.shp": "gdal-lines-z.shp", "b/lines.shx": "gdal-lines-z.shx", "b/lines.dbf": "gdal-lines-z.dbf",
		"b/alone.dbf": "gdal-lines-z.dbf",
	} {
		content, err := os.ReadFile("../../testdata/shapefile/" + from)
		if err != nil {
			t.Fatal(err)
		}
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	formats := Formats()
	in := dumptest.Input("x.zip", b.String())
	_, c, err := formats.Detect(in)
	if err != nil {
		t.Fatal(err)
	}
	got, s, err := dumptest.Convert(t, c, converter.Options{Formats: formats}, in)
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	for _, line := range strings.Split(got, "\n") {
		if strings.Contains(line, "(") && !strings.HasPrefix(line, "'") && !strings.HasPrefix(line, "NULL") {
			tables = append(tables, line)
		}
	}
	want := "Areas(name TEXT, n INTEGER, r REAL, geometry TEXT)\nalone(geometry TEXT)\nlines(geometry_2 TEXT, geometry TEXT)"
	if strings.Join(tables, "\n") != want || !strings.Contains(got, "'Zürich'") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(tables, "\n"), want)
	}
	for _, f := range s.Documents[0].Findings {
		if f.Severity == converter.Loss {
			t.Errorf("found: %s", f)
		}
	}
}
