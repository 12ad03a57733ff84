package dbase

import (
	"testing"

	"github.com/dynasette/dynasette/converter/internal/charset"
)

// Every encoding that a language driver means can be read.
func TestLanguages(t *testing.T) {
	for id, name := range languages {
		if found, err := charset.Find(name, nil); err != nil || found != name {
			t.Errorf("0x%02x: %s is %q, %v", id, name, found, err)
		}
	}
	for text, want := range map[string]string{
		"UTF-8": "utf-8", "65001\n": "utf-8", "1252": "windows-1252", "ANSI 1251": "windows-1251", "OEM 852": "cp852", "ISO 88591": "windows-1252", "88592": "iso-8859-2",
		"ISO-8859-15": "iso-8859-15", "Big5": "big5", "936": "gbk", "\ufeffCP866": "ibm866", "nothing": "",
	} {
		if got := codePage(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	for driver, want := range map[string]string{"DB437US0": "cp437", "DBWINUS0": "windows-1252", "DB850DE0": "cp850", "": "", "DBWINEE0": ""} {
		if got := encodingOf(driver); got != want {
			t.Errorf("driver %q is %q, want %q", driver, got, want)
		}
	}
}
