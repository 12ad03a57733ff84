package sheets

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/dynasette/dynasette/converter"
)

// A sheetReader reads one sheet into its tables.
type sheetReader struct {
	book    *Book
	sheet   Sheet
	options Reading
	hints   hints
	option  int    // see headerOption
	known   lesson // of earlier runs
	learnt  lesson // for the next one

	source  Source
	sampled []sampleRow // the first rows, until the whole sheet is read
	lanes   []*lane     // a table each, from top to bottom
	asides  []aside
	plain   bool // there is one table, whose rows go to the end of the sheet
	counted bool // the number of each row matters
	looked  bool // the whole sheet was looked at for tables before it was read

	merged ranges[*Cell]  // with their first cells; if they are to be filled
	links  ranges[string] // with their targets
	hidden []bool         // columns; nil if none is
	inside int            // links that lead to places in the workbook
	inRows []Range        // cells that are merged, of the sample's rows; see Book.MergedInRows

	// Of the batches so far, in order.
	total   tally
	last    int // number of the last row
	lastBut int // that of the last row before the chunk that is being worked on
	filled  int // that of the last row of data with cells
}

// A lane is a table on its way.
type lane struct {
	*sheetReader
	region
	table  *converter.Table
	leads  bool     // it also takes what belongs to no table
	named  []string // of a very wide table: its columns; see maxPlaces
	linked []int    // columns of the sheet whose links have a column of their own
	drop   []int    // hidden columns that are left out
}

// ChunkSize is how many bytes a chunk has, about, where nothing speaks for fewer.
const ChunkSize = 256 << 10

const (
	minChunkSize = 1 << 10
	sampleRows   = 100
	sampleBytes  = 1 << 20
	sampleChunk  = 16 << 10 // small, because its rows may be as wide as a sheet can be
	sampleName   = 1000     // bytes of a cell, names of columns are not longer
	headerBytes  = 4 << 20  // in which a header is looked for whose row is known
	maxMerged    = 1000     // merged cells near the header
	bigChunk     = 4 << 20  // more bytes than this are worked on by themselves
)

// A chunk is one on its way to the tables.
type chunk struct {
	Chunk
	source Source // that it comes from
	before int    // number of the last row before it; negative: unknown
}

// read reads the whole sheet. open is called for each lane once they are known, and returns
// its table; wait waits until all is written.
func (s *sheetReader) read(ctx context.Context, open func(l *lane) *converter.Table, wait func() error) error {
	if err := s.foresee(ctx); err != nil {
		return err
	}
	source, err := s.sheet.Content.Open()
	if err != nil {
		return err
	}
	defer source.Close()
	s.source = source
	defer func() { s.source = nil }()
	chunks, err := s.begin()
	if err != nil {
		return err
	}
	if err := s.plan(ctx); err != nil {
		return err
	}
	for i, l := range s.lanes {
		l.leads = i == 0
		l.table = open(l)
	}
	s.option = s.lanes[0].headerOption()
	size := s.chunkSize()
	next := func() (chunk, error) {
		if len(chunks) > 0 {
			c := chunks[0]
			chunks = chunks[1:]
			return c, nil
		}
		c, err := source.Next(size)
		return chunk{Chunk: c, source: source, before: -1}, err
	}
	c, err := next()
	for err == nil {
		var following chunk
		if following, err = next(); err != nil && err != io.EOF {
			return err
		}
		if sent := s.send(ctx, c, following.First, wait); sent != nil {
			return sent
		}
		c = following
	}
	if err != io.EOF {
		return err
	}
	return s.tail()
}

// columns decides on the names of the table's columns. Those with the targets of links come
// last.
func (l *lane) columns() []string {
	var names []string
	for i, name := range l.names {
		if !slices.Contains(l.drop, i) {
			names = append(names, name)
		}
	}
	for _, col := range l.linked {
		i := col - l.first
		name := l.names[i]
		if name == "" {
			name = fmt.Sprintf("column_%d", i-l.dropped(i)+1)
		}
		names = append(names, name+"_url")
	}
	if len(names) > maxPlaces {
		names = distinct(names)
		l.named = names
	}
	return names
}

// send has the chunk filled into the tables that it may have rows of; following is the
// number of the row behind it, if that is known.
func (s *sheetReader) send(ctx context.Context, c chunk, following int, wait func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	big := len(c.Data) > bigChunk
	if big {
		if err := wait(); err != nil {
			return err
		}
	}
	for _, l := range s.lanes {
		if !l.leads && c.First > 0 && (c.First > l.area.Bottom || following > 0 && following <= l.area.Top) {
			continue
		}
		if err := l.table.AppendFunc(func(b *converter.Batch) error { return l.fill(b, c) }); err != nil {
			return err
		}
	}
	if big {
		return wait()
	}
	return nil
}

