package xlsx_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/oracle"
	"github.com/dynasette/dynasette/converter/xlsx"
)

// file is a Destination in a folder of the test's own.
type file struct {
	path  string
	pages []byte
}

func (f *file) Write(p []byte) (int, error) { f.pages = append(f.pages, p...); return len(p), nil }
func (f *file) Reset() error                { f.pages = f.pages[:0]; return nil }
func (f *file) Commit(first []byte) error {
	return os.WriteFile(f.path, append(slices.Clone(first), f.pages...), 0o600)
}

func input(name string, document []byte) *converter.Input {
	return &converter.Input{Name: name, Size: int64(len(document)), ReaderAt: bytes.NewReader(document)}
}

// convert converts a workbook and returns the path of the database.
func convert(t *testing.T, c xlsx.Converter, in *converter.Input) (string, converter.Summary, error) {
	t.Helper()
	dst := &file{path: filepath.Join(t.TempDir(), "out.db")}
	summary, err := converter.Convert(context.Background(), c, in, dst, converter.Options{})
	if err == nil {
		oracle.IntegrityCheck(t, dst.path)
	}
	return dst.path, summary, err
}

// rows converts a workbook and returns each table as text: its name and columns with their
// types, and a line a row, each value as an SQL literal.
func rows(t *testing.T, c xlsx.Converter, in *converter.Input) (string, converter.Summary) {
	t.Helper()
	path, summary, err := convert(t, c, in)
	if err != nil {
		t.Fatal(err)
	}
	return list(t, path, summary), summary
}

// list returns the tables of a database as rows does.
func list(t *testing.T, path string, summary converter.Summary) string {
	t.Helper()
	var b strings.Builder
	for _, table := range summary.Tables {
		var columns []string
		for _, column := range table.Columns {
			columns = append(columns, strings.TrimSpace(column.Name+" "+column.Type))
		}
		fmt.Fprintf(&b, "%s: %s\n", table.Name, strings.Join(columns, ", "))
		for _, row := range oracle.Query(t, path, `SELECT * FROM "`+strings.ReplaceAll(table.Name, `"`, `""`)+`"`) {
			b.WriteString(strings.Join(row, " ") + "\n")
		}
	}
	return b.String()
}

// rejected returns what is in _rejects: the line, the type and the text of each.
func rejected(t *testing.T, path string) string {
	t.Helper()
	var list []string
	for _, row := range oracle.Query(t, path, `SELECT line, type, raw FROM _rejects ORDER BY rowid`) {
		list = append(list, row[0]+" "+strings.Trim(row[1], "'")+": "+strings.Trim(row[2], "'"))
	}
	return strings.Join(list, "; ")
}

// book is a workbook to be written: its parts by name.
type book map[string]string

const (
	mainNS   = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	officeNS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	partNS   = "http://schemas.openxmlformats.org/package/2006/relationships"
	xmlHead  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
)

// newBook makes a workbook of sheets, each given as its name and the XML of its rows.
func newBook(sheets ...string) book {
	b := book{
		"[Content_Types].xml": xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels":         xmlHead + `<Relationships xmlns="` + partNS + `"><Relationship Id="rId1" Type="` + officeNS + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
	}
	var list, rels strings.Builder
	for i := 0; i < len(sheets); i += 2 {
		n := i/2 + 1
		fmt.Fprintf(&list, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, sheets[i], n, n)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, n, officeNS, n)
		b[fmt.Sprintf("xl/worksheets/sheet%d.xml", n)] = xmlHead + `<worksheet xmlns="` + mainNS + `"><dimension ref="A1"/><sheetData>` + sheets[i+1] + `</sheetData></worksheet>`
	}
	rels.WriteString(`<Relationship Id="rId100" Type="` + officeNS + `/sharedStrings" Target="sharedStrings.xml"/>` +
		`<Relationship Id="rId101" Type="` + officeNS + `/styles" Target="styles.xml"/>`)
	b["xl/workbook.xml"] = xmlHead + `<workbook xmlns="` + mainNS + `" xmlns:r="` + officeNS + `"><workbookPr/><sheets>` + list.String() + `</sheets></workbook>`
	b["xl/_rels/workbook.xml.rels"] = xmlHead + `<Relationships xmlns="` + partNS + `">` + rels.String() + `</Relationships>`
	return b
}

// with replaces text in a part, or adds the part.
func (b book) with(part, old, text string) book {
	b = maps.Clone(b)
	if old == "" {
		b[part] = text
	} else {
		b[part] = strings.ReplaceAll(b[part], old, text)
	}
	return b
}

// styles gives the workbook cell styles of these number formats; style 0 is General.
func (b book) styles(formats ...string) book {
	var list, xfs strings.Builder
	for i, f := range formats {
		fmt.Fprintf(&list, `<numFmt numFmtId="%d" formatCode="%s"/>`, 164+i, strings.ReplaceAll(strings.ReplaceAll(f, "&", "&amp;"), `"`, "&quot;"))
		fmt.Fprintf(&xfs, `<xf numFmtId="%d" applyNumberFormat="1"/>`, 164+i)
	}
	return b.with("xl/styles.xml", "", xmlHead+`<styleSheet xmlns="`+mainNS+`"><numFmts>`+list.String()+
		`</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>`+xfs.String()+`</cellXfs></styleSheet>`)
}

// strings gives the workbook shared strings.
func (b book) strings(items ...string) book {
	return b.with("xl/sharedStrings.xml", "", xmlHead+`<sst xmlns="`+mainNS+`"><si>`+strings.Join(items, "</si><si>")+`</si></sst>`)
}

// zip writes the workbook.
func (b book) zip() []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(b)) {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(f, b[name])
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}
