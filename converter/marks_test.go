package converter

import (
	"bytes"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter/internal/bytemask"
)

// markedTwins returns rows of so many cells as they are marked in text, and the same as Cells.
func markedTwins(rows [][]Value) (marked, cells *Batch) {
	var text bytes.Buffer
	var ends []int
	marked, cells = new(Batch), new(Batch)
	for _, row := range rows {
		for _, v := range row {
			cells.Add(v)
			if v.kind == KindQuoted {
				text.WriteString(`"` + strings.ReplaceAll(v.str, `"`, `""`) + `"`)
			} else {
				text.WriteString(v.str)
			}
			ends = append(ends, text.Len())
			text.WriteByte(',')
		}
		cells.EndRow()
		text.Truncate(text.Len() - 1)
		text.WriteString([]string{"\n", "\r\n"}[len(row[0].str)%2])
	}
	cells.Data = append(cells.Data, make([]byte, 20)...)
	marked.Data, marked.Ends = text.Bytes(), slices.Clone(cells.Ends)
	m := Marks{Ends: make([]uint64, bytemask.Words(text.Len())), Quotes: make([]uint64, bytemask.Words(text.Len())), Quote: '"', Width: len(rows[0])}
	for _, end := range ends {
		m.Ends[end/64] |= 1 << (end % 64)
	}
	for i, c := range marked.Data {
		if c == '"' {
			m.Quotes[i/64] |= 1 << (i % 64)
		}
	}
	marked.Mark(m, func() { marked.Data, marked.Cells, marked.Ends = cells.Data, cells.Cells, cells.Ends })
	return marked, cells
}

// Rows that are marked are encoded as their Cells are, by any plan.
func TestMarkedRows(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	value := func() Value {
		text := ""
		switch r.Intn(6) {
		case 0:
			text = fmt.Sprint(r.Int63() >> r.Intn(64))
		case 1:
			text = fmt.Sprintf("%.*f", r.Intn(6), (r.Float64()-.2)*100000)
		case 2:
			text = strings.Repeat("text ", r.Intn(20))
		case 3:
			text = []string{"", " ", "-", "007", "1.234", "é", " 1"}[r.Intn(7)]
		case 4:
			return Quoted(strings.Repeat(`"`, r.Intn(3)) + strings.Repeat("a\nb,\"c", r.Intn(4)))
		}
		return []Value{Untyped(text), Untyped(text), Quoted(text)}[r.Intn(3)]
	}
	for range 300 {
		rows := make([][]Value, 1+r.Intn(30))
		width := 1 + r.Intn(150)
		for i := range rows {
			for range width {
				rows[i] = append(rows[i], value())
			}
		}
		marked, cells := markedTwins(rows)
		p := &plan{modes: make([]mode, width+r.Intn(2)), extra: -1}
		for i := range p.modes {
			p.modes[i] = []mode{modeOpen, modeNumber, modeNumber, modeAffine, modeText, modeSpelled}[r.Intn(6)]
			p.columns = append(p.columns, int32(i))
		}
		switch r.Intn(4) {
		case 0:
			p.spelled = make([]*Spelling, len(p.modes))
			p.spelled[0] = &Spelling{Decimal: ","}
		case 1:
			slices.Reverse(p.columns)
		}
		for again := range 2 {
			var a, b encoder
			for _, e := range []struct {
				*encoder
				*Batch
			}{{&a, marked}, {&b, cells}} {
				if ok, err := e.encode(e.Batch, p); err != nil || !ok {
					t.Fatal(ok, err)
				}
			}
			if !bytes.Equal(a.out, b.out) || !slices.Equal(a.ends, b.ends) || !slices.Equal(a.seen, b.seen) || !slices.Equal(a.modes, b.modes) || !slices.Equal(a.first, b.first) {
				t.Fatalf("time %d: rows %v are not encoded as their cells are", again, rows)
			}
		}
		if spread := !isIdentity(p.columns); marked.isMarked() == spread {
			t.Fatalf("cells were made: %v, and are to be: %v", !marked.isMarked(), spread)
		}
	}
}
