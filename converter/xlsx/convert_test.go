package xlsx_test

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/xlsx"
)

const head2 = `<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>`

func TestConvert(t *testing.T) {
	tests := []struct {
		name string
		book book
		want string
	}{
		{"numbers, texts, booleans",
			newBook("S", head2+
				`<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>1.50</v></c></row>`+
				`<row r="3"><c r="A3" t="n"><v> -2 </v></c><c r="B3"><v>0.10000000000000001</v></c></row>`+
				`<row r="4"><c r="A4" t="b"><v>1</v></c><c r="B4"><v>3</v></c></row>`),
			"S: a INTEGER, b REAL\n1 1.5\n-2 0.1\n1 3.0\n"},
		{"text that looks like a number stays text",
			newBook("S", head2+
				`<row><c t="inlineStr"><is><t>00123</t></is></c><c t="str"><v>1</v></c></row>`+
				`<row><c t="s"><v>0</v></c><c t="str"><f>"x"</f><v>_x0041_ &amp; b</v></c></row>`).
				strings(`<r><t>4</t></r><r><t xml:space="preserve"> 2</t></r>`),
			"S: a TEXT, b TEXT\n'00123' '1'\n'4 2' 'A & b'\n"},
		{"a column that mixes types",
			newBook("S", head2+
				`<row><c><v>1</v></c><c t="str"><v></v></c></row>`+
				`<row><c t="str"><v>x</v></c><c><v>7</v></c></row>`+
				`<row><c t="b"><v>0</v></c></row>`),
			"S: a, b INTEGER\n1 NULL\n'x' 7\n0 NULL\n"},
		{"what no double holds stays as it is spelled",
			newBook("S", head2+`<row><c><v>12345678901234567890</v></c><c><v>123456789012345678</v></c></row>`),
			"S: a TEXT, b INTEGER\n'12345678901234567890' 123456789012345678\n"},
		{"dates by number format",
			newBook("S", head2+
				`<row><c s="1"><v>45000</v></c><c s="2"><v>0.5</v></c></row>`+
				`<row><c s="3"><v>45000.551562499997</v></c><c s="4"><v>1.2604166666666667</v></c></row>`+
				`<row><c s="1"><v>60</v></c><c s="9"><v>5</v></c></row>`+
				`<row><c s="1"><v>-5</v></c><c t="d" s="1"><v>2024-02-29T00:00:00.000</v></c></row>`).
				styles("yyyy-mm-dd", "h:mm", "d.m.yy h:mm", "[h]:mm"),
			"S: a, b\n'2023-03-15' '12:00:00'\n'2023-03-15T13:14:15' '30:15:00'\n'1900-02-29' 5\n-5 '2024-02-29'\n"},
		{"the 1904 epoch",
			newBook("S", head2+`<row><c s="1"><v>0</v></c><c s="1"><v>43538</v></c></row>`).styles("yyyy-mm-dd").
				with("xl/workbook.xml", "<workbookPr/>", `<workbookPr date1904="true"/>`).
				with("xl/workbook.xml", "</workbook>", `<extLst><ext><x14:workbookPr defaultImageDpi="32767"/></ext></extLst></workbook>`),
			"S: a TEXT, b TEXT\n'1904-01-01' '2023-03-15'\n"},
		{"errors and formulas without a result are NULL",
			newBook("S", head2+
				`<row><c t="e"><v>#N/A</v></c><c><f>1+1</f></c></row>`+
				`<row><c t="e"><f>1/0</f><v>#DIV/0!</v></c><c><f>1+1</f><v>2</v></c></row>`),
			"S: a TEXT, b INTEGER\nNULL NULL\nNULL 2\n"},
		{"no references, any order, either quote, other attributes",
			newBook("S", `<row><c t='inlineStr' r='A1'><is><t>a</t></is></c><c t = "inlineStr"><is><t>b</t></is></c></row>`+
				`<row r="5" spans="1:2" ht='15'><c s="0" foo="r=&quot;Z9&quot;" r="B5"><v>2</v></c><c r="A5" vm=">"><v>1</v></c></row>`+
				`<row/><row r="7"></row>`+
				`<row r="9"><c r="A9"><v>1</v></c><c r="A9"><v>3</v></c><c r="$B$9"><v>4</v></c></row>`),
			"S: a INTEGER, b INTEGER\n1 2\n3 4\n"},
		{"prefixes, comments, character data",
			newBook("S", "").with("xl/worksheets/sheet1.xml", "",
				`<?xml version="1.0"?><!-- <sheetData> --><x:worksheet xmlns:x="`+mainNS+`"><x:sheetData>`+
					`<x:row><x:c t="str"><x:v>a</x:v></x:c><!-- </x:row> --></x:row>`+
					`<x:row><x:c t="str"><x:v><![CDATA[</x:row>&amp;]]></x:v></x:c></x:row>`+
					`</x:sheetData><x:rowBreaks></x:rowBreaks></x:worksheet>`),
			"S: a TEXT\n'</x:row>&amp;'\n"},
		{"strict namespaces, absolute and backslashed targets, other cases",
			func() book {
				b := newBook("S", head2+`<row><c t="s"><v>0</v></c></row>`).strings("<t>x</t>").
					with("xl/workbook.xml", mainNS, "http://purl.oclc.org/ooxml/spreadsheetml/main").
					with("xl/_rels/workbook.xml.rels", officeNS, "http://purl.oclc.org/ooxml/officeDocument/relationships").
					with("_rels/.rels", officeNS, "http://purl.oclc.org/ooxml/officeDocument/relationships").
					with("_rels/.rels", "xl/workbook.xml", "/xl/workbook.xml").
					with("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", `/XL\Worksheets\SHEET1.xml`)
				b[`xl\SharedStrings.xml`] = b["xl/sharedStrings.xml"]
				delete(b, "xl/sharedStrings.xml")
				return b
			}(),
			"S: a TEXT, b TEXT\n'x' NULL\n"},
		{"UTF-16",
			func() book {
				b := newBook("S", head2+`<row><c t="str"><v>grün 😀</v></c></row>`)
				const part = "xl/worksheets/sheet1.xml"
				units := utf16.Encode([]rune("\ufeff" + strings.Replace(b[part], "UTF-8", "UTF-16", 1)))
				var le []byte
				for _, u := range units {
					le = binary.LittleEndian.AppendUint16(le, u)
				}
				return b.with(part, "", string(le))
			}(),
			"S: a TEXT, b TEXT\n'grün 😀' NULL\n"},
		{"sheets that are hidden or have no cells",
			newBook("One", head2+`<row><c><v>1</v></c></row>`, "Two", head2, "Three", `<row r="1"><c r="A1" s="1"/></row>`).
				with("xl/workbook.xml", `name="Two"`, `name="Two" state="veryHidden"`),
			"One: a INTEGER, b TEXT\n1 NULL\n"},
		{"a default name gives way to the file's",
			newBook("Tabelle1", head2+`<row><c><v>1</v></c></row>`, "Tabelle2", ""),
			"people: a INTEGER, b TEXT\n1 NULL\n"},
		{"of several sheets each keeps its name",
			newBook("Sheet1", head2, "sheet1", head2, "Sheet1", head2, "a&amp;b_x0041_", head2),
			"Sheet1: a TEXT, b TEXT\nsheet1_2: a TEXT, b TEXT\nSheet1_2_2: a TEXT, b TEXT\na&bA: a TEXT, b TEXT\n"},
		{"many blank rows first",
			newBook("S", strings.Repeat(`<row ht="15"><c s="0"/></row>`, 100_000)+head2+`<row><c><v>1</v></c></row>`),
			"S: a INTEGER, b TEXT\n1 NULL\n"},
		{"cells beside the table",
			newBook("S", `<row r="3"><c r="B3" t="str"><v>a</v></c><c r="C3" t="str"><v>b</v></c></row>`+
				`<row r="4"><c r="B4"><v>1</v></c><c r="C4"><v>2</v></c></row>`+
				`<row r="5"><c r="A5"><v>9</v></c><c r="B5"><v>1</v></c><c r="XFD5" t="str"><v>note</v></c></row>`+
				`<row r="6"><c r="C6"><v>2</v></c></row>`),
			"S: a INTEGER, b INTEGER, _extra TEXT\n1 2 NULL\n1 NULL '[9,\"note\"]'\nNULL 2 NULL\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := rows(t, xlsx.Converter{}, input("dir/people.xlsx", tt.book.zip()))
			if got != tt.want {
				t.Errorf("got\n%swant\n%s", got, tt.want)
			}
		})
	}
}

