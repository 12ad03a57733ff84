package xlsx

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
)

// A sheetReader reads one sheet into a table.
type sheetReader struct {
	book   *workbook
	sheet  sheet
	cut    *cutter
	hints  hints
	layout layout
	option int // see headerOption

	sampled []sampleRow // the first rows, until the whole sheet is read
	learnt  []cellRange // the merged cells among them to know in the next run
	total   tally       // of the batches so far, in order
	last    int         // number of the last row that held something, in order
}

const (
	sampleRows  = 100
	sampleBytes = 1 << 20
	sampleChunk = 16 << 10 // small, because its rows may be as wide as a sheet can be
	sampleName  = 1000     // bytes of a cell, names of columns are not longer
	headerBytes = 4 << 20  // in which a header is looked for whose row is known
	maxMerged   = 1000     // merged cells near the header
)

// A chunk is a piece of sheet XML and where its rows of data begin.
type chunk struct {
	xml    []byte
	from   int
	offset int64 // in the part
}

// read reads the whole sheet. open is called with the layout once it is known, and says
// into which table.
func (s *sheetReader) read(ctx context.Context, open func(l *layout) *converter.Table) error {
	r, err := s.book.open(s.sheet.part)
	if err != nil {
		return err
	}
	defer r.Close()
	s.cut = newCutter(r, "sheetData", "row", s.book.limits.Row)
	chunks, err := s.begin()
	if err != nil {
		return err
	}
	table := open(&s.layout)
	s.cut.size = s.chunkSize()
	for err == nil {
		if len(chunks) == 0 {
			var xml []byte
			if xml, err = s.cut.next(); err != nil {
				break
			}
			chunks = append(chunks, chunk{xml: xml, offset: s.cut.offset})
		}
		if err = ctx.Err(); err == nil {
			next := chunks[0]
			chunks = chunks[1:]
			err = table.AppendFunc(func(b *converter.Batch) error { return s.fill(b, next) })
		}
	}
	if err != io.EOF {
		return err
	}
	return s.tail()
}

// chunkSize is how much XML becomes a batch: less if the sheet is wide or its strings are
// long, because then little XML can become many cells or much text.
func (s *sheetReader) chunkSize() int {
	const (
		minRow    = 35 // bytes of XML with a cell in the last column
		minCell   = 22 // bytes of XML of a cell with a shared string
		maxCells  = 512 << 10
		maxString = 16 << 20
	)
	size := min(chunkSize, minRow*maxCells/max(s.layout.width, 1))
	if long := s.book.strings.longest; long > 0 {
		size = min(size, minCell*maxString/long)
	}
	return max(size, minChunkSize)
}

// begin reads the first rows, finds the table in them, and returns what is to be read from
// its first row of data on.
func (s *sheetReader) begin() ([]chunk, error) {
	s.cut.size = sampleChunk
	var (
		chunks []chunk
		rows   []sampleRow
		ends   [][2]int // of each row: its chunk, and its end in there
		bytes  int
		scan   rowScanner
	)
	want := max(sampleRows, s.hints.header)
	for len(rows) < want && (bytes < sampleBytes || scan.number < s.hints.header && bytes < headerBytes) {
		xml, err := s.cut.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		chunks = append(chunks, chunk{xml: xml, offset: s.cut.offset})
		if !utf8.Valid(xml) {
			return nil, corrupt(errEncoding, s.sheet.part, s.cut.offset)
		}
		scan.b, scan.pos = xml, 0
		for len(rows) < want {
			ok, err := scan.next()
			if err != nil {
				return nil, corrupt(err, s.sheet.part, s.cut.offset+int64(scan.pos))
			}
			if !ok {
				break
			}
			if len(scan.cells) == 0 {
				continue
			}
			row, err := s.sample(&scan)
			if err != nil {
				return nil, corrupt(err, s.sheet.part, s.cut.offset+int64(scan.pos))
			}
			rows = append(rows, row)
			ends = append(ends, [2]int{len(chunks) - 1, scan.pos})
		}
		if len(rows) == 0 { // blank rows, perhaps very many
			s.cut.reuse(xml)
			chunks = chunks[:0]
			continue
		}
		bytes += len(xml)
	}
	if bytes >= headerBytes && scan.number < s.hints.header {
		return nil, fmt.Errorf("%w: the header in row %d (%s) is too far down: there are %d MiB of XML above it",
			converter.ErrLimit, s.hints.header, s.hints.why, headerBytes>>20)
	}
	s.layout = newLayout(rows, s.hints)
	s.sampled = rows
	if at := s.layout.start - 1; at >= 0 && at < len(ends) {
		s.last = rows[at].number
		chunks = chunks[ends[at][0]:]
		chunks[0].from = ends[at][1]
	} else if len(rows) > 0 {
		s.last = rows[0].number - 1
	}
	return chunks, nil
}

