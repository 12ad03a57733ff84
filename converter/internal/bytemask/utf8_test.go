package bytemask

import (
	"bytes"
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"unicode/utf8"
)

func checkUTF8(t *testing.T, data []byte) {
	t.Helper()
	if got, want := ValidUTF8(data), utf8.Valid(data); got != want {
		t.Fatalf("%q is valid: %v, and it is %v", data, got, want)
	}
	mask := make([]uint64, Words(len(data)))
	slow := make([]uint64, len(data)/64)
	High(data, mask)
	genericHigh(data, slow)
	for i, c := range data {
		if bit := mask[i/64] >> (i % 64) & 1; bit != uint64(c>>7) || i/64 < len(slow) && slow[i/64] != mask[i/64] {
			t.Fatalf("%q: the bit at %d is %d", data, i, bit)
		}
	}
}

func TestValidUTF8(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	pieces := []string{"a", "plain text ", "é", "ß", "\u0080", "\u07ff", "漢字", "\uffff", "😀", "\U0010ffff", strings.Repeat("x", 60), strings.Repeat("é", 40)}
	wrong := []string{"\x80", "\xc3", "\xc1\x81", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xff", "\xe6\xbc", "\xdf\xc0", "\xc2\x7f"}
	for range 4000 {
		var text bytes.Buffer
		for n := r.Intn(200); n > 0; n-- {
			text.WriteString(pieces[r.Intn(len(pieces))])
		}
		checkUTF8(t, text.Bytes())
		if text.Len() > 0 {
			at := r.Intn(text.Len())
			checkUTF8(t, text.Bytes()[at:])
			checkUTF8(t, fmt.Appendf(nil, "%s%s%s", text.Bytes()[:at], wrong[r.Intn(len(wrong))], text.Bytes()[at:]))
		}
	}
	for n := 4090; n < 4100; n++ { // across the end of a block
		for _, piece := range append(pieces, wrong...) {
			checkUTF8(t, []byte(strings.Repeat("x", n)+piece))
			checkUTF8(t, []byte(strings.Repeat("x", n)+piece+"y"))
			checkUTF8(t, []byte(strings.Repeat("x", n)+piece+strings.Repeat("é", 3000)))
		}
	}
}

func FuzzValidUTF8(f *testing.F) {
	f.Add([]byte("é"), 63)
	f.Fuzz(func(t *testing.T, data []byte, before int) {
		checkUTF8(t, append(bytes.Repeat([]byte("x"), max(before, 0)%8192), data...))
	})
}

func BenchmarkValidUTF8(b *testing.B) {
	for name, text := range map[string]string{
		"ascii": "alpha bravo charlie delta echo foxtrot golf hotel ", "french": "alpha bravo charlie delta echo foxtrot golf hotel québec echo golf hotel ",
		"german": "Straßen über Äcker führen früher als gehört ", "chinese": "漢字仮名交じり文, ",
	} {
		data := []byte(strings.Repeat(text, 256<<10/len(text)))
		for way, valid := range map[string]func([]byte) bool{"ours": ValidUTF8, "library": utf8.Valid} {
			b.Run(name+"/"+way, func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				for b.Loop() {
					if !valid(data) {
						b.Fatal("it is not valid")
					}
				}
			})
		}
	}
}
