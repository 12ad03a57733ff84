package converter

import (
	"bytes"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
)

// Rows are encoded as they are without the fast ways: where numbers may be spelled unlike the
// usual, each cell goes to what reads any number.
func checkRows(t *testing.T, b *Batch, modes []mode) (numbers int) {
	t.Helper()
	p := &plan{modes: modes, extra: -1}
	for i := range modes {
		p.columns = append(p.columns, int32(i))
	}
	slow := *p
	slow.spelled = make([]*Spelling, len(modes))
	var fast, twin encoder
	for _, e := range []struct {
		*encoder
		*plan
	}{{&fast, p}, {&twin, &slow}} {
		if ok, err := e.encode(b, e.plan); err != nil || !ok {
			t.Fatal(ok, err)
		}
	}
	if !bytes.Equal(fast.out, twin.out) || !slices.Equal(fast.ends, twin.ends) || !slices.Equal(fast.seen, twin.seen) || !slices.Equal(fast.modes, twin.modes) {
		from := uint32(0)
		for i, to := range fast.ends[:min(len(fast.ends), len(twin.ends))] {
			if !bytes.Equal(fast.out[from:to], twin.out[from:min(int(to), len(twin.out))]) {
				t.Fatalf("row %d is %q, and would be %q", i, fast.out[from:to], twin.out[from:twin.ends[i]])
			}
			from = to
		}
		t.Fatalf("columns are seen as %b, and would be as %b", fast.seen, twin.seen)
	}
	for _, s := range fast.seen {
		if s&(untypedInt|untypedReal) != 0 {
			numbers++
		}
	}
	return numbers
}

func TestRowsLikeSlowly(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	const alphabet = "0123456789012345678901234567890000...-"
	spelled := func(column int) Value {
		switch column % 7 {
		case 0:
			return Untyped(fmt.Sprint(r.Intn(10) - 1))
		case 1:
			return Untyped(fmt.Sprintf("%.*f", r.Intn(6), (r.Float64()-.2)*100000))
		case 2:
			return Quoted(fmt.Sprint(r.Int63() >> r.Intn(64)))
		case 3: // mostly none
			var cell strings.Builder
			for n := r.Intn(19); cell.Len() < n; {
				cell.WriteByte(alphabet[r.Intn(len(alphabet))])
			}
			return Untyped(cell.String())
		case 4:
			return Untyped(strings.Repeat("text ", r.Intn(20)))
		case 5:
			return []Value{{}, Untyped(""), Quoted(""), Real(r.Float64()), Int(r.Int63()), Text("7")}[r.Intn(6)]
		}
		return []Value{Blob(make([]byte, r.Intn(100))), Text(strings.Repeat("é", r.Intn(100)))}[r.Intn(2)]
	}
	numbers := 0
	for range 300 {
		var b Batch
		modes := make([]mode, 1+r.Intn(200))
		for i := range modes {
			modes[i] = []mode{modeOpen, modeNumber, modeNumber, modeAffine, modeText, modeSpelled}[r.Intn(6)]
		}
		only := r.Intn(8)
		for range 1 + r.Intn(30) {
			for column := range r.Intn(len(modes) + 1) {
				if only < 7 {
					column = only
				}
				b.Add(spelled(column))
			}
			b.EndRow()
		}
		numbers += checkRows(t, &b, modes)
	}
	if numbers < 1000 {
		t.Errorf("only %d columns have had numbers", numbers)
	}
}

func FuzzRows(f *testing.F) {
	f.Add("12,1.5,-7.25,x,0,1\n1234567,00.5,12.,.5,-0,1e5", uint8(0))
	f.Add("1.234,100.000,0.0,12345678,1234567.8,\n\n12345678.9", uint8(1))
	f.Fuzz(func(t *testing.T, text string, as uint8) {
		var b Batch
		width := 1
		b.Data = []byte(text)
		at := 0
		for _, line := range strings.Split(text, "\n") {
			cells := strings.Split(line, ",")
			for _, cell := range cells {
				b.Cells = append(b.Cells, Span(KindUntyped+Kind(as&1), at, len(cell)))
				at += len(cell) + 1
			}
			width = max(width, len(cells))
			b.EndRow()
		}
		modes := make([]mode, min(width, maxColumns))
		for i := range modes {
			modes[i] = mode(as>>1) % (modeSpelled + 1)
		}
		if slices.Contains(modes, modeRowid) || width > maxColumns {
			return
		}
		checkRows(t, &b, modes)
	})
}
