// Package charset knows the encodings that text is found in: their names, how to read them
// without losing a byte, and how to guess which one a text is in.
//
// No decoder of this package replaces anything by U+FFFD. A byte that an encoding has no
// character for comes out as a character that gives it back, and is counted; see Strays.
package charset

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// The encodings of Unicode.
const (
	UTF8    = "utf-8"
	UTF16LE = "utf-16le"
	UTF16BE = "utf-16be"
	UTF32LE = "utf-32le"
	UTF32BE = "utf-32be"
)

// Default is what most software wrote before Unicode, and what text is taken for that says
// nothing else.
const Default = "windows-1252"

// unicodes are the encodings that decoders of our own read.
var unicodes = []string{UTF8, UTF16LE, UTF16BE, UTF32LE, UTF32BE}

// legacy lists the others that golang.org/x/text has, by the names of the WHATWG where it has them; see
// codePages, too.
var legacy = map[string]encoding.Encoding{
	"windows-874":    charmap.Windows874,
	"windows-1250":   charmap.Windows1250,
	"windows-1251":   charmap.Windows1251,
	"windows-1252":   charmap.Windows1252,
	"windows-1253":   charmap.Windows1253,
	"windows-1254":   charmap.Windows1254,
	"windows-1255":   charmap.Windows1255,
	"windows-1256":   charmap.Windows1256,
	"windows-1257":   charmap.Windows1257,
	"windows-1258":   charmap.Windows1258,
	"iso-8859-2":     charmap.ISO8859_2,
	"iso-8859-3":     charmap.ISO8859_3,
	"iso-8859-4":     charmap.ISO8859_4,
	"iso-8859-5":     charmap.ISO8859_5,
	"iso-8859-6":     charmap.ISO8859_6,
	"iso-8859-7":     charmap.ISO8859_7,
	"iso-8859-8":     charmap.ISO8859_8,
	"iso-8859-10":    charmap.ISO8859_10,
	"iso-8859-13":    charmap.ISO8859_13,
	"iso-8859-14":    charmap.ISO8859_14,
	"iso-8859-15":    charmap.ISO8859_15,
	"iso-8859-16":    charmap.ISO8859_16,
	"koi8-r":         charmap.KOI8R,
	"koi8-u":         charmap.KOI8U,
	"macintosh":      charmap.Macintosh,
	"x-mac-cyrillic": charmap.MacintoshCyrillic,
	"cp437":          charmap.CodePage437,
	"cp850":          charmap.CodePage850,
	"cp852":          charmap.CodePage852,
	"cp855":          charmap.CodePage855,
	"cp858":          charmap.CodePage858,
	"cp860":          charmap.CodePage860,
	"cp862":          charmap.CodePage862,
	"cp863":          charmap.CodePage863,
	"cp865":          charmap.CodePage865,
	"ibm866":         charmap.CodePage866,
	"shift_jis":      japanese.ShiftJIS,
	"euc-jp":         japanese.EUCJP,
	"iso-2022-jp":    japanese.ISO2022JP,
	"gbk":            simplifiedchinese.GBK,
	"gb18030":        simplifiedchinese.GB18030,
	"big5":           traditionalchinese.Big5,
	"euc-kr":         korean.EUCKR,
}

// Names lists the encodings that can be read.
func Names() []string { return slices.Clone(names()) }

var names = sync.OnceValue(func() []string {
	names := slices.Clone(unicodes)
	names = slices.AppendSeq(slices.AppendSeq(names, maps.Keys(legacy)), maps.Keys(codePages))
	slices.Sort(names)
	return names
})

// Find returns the name of the encoding that is called so: in any case, and with any signs
// between its letters and digits. Text that is said to be in UTF-16 or UTF-32 without a word
// on the order of its bytes has the order that its first bytes tell.
func Find(name string, head []byte) (string, error) {
	squeezed := squeeze(name)
	if wide := map[string]string{"utf16": "utf-16", "ucs2": "utf-16", "utf32": "utf-32", "ucs4": "utf-32"}[squeezed]; wide != "" {
		if found, _, _ := Evident(head); strings.HasPrefix(found, wide) {
			return found, nil
		}
		return wide + "le", nil
	}
	if canonical := known()[squeezed]; canonical != "" {
		return canonical, nil
	}
	return "", fmt.Errorf("there is no such encoding; near it are %s", strings.Join(near(squeezed), ", "))
}

// known returns the encodings by their squeezed names. A code page has several: "cp1250",
// "win1250" and "1250" are windows-1250, "ibm850" and "dos850" are cp850.
func known() map[string]string {
	names := map[string]string{}
	for _, name := range Names() {
		names[squeeze(name)] = name
		for _, family := range [][]string{{"windows", "win", "cp", ""}, {"cp", "ibm", "dos", ""}, {"ibm", "cp", "dos", ""}, {"iso8859", "8859"}} {
			if page, ok := strings.CutPrefix(squeeze(name), family[0]); ok {
				for _, prefix := range family[1:] {
					names[prefix+page] = name
				}
			}
		}
	}
	eachLabel(func(label, name string) { names[label] = name })
	names["utf8sig"] = UTF8 // as Python has it, with a byte order mark
	return names
}

// squeeze returns the letters and digits of a name.
func squeeze(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
}

// near returns the names that are most like one.
func near(squeezed string) []string {
	names := Names()
	shared := func(name string) int { // at both ends
		a, b, n := squeezed, squeeze(name), 0
		for ; a != "" && b != "" && a[0] == b[0]; n++ {
			a, b = a[1:], b[1:]
		}
		for ; a != "" && b != "" && a[len(a)-1] == b[len(b)-1]; n++ {
			a, b = a[:len(a)-1], b[:len(b)-1]
		}
		return n
	}
	slices.SortStableFunc(names, func(a, b string) int { return shared(b) - shared(a) })
	return names[:3]
}

// Whole returns text that is UTF-8 without the beginning of a character at its end.
func Whole(text []byte) []byte {
	for i := len(text) - 1; i >= max(0, len(text)-utf8.UTFMax); i-- {
		if utf8.RuneStart(text[i]) {
			if !utf8.FullRune(text[i:]) {
				return text[:i]
			}
			break
		}
	}
	return text
}
