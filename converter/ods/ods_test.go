package ods_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/internal/oracle"
	"github.com/dynasette/dynasette/converter/ods"
	"github.com/dynasette/dynasette/converter/xlsx"
)

const (
	mediaType = "application/vnd.oasis.opendocument.spreadsheet"
	namespace = "urn:oasis:names:tc:opendocument:xmlns:"
	root      = `xmlns:office="` + namespace + `office:1.0" xmlns:table="` + namespace + `table:1.0" xmlns:text="` + namespace + `text:1.0" ` +
		`xmlns:style="` + namespace + `style:1.0" xmlns:number="` + namespace + `datastyle:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
		`xmlns:draw="` + namespace + `drawing:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"`
)

// flat makes a document of what is in its spreadsheet.
func flat(spreadsheet string) []byte {
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<office:document ` + root + ` office:mimetype="` + mediaType + `">` +
		`<office:automatic-styles>` +
		`<style:style style:name="off" style:family="table"><style:table-properties table:display="false"/></style:style>` +
		`<number:date-style style:name="N1"><number:year/><number:hours/></number:date-style>` +
		`<number:date-style style:name="N2"><number:year/></number:date-style><style:style style:name="day" style:family="table-cell" style:data-style-name="N2"/>` +
		`<style:style style:name="stamp" style:family="table-cell" style:data-style-name="N1"/>` +
		`<style:style style:name="stamp2" style:family="table-cell" style:parent-style-name="stamp"/>` +
		`</office:automatic-styles><office:body><office:spreadsheet>` + spreadsheet + `</office:spreadsheet></office:body></office:document>`)
}

// sheet makes a sheet of the XML of its rows.
func sheet(name, rows string) string {
	return `<table:table table:name="` + name + `">` + rows + `</table:table>`
}

// row makes a row of cells, each the attributes of one and what it holds, with a | between.
func row(cells ...string) string {
	var b strings.Builder
	b.WriteString("<table:table-row>")
	for _, c := range cells {
		attributes, content, _ := strings.Cut(c, "|")
		if attributes != "" {
			attributes = " " + attributes
		}
		b.WriteString("<table:table-cell" + attributes + ">" + content + "</table:table-cell>")
	}
	return b.String() + "</table:table-row>"
}

// words makes a row of texts.
func words(texts ...string) string {
	cells := make([]string, len(texts))
	for i, text := range texts {
		cells[i] = `office:value-type="string"|<text:p>` + text + `</text:p>`
	}
	return row(cells...)
}

