package values_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/adapters/values"
)

func BenchmarkCompare(b *testing.B) {
	table := func(rows, from int) string {
		var text strings.Builder
		text.WriteString("id,name,kind,price,town,street,a,b,c,d\n")
		for i := range rows {
			fmt.Fprintf(&text, "%d,name %d,k%d,%d.5,town %d,street %d,1,2,3,4\n", from+i, i%50000, i%7, i%1000, i%300, i%9000)
		}
		return text.String()
	}
	for name, from := range map[string]int{"key": 100, "none": 1e9} {
		b.Run(name, func(b *testing.B) {
			before, after := made(b, "t.csv", table(200_000, 0)), made(b, "t.csv", table(200_000, from))
			for b.Loop() {
				if _, err := values.Compare(b.Context(), before, after, "t"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
