package sqlitefile

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"math/rand"
	"slices"
	"testing"

	"github.com/dynasette/dynasette/internal/tries"
)

// A keyValue is a value of a record.
type keyValue struct {
	serial uint64
	bytes  []byte
}

func intValue(n int64) keyValue {
	b, serial := AppendInt(nil, n)
	return keyValue{uint64(serial), b}
}

func realValue(f float64) keyValue {
	return keyValue{SerialReal, binary.BigEndian.AppendUint64(nil, math.Float64bits(f))}
}

// randomValue returns values that are often close to one another, or the same.
func randomValue(r *rand.Rand) keyValue {
	near := func() int64 { return int64(r.Intn(5)) - 2 }
	switch r.Intn(8) {
	case 0:
		return keyValue{}
	case 1:
		return intValue(near())
	case 2:
		return intValue(near() + []int64{1 << 7, 1 << 15, 1 << 53, -1 << 53, math.MaxInt64 - 2, math.MinInt64 + 2, 1 << r.Intn(63)}[r.Intn(7)])
	case 3:
		return realValue(float64(near()) / float64(1+r.Intn(3)))
	case 4:
		return realValue([]float64{0, math.Copysign(0, -1), 1 << 53, -1 << 53, 1 << 63, -1 << 63, 1 << 64, 1 << 62, 1e300, -1e300, 5e-324, -5e-324,
			math.Inf(1), math.Inf(-1), math.MaxFloat64, 0.1, 1.5, 1e18 + 0.5}[r.Intn(18)])
	case 5:
		return realValue(math.Nextafter(float64(int64(1)<<r.Intn(63)), float64(near())*math.MaxFloat64))
	}
	b := make([]byte, r.Intn(4))
	for i := range b {
		b[i] = []byte{0, 1, 'a', 0xff}[r.Intn(4)]
	}
	if r.Intn(2) == 0 {
		return keyValue{SerialBlob(len(b)), b}
	}
	return keyValue{SerialText(len(b)), b}
}

// compareValues is SQLite's order, by other means than an entry's bytes.
func compareValues(a, b keyValue) int {
	class := func(v keyValue) int {
		switch {
		case v.serial == SerialNull:
			return 0
		case v.serial < 12:
			return 1
		}
		return 3 - int(v.serial&1)
	}
	if c := cmp.Compare(class(a), class(b)); c != 0 || class(a) == 0 {
		return c
	}
	if class(a) > 1 {
		return bytes.Compare(a.bytes, b.bytes)
	}
	return exact(a).Cmp(exact(b))
}

func exact(v keyValue) *big.Float {
	f := new(big.Float).SetPrec(2000)
	if v.serial == SerialReal {
		return f.SetFloat64(math.Float64frombits(binary.BigEndian.Uint64(v.bytes)))
	}
	return f.SetInt64(DecodeInt(v.serial, v.bytes))
}

// Entries sort as SQLite does, by values and then by rowid, and the record comes out as it
// went in.
func TestKeys(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	type entry struct {
		values []keyValue
		rowid  int64
		key    []byte
	}
	for range tries.Of(200000) {
		desc := make([]bool, 1+r.Intn(3))
		for i := range desc {
			desc[i] = r.Intn(2) == 0
		}
		reader := NewKeyReader(desc)
		var two [2]entry
		for i := range two {
			e := &two[i]
			var as []byte
			for k, d := range desc {
				v := randomValue(r)
				if i == 1 && r.Intn(2) == 0 {
					v = two[0].values[k]
				}
				var a byte
				e.key, a = AppendKey(e.key, v.serial, v.bytes, d)
				as = append(as, a)
				e.values = append(e.values, v)
			}
			e.rowid = int64(r.Intn(5)) << r.Intn(40)
			e.key = AppendKeyRowid(e.key, e.rowid, as)
			var heads, body []byte
			for _, v := range append(e.values, intValue(e.rowid)) {
				heads = AppendVarint(heads, v.serial)
				body = append(body, v.bytes...)
			}
			want := append(append([]byte{byte(len(heads) + 1)}, heads...), body...)
			ends := reader.Ends(e.key)
			got := reader.Record(nil, e.key, ends)
			if !bytes.Equal(got, want) {
				t.Fatalf("%v, rowid %d: record % x, want % x", e.values, e.rowid, got, want)
			}
			null := slices.ContainsFunc(e.values, func(v keyValue) bool { return v.serial == SerialNull })
			if len(ends) != len(desc) || reader.Null(e.key, ends) != null {
				t.Fatalf("%v: %d ends of %d columns, or NULL is not seen", e.values, len(ends), len(desc))
			}
		}
		want, same := 0, 0
		for k := 0; k < len(desc) && want == 0; k++ {
			want = compareValues(two[0].values[k], two[1].values[k])
			if desc[k] {
				want = -want
			}
			if want == 0 {
				same++
			}
		}
		if want == 0 {
			want = cmp.Compare(two[0].rowid, two[1].rowid)
		}
		got := bytes.Compare(two[0].key, two[1].key)
		if got != want && want != 0 {
			t.Fatalf("%v, %d and %v, %d, descending %v: %d, want %d", two[0].values, two[0].rowid, two[1].values, two[1].rowid, desc, got, want)
		}
		ends := reader.Ends(two[0].key)
		for k, end := range ends {
			if alike := len(two[1].key) > end && bytes.Equal(two[0].key[:end], two[1].key[:end]); alike != (same > k) {
				t.Fatalf("%v and %v: the same in column %d: %v", two[0].values, two[1].values, k, alike)
			}
		}
	}
}

func BenchmarkKeys(b *testing.B) {
	for _, v := range []keyValue{intValue(54321), realValue(54.321), {SerialText(10), []byte("2025-03-08")}} {
		b.Run(fmt.Sprint(v.serial), func(b *testing.B) {
			reader := NewKeyReader([]bool{false})
			var key, record, as []byte
			for b.Loop() {
				var a byte
				key, a = AppendKey(key[:0], v.serial, v.bytes, false)
				as = append(as[:0], a)
				key = AppendKeyRowid(key, 1234567, as)
				record = reader.Record(record[:0], key, reader.Ends(key))
			}
		})
	}
}
