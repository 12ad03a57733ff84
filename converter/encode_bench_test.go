package converter

import (
	"fmt"
	"math/rand"
	"testing"
)

// What it costs to encode a batch of untyped cells, by what they are.
func BenchmarkEncode(b *testing.B) {
	r := rand.New(rand.NewSource(1))
	for _, kind := range []struct {
		name string
		cell func() string
	}{
		{"integers", func() string { return fmt.Sprint(r.Intn(1e6)) }},
		{"long integers", func() string { return fmt.Sprint(1e8 + r.Intn(9e8)) }},
		{"coordinates", func() string { return fmt.Sprintf("%.6f", r.Float64()*360-180) }},
		{"decimals", func() string { return fmt.Sprintf("%.2f", r.Float64()*1000) }},
		{"thousandths", func() string { return fmt.Sprintf("%.3f", 1+r.Float64()*100) }},
		{"long decimals", func() string { return fmt.Sprint(r.Float64()) }},
		{"text", func() string { return fmt.Sprintf("word %d", r.Intn(1000)) }},
	} {
		b.Run(kind.name, func(b *testing.B) {
			var batch Batch
			for range 4000 {
				for range 5 {
					batch.Add(Untyped(kind.cell()))
				}
				batch.EndRow()
			}
			p := &plan{modes: make([]mode, 5), columns: []int32{0, 1, 2, 3, 4}, extra: -1}
			var e encoder
			b.SetBytes(int64(len(batch.Data)))
			for b.Loop() {
				if _, err := e.encode(&batch, p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
