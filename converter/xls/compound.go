package xls

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/richardlehane/mscfb"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/signature"
)

// A stream is the records of a workbook, one after another: what a compound file keeps under the
// name Workbook, or a whole document.
type stream struct {
	*source
	marks []mscfb.File // the stream in a compound file, with a place to read at each; none: the whole document
	name  string       // for people
	size  int64

	generation int // of Excel, once it is known
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
	var other signature.Kind
	for _, f := range files.File {
		if len(f.Path) > 0 {
			continue
		}
		isStream := !f.FileInfo().IsDir()
		switch name := strings.ToLower(f.Name); {
		case isStream && name == "workbook":
			return f, nil
		case isStream && name == "book":
			book = f
		case others[name].Name != "":
			other = others[name]
		}
	}
	if book != nil {
		return book, nil
	}
	if files.ID() == installer {
		other = signature.Kind{Name: "a Windows installer (.msi)", Advice: noRows}
	}
	if other.Name == "" {
		return nil, fmt.Errorf("%w: a compound file without a workbook", converter.ErrUnsupported)
	}
	return nil, fmt.Errorf("%w: %s: %s", converter.ErrUnsupported, other.Name, other.Advice)
}

// installer is the class of .msi files, whose streams have no readable names.
const installer = "{000C1084-0000-0000-C000-000000000046}"

const (
	asWorkbook = "save its tables as .xlsx or .csv"
	noRows     = "it has no rows"
)

// others are what else compound files are, by the names of streams and folders in lower case.
var others = map[string]signature.Kind{
	"encryptedpackage":        {Name: "a workbook or document with a password", Advice: "save it without one"},
	"worddocument":            {Name: "a Word document (.doc)", Advice: asWorkbook},
	"powerpoint document":     {Name: "a PowerPoint presentation (.ppt)", Advice: asWorkbook},
	"visiodocument":           {Name: "a Visio drawing (.vsd)", Advice: asWorkbook},
	"quill":                   {Name: "a Publisher document (.pub)", Advice: asWorkbook},
	"hwpsummaryinformation":   {Name: "a Hangul document (.hwp)", Advice: asWorkbook},
	"wksssworkbook":           {Name: "a Works spreadsheet (.xlr)", Advice: asWorkbook},
	"matost":                  {Name: "a Works document (.wps)", Advice: asWorkbook},
	"starcalcdocument":        {Name: "a StarOffice spreadsheet (.sdc)", Advice: asWorkbook},
	"starwriterdocument":      {Name: "a StarOffice document (.sdw)", Advice: asWorkbook},
	"__properties_version1.0": {Name: "an Outlook message (.msg)", Advice: "save what is attached to it"},
	"catalog":                 {Name: "a cache of thumbnails (Thumbs.db)", Advice: noRows},
}
