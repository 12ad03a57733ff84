package sqlitefile

import (
	"bytes"
	"math"
	"math/rand"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/internal/tries"
)

// Rows that are added by their value make the pages that their records would.
func TestAddAlike(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for i := range tries.Of(300) {
		type group struct {
			value  any
			rowids []int64
		}
		var groups []group
		for range r.Intn(6) {
			g := group{value: []any{nil, int64(r.Intn(300)), r.Float64(), "", "open", strings.Repeat("x", r.Intn(150)), strings.Repeat("y", r.Intn(3000))}[r.Intn(7)]}
			at := []int64{0, 1, -5, -300, -1 << 17, math.MinInt64, 1 << 20, 1 << 46}[r.Intn(8)]
			for range r.Intn([]int{5, 2000}[r.Intn(2)]) {
				g.rowids = append(g.rowids, at)
				if step := int64(1) + r.Int63()>>(20+r.Intn(43)); at > math.MaxInt64-step {
					break
				} else {
					at += step
				}
			}
			if _, long := g.value.(string); long && len(g.rowids) > 300 {
				g.rowids = g.rowids[:300]
			}
			groups = append(groups, g)
		}
		size := 512 << r.Intn(8)
		build := func(alike bool) []byte {
			var out bytes.Buffer
			f := NewFile(&out, size)
			x := f.NewIndex()
			for _, g := range groups {
				var field Record
				field.Read(record(g.value), 1)
				serial, value := field.Value(0)
				var err error
				if alike {
					for rest := g.rowids; len(rest) > 0 && err == nil; {
						n := min(len(rest), 1+r.Intn(100))
						err = x.AddAlike(serial, value, rest[:n])
						rest = rest[n:]
					}
				} else {
					for _, id := range g.rowids {
						if err = x.Add(record(g.value, id)); err != nil {
							break
						}
					}
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if _, err := x.Finish(); err != nil {
				t.Fatal(err)
			}
			if err := f.flush(); err != nil {
				t.Fatal(err)
			}
			return out.Bytes()
		}
		if !bytes.Equal(build(true), build(false)) {
			t.Fatalf("%d: other pages of %d bytes", i, size)
		}
	}
}
