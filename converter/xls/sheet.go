package xls

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// Content is the part of the stream with a sheet.
type content struct {
	book  *workbook
	start int64
	*survey
}

// A survey is what was learnt of a sheet by going through it once, before its rows are read: what
// is said of rows and cells may stand anywhere. Its cells may, too: programs write them in the
// order in which they were told them.
type survey struct {
	end     int64        // where the sheet ends in the stream
	rising  bool         // rows come in order
	rows    map[int]bool // that are hidden
	columns []bool       // that are hidden
	behind  sheets.Behind
	tables  []sheets.Declared
	dropped int  // tables that were too many
	results bool // whoever wrote the sheet knew the result of some formula
}

// Open begins to read the rows.
func (c *content) Open() (sheets.Source, error) {
	if err := c.look(); err != nil {
		return nil, err
	}
	if c.rising {
		return c.inOrder()
	}
	return c.sorted()
}

// Foresee reports whether the sheet has links.
func (c *content) Foresee() (bool, error) {
	err := c.look()
	return err == nil && len(c.behind.Links) > 0, err
}

// look surveys the sheet.
func (c *content) look() error {
	if c.survey != nil {
		return nil
	}
	s := &survey{rising: true}
	w, err := c.walk()
	if err != nil {
		return err
	}
	w.other = s.record
	for last := 0; ; last = w.row {
		rec, err := w.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if w.row < last {
			s.rising = false
		}
		switch rec.id {
		case idFormula, idFormula3, idFormula4:
			s.results = s.results || len(rec.data) >= lengthAt && !blank(rec.data)
		}
	}
	s.end = w.offset
	c.survey = s
	return c.book.apart(c)
}

// apart returns an error if a sheet shares bytes with another one of those that were surveyed: they
// would be read many times over.
func (w *workbook) apart(c *content) error {
	for i := range w.sheets {
		other := w.sheets[i].Content.(*content)
		if other != c && other.survey != nil && other.start < c.end && c.start < other.end {
			return w.corrupt(fmt.Errorf("one of two sheets begins within the other, %q", w.sheets[i].Name), c.start)
		}
	}
	return nil
}

// fits returns an error if a row has too many bytes.
func (c *content) fits(row int, size int64) error {
	if size <= int64(c.book.limits.Row) {
		return nil
	}
	return fmt.Errorf("%w: row %d has more than %d MiB", converter.ErrLimit, row+1, c.book.limits.Row>>20)
}

// record takes in a record that is no cell.
func (s *survey) record(r record) {
	b := r.data
	switch r.id {
	case idRow:
		if len(b) >= 16 && b[12]&0x20 != 0 {
			row := binary.LittleEndian.Uint16(b)
			if s.rows == nil {
				s.rows = make(map[int]bool)
			}
			s.rows[int(row)] = true
		}
	case idColInfo:
		if len(b) >= 10 && b[8]&1 != 0 {
			s.columns = sheets.Hide(s.columns, int(binary.LittleEndian.Uint16(b)), int(binary.LittleEndian.Uint16(b[2:])))
		}
	case idMergedCells:
		if len(b) < 2 {
			return
		}
		for b = b[2:]; len(b) >= 8 && len(s.behind.Merged) <= sheets.MaxMerged; b = b[8:] {
			if m, ok := rangeOf(b); ok {
				s.behind.Merged = append(s.behind.Merged, m)
			}
		}
	case idTable, idTable12:
		s.table(b)
	case idHLink:
		link, ok := readLink(b)
		switch {
		case !ok:
		case link.Target == "":
			s.behind.Inside++
		case len(s.behind.Links) <= sheets.MaxLinks:
			s.behind.Links = append(s.behind.Links, link)
		}
	}
}

// rangeOf reads which cells are meant: rows from and to, columns from and to.
func rangeOf(b []byte) (sheets.Range, bool) {
	at := func(i int) int { return int(binary.LittleEndian.Uint16(b[2*i:])) }
	r := sheets.Range{Top: at(0) + 1, Bottom: at(1) + 1, Left: at(2), Right: at(3)}
	return r, r.Top <= r.Bottom && r.Left <= r.Right
}

// A walk goes through the records of a sheet.
type walk struct {
	*records
	other func(record) // is given the records that are not of cells, unless it is nil
	depth int          // of charts and the like within the sheet
	row   int          // of the cell; the first is 0
	kept  bool         // the record before was of a cell
}

var errNoSheet = errors.New("there is no sheet")

// walk begins at the sheet's first record.
func (c *content) walk() (*walk, error) {
	r, err := c.book.recordsFrom(c.start)
	if err != nil {
		return nil, err
	}
	first, err := r.next()
	if err == io.EOF || err == nil && first.id != idBOF {
		err = c.book.corrupt(errNoSheet, c.start)
	}
	return &walk{records: r}, err
}

// next returns the next record of a cell that holds something, and io.EOF at the end of the
// sheet. What goes on with the cell's text, in the records behind it, has its row.
func (w *walk) next() (record, error) {
	for {
		r, err := w.records.next()
		if err == io.EOF {
			err = w.stream.corrupt(errCut, w.offset)
		}
		if err != nil {
			return r, err
		}
		switch r.id {
		case idBOF:
			w.depth++
		case idEOF:
			if w.depth == 0 {
				w.back() // it is there for whoever asks again
				return r, io.EOF
			}
			w.depth--
		}
		if w.depth > 0 || r.id == idEOF {
			w.kept = false
			continue
		}
		switch r.id {
		case idNumber, idRK, idMulRK, idLabelSST, idLabel, idRString, idBoolErr, idFormula, idFormula3, idFormula4:
			if len(r.data) < 6 {
				return r, w.stream.corrupt(errCut, r.offset)
			}
			w.row = int(binary.LittleEndian.Uint16(r.data))
			w.kept = true
			return r, nil
		case idString:
			w.kept = true
			return r, nil
		case idContinue:
			if w.kept {
				return r, nil
			}
		default:
			w.kept = false
			if w.other != nil {
				w.other(r)
			}
		}
	}
}
