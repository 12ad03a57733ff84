package xls

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/charset"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// A workbook is what is known before a sheet is read.
type workbook struct {
	*stream
	biff8    bool // texts are Unicode, and shared
	encoding encoding
	sheets   []sheets.Sheet
	strings  *sheets.Strings
	formats  []sheets.NumFormat // by the style of a cell
	date1904 bool
	limits   Limits

	custom map[int]sheets.NumFormat // number formats that the workbook spells out
	styles []uint16                 // the number format of each style
}

// What a part of the stream is, as its first record says.
const (
	partGlobals   = 0x0005
	partWorksheet = 0x0010
	partMacros    = 0x0040
	partWorkspace = 0x0100 // of Excel 4, with several sheets
)

// openWorkbook reads what stands before the sheets. asked is the encoding that is asked for, if one is.
func openWorkbook(s *stream, asked string, limits Limits) (*workbook, error) {
	w := &workbook{stream: s, strings: &sheets.Strings{}, limits: limits, custom: make(map[int]sheets.NumFormat)}
	if asked != "" {
		w.encoding = encoding{name: asked, why: "as asked for"}
	}
	r, err := s.recordsFrom(0)
	if err != nil {
		return nil, err
	}
	first, err := r.next()
	if err == io.EOF {
		return nil, fmt.Errorf("%w: the %s has no bytes", converter.ErrCorrupt, s.name)
	}
	if err != nil {
		return nil, err
	}
	if s.generation = generation(first.id); s.generation == 0 || len(first.data) < 4 {
		return nil, s.corrupt(errors.New("no workbook begins so"), 0)
	}
	r.modern = s.modern()
	w.biff8 = s.generation == 5 && binary.LittleEndian.Uint16(first.data) == 0x0600
	part := binary.LittleEndian.Uint16(first.data[2:])
	alone := part == partWorksheet
	if !alone && s.generation < 5 {
		return nil, fmt.Errorf("%w: a file of Excel %d that is no worksheet: save its sheets as .xlsx", converter.ErrUnsupported, s.generation)
	}
	if err := w.globals(r); err != nil {
		return nil, err
	}
	if s.generation == 2 { // cells have formats, and no styles
		for id := range len(w.custom) {
			w.styles = append(w.styles, uint16(id))
		}
	}
	for _, id := range w.styles {
		f, ok := w.custom[int(id)]
		if !ok {
			f = sheets.BuiltinFormat(int(id))
		}
		w.formats = append(w.formats, f)
	}
	if alone { // as programs write it that know of no workbooks
		w.sheets = []sheets.Sheet{{Name: "Sheet1", Kind: sheets.Worksheet, State: sheets.Visible, Content: &content{book: w}}}
	}
	return w, nil
}

// globals reads the records up to the end of their part. In a sheet that is alone they are among its cells.
func (w *workbook) globals(r *records) error {
	for depth := 1; depth > 0; {
		rec, err := r.next()
		if err == io.EOF {
			return w.corrupt(errCut, r.offset)
		}
		if err != nil {
			return err
		}
		switch rec.id {
		case idBOF:
			depth++
		case idEOF:
			depth--
		default:
			if depth == 1 {
				err = w.global(r, rec)
			}
		}
		if err != nil {
			return w.corrupt(err, rec.offset)
		}
	}
	return nil
}

// global takes a record in.
func (w *workbook) global(r *records, rec record) error {
	b := rec.data
	switch rec.id {
	case idFilePass:
		return fmt.Errorf("%w: the workbook is encrypted: save it without a password, and without protection of its structure", converter.ErrUnsupported)
	case idDateMode:
		w.date1904 = len(b) >= 2 && b[0] == 1
	case idCodePage:
		if len(b) >= 2 && !w.biff8 {
			return w.codePage(binary.LittleEndian.Uint16(b))
		}
	case idFormat:
		return w.format(b)
	case idXF:
		if len(b) < 4 {
			return errCut
		}
		if len(w.styles) < 1<<16 { // a cell can't refer to more
			w.styles = append(w.styles, binary.LittleEndian.Uint16(b[2:]))
		}
	case idBoundSheet:
		return w.boundSheet(b)
	case idSST:
		return w.sharedStrings(r, b)
	}
	return nil
}

