package converter_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/converter/convertertest"
)

// A database of just so many bytes is whole, and the same; with a byte less to have, it is refused.
func TestBounded(t *testing.T) {
	text := "a,b\n" + strings.Repeat("1,text\n", 5000) + "x,y\n" // a second run
	convert := func(dst converter.Destination) converter.Summary {
		t.Helper()
		in := &converter.Input{Name: "a.csv", Size: int64(len(text)), ReaderAt: strings.NewReader(text)}
		format, c, err := all.Formats().Detect(in)
		if err != nil {
			t.Fatal(err)
		}
		s, err := converter.ConvertAll(t.Context(), []converter.Job{{Input: in, Format: format, Converter: c}}, dst, converter.Options{})
		if b, _ := dst.(*converter.Bounded); err != nil && (b == nil || !b.Full() || !errors.Is(err, converter.ErrLimit)) {
			t.Fatal(err)
		} else if err == nil && b != nil && b.Full() {
			t.Error("it is full, and took all")
		}
		return s
	}
	plain, kept := new(convertertest.Memory), new(convertertest.Memory)
	size := convert(plain).Bytes
	if convert(&converter.Bounded{To: kept, Most: size}); string(kept.Bytes()) != string(plain.Bytes()) {
		t.Error("it is another database")
	}
	if got := convert(new(converter.Bounded)); got.Bytes != size {
		t.Errorf("keeping nothing: %d bytes, want %d", got.Bytes, size)
	}
	again := &converter.Bounded{To: new(convertertest.Memory), Most: 512}
	for range 3 { // one that is begun anew has as much room again
		if _, err := again.Write(make([]byte, 512)); err != nil {
			t.Error(err)
		}
		if _, err := again.Write(make([]byte, 1)); !errors.Is(err, converter.ErrLimit) {
			t.Errorf("a byte more: %v", err)
		}
		if err := again.Reset(); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range []*converter.Bounded{{Most: size - 1}, {To: new(convertertest.Memory), Most: 4096}} {
		if convert(b); !b.Full() {
			t.Errorf("of %d bytes, %d are too many", size, b.Most)
		}
	}
}