// packed makes an archive of parts, each given as its name and its text.
func packed(parts ...string) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(parts); i += 2 {
		f, err := w.Create(parts[i])
		if err == nil {
			_, err = io.WriteString(f, parts[i+1])
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

func input(name string, document []byte) *converter.Input {
	return &converter.Input{Name: name, Size: int64(len(document)), ReaderAt: bytes.NewReader(document)}
}

// convert converts a document and returns the path of the database.
func convert(t *testing.T, c converter.Converter, in *converter.Input) (string, converter.Summary, error) {
	t.Helper()
	dst := new(convertertest.Memory)
	summary, err := converter.Convert(context.Background(), c, in, dst, converter.Options{})
	path := filepath.Join(t.TempDir(), "out.db")
	if err == nil {
		if err := os.WriteFile(path, dst.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path, summary, err
}

// list returns each table as text: its name and columns with their types, and a line a row, each
// value as an SQL literal.
func list(t *testing.T, c converter.Converter, in *converter.Input) (string, converter.Summary) {
	t.Helper()
	path, summary, err := convert(t, c, in)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, table := range summary.Tables {
		var columns []string
		for _, column := range table.Columns {
			columns = append(columns, strings.TrimSpace(column.Name+" "+column.Type))
		}
		fmt.Fprintf(&b, "%s: %s\n", table.Name, strings.Join(columns, ", "))
		for _, row := range oracle.Query(t, path, `SELECT * FROM "`+table.Name+`"`) {
			b.WriteString(strings.Join(row, " ") + "\n")
		}
	}
	return b.String(), summary
}

func TestConvert(t *testing.T) {
	head2 := words("a", "b")
	tests := []struct {
		name, spreadsheet, want string
	}{
		{"numbers as they are stored", sheet("S", head2+
			row(`office:value-type="float" office:value="5"|<text:p>five</text:p>`, `office:value-type="percentage" office:value="0.12"|<text:p>12%</text:p>`)+
			row(`office:value-type="currency" office:currency="EUR" office:value="9007199254740993"|`, `office:value-type="float" office:value="1E-7"`)),
			"S: a INTEGER, b REAL\n5 0.12\n9007199254740993 1e-07\n"},
		{"a type that only its attribute says", sheet("S", head2+row(`office:value="5"|`, `office:boolean-value="true"|`)),
			"S: a INTEGER, b INTEGER\n5 1\n"},
		{"a value of another type is none", sheet("S", head2+row(`office:value-type="float" office:date-value="2024-01-01"|<text:p>x</text:p>`, `office:value-type="date" office:value="3"|<text:p>3 May</text:p>`)),
			"S: a TEXT, b TEXT\n'x' '3 May'\n"},
		{"dates", sheet("S", head2+
			row(`office:value-type="date" office:date-value="2024-02-29"`, `office:value-type="date" office:date-value="2024-02-29T13:14:15.123456"`)+
			row(`table:style-name="stamp" office:value-type="date" office:date-value="2024-03-01"`, `office:value-type="date" office:date-value="0987-01-01T00:00:01.499999999"`)+
			row(`table:style-name="stamp2" office:value-type="date" office:date-value="-0044-03-15"`, `office:value-type="date" office:date-value="2024-02-29T12:00:00.999999999"`)),
			"S: a TEXT, b TEXT\n'2024-02-29' '2024-02-29T13:14:15.123456'\n'2024-03-01T00:00:00' '0987-01-01T00:00:01.500'\n'-0044-03-15T00:00:00' '2024-02-29T12:00:00.999'\n"},
		{"midnight, as a format shows it", sheet("S", words("a", "b", "c")+row(`table:style-name="day" office:value-type="date" office:date-value="2024-03-01T00:00:00"`,
			`table:style-name="day" office:value-type="date" office:date-value="2024-03-01T00:00:01"`, `office:value-type="date" office:date-value="2024-03-01T00:00:00"`)),
			"S: a TEXT, b TEXT, c TEXT\n'2024-03-01' '2024-03-01T00:00:01' '2024-03-01T00:00:00'\n"},
		{"a style of rows and of columns", `<table:table table:name="S"><table:table-column/><table:table-column table:number-columns-repeated="3" table:default-cell-style-name="stamp"/>` +
			words("a", "b", "c") + strings.Replace(row(`office:value-type="date" office:date-value="2024-03-01"`, `office:value-type="date" office:date-value="2024-03-01"`, `table:style-name="x" office:value-type="date" office:date-value="2024-03-01"`), "row>", `row table:default-cell-style-name="stamp">`, 1) +
			row(`office:value-type="date" office:date-value="2024-03-02"`, `office:value-type="date" office:date-value="2024-03-02"`) + `</table:table>`,
			"S: a TEXT, b TEXT, c TEXT\n'2024-03-01T00:00:00' '2024-03-01T00:00:00' '2024-03-01'\n'2024-03-02' '2024-03-02T00:00:00' NULL\n"},
		{"times", sheet("S", head2+
			row(`office:value-type="time" office:time-value="PT13H14M15S"`, `office:value-type="time" office:time-value="PT30H15M00.5S"`)+
			row(`office:value-type="time" office:time-value="-PT1M"`, `office:value-type="time" office:time-value="P1DT1H"`)+
			row(`office:value-type="time" office:time-value="P1Y"`, `office:value-type="time" office:time-value="13:14"`)),
			"S: a TEXT, b TEXT\n'13:14:15' '30:15:00.500'\n'-00:01:00' '25:00:00'\n'P1Y' '13:14'\n"},
		{"booleans", sheet("S", head2+row(`office:value-type="boolean" office:boolean-value="true"`, `office:value-type="boolean" office:boolean-value="false"`)),
			"S: a INTEGER, b INTEGER\n1 0\n"},
		{"texts", sheet("S", head2+
			words(`<text:s/>two<text:s text:c="2"/>spaces<text:tab/>tab<text:line-break/>line`, `a</text:p><text:p>b</text:p><text:p/><text:p>&lt;c&gt; &amp; &#8364;`)+
			words("  spaces   stay ", "\n   white <text:span>\n\t space</text:span>\n  is one\n")+
			words("x<!-- no\n -->y<![CDATA[<z>]]>", "in <text:span>a <text:span>span</text:span></text:span>s")),
			"S: a TEXT, b TEXT\n' two  spaces\ttab\nline' 'a\nb\n\n<c> & €'\n'  spaces   stay ' 'white space is one'\n'xy<z>' 'in a spans'\n"},
		{"a text in an attribute", sheet("S", head2+row(`office:value-type="string" office:string-value="a&#10;&amp;b"|<text:p>shown</text:p>`, `office:value-type="string" office:string-value=""|`)),
			"S: a TEXT, b TEXT\n'a\n&b' ''\n"},
		{"notes, drawings and readings are no text", sheet("S", head2+
			row(`office:value-type="string"|<office:annotation><text:p>note</text:p></office:annotation><text:p>a<office:annotation><text:p>x</text:p></office:annotation></text:p>`,
				`office:value-type="string"|<draw:frame><draw:text-box><text:p>drawn</text:p></draw:text-box></draw:frame><text:p><text:ruby><text:ruby-base>b</text:ruby-base><text:ruby-text>reading</text:ruby-text></text:ruby></text:p>`)),
			"S: a TEXT, b TEXT\n'a' 'b'\n"},
		{"lists and tables in cells", sheet("S", head2+
			row(`office:value-type="string"|<text:list><text:list-item><text:p>1</text:p></text:list-item><text:list-item><text:p>2</text:p></text:list-item></text:list>`,
				`office:value-type="string"|<table:table table:is-sub-table="true"><table:table-column/>`+words("x", "y")+words("z", "w")+`</table:table>`)+words("c", "d")),
			"S: a TEXT, b TEXT\n'1\n2' 'x\ny\nz\nw'\n'c' 'd'\n"},
		{"links", sheet("S", head2+
			words(`<text:a xlink:href="https://example.org/">example.org</text:a>`, `x <text:a xlink:href="https://example.org/1">1</text:a> <text:a xlink:href="https://example.org/2">2</text:a>`)+
			row(`table:formula="of:=HYPERLINK(&quot;https://example.org/3&quot;;&quot;c&quot;)" office:value-type="string"|<text:p>c</text:p>`, `office:value-type="string"|<text:p><text:a xlink:href="#S.A1">d</text:a></text:p>`)),
			"S: a TEXT, b TEXT, a_url TEXT, b_url TEXT\n'example.org' 'x 1 2' 'https://example.org/' 'https://example.org/1\nhttps://example.org/2'\n'c' 'd' 'https://example.org/3' NULL\n"},
		{"rows and cells that are said once", sheet("S", head2+
			`<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="2" office:value="7"/><table:table-cell table:number-columns-repeated="16382"/></table:table-row>`+
			`<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="2147483647"/></table:table-row>`),
			"S: a INTEGER, b INTEGER\n7 7\n7 7\n7 7\n"},
		{"groups of rows", sheet("S", `<table:table-header-rows>`+head2+`</table:table-header-rows><table:table-row-group><table:table-row-group>`+words("1", "2")+`</table:table-row-group>`+
			`<text:soft-page-break/><table:table-rows>`+words("3", "4")+`</table:table-rows></table:table-row-group>`+words("5", "6")),
			"S: a TEXT, b TEXT\n'1' '2'\n'3' '4'\n'5' '6'\n"},
		{"errors, formulas without a result", sheet("S", words("a", "b", "c")+
			row(`table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"|<text:p>#DIV/0!</text:p>`,
				`table:formula="of:=X" office:value-type="float" office:value="0"|<text:p>Err:508</text:p>`, `table:formula="of:=1+1"|`)+
			row(`office:value-type="string"|<text:p>#N/A</text:p>`, `office:value-type="float" office:value="1"|`, `table:formula="of:=&quot;#N/A&quot;" office:value-type="string" calcext:value-type="string"|<text:p>#N/A</text:p>`)),
			"S: a TEXT, b INTEGER, c TEXT\nNULL NULL NULL\n'#N/A' 1 '#N/A'\n"},
		{"blank text above a table", sheet("S", words("Report", "", "")+words("", " ", "")+words("a", "b", "c")+
			row(`office:value="1"|`, `office:value="2"|`, `office:value="3"|`)+row(`office:value="4"|`, `office:value="5"|`, `office:value="6"|`)+row(`office:value="7"|`, `office:value="8"|`, `office:value="9"|`)),
			"S: a INTEGER, b INTEGER, c INTEGER\n1 2 3\n4 5 6\n7 8 9\n"},
		{"a sheet without a name", sheet("", head2+words("1", "2")) + sheet("T", head2+words("3", "4")),
			"x: a TEXT, b TEXT\n'1' '2'\nT: a TEXT, b TEXT\n'3' '4'\n"},
		{"merged cells", sheet("S", `<table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>a</text:p></table:table-cell><table:covered-table-cell/>`+
			`<table:table-cell><text:p>c</text:p></table:table-cell></table:table-row>`+row(`office:value="1"|`, `office:value="2"|`, `office:value="3"|`)),
			"S: a INTEGER, a_2 INTEGER, c INTEGER\n1 2 3\n"},
		{"what is no sheet", `<table:tracked-changes><table:cell-content-change><table:previous><table:change-track-table-cell office:value="9"/></table:previous></table:cell-content-change></table:tracked-changes>` +
			`<table:table table:name="S"><table:shapes><draw:frame><draw:object><office:document><office:body><office:chart>` + sheet("local", words("x")) + `</office:chart></office:body></office:document></draw:object></draw:frame></table:shapes>` +
			head2 + words("1", "2") + `</table:table>` + `<table:dde-links><table:dde-link>` + sheet("dde", words("x")) + `</table:dde-link></table:dde-links>`,
			"S: a TEXT, b TEXT\n'1' '2'\n"},
		{"sheets", sheet("One", head2+words("1", "2")) + sheet("Empty", "") + `<table:table table:name="Void"/>` + `<table:table table:name="Off" table:style-name="off">` + head2 + `</table:table>` +
			sheet(`&apos;file:///x.ods&apos;#$T`, words("x")) + sheet("Two", head2+words("3", "4")),
			"One: a TEXT, b TEXT\n'1' '2'\nTwo: a TEXT, b TEXT\n'3' '4'\n"},
		{"a database range", sheet("S", words("a", "title")+row()+words("n", "m")+words("1", "2")+words("a note")) +
			`<table:database-ranges><table:database-range table:name="T" table:target-range-address="$S.A3:S.B4"/></table:database-ranges>`,
			"S: n TEXT, m TEXT\n'1' '2'\n"},
		{"a database range that its rows outgrew", sheet("S", words("n", "m")+words("1", "2")+words("3", "4")) +
			`<table:database-ranges><table:database-range table:name="T" table:target-range-address="S.A1:S.B2"/></table:database-ranges>`,
			"S: n TEXT, m TEXT\n'1' '2'\n'3' '4'\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, summary := list(t, ods.Converter{}, input("x.fods", flat(tt.spreadsheet)))
			if strings.HasPrefix(tt.name, "blank text") && summary.Rejects != 1 {
				t.Errorf("%d rejects", summary.Rejects)
			}
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
	// Any prefix will do.
	other := strings.NewReplacer("table:", "t:", "xmlns:text", "xmlns:w", "<text:", "<w:", "</text:", "</w:", "xmlns:table", "xmlns:t", "calcext:", "c:", "xmlns:calcext", "xmlns:c", "office:", "", "xmlns:office", "xmlns")
	for _, tt := range tests {
		document := strings.ReplaceAll(string(flat(tt.spreadsheet)), namespace, "NAMESPACE")
		document = strings.ReplaceAll(document, "calc:xmlns:calcext:", "CALCEXT")
		document = strings.ReplaceAll(other.Replace(document), "NAMESPACE", namespace)
		document = strings.ReplaceAll(document, "CALCEXT", "calc:xmlns:calcext:")
		if got, _ := list(t, ods.Converter{}, input("x.fods", []byte(document))); got != tt.want {
			t.Errorf("%s, with other prefixes: got\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

// What LibreOffice makes of a workbook is what the workbook is.
func TestLikeXLSX(t *testing.T) {
	for _, name := range []string{"excel-headers", "excel-offset", "excel-types", "inline"} {
		read := func(c converter.Converter, folder, extension string) string {
			b, err := os.ReadFile("../../testdata/" + folder + "/" + name + extension)
			if err != nil {
				t.Fatal(err)
			}
			got, _ := list(t, c, input(name+extension, b))
			return got
		}
		if got, want := read(ods.Converter{}, "ods", ".ods"), read(xlsx.Converter{}, "xlsx", ".xlsx"); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
	}
}

func TestOptions(t *testing.T) {
	document := flat(`<table:table table:name="S"><table:table-column/><table:table-column table:visibility="collapse"/>` + words("a", "b") +
		`<table:table-row table:visibility="filter"><table:table-cell office:value="1"/><table:table-cell office:value="2"/></table:table-row>` +
		`<table:table-row><table:table-cell office:value="3" table:number-rows-spanned="2"/><table:table-cell office:value="4"/></table:table-row>` +
		`<table:table-row><table:covered-table-cell/><table:table-cell office:value="5"/></table:table-row></table:table>` +
		`<table:table table:name="Off" table:style-name="off">` + words("x") + words("y") + `</table:table>`)
	for _, tt := range []struct {
		c    ods.Converter
		want string
	}{
		{ods.Converter{Reading: ods.Reading{SkipHidden: true}}, "S: a INTEGER\n3\n"},
		{ods.Converter{Reading: ods.Reading{FillMerged: true}}, "S: a INTEGER, b INTEGER\n1 2\n3 4\n3 5\n"},
		{ods.Converter{Reading: ods.Reading{Sheets: []string{"Off"}}}, "Off: x TEXT\n'y'\n"},
		{ods.Converter{Reading: ods.Reading{Sheets: []string{"S"}, Header: -1}}, "S: column_1, column_2\n'a' 'b'\n1 2\n3 4\nNULL 5\n"},
	} {
		if got, _ := list(t, tt.c, input("x.fods", document)); got != tt.want {
			t.Errorf("%+v: got\n%s\nwant\n%s", tt.c, got, tt.want)
		}
	}
	_, _, err := convert(t, ods.Converter{Reading: ods.Reading{Sheets: []string{"s"}}}, input("x.fods", document))
	if !errors.Is(err, converter.ErrUnsupported) || !strings.Contains(err.Error(), `there is no sheet "s": there is "S", "Off"`) {
		t.Error(err)
	}
	_, _, err = convert(t, ods.Converter{Reading: ods.Reading{Sheets: []string{"E"}}}, input("x.fods", flat(sheet("S", words("a"))+sheet("E", ""))))
	if !errors.Is(err, converter.ErrEmpty) || !strings.Contains(err.Error(), `no sheet that is asked for has cells: the document is empty: there is "S", "E"`) {
		t.Error(err)
	}
}

// A row that is said once for very many is that many, in chunks that are as large as others.
func TestManyRepeats(t *testing.T) {
	const rows = 300_000
	document := flat(sheet("S", words("a", "b")+words("x", "y")+
		fmt.Sprintf(`<table:table-row-group><table:table-row table:number-rows-repeated="%d"><table:table-cell office:value="1" table:number-columns-repeated="2"/></table:table-row></table:table-row-group>`, rows)+
		words("y", "z")))
	path, summary, err := convert(t, ods.Converter{}, input("x.fods", document))
	if err != nil || summary.Tables[0].Rows != rows+2 {
		t.Fatal(summary.Tables, err)
	}
	if got := oracle.Query(t, path, `SELECT sum(a), sum(b), max(rowid) FILTER (WHERE a = 'y') FROM S`); !slices.Equal(got[0], []string{"300000.0", "300000.0", "300002"}) {
		t.Error(got)
	}
}

// A sheet is read where the one before it ended.
func TestManySheets(t *testing.T) {
	var b strings.Builder
	for i := range 300 {
		b.WriteString(sheet(fmt.Sprintf("S%d", i), words("a", "b")+strings.Repeat(row(`office:value="1"|`, `office:value="2"|`), 200)))
	}
	text := string(flat(b.String()))
	content := packed("mimetype", mediaType, "content.xml", strings.Replace(strings.Replace(text, "<office:document ", "<office:document-content ", 1), "</office:document>", "</office:document-content>", 1))
	// Six times the size of all sheets: more is a stream for each.
	_, summary, err := convert(t, ods.Converter{Limits: ods.Limits{Size: int64(6 * len(text))}}, input("x.ods", content))
	if err != nil || len(summary.Tables) != 300 {
		t.Error(len(summary.Tables), err)
	}
}

func TestEncodings(t *testing.T) {
	want := "S: a TEXT, b TEXT\n'é' 'x'\n"
	document := string(flat(sheet("S", words("a", "b")+words("é", "x"))))
	latin := strings.ReplaceAll(strings.Replace(document, "UTF-8", "ISO-8859-1", 1), "é", "\xe9")
	var wide []byte
	for _, r := range "\ufeff" + strings.Replace(document, "UTF-8", "UTF-16", 1) {
		wide = append(wide, byte(r), byte(r>>8))
	}
	for _, b := range []string{document, "\xef\xbb\xbf" + document, latin, string(wide)} {
		if got, _ := list(t, ods.Converter{}, input("x.fods", []byte(b))); got != want {
			t.Errorf("%.40q: got\n%s", b, got)
		}
	}
}

func TestDetect(t *testing.T) {
	var formats converter.Registry
	formats.Register(ods.Format, ods.Converter{})
	formats.Register(ods.Flat, ods.Converter{})
	formats.Register(converter.Format{Name: "csv", Extensions: []string{".csv", ".xml"}}, converter.Empty)
	content := packed("mimetype", mediaType, "content.xml", "")
	for _, tt := range []struct {
		name     string
		document []byte
		want     string
	}{
		{"x.csv", flat(""), "fods"}, {"x.xml", flat(""), "fods"}, {"x", append([]byte("\xef\xbb\xbf"), flat("")...), "fods"},
		{"x.xml", bytes.ReplaceAll(flat(""), []byte("spreadsheet"), []byte("text")), "csv"},
		{"x.csv", content, "ods"}, {"x.zip", content, "ods"}, {"x.csv", content[:len(content)-60], "csv"},
		{"x.csv", []byte("a,<office:document office:mimetype='" + mediaType + "'>"), "csv"},
	} {
		if f, _, err := formats.Detect(input(tt.name, tt.document)); err != nil || f.Name != tt.want {
			t.Errorf("%s, %.60q: %s %v, want %s", tt.name, tt.document, f.Name, err, tt.want)
		}
	}
	if ods.Format.Sniff(content) || !ods.Format.Sniff([]byte("PK\x03\x04"+strings.Repeat("\x00", 22)+"\x08\x00\x00\x00mimetype"+mediaType)) || ods.Format.Sniff([]byte("PK\x03\x04")) {
		t.Error("Sniff")
	}
}
