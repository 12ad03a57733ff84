package xlsx

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/parts"
)

// Format is what Converter reads: a zip archive with a workbook.
var Format = converter.Format{
	Name:       "xlsx",
	Extensions: []string{".xlsx", ".xlsm", ".xltx", ".xltm"},
	MediaTypes: []string{
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.template",
		"application/vnd.ms-excel.sheet.macroenabled.12",
		"application/vnd.ms-excel.template.macroenabled.12",
	},
	Magic:   zipMagic,
	Sniff:   sniff,
	Members: isPackage,
	Doc:     "Excel workbooks: a table for each visible sheet",
}

// Legacy is what Converter refuses, with advice: workbooks of Excel 97 to 2003, and those
// with a password. Both are compound files, and the second kind is named .xlsx.
var Legacy = converter.Format{
	Name:       "xls",
	Extensions: []string{".xls"},
	Magic:      oleMagic,
	Doc:        "old or password-protected workbooks: not read, but told what to do",
}

const (
	zipMagic = "PK\x03\x04"
	oleMagic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
)

// isPackage reports whether the members of an archive are the parts of a package of Office
// Open XML that may hold a workbook: its parts may be called anything, so it is any package
// that is not known to be something else.
func isPackage(names []string) bool {
	types, other := false, false
	for _, name := range names {
		name = parts.Key(name)
		if strings.HasPrefix(name, "xl/workbook.") || strings.HasPrefix(name, "xl/_rels/") {
			return true
		}
		types = types || name == "[content_types].xml"
		switch folder, _, _ := strings.Cut(name, "/"); folder {
		case "word", "ppt", "visio", "3d", "documents":
			other = true
		}
		other = other || strings.HasSuffix(name, ".nuspec")
	}
	return types && !other
}

// sniff reports whether an archive's first files are those of a workbook; a text document
// or a slide show begins with the same ones, but none of these.
func sniff(head []byte) bool {
	for i := 0; ; {
		n := bytes.Index(head[i:], []byte(zipMagic))
		if n < 0 {
			return false
		}
		i += n + len(zipMagic)
		const nameAt = 30 - len(zipMagic) // of a local file header
		if len(head) < i+nameAt {
			return false
		}
		length := int(binary.LittleEndian.Uint16(head[i+nameAt-4:]))
		name := parts.Key(string(head[i+nameAt : min(i+nameAt+length, len(head))]))
		for _, prefix := range []string{"xl/workbook.", "xl/worksheets/", "xl/_rels/workbook.", "xl/sharedstrings.",
			"xl/styles.", "xl/theme/"} {
			if strings.HasPrefix(name, prefix) {
				return true
			}
		}
	}
}

// refuseLegacy says what to do with workbooks that are not zip archives.
func refuseLegacy(in *converter.Input) error {
	head, err := in.Head(converter.SniffLen)
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(head, []byte(oleMagic)) {
		return nil
	}
	if compoundHas(in, head, "EncryptedPackage") {
		return fmt.Errorf("%w: the workbook has a password: save it without one", converter.ErrUnsupported)
	}
	if compoundHas(in, head, "Workbook") || compoundHas(in, head, "Book") {
		return fmt.Errorf("%w: a workbook of Excel 97 to 2003 (.xls): save it as .xlsx", converter.ErrUnsupported)
	}
	return fmt.Errorf("%w: a compound file without a workbook", converter.ErrUnsupported)
}

// compoundHas reports whether the first sectors of a compound file's directory have an
// entry of that name ([MS-CFB] 2.2 and 2.6).
func compoundHas(in *converter.Input, head []byte, name string) bool {
	const (
		entry       = 128
		shiftAt     = 30
		directoryAt = 48
	)
	if len(head) < directoryAt+4 {
		return false
	}
	shift := binary.LittleEndian.Uint16(head[shiftAt:])
	if shift < 7 || shift > 16 {
		return false
	}
	sector := int64(binary.LittleEndian.Uint32(head[directoryAt:]))
	directory := make([]byte, 32*entry)
	n, _ := in.ReadAt(directory, (sector+1)<<shift)
	want := make([]byte, 0, 2*len(name)+2)
	for _, unit := range utf16.Encode([]rune(name + "\x00")) {
		want = binary.LittleEndian.AppendUint16(want, unit)
	}
	for at := 0; at+entry <= n; at += entry {
		if bytes.HasPrefix(directory[at:], want) {
			return true
		}
	}
	return false
}
