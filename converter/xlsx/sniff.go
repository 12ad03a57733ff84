package xlsx

import (
	"bytes"
	"encoding/binary"
	"strings"

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

const zipMagic = "PK\x03\x04"

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
