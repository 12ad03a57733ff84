package compress

import (
	"archive/zip"
	"encoding/binary"
	"hash/crc32"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter/internal/charset"
)

// decodeNames makes names UTF-8 that are in another code page: the one in which all of them
// together read most like words, if that is one of those that programs for archives use by the
// name; else usual. Names that are UTF-8 stay as they are.
func decodeNames(names []string, usual string, others ...string) {
	var words strings.Builder
	for _, name := range names {
		if !utf8.ValidString(name) {
			words.WriteString(strings.TrimSuffix(name, path.Ext(name)) + "\n")
		}
	}
	if words.Len() == 0 {
		return
	}
	page := usual
	if survey, err := charset.NewSurvey(strings.NewReader(words.String())); err == nil {
		guess, _ := survey.Guess()
		for _, other := range others {
			if guess == other {
				page = guess
			}
		}
	}
	for i, name := range names {
		if !utf8.ValidString(name) {
			names[i] = string(charset.Decode([]byte(name), page))
		}
	}
}

// Code pages of names that are not UTF-8: on DOS and Windows, programs use that of the console, which
// is the first one unless the language needs another; elsewhere that of the files' system.
var (
	consolePages = []string{"cp437", "cp850", "cp852", "ibm866", "shift_jis", "gb18030", "big5", "euc-kr"}
	unixPages    = []string{charset.Default, "windows-1250", "windows-1251", "iso-8859-2", "koi8-r", "koi8-u", "shift_jis", "euc-jp", "gb18030",
		"big5", "euc-kr"}
)

const madeByUnix = 3 // APPNOTE.TXT, 4.4.2

// namesOfZip returns the members' names in UTF-8.
func namesOfZip(files []*zip.File) []string {
	names := make([]string, len(files))
	unix := false
	for i, f := range files {
		names[i] = f.Name
		if name, ok := unicodeName(f); ok {
			names[i] = name
		}
		unix = unix || f.CreatorVersion>>8 == madeByUnix
	}
	if unix {
		decodeNames(names, consolePages[0], append(unixPages, consolePages...)...)
	} else {
		decodeNames(names, consolePages[0], consolePages...)
	}
	return names
}

// unicodeName returns a member's name from Info-ZIP's extra field for that (APPNOTE.TXT, 4.6.9), if
// it is of the name that the member has.
func unicodeName(f *zip.File) (string, bool) {
	const id, header = 0x7075, 5
	for extra := f.Extra; len(extra) >= 4; {
		tag, size := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if extra = extra[4:]; size > len(extra) {
			break
		}
		if tag == id && size > header && extra[0] == 1 && binary.LittleEndian.Uint32(extra[1:]) == crc32.ChecksumIEEE([]byte(f.Name)) {
			if name := string(extra[header:size]); utf8.ValidString(name) {
				return name, true
			}
		}
		extra = extra[size:]
	}
	return "", false
}
