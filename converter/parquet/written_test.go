package parquet_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
	"github.com/dynasette/dynasette/converter/internal/sqlitecheck"
	"github.com/dynasette/dynasette/converter/parquet"
	"github.com/dynasette/dynasette/internal/tries"
)

// A kind of column is what parquet-go writes, and what is to become of it.
type kind struct {
	name      string
	node      pq.Node
	encodings []encoding.Encoding
	value     func(r *rand.Rand) (pq.Value, string) // and its dump
}

func text(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func some(r *rand.Rand) []byte {
	b := make([]byte, r.IntN(12)*r.IntN(4))
	for i := range b {
		b[i] = "abcdü'"[r.IntN(7)]
	}
	return b
}

func real(f float64) string {
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return strconv.FormatFloat(f, 'f', 1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

var (
	plain, dict    = &pq.Plain, &pq.RLEDictionary
	deltaPacked    = &pq.DeltaBinaryPacked
	deltaLength    = &pq.DeltaLengthByteArray
	deltaByteArray = &pq.DeltaByteArray
	split          = &pq.ByteStreamSplit
)

// kinds are all physical types with all of their encodings.
var kinds = []kind{
	{"bool", pq.Leaf(pq.BooleanType), []encoding.Encoding{plain, &pq.RLE}, func(r *rand.Rand) (pq.Value, string) {
		if r.IntN(5) == 0 {
			return pq.BooleanValue(true), "1"
		}
		return pq.BooleanValue(false), "0"
	}},
	{"int32", pq.Int(32), []encoding.Encoding{plain, dict, deltaPacked, split}, func(r *rand.Rand) (pq.Value, string) {
		n := int32(r.Uint32()) >> r.IntN(32)
		return pq.Int32Value(n), strconv.Itoa(int(n))
	}},
	{"int64", pq.Int(64), []encoding.Encoding{plain, dict, deltaPacked, split}, func(r *rand.Rand) (pq.Value, string) {
		n := int64(r.Uint64()) >> r.IntN(64)
		return pq.Int64Value(n), strconv.FormatInt(n, 10)
	}},
	{"float", pq.Leaf(pq.FloatType), []encoding.Encoding{plain, dict, split}, func(r *rand.Rand) (pq.Value, string) {
		f := float32(r.IntN(1e6)) / 8
		return pq.FloatValue(f), real(float64(f))
	}},
	{"double", pq.Leaf(pq.DoubleType), []encoding.Encoding{plain, dict, split}, func(r *rand.Rand) (pq.Value, string) {
		f := float64(r.IntN(1e9)) / 16
		return pq.DoubleValue(f), real(f)
	}},
	{"text", pq.String(), []encoding.Encoding{plain, dict, deltaLength, deltaByteArray}, func(r *rand.Rand) (pq.Value, string) {
		b := bytes.ToValidUTF8(some(r), nil)
		return pq.ByteArrayValue(b), text(string(b))
	}},
	{"bytes", pq.Leaf(pq.ByteArrayType), []encoding.Encoding{plain, dict, deltaLength, deltaByteArray}, func(r *rand.Rand) (pq.Value, string) {
		b := some(r)
		return pq.ByteArrayValue(b), "X'" + strings.ToUpper(hex.EncodeToString(b)) + "'"
	}},
	{"fixed", pq.Leaf(pq.FixedLenByteArrayType(5)), []encoding.Encoding{plain, dict, deltaByteArray, split}, func(r *rand.Rand) (pq.Value, string) {
		b := []byte{1, 2, byte(r.IntN(3)), byte(r.IntN(256)), 5}
		return pq.FixedLenByteArrayValue(b), "X'" + strings.ToUpper(hex.EncodeToString(b)) + "'"
	}},
	{"int96", pq.Leaf(pq.Int96Type), []encoding.Encoding{plain, dict}, func(r *rand.Rand) (pq.Value, string) {
		var b [12]byte
		seconds, days := r.IntN(86400), r.IntN(28)
		binary.LittleEndian.PutUint64(b[:], uint64(seconds)*1e9+5e6)
		binary.LittleEndian.PutUint32(b[8:], uint32(2440588+days))
		v := deprecated.Int96{binary.LittleEndian.Uint32(b[:]), binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[8:])}
		return pq.Int96Value(v), fmt.Sprintf("'1970-01-%02dT%02d:%02d:%02d.005'", days+1, seconds/3600, seconds/60%60, seconds%60)
	}},
}

var codecs = []compress.Codec{&pq.Uncompressed, &pq.Snappy, &pq.Gzip, &pq.Brotli, &pq.Zstd, &pq.Lz4Raw}

// What parquet-go writes, with any encoding, compression, page and row group, is read as it was.
func TestWritten(t *testing.T) {
	for seed := range uint64(tries.Of(100)) {
		r := rand.New(rand.NewPCG(seed, 15))
		fields, columns := pq.Group{}, map[string]kind{}
		for range 1 + r.IntN(6) {
			k := kinds[r.IntN(len(kinds))]
			name := fmt.Sprintf("%s%d", k.name, len(fields))
			node := pq.Encoded(k.node, k.encodings[r.IntN(len(k.encodings))])
			if r.IntN(2) == 0 {
				node, name = pq.Optional(node), name+"?"
			}
			fields[name], columns[name] = pq.Compressed(node, codecs[r.IntN(len(codecs))]), k
		}
		schema := pq.NewSchema("t", fields)
		var file bytes.Buffer
		w := pq.NewWriter(&file, schema, pq.PageBufferSize(64<<r.IntN(8)), pq.DataPageVersion(1+r.IntN(2)))
		var want strings.Builder
		for range 1 + r.IntN(3) {
			nulls := r.IntN(10) // of ten
			for range r.IntN(700) {
				var row pq.Row
				for i, path := range schema.Columns() {
					name := path[0]
					if i > 0 {
						want.WriteByte('|')
					}
					v, dump := columns[name].value(r)
					def := 0
					if strings.HasSuffix(name, "?") {
						if def = 1; r.IntN(10) < nulls {
							v, dump, def = pq.NullValue(), "NULL", 0
						}
					}
					row = append(row, v.Level(0, def, i))
					want.WriteString(dump)
				}
				want.WriteByte('\n')
				if _, err := w.WriteRows([]pq.Row{row}); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got, _, err := dumptest.Convert(t, parquet.Converter{}, converter.Options{}, dumptest.Input("t.parquet", file.String()))
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		_, got, _ = strings.Cut(got, "\n")
		if g, w := strings.TrimSpace(got), strings.TrimSpace(want.String()); g != w {
			g, w := strings.Split(g, "\n"), strings.Split(w, "\n")
			for i := range min(len(g), len(w)) {
				if g[i] != w[i] {
					t.Fatalf("seed %d: %v: row %d:\n got %s\nwant %s", seed, schema, i, g[i], w[i])
				}
			}
			t.Fatalf("seed %d: %d rows, want %d", seed, len(g), len(w))
		}
	}
}

// A nested has all that fields, lists and maps can be made of.
type nested struct {
	ID   int64
	List []int32 `parquet:",list"`
	Bare []string
	Text *inner           `parquet:",optional"`
	Many []inner          `parquet:",list"`
	Map  map[string]inner `parquet:"Map"`
}

type inner struct {
	A     *int64   `parquet:",optional"`
	B     string   `parquet:",dict"`
	Lists []deeper `parquet:",list"`
}

type deeper struct {
	C []float64 `parquet:",list"`
}

// What is nested is the JSON that encoding/json makes of it.
func TestNested(t *testing.T) {
	for seed := range uint64(tries.Of(60)) {
		r := rand.New(rand.NewPCG(seed, 16))
		newInner := func() inner {
			v := inner{B: string(bytes.ToValidUTF8(some(r), nil)), Lists: []deeper{}}
			if r.IntN(2) == 0 {
				n := r.Int64()
				v.A = &n
			}
			for range r.IntN(3) {
				d := deeper{C: []float64{}}
				for range r.IntN(3) {
					d.C = append(d.C, float64(r.IntN(9))+.5)
				}
				v.Lists = append(v.Lists, d)
			}
			return v
		}
		var file bytes.Buffer
		w := pq.NewGenericWriter[nested](&file, pq.PageBufferSize(64<<r.IntN(8)), pq.DataPageVersion(1+r.IntN(2)), pq.Compression(codecs[r.IntN(len(codecs))]))
		var want []nested
		for i := range 1 + r.IntN(300) {
			v := nested{ID: int64(i), List: []int32{}, Bare: []string{}, Many: []inner{}, Map: map[string]inner{}}
			for range r.IntN(4) {
				v.List = append(v.List, int32(r.Uint32()))
				v.Bare = append(v.Bare, strconv.Itoa(r.IntN(5)))
				v.Many = append(v.Many, newInner())
				v.Map[strconv.Itoa(r.IntN(5))] = newInner()
			}
			if r.IntN(2) == 0 {
				text := newInner()
				v.Text = &text
			}
			want = append(want, v)
		}
		if _, err := w.Write(want); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		var db dumptest.Database
		if _, err := converter.Convert(context.Background(), parquet.Converter{}, dumptest.Input("t.parquet", file.String()), &db, converter.Options{}); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		report, err := sqlitecheck.Check(bytes.NewReader(db.Bytes()), int64(len(db.Bytes())), sqlitecheck.Options{})
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		err = report.Rows("t", func(_ int64, values []any) error {
			got, want := map[string]any{}, want[rows]
			for i, c := range report.Tables[0].Columns {
				if got[c.Name] = values[i]; c.Name != "ID" && values[i] != nil {
					got[c.Name] = json.RawMessage(values[i].(string))
				}
			}
			if g, w := canonical(t, got), canonical(t, want); g != w {
				t.Fatalf("seed %d, row %d:\n got %s\nwant %s", seed, rows, g, w)
			}
			rows++
			return nil
		})
		if err != nil || rows != len(want) {
			t.Fatalf("seed %d: %d rows, want %d: %v", seed, rows, len(want), err)
		}
	}
}

// canonical is JSON with members in order, and numbers as they are spelled.
func canonical(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var any any
	if err := d.Decode(&any); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if text, err = json.Marshal(any); err != nil {
		t.Fatal(err)
	}
	return string(text)
}
