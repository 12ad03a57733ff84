package parquet_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
	"github.com/dynasette/dynasette/converter/parquet"
)

// bounded converts a document, and returns how many MiB were allocated for it in all.
func bounded(c parquet.Converter, text string) (uint64, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := converter.Convert(context.Background(), c, dumptest.Input("x.parquet", text), new(converter.Bounded), converter.Options{})
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) >> 20, err
}

func zstdOf(b []byte) string {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err)
	}
	return string(w.EncodeAll(b, nil))
}

// column is a sound file of one column of texts: a dictionary of one value, and 8 places in it.
func column() crafted {
	return crafted{physical: 6, rows: 8, values: 8, pages: []craftedPage{
		{kind: 2, values: 1, body: le32(3) + "abc"},
		{values: 8, encoding: 8, body: "\x01" + uv(8<<1) + "\x00"},
	}}
}

// What is claimed costs nothing: a small file that is not sound is refused, and one that is
// sound and unpacks to very much comes to its limit, before either has taken much memory.
func TestHostile(t *testing.T) {
	change := func(f func(*crafted)) string {
		c := column()
		f(&c)
		return c.file()
	}
	const many = 1<<31 - 1
	var unknown compact
	unknown.begin(0).list(2, 12, many)
	var nothing compact
	nothing.begin(0).i32(1, 1).list(2, 12, 1).begin(0).str(4, "schema").i32(5, many).end().i64(3, 1).list(4, 12, 0).end()
	var deep compact
	deep.begin(0).list(2, 12, 201)
	for range 200 {
		deep.begin(0).i32(3, 1).str(4, "x").i32(5, 1).end()
	}
	deep.begin(0).i32(1, 1).str(4, "x").end().i64(3, 0).list(4, 12, 0).end()

	tests := []struct {
		name, file string
		want       error
		says       string
	}{
		{"a list of elements that are not there", sealed("PAR1", unknown.String()), converter.ErrCorrupt, "cut short"},
		{"a schema without its fields", sealed("PAR1", nothing.String()), converter.ErrCorrupt, "ends too early"},
		{"fields in fields", sealed("PAR1", deep.String()), converter.ErrLimit, "more than 64 deep"},
		{"metadata of nested lists", sealed("PAR1", "\x79"+strings.Repeat("\x19", 500)), converter.ErrCorrupt, "too deep"},
		{"metadata larger than the file", "PAR1" + le32(many) + "PAR1", converter.ErrCorrupt, "bytes of metadata"},
		{"many rows of nothing", change(func(c *crafted) { c.rows, c.values = 1<<40, 1<<40 }), converter.ErrLimit, "too many"},
		{"other numbers of rows", change(func(c *crafted) { c.rows = 9 }), converter.ErrCorrupt, "8 values"},
		{"a page of very many values", change(func(c *crafted) { c.pages[1].values = many }), converter.ErrCorrupt, "where 8 are left"},
		{"a page of a negative size", change(func(c *crafted) { c.pages[1].claimed = -1 }), converter.ErrCorrupt, "a page of -1 bytes"},
		{"a page of the file's size and more", change(func(c *crafted) { c.pages[1].claimed = many }), converter.ErrCorrupt, "bytes"},
		{"a page that says it unpacks to much", change(func(c *crafted) { c.pages[1].unpacked = many }), converter.ErrCorrupt, "of 2147483647 unpacked"},
		{"the same with Snappy", change(func(c *crafted) { c.codec, c.pages[0].unpacked = 1, many }), converter.ErrCorrupt, "can't unpack"},
		{"the same with less", change(func(c *crafted) { c.codec, c.pages[0].unpacked = 1, 100<<20 }), converter.ErrCorrupt, "can't unpack"},
		{"the same with gzip", change(func(c *crafted) { c.codec, c.pages[0].unpacked = 2, many }), converter.ErrLimit, "512 MiB"},
		{"the same with Brotli", change(func(c *crafted) { c.codec, c.pages[0].unpacked = 4, 100<<20 }), converter.ErrCorrupt, "unpacking"},
		{"the same with LZ4", change(func(c *crafted) { c.codec, c.pages[0].unpacked = 7, 100<<20 }), converter.ErrCorrupt, "can't unpack"},
		{"the same with Zstandard", change(func(c *crafted) { c.codec, c.pages[0].unpacked = 6, 100<<20 }), converter.ErrCorrupt, "unpacking"},
		{"LZO", change(func(c *crafted) { c.codec = 3 }), converter.ErrUnsupported, "LZO"},
		{"a compression of the future", change(func(c *crafted) { c.codec = 8 }), converter.ErrUnsupported, "newer"},
		{"an encoding of the future", change(func(c *crafted) { c.pages[1].encoding = 10 }), converter.ErrUnsupported, "newer"},
		{"an encoding of another type", change(func(c *crafted) { c.pages[1].encoding = 5 }), converter.ErrCorrupt, "DELTA_BINARY_PACKED"},
		{"a dictionary of very many values", change(func(c *crafted) { c.pages[0].values = many }), converter.ErrCorrupt, "shorter"},
		{"a dictionary of fewer values", change(func(c *crafted) { c.pages[0].values, c.pages[0].body = 0, "" }), converter.ErrCorrupt, "dictionary of 0"},
		{"no dictionary", change(func(c *crafted) { c.pages = c.pages[1:] }), converter.ErrCorrupt, "there is none"},
		{"a length over the page", change(func(c *crafted) { c.pages[0].body = le32(many) + "abc" }), converter.ErrCorrupt, "shorter"},
		{"values without a length", change(func(c *crafted) { c.physical, c.length = 7, 0 }), converter.ErrCorrupt, "0 bytes each"},
		{"values of the largest length", change(func(c *crafted) { c.physical, c.length = 7, many }), converter.ErrCorrupt, "bytes each"},
		{"a run of all values there can be", change(func(c *crafted) { c.pages[1].body = "\x01" + uv(1<<40) + "\x00" }), converter.ErrCorrupt, "run"},
		{"a level over its limit", change(func(c *crafted) {
			c.repetition, c.pages[1].body = 2, block(uv(8<<1)+"\x00")+block(uv(8<<1)+"\x02")
		}), converter.ErrCorrupt, ""},
		{"a row that goes on from nowhere", change(func(c *crafted) {
			c.repetition, c.pages[1].body = 2, block(uv(8<<1)+"\x01")+block(uv(8<<1)+"\x01")+"\x01"+uv(8<<1)+"\x00"
		}), converter.ErrCorrupt, "levels 1 and 1"},
		{"differences of very many values", crafted{physical: 2, annotation: -1, rows: 8, values: 8, pages: []craftedPage{
			{values: 8, encoding: 5, body: uv(1<<16) + uv(1) + uv(1<<40) + uv(0)}}}.file(), converter.ErrCorrupt, "1099511627776 differences"},
		{"differences in blocks of very many", crafted{physical: 2, annotation: -1, rows: 8, values: 8, pages: []craftedPage{
			{values: 8, encoding: 5, body: uv(1<<40) + uv(1) + uv(8) + uv(0)}}}.file(), converter.ErrCorrupt, "blocks of"},
		{"levels over the page", crafted{physical: 2, repetition: 1, annotation: -1, rows: 8, values: 8, pages: []craftedPage{
			{values: 8, defBytes: many, body: "\x00"}}}.file(), converter.ErrCorrupt, "levels of"},

		// These are sound, as far as they go.
		{"a bomb of places", change(func(c *crafted) {
			c.rows, c.values = 60_000_000, 60_000_000
			c.pages[1].values, c.pages[1].body = c.values, "\x01"+uv(60_000_000<<1)+"\x00"
			c.pages[0].body = le32(1000) + strings.Repeat("x", 1000)
		}), converter.ErrLimit, "too many for a file"},
		{"a bomb of levels", change(func(c *crafted) {
			c.repetition, c.rows, c.values = 2, 1, 60_000_000
			c.pages[1].values = c.values
			c.pages[1].body = block(uv(1<<1)+"\x00"+uv(59_999_999<<1)+"\x01") + block(uv(60_000_000<<1)+"\x01") + "\x01" + uv(60_000_000<<1) + "\x00"
		}), converter.ErrLimit, "values in a few rows"},
		{"a bomb of beginnings", crafted{physical: 6, rows: 4000, values: 4000, pages: []craftedPage{{values: 4000, encoding: 7,
			body: front(1<<20, 4000)}}}.file(), converter.ErrLimit, "repeat one another"},
		{"a name of a megabyte", change(func(c *crafted) { c.repetition, c.name = 2, strings.Repeat("x", 1<<20) }), converter.ErrCorrupt, ""},
		{"a zstd bomb", crafted{physical: 6, codec: 6, rows: 4, values: 4, pages: []craftedPage{
			{values: 4, unpacked: 100 << 20, body: zstdOf(make([]byte, 100<<20))}}}.file(), nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if testing.Short() && strings.HasPrefix(tt.name, "a bomb") {
				t.Skip("it takes seconds")
			}
			all, err := bounded(parquet.Converter{}, tt.file)
			if !errors.Is(err, tt.want) || tt.want != nil && (!strings.Contains(err.Error(), tt.says) || !converter.Permanent(err)) {
				t.Errorf("got %v, want %v: … %s", err, tt.want, tt.says)
			}
			if all > 600 {
				t.Errorf("%d MiB allocated for %d bytes", all, len(tt.file))
			}
		})
	}
}

