package dbase

import (
	"strings"

	"github.com/dynasette/dynasette/converter/internal/charset"
)

// languages are the encodings by the id of a language driver. Id 0, and 0x57, which means the code page
// of the system, say nothing.
var languages = map[byte]string{
	0x01: "cp437", 0x02: "cp850", 0x03: "windows-1252", 0x04: "macintosh",
	0x08: "cp865", 0x09: "cp437", 0x0a: "cp850", 0x0b: "cp437", 0x0d: "cp437", 0x0e: "cp850", 0x0f: "cp437",
	0x10: "cp850", 0x11: "cp437", 0x12: "cp850", 0x13: "shift_jis", 0x14: "cp850", 0x15: "cp437", 0x16: "cp850", 0x17: "cp865",
	0x18: "cp437", 0x19: "cp437", 0x1a: "cp850", 0x1b: "cp437", 0x1c: "cp863", 0x1d: "cp850", 0x1f: "cp852",
	0x22: "cp852", 0x23: "cp852", 0x24: "cp860", 0x25: "cp850", 0x26: "ibm866", 0x37: "cp850", 0x40: "cp852",
	0x4d: "gbk", 0x4e: "euc-kr", 0x4f: "big5", 0x50: "windows-874", 0x58: "windows-1252", 0x59: "windows-1252",
	0x64: "cp852", 0x65: "ibm866", 0x66: "cp865", 0x67: "cp861", 0x68: "kamenicky", 0x69: "mazovia", 0x6a: "cp737", 0x6b: "cp857", 0x6c: "cp863",
	0x78: "big5", 0x79: "euc-kr", 0x7a: "gbk", 0x7b: "shift_jis", 0x7c: "windows-874", 0x7d: "windows-1255", 0x7e: "windows-1256",
	0x86: "cp737", 0x87: "cp852", 0x88: "cp857", 0x96: "x-mac-cyrillic", 0x97: "mac-ce", 0x98: "mac-greek",
	0xc8: "windows-1250", 0xc9: "windows-1251", 0xca: "windows-1254", 0xcb: "windows-1253", 0xcc: "windows-1257",
}

// encodingOf returns the encoding that a language driver of dBASE 7 is called after, as in DB850US0
// and DBWINUS0, or "".
func encodingOf(driver string) string {
	if strings.HasPrefix(driver, "DBWIN") && !strings.HasPrefix(driver, "DBWINEE") {
		return charset.Default
	}
	digits := strings.TrimLeft(driver, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if len(digits) >= 3 && strings.Trim(digits[:3], "0123456789") == "" {
		return "cp" + digits[:3]
	}
	return ""
}

// codePage returns the encoding that the text of a .cpg file names, or "": UTF-8, 1252, ANSI 1252,
// OEM 850, ISO 88591.
func codePage(text string) string {
	name := strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	for _, prefix := range []string{"ANSI ", "OEM "} {
		if len(name) > len(prefix) && strings.EqualFold(name[:len(prefix)], prefix) {
			name = name[len(prefix):]
		}
	}
	if name == "65001" {
		return charset.UTF8
	}
	for _, called := range []string{name, "iso" + name, "cp" + name, strings.TrimPrefix(strings.ToUpper(name), "ISO")} {
		if found, err := charset.Find(called, nil); err == nil {
			return found
		}
	}
	return ""
}
