package xls

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/richardlehane/mscfb"

	"github.com/dynasette/dynasette/converter"
)

// A stream is the records of a workbook, one after another: what a compound file keeps under the
// name Workbook, or a whole document.
type stream struct {
	*source
	marks []mscfb.File // the stream in a compound file, with a place to read at each; none: the whole document
	name  string       // for people
	size  int64
}

// markEvery is how many bytes there are from one mark to the next: from there on sectors are looked
// up one by one.
const markEvery = 1 << 20

// maxDirectory is how much of a compound file may be read before its streams are known: its
// directory, which is kept, and the tables of sectors that lead through it.
const maxDirectory = 8 << 20

// openStream finds the records of the workbook.
func openStream(ctx context.Context, in *converter.Input) (*stream, error) {
	in, err := in.Whole()
	if err != nil {
		return nil, err
	}
	if in.Size == 0 {
		return nil, converter.ErrEmpty
	}
	s := &stream{source: &source{ReaderAt: in.ReaderAt, ctx: ctx, size: in.Size, budget: -1}, name: "document", size: in.Size}
	head := make([]byte, min(len(compoundMagic), int(min(in.Size, 8))))
	if _, err := s.source.ReadAt(head, 0); err != nil {
		return nil, s.blame(err)
	}
	if string(head) != compoundMagic {
		return s, nil
	}
	s.budget = maxDirectory
	files, err := mscfb.New(s.source)
	s.budget = -1
	if err != nil {
		return nil, s.blame(fmt.Errorf("not a compound file that can be opened: %w", err))
	}
	file, err := workbookOf(files)
	if err != nil {
		return nil, err
	}
	s.marks = []mscfb.File{*file}
	s.name, s.size = file.Name+" stream", file.Size
	if s.size > in.Size {
		return nil, fmt.Errorf("%w: the document is cut short: its %s has %d bytes", converter.ErrCorrupt, s.name, s.size)
	}
	return s, nil
}

// from returns a reader of the stream from that byte on. Several may be in use, but not at once.
func (s *stream) from(offset int64) (io.Reader, error) {
	if offset >= s.size {
		return strings.NewReader(""), nil
	}
	if len(s.marks) == 0 {
		return io.NewSectionReader(s, offset, s.size-offset), nil
	}
	for at := len(s.marks); int64(at)*markEvery <= offset; at++ {
		file := s.marks[at-1]
		if _, err := file.Seek(int64(at)*markEvery, io.SeekStart); err != nil {
			return nil, s.blame(err)
		}
		s.marks = append(s.marks, file)
	}
	file := s.marks[offset/markEvery]
	if _, err := file.Seek(offset, io.SeekStart); err != nil {
		return nil, s.blame(err)
	}
	return &file, nil
}

// workbookOf returns the stream with the workbook. One that Excel 97 saved for Excel 95, too, has
// both: the newer one goes first.
func workbookOf(files *mscfb.Reader) (*mscfb.File, error) {
	var book *mscfb.File
	other := ""
	for _, f := range files.File {
		if len(f.Path) > 0 {
			continue
		}
		switch name := strings.ToLower(f.Name); {
		case f.FileInfo().IsDir():
		case name == "workbook":
			return f, nil
		case name == "book":
			book = f
		case others[name] != "":
			other = others[name]
		}
	}
	switch {
	case book != nil:
		return book, nil
	case other == encrypted:
		return nil, fmt.Errorf("%w: the workbook has a password: save it without one", converter.ErrUnsupported)
	case other != "":
		return nil, fmt.Errorf("%w: %s: save its tables as .xlsx or .csv", converter.ErrUnsupported, other)
	case files.ID() == installer:
		return nil, fmt.Errorf("%w: a Windows installer: it has no rows", converter.ErrUnsupported)
	}
	return nil, fmt.Errorf("%w: a compound file without a workbook", converter.ErrUnsupported)
}

// installer is the class of .msi files, whose streams have no readable names.
const installer = "{000C1084-0000-0000-C000-000000000046}"

const encrypted = "encrypted"

// others are what else compound files are, by the names of their streams in lower case.
var others = map[string]string{
	"encryptedpackage":        encrypted,
	"worddocument":            "a Word document (.doc)",
	"powerpoint document":     "a PowerPoint presentation (.ppt)",
	"visiodocument":           "a Visio drawing (.vsd)",
	"__properties_version1.0": "an Outlook message (.msg)",
	"hwpsummaryinformation":   "a Hangul document (.hwp)",
	"wksssworkbook":           "a Works spreadsheet (.xlr)",
	"starcalcdocument":        "a StarOffice spreadsheet (.sdc)",
	"starwriterdocument":      "a StarOffice document (.sdw)",
	"matost":                  "a Works document (.wps)",
	"catalog":                 "a cache of thumbnails (Thumbs.db)",
}
