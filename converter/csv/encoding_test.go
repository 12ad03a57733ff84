package csv

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/charset"
)

// said returns the findings about the encoding.
func said(db database) string {
	var list []string
	for _, f := range db.summary.Documents[0].Findings {
		if strings.HasPrefix(f.Code, "encoding-") || strings.HasPrefix(f.Code, "bytes-") || strings.HasPrefix(f.Code, "utf-8-") {
			list = append(list, fmt.Sprintf("%s %d line %d byte %d", f.Code, f.Count, f.Line, f.Offset))
		}
	}
	return strings.Join(list, ", ")
}

func TestEncodings(t *testing.T) {
	rows := func(n int, row string) string { return strings.Repeat(row, n) }
	for _, test := range []struct {
		name, text string
		c          Converter
		encoding   string
		has        string // in columns and rows
		said       string
	}{
		{"sound UTF-8", "n;ort\n1;Öhringen\n", Converter{}, "utf-8", `1|"Öhringen"`, ""},
		{"header", "größe,n\n1,2\n", Converter{}, "utf-8", "größe", ""},
		{"header, not UTF-8", "gr\xf6\xdfe,n\n1,2\n", Converter{}, "windows-1252", "größe INTEGER", "encoding-guessed 1 line 1 byte 2"},
		{"euro in the header", "n;Preis in \x80\n1;2\n", Converter{}, "windows-1252", "Preis in €", "encoding-guessed 1 line 1 byte 11"},
		{"preamble", "\xdcbersicht\n\nn;m\n1;2\n3;4\n", Converter{}, "windows-1252", "1|2", "encoding-guessed 1 line 1 byte 0"},
		{"skipped, far", rows(10_000, "# lines to skip, each of them so long that they are far more than the sample\n") + "# \xfcbersprungen\nn;m\n1;2\n", Converter{Skip: 10_001, Delimiter: ";"}, "windows-1252", "1|2", "encoding-guessed 1 line 10001 byte 770002"},
		{"footer", "n;m\n1;2\n3;4\n" + rows(10_000, "5;6 and much more text, so that few rows are long\n") + "\xa9 2024;\n", Converter{}, "windows-1252", "©", "encoding-guessed 1 line 10004 byte 500012"},
		{"by weight", "n;ort\n1;Łódź\n2;M\xfcnchen\n3;Kraków\n", Converter{}, "utf-8", "München", "bytes-stray 1 line 3 byte 19"},
		{"by weight, far", "n;ort\n" + rows(10_000, "1;Łódź, Łódź, Łódź, Łódź, Łódź, Łódź\n") + "2;M\xfcnchen\x81\n", Converter{}, "utf-8", `München\u0081`, "bytes-stray 2 line 10002 byte 550009"},
		{"by weight, header", "n;stra\xdfe\n1;Äußere Öffnung\n", Converter{}, "utf-8", "straße", "bytes-stray 1 line 1 byte 6"},
		{"some UTF-8", "n;ort\n" + rows(5, "1;M\xfcnchen\n") + "2;Köln\n", Converter{}, "windows-1252", "KÃ¶ln", "encoding-guessed 1 line 2 byte 9, utf-8-inside 1 line 0 byte 0"},
		{"by its mark", "\ufeffn;ort\n1;M\xfcnchen\n", Converter{}, "utf-8", "München", "bytes-stray 1 line 2 byte 12"},
		{"CESU-8", "n;s\n1;\xed\xa0\xbd\xed\xb8\x80\n", Converter{}, "utf-8", "😀", ""},
		{"UTF-8 is meant", "n;ort\n1;M\xfcnchen\n", Converter{Encoding: "utf-8"}, "utf-8", "München", "bytes-stray 1 line 2 byte 9"},
		{"holes", "n;ort\n1;a\x81\x8d\x8f\x90\x9d\n", Converter{Encoding: "cp1252"}, "windows-1252", `a\u0081\u008d\u008f\u0090\u009d`, "bytes-stray 5 line 2 byte 9"},
		{"Shift_JIS", "\x8f\xa4\x95i,\x90\x94\r\n\x83J\x83\x81\x83\x89,1\r\n\x95\\,2\r\n", Converter{}, "shift_jis", `"カメラ"|1`, "encoding-guessed 1 line 1 byte 0"},
		{"GB 18030", "\xb2\xfa\xc6\xb7,\xca\xfd\xc1\xbf\r\n\xb5\xe7\xbb\xb0,1\r\n", Converter{}, "gb18030", `"电话"|1`, "encoding-guessed 1 line 1 byte 0"},
		{"Big5", "\xb2\xa3\xab~,\xbc\xc6\xb6q\r\n\xb9q\xb8\xdc,1\r\n", Converter{}, "big5", `"電話"|1`, "encoding-guessed 1 line 1 byte 0"},
		{"EUC-KR", "\xbb\xf3\xc7\xb0,\xbc\xf6\xb7\xae\r\n\xbb\xe7\xb0\xfa,1\r\n", Converter{}, "euc-kr", `"사과"|1`, "encoding-guessed 1 line 1 byte 0"},
		{"windows-1250", "n;obec\n1;Plze\xf2\n2;\xdast\xed\n3;\x8ediar\n", Converter{}, "windows-1250", "Ústí", "encoding-guessed 1 line 2 byte 13"},
		{"windows-1251", "n;\xe3\xee\xf0\xee\xe4\n1;\xca\xe0\xe7\xe0\xed\xfc\n", Converter{}, "windows-1251", "Казань", "encoding-guessed 1 line 1 byte 2"},
		{"KOI8-R", "n;\xc7\xcf\xd2\xcf\xc4\n1;\xeb\xc1\xda\xc1\xce\xd8\n", Converter{}, "koi8-r", "Казань", "encoding-guessed 1 line 1 byte 2"},
		{"Macintosh", "n;ort\r1;M\x9fnchen\r2;K\x9aln\r3;Lib\x8fre\r", Converter{}, "macintosh", "München", "encoding-guessed 1 line 2 byte 9"},
		{"DOS", "n;ort\r\n1;M\x81nchen\r\n2;K\x94ln\r\n", Converter{}, "cp850", "München", "encoding-guessed 1 line 2 byte 10"},
		{"far behind English", "n;ort\n" + rows(10_000, "1;London, beside the river, and some more of the towns there\n") + "2;\xa3\xf3d\x9f\n3;Gda\xf1sk\n", Converter{}, "windows-1250", "Łódź", "encoding-guessed 1 line 10002 byte 610008"},
		{"a stray byte in Shift_JIS", "\x8f\xa4\x95i,\x90\x94\r\n\x83J\x83\x81\x83\x89,1\r\n\x95\\\xff,2\r\n", Converter{}, "shift_jis", `"表ÿ"|2`, "encoding-guessed 1 line 1 byte 0, bytes-stray 1 line 3 byte 21"},
		{"UTF-32", "n\x00\x00\x00,\x00\x00\x00m\x00\x00\x00\n\x00\x00\x001\x00\x00\x00,\x00\x00\x00\xe9\x00\x00\x00\n\x00\x00\x00", Converter{}, "utf-32le", `1|"é"`, ""},
		{"UTF-32 with a mark", "\x00\x00\xfe\xff\x00\x00\x00n\x00\x00\x00,\x00\x00\x00m\x00\x00\x00\n\x00\x00\x001\x00\x00\x00,\x00\x01\xf6\x00", Converter{}, "utf-32be", `1|"😀"`, ""},
		{"UTF-16, half a pair", "\xff\xfen\x00,\x00m\x00\n\x001\x00,\x00\x3d\xd8\n\x00", Converter{}, "utf-16le", `\uf73d\uf7d8`, "bytes-stray 2 line 2 byte 14"},
	} {
		for _, size := range []int{0, 5000} {
			test.c.chunk = size
			db, err := convert(t, test.c, "t.csv", test.text, converter.Options{})
			if err != nil {
				t.Errorf("%s: %v", test.name, err)
				continue
			}
			shown := db.show(t, "t")
			for _, c := range db.summary.Tables[0].Columns {
				shown += c.Name + " " + c.Type + "\n"
			}
			fact := db.summary.Documents[0].Facts[0]
			if got := said(db); fact.Value != test.encoding || got != test.said || !strings.Contains(shown, test.has) {
				t.Errorf("%s: %v, said %s, want %s\n%.200s", test.name, fact, got, test.said, shown)
			}
			// What was found out, asked for, makes the same rows.
			again := test.c
			again.Encoding = fact.Value
			same, err := convert(t, again, "t.csv", test.text, converter.Options{})
			if err != nil || same.show(t, "t") != db.show(t, "t") {
				t.Errorf("%s: asked for: %v", test.name, err)
			}
		}
	}
	if _, err := convert(t, Converter{Encoding: "windows-1259"}, "t.csv", "a,b\n", converter.Options{}); err == nil || !strings.Contains(err.Error(), "windows-1250") {
		t.Error(err)
	}
}

// No bytes, in no encoding, asked for or found out, become U+FFFD.
func TestNothingIsReplaced(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for _, name := range append([]string{""}, charset.Names()...) {
		for range 20 {
			text := []byte("n,m\n")
			for range r.Intn(200) {
				text = append(text, []byte{byte(0x80 + r.Intn(128)), byte(r.Intn(256)), ',', '\n', 'x'}[r.Intn(5)])
			}
			c := Converter{Encoding: name, Delimiter: ",", chunk: 40}
			db, err := convert(t, c, "t.csv", string(text), converter.Options{})
			if err != nil {
				continue // nothing is left out silently
			}
			for _, table := range db.summary.Tables {
				if got := db.show(t, table.Name); strings.Contains(got, "\ufffd") {
					t.Fatalf("%s %q: %s", name, text, got)
				}
			}
		}
	}
}
