package ods_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"fmt"
	"html"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/ods"
	"github.com/dynasette/dynasette/internal/tries"
)

// benchBook is written as LibreOffice does it; its cells are like those of the workbooks that
// package xlsx is measured with.
var benchBook = sync.OnceValue(func() []byte {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	f, err := archive.Create("mimetype")
	if err == nil {
		f.Write([]byte(mediaType))
		f, err = archive.Create("content.xml")
	}
	if err != nil {
		panic(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintf(w, `<office:document-content %s><office:body><office:spreadsheet><table:table table:name="Sheet1">`, root)
	words := strings.Fields("alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike")
	text := func(s string) {
		fmt.Fprintf(w, `<table:table-cell office:value-type="string" calcext:value-type="string"><text:p>%s</text:p></table:table-cell>`, html.EscapeString(s))
	}
	number := func(v any) {
		fmt.Fprintf(w, `<table:table-cell office:value-type="float" office:value="%v" calcext:value-type="float"><text:p>%v</text:p></table:table-cell>`, v, v)
	}
	for row := range tries.Of(200_000) {
		word := func(n int) string { return words[(row*7+n*3)%len(words)] }
		fmt.Fprint(w, `<table:table-row table:style-name="ro1">`)
		if row == 0 {
			for i := range 10 {
				text(fmt.Sprintf("column %d", i+1))
			}
		} else {
			day := time.Date(2009, 7, 6+row%5000, 0, 0, 0, 0, time.UTC)
			number(row + 1)
			text(word(1))
			number(float64(row*37%100_000) / 100)
			text(fmt.Sprintf("%s & %s %d", word(2), word(3), row%1000))
			text(fmt.Sprintf("%05d", row%90_000))
			fmt.Fprintf(w, `<table:table-cell table:style-name="ce1" office:value-type="date" office:date-value="%s" calcext:value-type="date"><text:p>%s</text:p></table:table-cell>`,
				day.Format(time.DateOnly), day.Format("1/2/2006"))
			number(float64(row)*1.0001 + 0.1)
			fmt.Fprintf(w, `<table:table-cell office:value-type="boolean" office:boolean-value="%v" calcext:value-type="boolean"><text:p>%v</text:p></table:table-cell>`, row%3 == 0, row%3 == 0)
			text(fmt.Sprintf("%s %s, %s", word(4), word(5), word(6)))
			number((row * 7919) % 1_000_003)
		}
		fmt.Fprint(w, `<table:table-cell table:number-columns-repeated="16374"/></table:table-row>`)
	}
	fmt.Fprint(w, `</table:table></office:spreadsheet></office:body></office:document-content>`)
	if err := w.Flush(); err != nil {
		panic(err)
	}
	if err := archive.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
})

// BenchmarkConvert makes a database of 200,000 rows of 10 columns, or of a tenth with -short.
func BenchmarkConvert(b *testing.B) {
	document := benchBook()
	convertertest.Benchmark(b, ods.Converter{}, input("x.ods", document))
}