// format takes in a number format.
func (w *workbook) format(b []byte) error {
	if len(b) < 3 {
		return errCut
	}
	length := 1
	if w.biff8 {
		length = 2
	}
	code, err := w.sized(b[2:], length)
	if err == nil || errors.Is(err, errCut) { // its beginning tells, and who reads cells has no use for the rest
		id := int(binary.LittleEndian.Uint16(b))
		if w.generation < 5 { // they are counted
			id = len(w.custom)
		}
		w.custom[id] = sheets.ParseFormat(string(code))
		return nil
	}
	return err
}

// sized reads a text that begins with its length, a number of so many bytes.
func (w *workbook) sized(b []byte, length int) ([]byte, error) {
	j := joined{b: b}
	n, err := j.number(length)
	if err != nil {
		return nil, err
	}
	return w.text(nil, &j, int(n))
}

// text appends a text of so many characters.
func (w *workbook) text(dst []byte, j *joined, chars int) ([]byte, error) {
	if w.biff8 {
		return j.text(dst, chars)
	}
	if len(j.b) < chars {
		return dst, errCut
	}
	b := j.b[:chars]
	j.b = j.b[chars:]
	return append(dst, charset.Decode(b, cmp.Or(w.encoding.name, charset.Default))...), nil
}

// maxSheets is how many sheets a workbook may list.
const maxSheets = 1 << 12

// boundSheet takes in what the workbook says of a sheet.
func (w *workbook) boundSheet(b []byte) error {
	if len(b) < 8 {
		return errCut
	}
	if len(w.sheets) >= maxSheets {
		return fmt.Errorf("%w: more than %d sheets", converter.ErrLimit, maxSheets)
	}
	start := int64(binary.LittleEndian.Uint32(b))
	name, err := w.sized(b[6:], 1)
	if err != nil {
		return err
	}
	s := sheets.Sheet{Name: string(name), State: sheets.Visible, Kind: sheets.Worksheet}
	switch b[4] & 3 {
	case 1:
		s.State = "hidden"
	case 2:
		s.State = "veryHidden"
	}
	switch b[5] {
	case 1:
		s.Kind = "macrosheet"
	case 2:
		s.Kind = "chartsheet"
	case 6:
		s.Kind = "module"
	}
	s.Part = fmt.Sprintf("what begins at byte %d of the %s", start, w.name)
	if start >= w.size {
		s.Missing = s.Part + " is not there"
	}
	s.Content = &content{book: w, start: start}
	w.sheets = append(w.sheets, s)
	return nil
}

// sharedStrings reads the texts that cells refer to. If there are fewer than there should be, it is
// the cells without theirs that are at fault, if any are.
func (w *workbook) sharedStrings(r *records, b []byte) error {
	if len(b) < 8 {
		return errCut
	}
	count := binary.LittleEndian.Uint32(b[4:])
	j := joined{b: b[8:], next: r.continued}
	var text []byte
	for i := uint32(0); i < count; i++ {
		chars, err := j.number(2)
		if err == nil {
			text, err = j.text(text[:0], int(chars))
		}
		if errors.Is(err, errCut) {
			break
		}
		if err != nil {
			return err
		}
		w.strings.Add(text)
		if w.strings.Memory() > w.limits.Strings {
			return fmt.Errorf("%w: the shared strings of the workbook take more than %d MiB of memory: "+
				"save its sheets as CSV, or raise the limit", converter.ErrLimit, w.limits.Strings>>20)
		}
	}
	return nil
}

// book is the workbook as what makes tables of it has it.
func (w *workbook) book() *sheets.Book {
	return &sheets.Book{
		Sheets: w.sheets, Strings: w.strings, Formats: w.formats, Date1904: w.date1904,
		Limits:   sheets.Limits{Tables: w.limits.Tables, Growth: w.limits.Growth},
		Encoding: "records",
		MinRow:   headerSize + 8,  // an error
		MinCell:  headerSize + 10, // a shared string
	}
}

// corrupt says where in the stream the document is at fault, or why it can't be read.
func (s *stream) corrupt(err error, offset int64) error {
	switch {
	case s.failed != nil:
		return s.failed
	case errors.Is(err, converter.ErrCorrupt), errors.Is(err, converter.ErrUnsupported):
		return err
	case errors.Is(err, converter.ErrLimit):
		return fmt.Errorf("byte %d of the %s: %w", offset, s.name, err)
	}
	return fmt.Errorf("%w: byte %d of the %s: %w", converter.ErrCorrupt, offset, s.name, err)
}
