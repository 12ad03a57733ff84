package ods

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/markup"
	"github.com/dynasette/dynasette/converter/internal/parts"
)

// Format is what Converter reads: a zip archive with a spreadsheet.
var Format = converter.Format{
	Name:       "ods",
	Extensions: []string{".ods", ".ots"},
	MediaTypes: []string{spreadsheet, spreadsheet + "-template"},
	Magic:      zipMagic,
	Sniff:      sniff,
	Members:    isPackage,
	Doc:        "OpenDocument spreadsheets: a table for each visible sheet",
}

// Flat is what Converter reads, too: a spreadsheet that is one XML document.
var Flat = converter.Format{
	Name:       "fods",
	Extensions: []string{".fods"},
	MediaTypes: []string{spreadsheet + "-flat-xml"},
	Binary:     true, // no table begins with an element that says what it is
	Sniff:      sniffFlat,
	Doc:        "OpenDocument spreadsheets as one XML document",
}

const (
	zipMagic     = "PK\x03\x04"
	openDocument = "application/vnd.oasis.opendocument."
	spreadsheet  = openDocument + "spreadsheet"
)

// isSpreadsheet reports whether a document with that media type is one: a template is, too.
func isSpreadsheet(mediaType string) bool { return strings.HasPrefix(mediaType, spreadsheet) }

// isPackage reports whether the members of an archive are the parts of an OpenDocument
// document. Which kind it is, they don't say.
func isPackage(names []string) bool {
	has := make(map[string]bool)
	for _, name := range names {
		has[parts.Key(name)] = true
	}
	return (has[content] || has["encrypted-package"]) && (has["mimetype"] || has[parts.Key(manifest)]) && !has["meta-inf/container.xml"]
}

// sniff reports whether an archive begins as those of spreadsheets do.
func sniff(head []byte) bool {
	const name, lengths = 30, 26 // of a local file header
	if len(head) < name || !strings.HasPrefix(string(head[name:]), "mimetype") {
		return false
	}
	at := name + int(binary.LittleEndian.Uint16(head[lengths:])) + int(binary.LittleEndian.Uint16(head[lengths+2:]))
	return at < len(head) && isSpreadsheet(string(head[at:]))
}

// sniffFlat reports whether XML says that it is a spreadsheet.
func sniffFlat(head []byte) bool {
	var t markup.Tag
	if !bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"), []byte("<")) {
		return false
	}
	ok, err := t.Next(head, 0)
	return ok && err == nil && t.Is("document") && isSpreadsheet(t.Attr("mimetype"))
}
