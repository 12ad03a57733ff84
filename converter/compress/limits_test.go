package compress

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func TestLimits(t *testing.T) {
	kilo := strings.Repeat("0123456789abcde\n", 64)
	inner := archive(file{"a.txt", "a"})
	for name, test := range map[string]struct {
		limits, enough Limits
		in             *converter.Input
		want           string
	}{
		"bytes":           {Limits{Bytes: 1023}, Limits{Bytes: 1024}, dumptest.Input("x.txt.gz", gz(kilo)), "unpacked"},
		"bytes together":  {Limits{Bytes: 2047}, Limits{Bytes: 2048}, dumptest.Input("x.zip", archive(file{"a.txt", kilo}, file{"b.txt", kilo})), "unpacked"},
		"members":         {Limits{Members: 1}, Limits{Members: 2}, dumptest.Input("x.zip", archive(file{"a.txt", "a"}, file{"b.txt", "b"})), "more than 1 members"},
		"members, nested": {Limits{Members: 2}, Limits{Members: 3}, dumptest.Input("x.zip", archive(file{"a.zip", archive(file{"a.txt", "a"})}, file{"b.txt", "b"})), "more than 2 members"},
		"depth":           {Limits{Depth: 2}, Limits{Depth: 3}, dumptest.Input("x.txt.gz.gz.gz", gz(gz(gz("a")))), "packed more than 2 times"},
		"spool":           {Limits{Spool: int64(len(inner)) - 1}, Limits{Spool: int64(len(inner))}, dumptest.Input("x.zip.gz", gz(inner)), "a binary format"},
	} {
		_, _, err := dump(t, test.limits, test.in)
		if !errors.Is(err, converter.ErrLimit) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		} else if n := strings.Count(err.Error(), test.in.Name); n != 1 {
			t.Errorf("%s: its name stands %d times in %q", name, n, err)
		}
		for _, limits := range []Limits{test.enough, {}} {
			if _, _, err := dump(t, limits, test.in); err != nil {
				t.Errorf("%s, within the limits %+v: %v", name, limits, err)
			}
		}
	}
}

// zeros is a text of one endless line.
type zeros struct{ left int64 }

func (z *zeros) Read(p []byte) (int, error) {
	if z.left <= 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), z.left))
	clear(p[:n])
	z.left -= int64(n)
	return n, nil
}

// bomb is a gzip file of n zeros.
func bomb(n int64) string {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	io.Copy(w, &zeros{n})
	w.Close()
	return b.String()
}

// TestBombs unpacks what expands without end, into a format that reads all of it, and
// holds it to a bound of memory.
func TestBombs(t *testing.T) {
	swallow := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		_, err := io.Copy(io.Discard, in.Reader())
		return err
	})
	formats := new(converter.Registry)
	formats.Register(converter.Format{Name: "zeros", Sniff: func(head []byte) bool { return len(head) > 0 && head[0] == 0 }}, swallow)
	Register(formats, Limits{})

	giant := bomb(256 << 20)
	nested := archive(file{"a.gz", giant}) // 5 archives in one another, 16 members each, as in 42.zip
	for range 4 {
		files := make([]file, 16)
		for i := range files {
			files[i] = file{string(rune('a'+i)) + ".zip", nested}
		}
		nested = archive(files...)
	}
	var zstBomb bytes.Buffer
	w, err := zstd.NewWriter(&zstBomb)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(w, &zeros{256 << 20})
	w.Close()

	for name, text := range map[string]string{"x.gz": giant, "x.gz.gz": gz(giant), "42.zip": nested, "x.zip": archive(file{"x.gz", giant}), "x.zst": zstBomb.String()} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		_, _, err := dumptest.Convert(t, anything(formats), converter.Options{Formats: formats}, dumptest.Input(name, text))
		runtime.ReadMemStats(&after)
		if !errors.Is(err, converter.ErrLimit) {
			t.Errorf("%s: %v", name, err)
		}
		if all := after.TotalAlloc - before.TotalAlloc; all > 96<<20 {
			t.Errorf("%s: %d MiB allocated", name, all>>20)
		}
	}
}

