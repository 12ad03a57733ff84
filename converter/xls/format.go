package xls

import (
	"encoding/binary"

	"github.com/dynasette/dynasette/converter"
)

// Format is what Converter reads: a compound file with a workbook. What else is in a compound file is
// refused by its name, a workbook with a password among it, which may be named .xlsx.
var Format = converter.Format{
	Name:       "xls",
	Extensions: []string{".xls", ".xlt"},
	MediaTypes: []string{"application/vnd.ms-excel"},
	Magic:      compoundMagic,
	Doc:        "Excel workbooks of before 2007: a table for each visible sheet",
}

// Stream is what Converter reads, too: the records of a workbook without a compound file around
// them, as many scripts and Excel 2 to 4 write them, under any name.
var Stream = converter.Format{
	Name:       "biff",
	Extensions: []string{".biff"},
	Binary:     true,
	Sniff:      sniff,
	Doc:        "Excel workbooks of before 2007 that are in no compound file, as scripts and Excel 2 to 4 write them",
}

const compoundMagic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

// sniff reports whether a document begins with the record that a workbook begins with, and with
// another one behind it.
func sniff(head []byte) bool {
	if len(head) < headerSize+4 {
		return false
	}
	id, size := binary.LittleEndian.Uint16(head), binary.LittleEndian.Uint16(head[2:])
	version, part := binary.LittleEndian.Uint16(head[4:]), binary.LittleEndian.Uint16(head[6:])
	if generation(id) == 0 || size < 4 || size > 16 || size%2 != 0 || id == idBOF && version > 0x0600 {
		return false
	}
	return part == partGlobals || part == partWorksheet || part == partMacros || part == partWorkspace
}
