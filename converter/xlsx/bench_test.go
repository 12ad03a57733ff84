package xlsx_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/xlsx"
	"github.com/dynasette/dynasette/internal/tries"
)

// benchRows returns how many rows the workbooks have.
func benchRows() int { return tries.Of(200_000) }

var benchWords = strings.Fields("alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike")

// benchCell is the value in a row and a column: ids, decimals, words, sentences, codes with
// leading zeros, dates and booleans.
func benchCell(row, col int) any {
	word := func(n int) string { return benchWords[(row*7+n*3)%len(benchWords)] }
	switch col {
	case 0:
		return row + 1
	case 1:
		return word(1)
	case 2:
		return float64(row*37%100_000) / 100
	case 3:
		return fmt.Sprintf("%s & %s %d", word(2), word(3), row%1000)
	case 4:
		return fmt.Sprintf("%05d", row%90_000)
	case 5:
		return 40_000 + row%5000
	case 6:
		return float64(row)*1.0001 + 0.1
	case 7:
		return row%3 == 0
	case 8:
		return fmt.Sprintf("%s %s, %s", word(4), word(5), word(6))
	}
	return (row * 7919) % 1_000_003
}

const benchColumns = 10

// inlineBook is written by excelize's StreamWriter, which knows inline strings only.
var inlineBook = sync.OnceValue(func() []byte {
	f := excelize.NewFile()
	defer f.Close()
	date, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	check(err)
	w, err := f.NewStreamWriter("Sheet1")
	check(err)
	row := make([]any, benchColumns)
	for i := range row {
		row[i] = fmt.Sprintf("column %d", i+1)
	}
	check(w.SetRow("A1", row))
	for n := range benchRows() {
		for i := range row {
			row[i] = benchCell(n, i)
		}
		row[5] = excelize.Cell{StyleID: date, Value: row[5]}
		check(w.SetRow(fmt.Sprintf("A%d", n+2), row))
	}
	check(w.Flush())
	var out bytes.Buffer
	_, err = f.WriteTo(&out)
	check(err)
	return out.Bytes()
})

// sharedBook is written as Excel does it: texts in a table of their own, spans, styles.
var sharedBook = sync.OnceValue(func() []byte {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	b := newBook("Sheet1", "")
	b = b.with("xl/styles.xml", "", xmlHead+`<styleSheet xmlns="`+mainNS+`"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`)
	delete(b, "xl/worksheets/sheet1.xml")
	for name, text := range b {
		f, err := archive.Create(name)
		check(err)
		_, err = io.WriteString(f, text)
		check(err)
	}
	f, err := archive.Create("xl/worksheets/sheet1.xml")
	check(err)
	w := bufio.NewWriter(f)
	var texts []string
	index := map[string]int{}
	fmt.Fprintf(w, `%s<worksheet xmlns="%s"><dimension ref="A1:J%d"/><sheetData>`, xmlHead, mainNS, benchRows()+1)
	for n := -1; n < benchRows(); n++ {
		fmt.Fprintf(w, `<row r="%d" spans="1:10" x14ac:dyDescent="0.25">`, n+2)
		for i := range benchColumns {
			v := any(fmt.Sprintf("column %d", i+1))
			if n >= 0 {
				v = benchCell(n, i)
			}
			style := ""
			if i == 5 {
				style = ` s="1"`
			}
			switch v := v.(type) {
			case string:
				at, known := index[v]
				if !known {
					at = len(texts)
					index[v] = at
					texts = append(texts, v)
				}
				fmt.Fprintf(w, `<c r="%c%d" t="s"><v>%d</v></c>`, 'A'+i, n+2, at)
			case bool:
				fmt.Fprintf(w, `<c r="%c%d" t="b"><v>%d</v></c>`, 'A'+i, n+2, map[bool]int{true: 1}[v])
			default:
				fmt.Fprintf(w, `<c r="%c%d"%s><v>%v</v></c>`, 'A'+i, n+2, style, v)
			}
		}
		fmt.Fprint(w, "</row>")
	}
	fmt.Fprint(w, "</sheetData></worksheet>")
	check(w.Flush())
	f, err = archive.Create("xl/sharedStrings.xml")
	check(err)
	w = bufio.NewWriter(f)
	fmt.Fprintf(w, `%s<sst xmlns="%s" count="%d" uniqueCount="%d">`, xmlHead, mainNS, len(texts), len(texts))
	for _, text := range texts {
		fmt.Fprintf(w, `<si><t>%s</t></si>`, strings.ReplaceAll(text, "&", "&amp;"))
	}
	fmt.Fprint(w, "</sst>")
	check(w.Flush())
	check(archive.Close())
	return out.Bytes()
})

func check(err error) {
	if err != nil {
		panic(err)
	}
}

var benchBooks = []struct {
	name string
	book func() []byte
}{{"inline", inlineBook}, {"shared", sharedBook}}

// BenchmarkConvert makes a database of 200,000 rows of 10 columns, or of a tenth with -short.
func BenchmarkConvert(b *testing.B) {
	for _, bench := range benchBooks {
		b.Run(bench.name, func(b *testing.B) {
			document := bench.book()
			b.SetBytes(int64(len(document)))
			b.ReportAllocs()
			for b.Loop() {
				summary, err := converter.Convert(context.Background(), xlsx.Converter{}, input("x.xlsx", document), new(converter.Bounded), converter.Options{})
				if err != nil || summary.Tables[0].Rows != int64(benchRows()) {
					b.Fatal(summary, err)
				}
			}
		})
	}
}

// BenchmarkExcelize is its pair: excelize reads the rows as raw values and does nothing
// with them.
func BenchmarkExcelize(b *testing.B) {
	for _, bench := range benchBooks {
		b.Run(bench.name, func(b *testing.B) {
			document := bench.book()
			b.SetBytes(int64(len(document)))
			b.ReportAllocs()
			for b.Loop() {
				f, err := excelize.OpenReader(bytes.NewReader(document), excelize.Options{RawCellValue: true})
				check(err)
				rows, err := f.Rows("Sheet1")
				check(err)
				n := 0
				for ; rows.Next(); n++ {
					if _, err := rows.Columns(); err != nil {
						b.Fatal(err)
					}
				}
				check(f.Close())
				if n != benchRows()+1 {
					b.Fatal(n)
				}
			}
		})
	}
}
