package xlsx

import (
	"testing"

	"github.com/dynasette/dynasette/converter/internal/markup"
)

func TestUnescape(t *testing.T) {
	tests := []struct{ in, want string }{
		{"plain_x", "plain_x"},
		{"a_x000D_\nb", "a\r\nb"},
		{"_x0041__x0042_", "AB"},
		{"_x005F_x0041_", "_x0041_"},
		{"_xD83D__xDE00_", "😀"},
		{"_xD83D_ _xDE00_", "_xD83D_ _xDE00_"},
		{"_x00zz_ _x41_ _X0041_", "_x00zz_ _x41_ _X0041_"},
		{"_x0000_", "\x00"},
		{"__x0041_", "_A"},
		{"_x_x0041_", "_xA"},
		{"_x004", "_x004"},
	}
	for _, tt := range tests {
		got, grown := unescape([]byte(tt.in), []byte("before"))
		if string(got) != tt.want {
			t.Errorf("%q is %q, want %q", tt.in, got, tt.want)
		}
		if string(grown[:6]) != "before" {
			t.Errorf("%q: scratch was overwritten: %q", tt.in, grown)
		}
		in := []byte(tt.in)
		if in = appendUnescaped(in[:0], in); string(in) != tt.want {
			t.Errorf("%q in place is %q, want %q", tt.in, in, tt.want)
		}
	}
}

func TestRichText(t *testing.T) {
	tests := []struct{ in, want string }{
		{"<si><t>a</t></si>", "a"},
		{"<si/>", ""},
		{"<si><t/></si>", ""},
		{"<si><t xml:space=\"preserve\"> a </t></si>", " a "},
		{"<x:si><x:r><x:rPr><x:b/></x:rPr><x:t>a</x:t></x:r><x:r><x:t>&amp;b</x:t></x:r></x:si>", "a&b"},
		{"<si><t>東京</t><rPh sb=\"0\" eb=\"2\"><t>トウキョウ</t></rPh><phoneticPr fontId=\"1\"/></si>", "東京"},
		{"<si><r><t>a</t></r><r><t><![CDATA[<&>]]></t></r><r><t>_x0041_</t></r></si>", "a<&>A"},
		{"<si><t>a<!-- </t> -->b<?pi ?>c</t></si>", "abc"},
		{"<si><t>_x00</t><t>41_</t></si>", "_x0041_"},
		{"<si><t a='>' b=\"'\">a</t></si>", "a"},
	}
	for _, tt := range tests {
		var first markup.Tag
		if ok, err := first.Next([]byte(tt.in), 0); !ok || err != nil {
			t.Fatal(tt.in, ok, err)
		}
		got, grown, end, err := richText(&first, []byte(tt.in), []byte("before"))
		if string(got) != tt.want || end != len(tt.in) || err != nil || string(grown[:6]) != "before" {
			t.Errorf("%s is %q to %d, %v; want %q to %d", tt.in, got, end, err, tt.want, len(tt.in))
		}
	}
}
