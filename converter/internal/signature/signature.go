// Package signature knows the kinds of files that people upload although they are no
// tables, or tables in a form that has to be converted first, by how they begin.
package signature

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// A Kind is what a file is.
type Kind struct {
	Name   string // with its article: "an HTML page"
	Advice string // what to do
}

// Len is how much of a file's beginning tells what it is.
const Len = 4 << 10

// Of returns the kind of the file that begins with head, at least Len bytes of it or all
// there are. It is certain of what it says: a table is never taken for something else.
func Of(head []byte) (Kind, bool) {
	for _, s := range binaries {
		if matches(head, s.at, s.magic) && (s.also == nil || s.also(head)) {
			return s.kind, true
		}
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return ofPackage(head)
	}
	return ofText(head)
}

func matches(head []byte, at int, magic string) bool {
	return len(head) >= at+len(magic) && string(head[at:at+len(magic)]) == magic
}

const (
	asCSV   = "export it as CSV or XLSX"
	asXLSX  = "save it as XLSX"
	unpack  = "unpack it, or pack it as .zip, .gz, .xz or .zst"
	program = "describe a program that reads it with --plugin"
)

// binaries begin with bytes that no text has, or with more than a text would have by
// chance.
var binaries = []struct {
	at    int
	magic string
	also  func(head []byte) bool // further evidence, where the magic is short; optional
	kind  Kind
}{
	{0, "%PDF-", nil, Kind{"a PDF document", "get the data behind it, or extract its tables with a program such as tabula, to CSV"}},
	{0, "%!PS-Adobe", nil, Kind{"a PostScript document", "get the data behind it"}},
	{0, `{\rtf1`, nil, Kind{"an RTF document", "save its tables as CSV or XLSX"}},

	{0, "\x89PNG\r\n\x1a\n", nil, image},
	{0, "\xff\xd8\xff", nil, image},
	{0, "GIF87a", nil, image},
	{0, "GIF89a", nil, image},
	{0, "II*\x00", nil, image},
	{0, "MM\x00*", nil, image},
	{0, "BM", isBitmap, image},
	{8, "WEBP", isRIFF, image},
	{0, "\x00\x00\x01\x00", isIcon, image},
	{4, "ftyp", isBox, Kind{"a video, sound or image", "it has no rows"}},
	{0, "\x1a\x45\xdf\xa3", nil, Kind{"a video", "it has no rows"}},
	{8, "WAVE", isRIFF, Kind{"a sound", "it has no rows"}},
	{8, "AVI ", isRIFF, Kind{"a video", "it has no rows"}},
	{0, "OggS\x00", nil, Kind{"a sound", "it has no rows"}},
	{0, "ID3", hasNUL, Kind{"a sound", "it has no rows"}},
	{0, "fLaC\x00", nil, Kind{"a sound", "it has no rows"}},

	{0, "7z\xbc\xaf\x27\x1c", nil, Kind{"a 7z archive", unpack}},
	{0, "Rar!\x1a\x07", nil, Kind{"a RAR archive", unpack}},
	{0, "LZIP\x01", nil, Kind{"an lzip file", unpack}},
	{0, "\x1f\x9d", hasNUL, Kind{"a file of the compress program (.Z)", unpack}},
	{0, "!<arch>\n", nil, Kind{"an ar archive", unpack}},
	{0, "MSCF\x00\x00\x00\x00", nil, Kind{"a Windows cabinet", unpack}},
	{0, "\x5d\x00\x00", isLZMA, Kind{"an LZMA file (.lzma)", unpack}},
	{0, "\x02\x21\x4c\x18", hasNUL, Kind{"an lz4 file of the legacy format", "pack it by lz4 without -l"}},
	{0, "PK\x05\x06", hasNUL, Kind{"a zip archive with nothing in it", "pack the files again"}},
	{0, "PK\x07\x08PK\x03\x04", nil, partOfZip}, {0, "PK00PK\x03\x04", nil, partOfZip},

	{0, "PAR1", isParquet, Kind{"a Parquet file that is cut off", "copy it again: its end has what tells its columns"}},
	{0, "PARE", hasNUL, Kind{"an encrypted Parquet file", "write it without encryption, or export it as CSV where its key is"}},
	{0, "Obj\x01", nil, Kind{"an Avro file", "export it as NDJSON (avro-tools tojson), or " + program}},
	{0, "ORC", isORC, Kind{"an ORC file", "export it as CSV, or " + program}},
	{0, "ARROW1\x00\x00", nil, Kind{"an Arrow (Feather) file", "export it as CSV"}},
	{0, "FEA1", hasNUL, Kind{"a Feather file", "export it as CSV"}},
	{8, "DUCK", hasNUL, Kind{"a DuckDB database", "export its tables as CSV (EXPORT DATABASE)"}},
	{0, "\x89HDF\r\n\x1a\n", nil, Kind{"an HDF5 file", "export its tables as CSV"}},
	{0, "CDF\x01", nil, Kind{"a NetCDF file", "export its variables as CSV"}},
	{0, "CDF\x02", nil, Kind{"a NetCDF file", "export its variables as CSV"}},
	{0, "\x93NUMPY", nil, Kind{"a NumPy array", "write it as CSV (numpy.savetxt)"}},
	{0, "RDX3\n", nil, rData}, {0, "RDX2\n", nil, rData}, {0, "RDA3\n", nil, rData}, {0, "X\n\x00\x00\x00", nil, rData},
	{0, "\x00\x00\x27\x0a", isIndex, Kind{"the index of a shapefile (.shx)", "its shapes are in the .shp beside it"}},
	{0, "fgb\x03fgb", nil, Kind{"a FlatGeobuf file", "convert it to GeoJSON (ogr2ogr x.geojson x.fgb)"}},
	{0, "$FL2", isSPSS, spss}, {0, "$FL3", isSPSS, spss},
	{0, "<stata_dta>", nil, stata}, {0, "", isOldStata, stata},
	{12, "\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c", nil, Kind{"a SAS table (.sas7bdat)", asCSV}},
	{0, "HEADER RECORD*******LIB", nil, Kind{"a SAS transport file (.xpt)", asCSV}},
	{0, "\x00\x00\x02\x00\x04\x04", nil, lotus}, {0, "\x00\x00\x02\x00\x06\x04", nil, lotus}, {0, "\x00\x00\x1a\x00", isLotus, lotus},
	{0, "\x00\x00\x02\x00\x01\x10", nil, quattro}, {0, "\x00\x00\x02\x00\x02\x10", nil, quattro},
	{0, "\x00\x01\x00\x00Standard Jet DB\x00", nil, access}, {0, "\x00\x01\x00\x00Standard ACE DB\x00", nil, access},
	{0, "bplist00", nil, Kind{"a binary property list", "convert it to JSON (plutil -convert json)"}},
	{0, "\x80\x04\x95", nil, pickle}, {0, "\x80\x05\x95", nil, pickle}, {0, "\x80\x03", hasNUL, pickle}, {0, "\x80\x02", hasNUL, pickle},

	{0, "\x7fELF", nil, executable}, {0, "\x00asm\x01\x00\x00\x00", nil, executable}, {0, "MZ", isPE, executable},
	{0, "\xca\xfe\xba\xbe", nil, executable}, {0, "\xcf\xfa\xed\xfe", nil, executable}, {0, "\xce\xfa\xed\xfe", nil, executable},
	{0, "wOFF\x00", nil, font}, {0, "wOF2", hasNUL, font}, {0, "OTTO\x00", nil, font}, {0, "\x00\x01\x00\x00\x00", nil, font},
}