// TestZstdWindow refuses a stream that asks for more memory than granted.
func TestZstdWindow(t *testing.T) {
	for windowLog, want := range map[byte]error{27: nil, 28: converter.ErrLimit} {
		frame := "\x28\xb5\x2f\xfd\x00" + string([]byte{(windowLog - 10) << 3}) + // RFC 8878, 3.1.1.1.2
			"\x11\x00\x00" + "a\n" // one raw block, the last one
		if _, _, err := dump(t, Limits{}, dumptest.Input("x.txt.zst", frame)); !errors.Is(err, want) {
			t.Errorf("%d: %v", windowLog, err)
		}
	}
}

// TestDirectory refuses a directory of very many entries before they cost memory.
func TestDirectory(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for range 20_000 {
		if _, err := w.CreateHeader(&zip.FileHeader{Name: strings.Repeat("n", 100)}); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	_, _, err := dump(t, Limits{Members: 1000}, dumptest.Input("x.zip", b.String()))
	if !errors.Is(err, converter.ErrLimit) || !strings.Contains(err.Error(), "directory") {
		t.Error(err)
	}
}

// TestDamage cuts and changes packed documents everywhere: whatever comes is an error, and
// one of the document's.
func TestDamage(t *testing.T) {
	var text strings.Builder
	random := rand.New(rand.NewPCG(1, 2))
	for range 12 {
		text.WriteString(strings.Repeat(string(rune('a'+random.IntN(26))), random.IntN(9)) + "\n")
	}
	for name, packed := range map[string]string{
		"x.txt.gz": gz(text.String()), "x.txt.zst": zst(text.String()), "x.txt.bz2": bz2(), "x.zip": archive(file{"x.txt", text.String()}),
	} {
		whole, _, err := dump(t, Limits{}, dumptest.Input(name, packed))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i := range packed {
			if _, _, err := dump(t, Limits{}, dumptest.Input(name, packed[:i])); !converter.Permanent(err) {
				t.Errorf("%s, cut after %d of %d bytes: %v", name, i, len(packed), err)
			}
			changed := []byte(packed)
			changed[i] ^= 0x10
			got, _, err := dump(t, Limits{}, dumptest.Input(name, string(changed)))
			if err == nil && got != whole && !strings.HasSuffix(name, ".zip") || err != nil && !converter.Permanent(err) {
				t.Errorf("%s, changed at %d: %.40q, %v", name, i, got, err)
			}
		}
	}
	_, _, err := dump(t, Limits{}, dumptest.Input("x.txt.gz", gz(text.String())[:50]))
	if !errors.Is(err, converter.ErrCorrupt) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}

// broken fails to read from an offset on.
type broken struct {
	io.ReaderAt
	from int64
}

var errDisk = errors.New("the disk is on fire")

func (b broken) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > b.from {
		return 0, errDisk
	}
	return b.ReaderAt.ReadAt(p, off)
}

// TestReadErrors keeps an error of reading apart from damage.
func TestReadErrors(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, 1<<20)
	for i := range text {
		text[i] = "0123456789uvwxyz\n"[random.IntN(17)]
	}
	for name, packed := range map[string]string{
		"x.txt.gz": gz(string(text)), "x.txt.zst": zst(string(text)), "x.zip": archive(file{"x.txt", string(text)}),
	} {
		for _, from := range []int64{0, 270_000, int64(len(packed)) - 100} {
			in := dumptest.Input(name, packed)
			in.ReaderAt = broken{in.ReaderAt, from}
			if _, _, err := dump(t, Limits{}, in); !errors.Is(err, errDisk) || converter.Permanent(err) {
				t.Errorf("%s from %d: %v", name, from, err)
			}
		}
	}
}

func FuzzUnpack(f *testing.F) {
	for name, packed := range map[string]string{
		"x.gz": gz("one\n"), "x.zst": zst("one\n"), "x.bz2": bz2(), "x.zip": archive(file{"x.txt", "one\n"}, file{"y.gz", gz("two")}),
	} {
		f.Add(name, []byte(packed))
	}
	registry := formats(Limits{Bytes: 1 << 20, Members: 10, Spool: 1 << 16})
	f.Fuzz(func(t *testing.T, name string, packed []byte) {
		var db dumptest.Database
		in := dumptest.Input(name, string(packed))
		_, err := converter.Convert(context.Background(), anything(registry), in, &db, converter.Options{Formats: registry})
		if err != nil && (!converter.Permanent(err) || strings.Contains(err.Error(), "panic")) {
			t.Fatal(err)
		}
	})
}
