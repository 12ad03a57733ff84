package converter_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/sqlitecheck"
	"github.com/dynasette/dynasette/internal/tries"
)

// Rows read back as they were given, whatever the length of a text or blob, where the type of
// a value takes one byte more in a record's header, and with so many columns that the header's
// own length does.
func TestRecordsKept(t *testing.T) {
	lengths := []int{0, 1, 15, 16, 17, 56, 57, 58, 59, 8184, 8185, 8186, 8187}
	for n := range 130 {
		lengths = append(lengths, n)
	}
	rng := rand.New(rand.NewPCG(7, 8))
	cell := func(kind, most int) (converter.Value, any) {
		n := lengths[rng.IntN(len(lengths))]
		text := strings.Repeat(string(rune('a'+rng.IntN(26))), min(n, most))
		switch kind {
		case 0:
			return converter.Blob([]byte(text)), []byte(text)
		case 1:
			return converter.Untyped("x" + text), "x" + text
		case 2:
			return converter.Int(int64(n)), int64(n)
		case 3:
			return converter.Real(float64(n) + .5), float64(n) + .5
		}
		return converter.Text(text), text
	}
	widths := []int{1, 2, 3, 61, 62, 63, 64, 125, 126, 127, 128, 129, 1998, 1999}
	for i := range tries.Of(84) {
		width := widths[i%len(widths)]
		var names []string
		var kinds []int
		for i := range width {
			names, kinds = append(names, fmt.Sprintf("c%d", i)), append(kinds, rng.IntN(6))
		}
		var rows [][]converter.Value
		var want [][]any
		most := []int{9000, 50}[rng.IntN(2)] // with the latter each type takes one byte
		if width > 500 {
			most = 20000 / width * rng.IntN(10)
		}
		for range 5 {
			values, kept := make([]converter.Value, width), make([]any, width)
			for i := range values {
				values[i], kept[i] = cell(kinds[i], most)
			}
			rows, want = append(rows, values), append(want, kept)
		}
		c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
			table := out.Table("t", names...)
			for _, row := range rows {
				if err := table.Append(row...); err != nil {
					return err
				}
			}
			return nil
		})
		_, db := convert(t, c, "x", "x", converter.Options{})
		report, err := sqlitecheck.Check(bytes.NewReader(db), int64(len(db)), sqlitecheck.Options{Affinity: true})
		if err == nil {
			err = report.Err()
		}
		if err != nil {
			t.Fatalf("%d columns: %v", width, err)
		}
		err = report.Rows("t", func(rowid int64, got []any) error {
			for i, v := range got {
				if fmt.Sprintf("%T %v", v, v) != fmt.Sprintf("%T %v", want[rowid-1][i], want[rowid-1][i]) {
					t.Fatalf("%d columns, row %d, column %d: %T %v, want %v", width, rowid, i, v, v, want[rowid-1][i])
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
