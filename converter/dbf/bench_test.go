package dbf_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/dbf"
	"github.com/dynasette/dynasette/internal/tries"
)

// BenchmarkConvert reads what tables mostly hold: codes, names with blanks behind them, amounts, dates.
func BenchmarkConvert(b *testing.B) {
	var records []string
	words := []string{"alpha", "bravo", "charlie", "delta", "echo"}
	for i := range tries.Of(100_000) {
		records = append(records, fmt.Sprintf(" %08d%-30s%-20s%12.2f%10d%04d%02d%02d%s", i, words[i%5]+" "+words[i*7%5], words[i*3%5],
			float64(i*37%1_000_000)/100, i*7919%1_000_003, 1990+i%30, 1+i%12, 1+i%28, "TF"[i%2:i%2+1]))
	}
	document := table(3, 0, []field{
		{"CODE", 'C', 8, 0, 0}, {"NAME", 'C', 30, 0, 0}, {"PLACE", 'C', 20, 0, 0}, {"AMOUNT", 'N', 12, 2, 0}, {"N", 'N', 10, 0, 0}, {"DAY", 'D', 8, 0, 0}, {"OK", 'L', 1, 0, 0},
	}, records...)
	convertertest.Benchmark(b, dbf.Converter{}, &converter.Input{Name: "x.dbf", Size: int64(len(document)), ReaderAt: bytes.NewReader(document)})
}
