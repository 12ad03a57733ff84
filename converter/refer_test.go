package converter

import (
	"bytes"
	"math/rand"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/internal/tries"
)

// Records into which ids are put are those of rows that have had them from the beginning.
func TestRefer(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range tries.Of(2000) {
		width := 1 + r.Intn([]int{4, 20, 200}[r.Intn(3)])
		modes := make([]mode, width)
		for i := range modes {
			modes[i] = []mode{modeNumber, modeText, modeSpelled}[r.Intn(3)]
		}
		extracts := make([]extracting, r.Intn(min(4, width+1)))
		for i, place := range r.Perm(width)[:len(extracts)] {
			extracts[i].plan = extractPlan{to: &lookup{}, place: int32(place)}
			extracts[i].ids = []int64{0, 1, 2, 77, 300, 1 << 20, 1 << 40}
		}
		var b Batch
		var want, got encoder
		want.begin(&b, modes, nil)
		got.begin(&b, modes, nil)
		for range 1 + r.Intn(5) {
			cells := make([]Cell, r.Intn(width+1))
			for i := range cells {
				switch r.Intn(4) {
				case 0:
					cells[i] = b.cell(Int(r.Int63() >> r.Intn(63)))
				case 1:
					cells[i] = b.cell(Text(strings.Repeat("x", r.Intn(5)*r.Intn(40))))
				case 2:
					cells[i] = b.cell(Real(1.5))
				}
			}
			with := append([]Cell(nil), cells...)
			for i := range extracts {
				x := &extracts[i]
				x.rows = append(x.rows, int32(r.Intn(len(x.ids)+1)-1))
				if id, ok := x.id(len(x.rows) - 1); ok {
					for int(x.plan.place) >= len(with) {
						with = append(with, Cell{})
					}
					with[x.plan.place] = b.cell(Int(id))
				}
			}
			if err := want.row(with, b.Data); err != nil {
				t.Fatal(err)
			}
			if err := got.row(cells, b.Data); err != nil {
				t.Fatal(err)
			}
		}
		got.refer(extracts)
		if !bytes.Equal(got.out, want.out) {
			t.Fatalf("%d columns, %d extractions: records % x, want % x", width, len(extracts), got.out, want.out)
		}
	}
}
