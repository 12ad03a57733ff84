package charset

import (
	"bytes"
	"io"
	"math/rand"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
	"unicode/utf8"
)

func read(t testing.TB, text, name string) (string, Strays) {
	r := NewReader(strings.NewReader(text), name)
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(out), r.Strays
}

func TestFind(t *testing.T) {
	for name, want := range map[string]string{
		"UTF8": UTF8, "utf-8-sig": UTF8, "Shift-JIS": "shift_jis", "sjis": "shift_jis", "cp1250": "windows-1250", "1251": "windows-1251",
		"latin1": "windows-1252", "ISO-8859-1": "windows-1252", "iso_8859_2": "iso-8859-2", "8859-15": "iso-8859-15", "IBM850": "cp850",
		"cp866": "ibm866", "ks_c_5601-1987": "euc-kr", "MacRoman": "macintosh", "utf-16": UTF16LE, "UTF-32BE": UTF32BE, "GB2312": "gbk",
	} {
		if got, err := Find(name, nil); got != want {
			t.Errorf("%s: %s, %v; want %s", name, got, err, want)
		}
	}
	if got, err := Find("utf-16", []byte("\xfe\xff\x00a")); got != UTF16BE {
		t.Errorf("UTF-16 with a mark: %s, %v", got, err)
	}
	for name, want := range map[string]string{"windws-1252": "windows-1252", "shift-jiss": "shift_jis", "iso-2022-kr": "iso-2022-jp", "": ""} {
		if got, err := Find(name, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
	for _, name := range Names() {
		if got, err := Find(name, nil); got != name {
			t.Errorf("%s finds %s, %v", name, got, err)
		}
	}
}

func TestDecode(t *testing.T) {
	for _, test := range []struct {
		name, text, want string
		strays           Strays
	}{
		{"windows-1252", "caf\xe9 \x80", "café €", Strays{}},
		{"windows-1252", "a\nb\x81\x8d\x8f\x90\x9d", "a\nb\u0081\u008d\u008f\u0090\u009d", Strays{5, 3, 2, 0x81}},
		{"windows-1255", "\xf9\xd9", "ש\uf7d9", Strays{1, 1, 1, 0xd9}},
		{UTF8, "é\r\xe9\r\xc3", "é\ré\rÃ", Strays{2, 3, 2, 0xe9}},
		{UTF8, "\xed\xa0\xbd\xed\xb8\x80 \xed\xa0\xbd\xed \xed\xb8\x80", "😀 í\u00a0½í í¸€", Strays{7, 7, 1, 0xed}},
		{UTF8, "a\xed\xa0", "aí\u00a0", Strays{2, 1, 1, 0xed}},
		{UTF8, "a\xed\xa0\xbd\xed\xb8", "aí\u00a0½í¸", Strays{5, 1, 1, 0xed}},
		{UTF16BE, "\x00a\xdc\x00", "a\uf7dc\uf700", Strays{2, 2, 1, 0xdc}},
		{"shift_jis", "\x93\xfa\x96{\xfc\n", "日本ü\n", Strays{1, 4, 1, 0xfc}},
		{"shift_jis", "\x93\xfa\n\x93", "日\n“", Strays{1, 3, 2, 0x93}},
		{"gb18030", "\xd6\xd0\x81\x30\x81\x30\x841\xa47", "中\u0080\ufffd", Strays{}},
		{"gb18030", "\xff,\x81", "ÿ,\u0081", Strays{2, 0, 1, 0xff}},
		{"iso-2022-jp", "\x1b$BF|\x1b(B\xfc", "日ü", Strays{1, 8, 1, 0xfc}},
		{UTF16LE, "a\x00\x3d\xd8b\x00", "a\uf73d\uf7d8b", Strays{2, 2, 1, 0x3d}},
		{UTF16BE, "\xd8\x3d\xde\x00\x00a\n", "😀a\n", Strays{1, 6, 1, '\n'}},
		{UTF32LE, "\xe9\x00\x00\x00\x00\xf6\x01\x00", "é😀", Strays{}},
		{UTF32BE, "\x00\x00\x00a\x00\x11\x00\x00", "a\uf700\uf711\uf700\uf700", Strays{4, 4, 1, 0}},
	} {
		if got, strays := read(t, test.text, test.name); got != test.want || strays != test.strays {
			t.Errorf("%s %q: %q, %v; want %q, %v", test.name, test.text, got, strays, test.want, test.strays)
		}
	}
}

func TestEvident(t *testing.T) {
	sixteen := func(s string) string { return string(encoded(UTF16LE, s)) }
	for text, want := range map[string]string{
		"a,b\n": "", "": "", "a": "", "\xef\xbb\xbfa": UTF8, "\xff\xfea\x00": UTF16LE, "\xfe\xff\x00a": UTF16BE,
		"\xff\xfe\x00\x00a\x00\x00\x00": UTF32LE, "\x00\x00\xfe\xff": UTF32BE, "a\x00": UTF16LE, "\x00[\x00]": UTF16BE,
		"a\x00\x00\x00\n\x00\x00\x00": UTF32LE, "\x00\x00\x00a\x00\x00\x00\n": UTF32BE,
		sixteen("编号,姓名,城市\r\n1,张三,北京\r\n2,李四,上海\r\n"):    UTF16LE,
		sixteen("имя,город\n"):                           UTF16LE,
		"a,b\n1,x\x00y\n2,\x00\nmore text and more text": "",
		"id,name\n1,ab\x00\x00\x00\x00\n2,abcdef\n":      "",
		"\x00\x00\x00\x01": "", "\x01\x00\x00\x00": "",
		"n,s\n1,\x1b$BF|\x1b(B\n": "iso-2022-jp", "\x1b[1m$B": "", "编号,姓名\n": "", "na\xefve\n": "",
	} {
		if got, why, _ := Evident([]byte(text)); got != want {
			t.Errorf("%q: %s (%s), want %s", text, got, why, want)
		}
	}
}

// FuzzDecode holds that no text loses a byte, in no encoding: U+FFFD is only where it was,
// what is read does not depend on the pieces in which it comes, and, where nothing is said
// to be stray, each byte can be told from the result by encoding it again.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"caf\xe9", "\x81\x30\x81", "\x1b$BF|\x1b(", "\x00\xd8\x00", "\x93\xfa\x96{\xfc\n", "\xf0\x9f\x98", "\x8f\xa2\xaf"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, name := range Names() {
			held(t, name, text)
		}
	})
}