// chunkSize is how many bytes become a batch: less if the sheet is wide or its strings are
// long, because then a few can become many cells or much text.
func (s *sheetReader) chunkSize() int {
	const (
		maxCells  = 512 << 10
		maxString = 16 << 20
	)
	width := 1
	for _, l := range s.lanes {
		width = max(width, l.width)
	}
	size := min(ChunkSize, max(s.book.MinRow, 1)*maxCells/width)
	if long := s.book.Strings.longestText(); long > 0 {
		size = min(size, max(s.book.MinCell, 1)*maxString/long)
	}
	return max(size, minChunkSize)
}

// begin reads the first rows, as a sample, and returns the chunks that they are in.
func (s *sheetReader) begin() ([]chunk, error) {
	var (
		chunks []chunk
		rows   []sampleRow
		bytes  int
		last   int // number of the last row
	)
	want := max(sampleRows, s.hints.header)
	for len(rows) < want && (bytes < sampleBytes || last < s.hints.header && bytes < headerBytes) {
		c, err := s.source.Next(sampleChunk)
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		s.hidden = s.source.Hidden()
		chunks = append(chunks, chunk{Chunk: c, source: s.source, before: last})
		scan, err := s.sheet.Content.Scan(c, last)
		if err != nil {
			return nil, err
		}
		var hidden places
		for {
			row, err := scan.Next()
			if err != nil {
				return nil, scan.At(err)
			}
			if row == nil {
				break
			}
			last = row.Number
			if len(row.Cells) == 0 || len(rows) == want {
				continue
			}
			if row.Hidden && s.options.SkipHidden {
				hidden.count(row.Number, 0)
				continue
			}
			s.inRows = append(s.inRows, row.Merged...)
			sample, err := s.sample(row)
			if err != nil {
				return nil, scan.At(err)
			}
			rows = append(rows, sample)
		}
		if len(rows) == 0 { // blank or left out, perhaps very many
			s.total.hidden.add(hidden)
			s.source.Reuse(c)
			chunks = chunks[:0]
			continue
		}
		bytes += len(c.Data)
	}
	if bytes >= headerBytes && last < s.hints.header {
		return nil, fmt.Errorf("%w: the header in row %d (%s) is too far down: there are %d MiB of %s above it",
			converter.ErrLimit, s.hints.header, s.hints.why, headerBytes>>20, s.book.encoding())
	}
	s.sampled = rows
	if len(s.inRows) > 0 {
		s.hints.merged = s.near(append(s.hints.merged, s.inRows...))
	}
	return chunks, nil
}

// sample is what the layout is to know about a row.
func (s *sheetReader) sample(from *Row) (sampleRow, error) {
	row := sampleRow{number: from.Number, links: slices.Clone(from.Links)}
	values := values{book: s.book}
	var b converter.Batch
	for i := range from.Cells {
		c := &from.Cells[i]
		if s.options.SkipHidden && s.hides(int(c.Col)) {
			continue
		}
		out, date, err := values.cell(&b, c)
		if err != nil {
			return row, err
		}
		sc := sampleCell{col: int(c.Col), kind: sampleText}
		switch kind := out.Kind(); {
		case kind == converter.KindInt, kind == converter.KindReal:
			sc.kind = sampleNumber
			text := c.spelled()
			sc.num, _ = strconv.ParseFloat(string(text), 64)
			sc.text = string(text)
		case kind == converter.KindNull:
			sc.kind = sampleOther
			sc.text = string(c.spelled())
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

// tail reads what follows the rows: it says which cells are merged. If they make another
// layout than the one that the sheet was read by, the next run has to know them.
func (s *sheetReader) tail() error {
	end, err := s.source.Behind()
	if err != nil {
		return err
	}
	s.inside = end.Inside
	s.learnt = s.known
	if l := s.lanes[0]; s.plain && !l.declared {
		h := s.hints
		h.merged = s.near(append(s.inRows, end.Merged...))
		if again := newLayout(s.sampled, h); again.header != l.header || again.start != l.start || !slices.Equal(again.names, l.layout.names) {
			s.learnt.setMerged(h.merged)
		}
	}
	s.sampled = nil
	return nil
}

// near returns the merged cells that begin in the sample, or just behind it.
func (s *sheetReader) near(merged []Range) []Range {
	to := 0
	if n := len(s.sampled); n > 0 {
		to = s.sampled[n-1].number
	}
	var near []Range
	for _, m := range merged {
		if m.Top <= to && len(near) < maxMerged {
			near = append(near, m)
		}
	}
	return near
}

// finish learns from the rows, once they are all read.
func (s *sheetReader) finish(ctx context.Context) error {
	s.learnt.Linked = s.total.linked(s.known.Linked)
	if s.total.odd == 0 || s.looked {
		return nil
	}
	return s.reconsider(ctx)
}