// facts are a document's as lines.
func facts(s converter.Summary) string {
	var b strings.Builder
	for _, f := range s.Documents[0].Facts {
		b.WriteString(f.Key + ": " + f.Value + " (" + f.Why + ")\n")
	}
	return b.String()
}

func TestSaysWhatItLeftOut(t *testing.T) {
	b := newBook("One", `<row r="2"><c r="A2" t="str"><v>Annual report</v></c></row>`+
		`<row r="4"><c r="A4" t="str"><v>a</v></c><c r="B4" t="str"><v>b</v></c></row>`+
		`<row r="5"><c r="A5"><v>1</v></c><c r="B5" t="e"><v>#N/A</v></c></row>`+
		`<row r="6"/><row r="9"><c r="A9" s="1"><v>-1</v></c><c r="B9" t="e"><v>#REF!</v></c></row>`+
		`<row r="11"><c r="A11"><f>1</f></c><c r="B11" t="e"><v>#N/A</v></c></row><row r="500"/>`,
		"Two", head2, "Chart", "", "Three", "").styles("yyyy").
		with("xl/workbook.xml", `name="Two"`, `name="Two" state="hidden"`).
		with("xl/_rels/workbook.xml.rels", officeNS+`/worksheet" Target="worksheets/sheet3`, officeNS+`/chartsheet" Target="worksheets/sheet3`)
	got, summary := rows(t, xlsx.Converter{}, input("x.xlsx", b.zip()))
	if want := "One: a INTEGER, b TEXT\n1 NULL\n-1 NULL\nNULL NULL\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	want := `sheet Two: left out (hidden)
sheet Chart: left out (a chartsheet)
sheet Three: left out (no cells)
sheet One: header in row 4 (the first row as wide as the table, and all of it is text)
skip: 3 (the first row as wide as the table, and all of it is text)
`
	if got := facts(summary); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	want = `a formula without a stored result is NULL: open the workbook in a spreadsheet program and save it, so that it is calculated (sheet "One", "A11")
left out of the rows, and kept in the table _rejects: above the table (table "One", line 2, "Annual report")
a cell with the error #N/A is NULL (2 times, sheet "One", "B5")
a cell with the error #REF! is NULL (sheet "One", "B9")
a number is formatted as a date, but before or after all dates: it stays a number (sheet "One", "A9")
a hidden sheet is left out (sheet "Two"); try --sheet Two`
	var found []string
	for _, f := range summary.Documents[0].Findings {
		found = append(found, f.String())
	}
	if got := strings.Join(found, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestOptions(t *testing.T) {
	b := newBook("One", head2+`<row r="2"><c r="A2"><v>1</v></c></row>`, "Two", head2).
		with("xl/workbook.xml", `name="Two"`, `name="Two" state="hidden"`)
	tests := []struct {
		c    xlsx.Converter
		want string
	}{
		{xlsx.Converter{Reading: xlsx.Reading{Sheets: []string{"Two"}}}, "Two: a TEXT, b TEXT\n"},
		{xlsx.Converter{Reading: xlsx.Reading{Header: -1}}, "One: column_1, column_2 TEXT\n'a' 'b'\n1 NULL\n"},
		{xlsx.Converter{Reading: xlsx.Reading{Header: 2}}, "One: 1 TEXT\n"},
		{xlsx.Converter{Reading: xlsx.Reading{Header: 7}}, "One: column_1 TEXT\n"},
	}
	for _, tt := range tests {
		if got, _ := rows(t, tt.c, input("x.xlsx", b.zip())); got != tt.want {
			t.Errorf("%+v: got\n%swant\n%s", tt.c, got, tt.want)
		}
	}
}

// A workbook that comes out of a .gz has no size that is known.
func TestUnknownSize(t *testing.T) {
	document := newBook("S", head2+`<row><c><v>1</v></c></row>`).zip()
	in := input("x.xlsx.gz", document)
	in.Size = -1
	if got, _ := rows(t, xlsx.Converter{}, in); got != "S: a INTEGER, b TEXT\n1 NULL\n" {
		t.Error(got)
	}
}

// Merged cells stand behind the rows, so they are known in a second run only.
func TestMergedNames(t *testing.T) {
	text := func(ref, s string) string { return `<c r="` + ref + `" t="str"><v>` + s + `</v></c>` }
	sheet := `<row r="1">` + text("A1", "name") + text("B1", "2020") + text("D1", "2021") + `</row>` +
		`<row r="2">` + text("B2", "q1") + text("C2", "q2") + text("D2", "q1") + text("E2", "q2") + `</row>` +
		`<row r="3">` + text("A3", "x") + `<c><v>1</v></c><c><v>2</v></c><c><v>3</v></c><c><v>4</v></c></row>`
	b := newBook("One", head2, "Two", sheet, "Three", sheet)
	for _, part := range []string{"xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"} {
		b = b.with(part, "</sheetData>", `</sheetData><mergeCells count="9"><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/><mergeCell ref="D1:E1"/></mergeCells>`)
	}
	got, summary := rows(t, xlsx.Converter{}, input("x.xlsx", b.zip()))
	const columns = ": name TEXT, 2020 q1 INTEGER, 2020 q2 INTEGER, 2021 q1 INTEGER, 2021 q2 INTEGER\n'x' 1 2 3 4\n"
	if want := "One: a TEXT, b TEXT\nTwo" + columns + "Three" + columns; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if summary.Runs != 2 {
		t.Errorf("%d runs, want 2", summary.Runs)
	}
}