// Code pages of our own are as long as they have to be, and read what they are for.
func TestCodePages(t *testing.T) {
	for name, upper := range codePages {
		if n := utf8.RuneCountInString(upper); n != 128 {
			t.Errorf("%s has %d characters", name, n)
		}
	}
	for name, text := range map[string]string{"mazovia": "\x86\x8d\x91\x92\xa4\xa2\x9e\xa6\xa7", "kamenicky": "\x80\x9f\xa9", "cp737": "\x80\x98", "mac-greek": "\xaa"} {
		want := map[string]string{"mazovia": "ąćęłńóśźż", "kamenicky": "Čťř", "cp737": "Αα", "mac-greek": "Σ"}[name]
		if got := string(Decode([]byte(text), name)); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestNothingIsLost(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 60 {
		text := make([]byte, r.Intn(300))
		for i := range text {
			if text[i] = byte(r.Intn(256)); r.Intn(3) > 0 {
				text[i] = byte(0x81 + r.Intn(0x7e)) // lead and trail bytes
			}
		}
		for _, name := range Names() {
			held(t, name, text)
		}
	}
}

func held(t *testing.T, name string, text []byte) {
	t.Helper()
	got, strays := read(t, string(text), name)
	if !utf8.ValidString(got) {
		t.Fatalf("%s %q: %q is not UTF-8", name, text, got)
	}
	if strings.Contains(got, replacement) && !bytes.Contains(text, encoded(name, replacement)) {
		t.Fatalf("%s %q: %q", name, text, got)
	}
	r := NewReader(iotest.OneByteReader(bytes.NewReader(text)), name)
	if slow, err := io.ReadAll(r); err != nil || string(slow) != got || r.Strays != strays {
		t.Fatalf("%s %q: %q %v byte by byte, %q %v at once; %v", name, text, slow, r.Strays, got, strays, err)
	}
	if again := given(name, got); name != "iso-2022-jp" && again != nil && !bytes.Equal(again, text) {
		t.Fatalf("%s %q: %q, which is %q", name, text, got, again)
	}
}

// given returns the bytes that text was read from, or nil if they can't be told from it.
func given(name, text string) []byte {
	if t, ok := newDecoder(name).(singleByte); ok {
		bytes := map[rune]byte{}
		for b, r := range t.table {
			bytes[r] = byte(b)
		}
		var out []byte
		for _, r := range text {
			out = append(out, bytes[r])
		}
		return out
	}
	if d, ok := newDecoder(name).(wide); ok {
		var out []byte
		for i, r := range []rune(text) {
			switch {
			case r >= privateBytes && r < privateBytes+256:
				return nil // or the character itself
			case i >= len([]rune(text))-3:
				return nil // perhaps of less than a unit
			case d.size == 4:
				out = append(out, 0, 0, 0, 0)
				d.PutUint32(out[len(out)-4:], uint32(r))
			default:
				for _, u := range utf16.Encode([]rune{r}) {
					out = append(out, 0, 0)
					d.PutUint16(out[len(out)-2:], u)
				}
			}
		}
		return out
	}
	return nil
}

// encoded returns text in an encoding, or nil if that does not have it.
func encoded(name, text string) []byte {
	if d, ok := newDecoder(name).(wide); ok {
		out := []byte{}
		for _, r := range text {
			unit := make([]byte, d.size)
			if d.size == 4 {
				d.PutUint32(unit, uint32(r))
			} else {
				d.PutUint16(unit, uint16(r))
			}
			out = append(out, unit...)
		}
		return out
	}
	if name == UTF8 {
		return []byte(text)
	}
	if codePages[name] != "" {
		return []byte("no text has this")
	}
	out, err := legacy[name].NewEncoder().Bytes([]byte(text))
	if err != nil {
		return []byte("no text has this")
	}
	return out
}
