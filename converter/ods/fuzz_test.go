package ods_test

import (
	"context"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/ods"
)

var longNumber = regexp.MustCompile(`[0-9]{5}`)

// FuzzConvert puts any XML into the rows of a sheet, beside it and into the archive.
func FuzzConvert(f *testing.F) {
	f.Add([]byte(words("a", "b")+row(`office:value="1" table:number-columns-repeated="9"|`, `table:formula="of:=1"|`)), []byte(`<table:database-ranges><table:database-range table:name="x" table:target-range-address="S.A1:S.B2"/></table:database-ranges>`), uint16(0), byte(0))
	f.Add([]byte(`<table:table-row table:number-rows-repeated="99"><table:table-cell office:value-type="time" office:time-value="PT1H"><text:p>a<text:a xlink:href="http://x">b</text:a></text:p></table:table-cell></table:table-row>`), []byte(sheet("T", "<!-- x -->")), uint16(60), byte(1))
	f.Fuzz(func(t *testing.T, rows, more []byte, at uint16, change byte) {
		if longNumber.Match(rows) || longNumber.Match(more) {
			t.Skip("many rows are TestBillion's")
		}
		document := flat(sheet("S", string(rows)) + string(more))
		if change != 0 {
			document = packed("mimetype", mediaType, "content.xml", string(document))
			document[int(at)%len(document)] ^= change
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		c := ods.Converter{Limits: ods.Limits{Size: 64 << 20, Row: 1 << 20}}
		summary, err := converter.Convert(context.Background(), c, input("x", document), new(converter.Bounded), converter.Options{})
		runtime.ReadMemStats(&after)
		if err != nil && (strings.Contains(err.Error(), "panic") || !converter.Permanent(err)) {
			t.Fatal(err)
		}
		if err == nil && len(summary.Tables) == 0 {
			t.Fatal("neither a table nor an error")
		}
		if used := after.HeapSys - before.HeapSys; int64(used) > 512<<20 {
			t.Fatalf("%d MiB for a document of %d bytes", used>>20, len(document))
		}
	})
}
