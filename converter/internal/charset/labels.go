package charset

import "strings"

// labels are other names in use: those of the WHATWG (https://encoding.spec.whatwg.org/#names-and-labels)
// and of code pages, as far as the rules of known don't give them, squeezed.
var labels = map[string]string{
	"big5":           "big5hkscs cnbig5 cp950 csbig5 xxbig5",
	"euc-jp":         "cseucpkdfmtjapanese windows51932 xeucjp",
	"euc-kr":         "cp949 cseuckr csksc56011987 isoir149 korean ksc5601 ksc56011987 ksc56011989 uhc windows949",
	"gb18030":        "windows54936",
	"gbk":            "chinese cp936 csgb2312 csiso58gb231280 gb2312 gb231280 isoir58 xgbk",
	"ibm866":         "csibm866",
	"iso-2022-jp":    "csiso2022jp",
	"iso-8859-10":    "csisolatin6 isoir157 l6 latin6",
	"iso-8859-15":    "csisolatin9 l9 latin9",
	"iso-8859-2":     "csisolatin2 iso885921987 isoir101 l2 latin2",
	"iso-8859-3":     "csisolatin3 iso885931988 isoir109 l3 latin3",
	"iso-8859-4":     "csisolatin4 iso885941988 isoir110 l4 latin4",
	"iso-8859-5":     "csisolatincyrillic cyrillic iso885951988 isoir144",
	"iso-8859-6":     "arabic asmo708 csiso88596e csiso88596i csisolatinarabic ecma114 iso885961987 iso88596e iso88596i isoir127",
	"iso-8859-7":     "csisolatingreek ecma118 elot928 greek greek8 iso885971987 isoir126 suneugreek",
	"iso-8859-8":     "csiso88598e csiso88598i csisolatinhebrew hebrew iso885981988 iso88598e iso88598i isoir138 logical visual",
	"kamenicky":      "cp895 ibm895 keybcs2",
	"koi8-r":         "cskoi8r koi koi8 windows20866",
	"koi8-u":         "koi8ru windows21866",
	"macintosh":      "csmacintosh mac macroman windows10000 xmacroman",
	"mac-ce":         "macce maccentraleurope maclatin2 windows10029 xmacce",
	"mac-greek":      "windows10006 xmacgreek",
	"mazovia":        "cp620 cp667 cp790 ibm667 ibm790",
	"shift_jis":      "cp932 csshiftjis ms932 mskanji sjis windows31j xsjis",
	"utf-16be":       "unicodefffe windows1201",
	"utf-16le":       "csunicode iso10646ucs2 ucs2 unicode unicodefeff utf16 windows1200",
	"utf-32be":       "windows12001",
	"utf-32le":       "windows12000",
	"utf-8":          "cp65001 unicode11utf8 unicode20utf8 utf8sig xunicode20utf8",
	"windows-1250":   "xcp1250",
	"windows-1251":   "xcp1251",
	"windows-1252":   "ansix341968 ascii cp819 csisolatin1 ibm819 iso88591 iso885911987 isoir100 l1 latin1 usascii windows28591 xcp1252",
	"windows-1253":   "xcp1253",
	"windows-1254":   "csisolatin5 iso88599 iso885991989 isoir148 l5 latin5 xcp1254",
	"windows-1255":   "xcp1255",
	"windows-1256":   "xcp1256",
	"windows-1257":   "xcp1257",
	"windows-1258":   "xcp1258",
	"windows-874":    "dos874 iso885911 tis620",
	"x-mac-cyrillic": "maccyrillic xmacukrainian",
}

// eachLabel calls f with each name and what it stands for.
func eachLabel(f func(label, name string)) {
	for name, list := range labels {
		for label := range strings.FieldsSeq(list) {
			f(label, name)
		}
	}
}
