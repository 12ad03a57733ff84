package markup

import "testing"

func TestAppendText(t *testing.T) {
	tests := []struct{ in, want string }{
		{"plain", "plain"},
		{"a &amp; b &lt;&gt;&quot;&apos;", `a & b <>"'`},
		{"&#65;&#x42;&#X43;", "ABC"},
		{"&#128512;&#x1F600;", "😀😀"},
		{"&#55357;&#56832;", "😀"},
		{"&#xD83D;x", "&#xD83D;x"},
		{"&nbsp;&;&#;&#x;&#0;&#x110000;&amp", "&nbsp;&;&#;&#x;&#0;&#x110000;&amp"},
		{"&#99999999999;", "&#99999999999;"},
		{"&amp;amp;", "&amp;"},
		{"a\r\nb\rc\r", "a\nb\nc\n"},
		{"&#13;&#10;", "\r\n"},
		{"&#1F;", "&#1F;"},
	}
	for _, tt := range tests {
		if got := string(AppendText(nil, []byte(tt.in))); got != tt.want {
			t.Errorf("%q is %q, want %q", tt.in, got, tt.want)
		}
	}
}