var (
	image      = Kind{"an image", "get the data behind it"}
	rData      = Kind{"an R data file", "write it as CSV (write.csv)"}
	spss       = Kind{"an SPSS file (.sav)", asCSV}
	stata      = Kind{"a Stata file (.dta)", asCSV}
	access     = Kind{"an Access database", "export its tables as CSV (mdb-export)"}
	lotus      = Kind{"a Lotus 1-2-3 worksheet", asXLSX}
	quattro    = Kind{"a Quattro Pro worksheet", asXLSX}
	pickle     = Kind{"a Python pickle", "write it as CSV or JSON"}
	executable = Kind{"a program", "it has no rows"}
	font       = Kind{"a font", "it has no rows"}
	partOfZip  = Kind{"a part of a split zip archive", "put its parts together (zip -s 0 parts.zip --out whole.zip)"}
)

func hasNUL(head []byte) bool { return bytes.IndexByte(head, 0) >= 0 }

func isRIFF(head []byte) bool { return bytes.HasPrefix(head, []byte("RIFF")) }

// isBitmap wants the reserved fields to be 0, and the size of a known header: a CSV file
// may begin with BMI.
func isBitmap(head []byte) bool {
	if len(head) < 18 || string(head[6:10]) != "\x00\x00\x00\x00" {
		return false
	}
	switch binary.LittleEndian.Uint32(head[14:]) {
	case 12, 40, 52, 56, 64, 108, 124:
		return true
	}
	return false
}

func isIcon(head []byte) bool {
	return len(head) > 22 && head[4] > 0 && head[5] == 0 && head[9] == 0
}

// isBox wants the length of an ISO base media file's first box.
func isBox(head []byte) bool { return head[0] == 0 && head[1] == 0 }

// isParquet wants the first page's header behind the magic, which is no text.
func isParquet(head []byte) bool {
	return len(head) == 4 || head[4] < ' ' && head[4] != '\n' && head[4] != '\r' && head[4] != '\t'
}

func isORC(head []byte) bool {
	return len(head) > 3 && (head[3] < ' ' && head[3] != '\n' && head[3] != '\r' && head[3] != '\t' || head[3] > 0x7e)
}

// isIndex wants the unused fields of the header that a shapefile and its index have, its version, and
// the place of the first shape, which is behind the header.
func isIndex(head []byte) bool {
	return len(head) >= 104 && strings.Trim(string(head[4:24]), "\x00") == "" && binary.LittleEndian.Uint32(head[28:]) == 1000 &&
		string(head[100:104]) == "\x00\x00\x00\x32"
}

func isSPSS(head []byte) bool { return bytes.HasPrefix(head[4:], []byte("@(#)")) || hasNUL(head) }

// isOldStata is what releases before 13 wrote: a number of the release, a byte order, 1, 0.
func isOldStata(head []byte) bool {
	return len(head) > 10 && head[0] >= 0x69 && head[0] <= 0x73 && (head[1] == 1 || head[1] == 2) && head[2] == 1 && head[3] == 0
}

// isLotus wants the number of a release since 3.
func isLotus(head []byte) bool { return len(head) > 5 && head[4] <= 5 && head[5] == 0x10 }

func isPE(head []byte) bool { return len(head) > 64 && hasNUL(head[:64]) }

// isLZMA wants a dictionary of a power of two, a size that is unknown or under 1 TiB, and the range
// coder's first byte.
func isLZMA(head []byte) bool {
	if len(head) < 14 || head[13] != 0 {
		return false
	}
	dictionary, size := binary.LittleEndian.Uint32(head[1:]), binary.LittleEndian.Uint64(head[5:])
	return dictionary >= 1<<16 && dictionary&(dictionary-1) == 0 && (size == 1<<64-1 || size < 1<<40)
}