// sample is what the layout is to know about a row.
func (s *sheetReader) sample(scan *rowScanner) (sampleRow, error) {
	row := sampleRow{number: scan.number}
	values := values{book: s.book}
	var b converter.Batch
	for i := range scan.cells {
		c := &scan.cells[i]
		out, date, err := values.cell(&b, c)
		if err != nil {
			return row, err
		}
		sc := sampleCell{col: int(c.col), kind: sampleText}
		switch kind := out.Kind(); {
		case kind == converter.KindInt, kind == converter.KindReal:
			sc.kind = sampleNumber
			sc.num, _ = strconv.ParseFloat(string(c.value), 64)
			sc.text = string(c.value)
		case kind == converter.KindNull:
			sc.kind = sampleOther
			sc.text = string(c.value)
		default:
			text := b.Data[out.Off : int(out.Off)+out.Len()]
			sc.text = string(text[:min(len(text), sampleName)])
			if date {
				sc.kind = sampleDate
			}
		}
		row.cells = append(row.cells, sc)
	}
	return row, nil
}

// fill makes rows of a chunk. It runs on any goroutine.
func (s *sheetReader) fill(b *converter.Batch, c chunk) error {
	defer s.cut.reuse(c.xml)
	if !utf8.Valid(c.xml) {
		return corrupt(errEncoding, s.sheet.part, c.offset)
	}
	scan := rowScanner{b: c.xml, pos: c.from}
	values := values{book: s.book}
	first, last := 0, 0 // numbers of rows that hold something
	for {
		ok, err := scan.next()
		if err == nil && ok {
			if len(scan.cells) == 0 {
				continue
			}
			if first == 0 {
				first = scan.number
			}
			last = scan.number
			if err = s.row(b, &values, scan.cells); err == nil {
				continue
			}
		}
		if err != nil {
			return corrupt(fmt.Errorf("row %d: %w", scan.number, err), s.sheet.part, c.offset+int64(scan.pos))
		}
		break
	}
	rows, numbered := len(b.Ends), scan.numbered
	b.InOrder(func() error {
		s.total.add(&values.tally)
		if rows > 0 {
			if !numbered { // counted from the chunk's start
				first, last = first+s.last, last+s.last
			}
			s.total.blank += max(0, last-s.last-rows)
			s.last = last
		}
		return nil
	})
	return nil
}

// row adds a row: its cells by the table's columns, and then those beside the table.
func (s *sheetReader) row(b *converter.Batch, v *values, cells []cell) error {
	start := len(b.Cells)
	beside := 0
	for i := range cells {
		at := int(cells[i].col) - s.layout.first
		if at < 0 || at >= s.layout.width {
			beside++
			continue
		}
		out, _, err := v.cell(b, &cells[i])
		if err != nil {
			return err
		}
		for len(b.Cells)-start < at {
			b.Cells = append(b.Cells, converter.Cell{})
		}
		b.Cells = append(b.Cells, out)
	}
	if beside > 0 {
		for len(b.Cells)-start < s.layout.width {
			b.Cells = append(b.Cells, converter.Cell{})
		}
		for i := range cells {
			if at := int(cells[i].col) - s.layout.first; at >= 0 && at < s.layout.width {
				continue
			}
			out, _, err := v.cell(b, &cells[i])
			if err != nil {
				return err
			}
			b.Cells = append(b.Cells, out)
		}
	}
	b.EndRow()
	return nil
}

// tail reads what follows the rows: it says which cells are merged. If they make another
// layout than the one that the sheet was read by, the next run has to know them.
func (s *sheetReader) tail() error {
	to := 0
	if n := len(s.sampled); n > 0 {
		to = s.sampled[n-1].number
	}
	h := s.hints
	h.merged = nil
	err := s.cut.drain(func(t *tag) {
		if !t.is("mergeCell") || len(h.merged) >= maxMerged {
			return
		}
		if m, ok := parseRange(t.attr("ref")); ok && m.top <= to {
			h.merged = append(h.merged, m)
		}
	})
	s.learnt = s.hints.merged
	if l := newLayout(s.sampled, h); l.header != s.layout.header || l.start != s.layout.start ||
		!slices.Equal(l.names, s.layout.names) {
		s.learnt = h.merged
	}
	s.sampled = nil
	return err
}