// front is n values of which each begins with the size bytes of the first one, as
// DELTA_BYTE_ARRAY has them.
func front(size, n int) string {
	deltas := func(first, second int) string { // and then the same
		values := (n + 127) / 128 * 128
		diff, least := second-first, min(0, second-first)
		s := uv(uint64(values)) + uv(1) + uv(uint64(n)) + vi(int64(first)) + vi(int64(least)) + "\x20" + le32(uint32(diff-least))
		return s + strings.Repeat(le32(uint32(-least)), values-1)
	}
	return deltas(0, size) + deltas(size, 0) + strings.Repeat("x", size)
}

// Real files that are broken, by ORIGIN.md, are refused, and so are those that are encrypted.
func TestBroken(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/hostile/*.parquet")
	if err != nil || len(paths) < 10 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want := converter.ErrCorrupt
		if strings.Contains(path, "encrypted") {
			want = converter.ErrUnsupported
		}
		if all, err := bounded(parquet.Converter{}, string(b)); !errors.Is(err, want) || all > 50 {
			t.Errorf("%s: %v, %d MiB allocated", path, err, all)
		}
	}
}

// Every error of reading comes back, and every document that is cut short is an error.
func TestBrokenOff(t *testing.T) {
	b, err := os.ReadFile(documents + "/nested_lists.snappy.parquet")
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	for n := range b {
		_, err := converter.Convert(context.Background(), parquet.Converter{}, dumptest.Input("x.parquet", string(b[:n])), new(converter.Bounded), converter.Options{})
		if err == nil {
			t.Errorf("no error for the first %d of %d bytes", n, len(b))
		}
		in := dumptest.Input("x.parquet", string(b))
		in.ReaderAt = brokenAt{in.ReaderAt, int64(n), broken}
		_, err = converter.Convert(context.Background(), parquet.Converter{}, in, new(converter.Bounded), converter.Options{})
		if err != nil && (!errors.Is(err, broken) || errors.Is(err, converter.ErrCorrupt)) {
			t.Errorf("an error at byte %d comes back as %v", n, err)
		}
	}
}

// brokenAt cannot read one byte.
type brokenAt struct {
	io.ReaderAt
	at  int64
	err error
}

func (b brokenAt) ReadAt(p []byte, off int64) (int, error) {
	if off <= b.at && b.at < off+int64(len(p)) {
		n, _ := b.ReaderAt.ReadAt(p[:b.at-off], off)
		return n, b.err
	}
	return b.ReaderAt.ReadAt(p, off)
}

// FuzzBounded has what is made of any bytes be a table or a permanent error, of little memory.
func FuzzBounded(f *testing.F) {
	for _, pattern := range []string{documents + "/*.parquet", "../../testdata/hostile/*.parquet"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			f.Fatal(pattern, err)
		}
		for _, path := range paths {
			b, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
		}
	}
	f.Add([]byte(column().file()))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 64<<10 {
			return
		}
		all, err := bounded(parquet.Converter{BinaryText: bytes.HasSuffix(b, []byte("\x00PAR1"))}, string(b))
		if err != nil && !converter.Permanent(err) || err != nil && strings.Contains(err.Error(), "panic") {
			t.Fatal(err)
		}
		if all > 600 {
			t.Fatalf("%d MiB allocated for %d bytes: %v", all, len(b), err)
		}
	})
}
