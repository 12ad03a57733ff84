package xls_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/xls"
	"github.com/dynasette/dynasette/internal/tries"
)

// BenchmarkConvert reads a sheet of numbers, dates and shared strings.
func BenchmarkConvert(b *testing.B) {
	texts := le(uint32(1000), uint32(1000))
	for i := range 1000 {
		texts = append(texts, wide(fmt.Sprint("a text, number ", i))...)
	}
	strings := append(styles("yyyy-mm-dd"), biff{}.record(0x00fc, texts)...)
	var sheet biff
	for row := range tries.Of(60_000) {
		for col := range 8 {
			switch col % 4 {
			case 0:
				sheet = sheet.number(row+2, col, 0, float64(row*col)/7)
			case 1:
				sheet = sheet.cell(0x027e, row+2, col, 1, uint32(40000+row%5000)<<2|2)
			case 2:
				sheet = sheet.cell(0x027e, row+2, col, 0, uint32(row)<<2|2)
			case 3:
				sheet = sheet.shared(row+2, col, row%1000)
			}
		}
	}
	document := one(strings, append(biff{}.names(8), sheet...))
	b.SetBytes(int64(len(document)))
	for b.Loop() {
		if _, err := converter.Convert(context.Background(), xls.Converter{}, input("x.xls", document), new(converter.Bounded), converter.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
