package sqlitefile

import (
	"io"
	"testing"
)

// What it costs to make pages of records, and to hand these on, by the byte of records.
func BenchmarkPack(b *testing.B) {
	for _, kind := range []struct {
		name string
		size int
	}{{"narrow", 36}, {"wide", 180}, {"long", 3000}, {"overflowing", 10000}} {
		b.Run(kind.name, func(b *testing.B) {
			record := make([]byte, kind.size)
			rows := 256 << 10 / kind.size
			f := NewFile(io.Discard, DefaultPageSize)
			run := f.NewRun()
			b.SetBytes(int64(rows * kind.size))
			for b.Loop() {
				run.Reset()
				run.Grow(rows * kind.size)
				for i := range rows {
					run.Add(int64(i+1), record)
				}
			}
		})
	}
}
