package parquet_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"

	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
	"github.com/dynasette/dynasette/converter/parquet"
	"github.com/dynasette/dynasette/internal/tries"
)

// A sale is a row of what programs export most.
type sale struct {
	ID       int64
	Quantity int32
	Price    float64
	Colour   string    `parquet:",dict"`
	At       time.Time `parquet:",timestamp"`
	Customer string    `parquet:",dict"`
	Note     string
	Maybe    *float64 `parquet:",optional"`
}

func BenchmarkConvert(b *testing.B) {
	rows := tries.Of(200_000)
	r := rand.New(rand.NewPCG(1, 2))
	sales := make([]sale, rows)
	for i := range sales {
		sales[i] = sale{int64(i), r.Int32N(1e6), float64(r.IntN(1e6)) / 100, []string{"red", "green", "blue"}[r.IntN(3)],
			time.UnixMilli(1.7e12 + int64(i)*1000).UTC(), fmt.Sprint("customer ", r.IntN(20_000)), fmt.Sprintf("note %d of %d", r.Int32(), r.Int32()), nil}
		if f := r.Float64(); f > 0.3 {
			sales[i].Maybe = &f
		}
	}
	for name, codec := range map[string]compress.Codec{"none": &pq.Uncompressed, "snappy": &pq.Snappy, "zstd": &pq.Zstd, "gzip": &pq.Gzip} {
		var file bytes.Buffer
		w := pq.NewGenericWriter[sale](&file, pq.Compression(codec))
		if _, err := w.Write(sales); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			convertertest.Benchmark(b, parquet.Converter{}, dumptest.Input("sales.parquet", file.String()))
		})
	}
}
