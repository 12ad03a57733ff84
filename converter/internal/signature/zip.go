package signature

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// ofPackage knows documents that are zip archives by the names of their first files.
func ofPackage(head []byte) (Kind, bool) {
	for rest := head; ; {
		i := bytes.Index(rest, []byte("PK\x03\x04"))
		if i < 0 || len(rest) < i+30 {
			return Kind{}, false
		}
		rest = rest[i:]
		n := int(binary.LittleEndian.Uint16(rest[26:]))
		extra := int(binary.LittleEndian.Uint16(rest[28:]))
		name := string(rest[30:min(30+n, len(rest))])
		if name == "mimetype" && len(rest) > 30+n+extra {
			if kind, ok := ofMediaType(rest[30+n+extra:]); ok {
				return kind, true
			}
		}
		for _, p := range packages {
			if strings.HasPrefix(name, p.member) {
				return p.kind, true
			}
		}
		rest = rest[4:]
	}
}

var packages = []struct {
	member string
	kind   Kind
}{
	{"word/", Kind{"a Word document", "save its tables as CSV or XLSX"}},
	{"ppt/", Kind{"a PowerPoint presentation", "save its tables as CSV or XLSX"}},
	{"Index/", Kind{"a document of Apple Numbers, Pages or Keynote", asCSV}},
	{"Index.zip", Kind{"a document of Apple Numbers, Pages or Keynote", asCSV}},
	{"META-INF/MANIFEST.MF", executable},
	{"AndroidManifest.xml", executable},
}

// OpenDocument is a document of OpenDocument that is no spreadsheet.
var OpenDocument = Kind{"an OpenDocument document", "save its tables as CSV, or as a spreadsheet"}

func ofMediaType(stored []byte) (Kind, bool) {
	const prefix = "application/vnd.oasis.opendocument."
	switch {
	case bytes.HasPrefix(stored, []byte(prefix+"spreadsheet")):
		return Kind{}, false
	case bytes.HasPrefix(stored, []byte(prefix)):
		return OpenDocument, true
	case bytes.HasPrefix(stored, []byte("application/vnd.sun.xml.")):
		return Kind{"a document of OpenOffice 1", "save it as ODS or XLSX"}, true
	case bytes.HasPrefix(stored, []byte("application/epub+zip")):
		return Kind{"an EPUB book", "it has no rows"}, true
	}
	return Kind{}, false
}

// OfMembers returns the kind of the document that a zip archive with files of these names
// is, and false if it is an archive of documents: members of a package say that they are
// parts of one.
func OfMembers(names []string) (Kind, bool) {
	office := Kind{"a package of Office Open XML without a workbook", asCSV}
	has := make(map[string]bool, len(names))
	for _, name := range names {
		name = strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
		has[name] = true
		switch folder, _, _ := strings.Cut(name, "/"); folder {
		case "word":
			office = Kind{"a Word document", "save its tables as CSV or XLSX"}
		case "ppt":
			office = Kind{"a PowerPoint presentation", "save its tables as CSV or XLSX"}
		case "visio":
			office = Kind{"a Visio drawing", "it has no rows"}
		}
	}
	switch {
	case has["[content_types].xml"]:
		return office, true
	case has["mimetype"] && has["meta-inf/container.xml"]:
		return Kind{"an EPUB book", "it has no rows"}, true
	case has["mimetype"] && (has["content.xml"] || has["meta-inf/manifest.xml"]):
		return OpenDocument, true
	case has["meta-inf/manifest.mf"], has["androidmanifest.xml"]:
		return executable, true
	case has["index/document.iwa"], has["index.zip"]:
		return Kind{"a document of Apple Numbers, Pages or Keynote", asCSV}, true
	}
	return Kind{}, false
}
