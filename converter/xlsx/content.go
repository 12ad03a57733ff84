package xlsx

import (
	"io"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter/internal/markup"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// Content is the part of a sheet.
type content struct {
	book    *workbook
	part    string
	targets map[string]string // of links, by their relations
}

// Open unpacks the part.
func (c *content) Open() (sheets.Source, error) {
	r, err := c.book.Open(c.part)
	if err != nil {
		return nil, err
	}
	p := &pass{content: c, ReadCloser: r, cut: markup.NewCutter(r, "sheetData", "row", c.book.limits.Row)}
	p.cut.Head = p.column
	return p, nil
}

// Scan reads the rows of a piece of the part.
func (c *content) Scan(chunk sheets.Chunk, before int) (sheets.Scanner, error) {
	if !utf8.Valid(chunk.Data) {
		return nil, markup.Corrupt(markup.ErrEncoding, c.part, chunk.Offset)
	}
	return &rowScanner{b: chunk.Data, part: c.part, offset: chunk.Offset, Row: sheets.Row{Number: before}}, nil
}

// Foresee reads where links of the sheet lead that lead out of the workbook.
func (c *content) Foresee() (bool, error) {
	relations, err := c.book.relations(c.part)
	if err != nil {
		return false, err
	}
	c.targets = make(map[string]string)
	for _, r := range relations {
		if r.external && r.kind == "hyperlink" {
			c.targets[r.id] = r.target
		}
	}
	return len(c.targets) > 0, nil
}

// A pass reads the part of a sheet once.
type pass struct {
	*content
	io.ReadCloser
	cut    *markup.Cutter
	hidden []bool
}

func (p *pass) Next(size int) (sheets.Chunk, error) {
	p.cut.Size = size
	xml, err := p.cut.Next()
	return sheets.Chunk{Data: xml, Offset: p.cut.Offset, First: firstRow(xml)}, err
}

func (p *pass) Reuse(c sheets.Chunk) { p.cut.Reuse(c.Data) }

func (p *pass) Hidden() []bool { return p.hidden }

// column notes the columns that are hidden, from a tag above the rows.
func (p *pass) column(t *markup.Tag) {
	if !t.Is("col") || !isTrue(t.Attr("hidden")) {
		return
	}
	from, ok := sheets.ParseIndex([]byte(t.Attr("min")))
	to, ok2 := sheets.ParseIndex([]byte(t.Attr("max")))
	if ok && ok2 && from >= 1 {
		p.hidden = sheets.Hide(p.hidden, from-1, to-1)
	}
}

// Behind reads which cells are merged, and the links (ECMA-376 part 1, 18.3.1.47).
func (p *pass) Behind() (sheets.Behind, error) {
	var b sheets.Behind
	err := p.cut.Drain(func(t *markup.Tag) {
		switch {
		case t.Is("mergeCell"):
			if m, ok := sheets.ParseRange(t.Attr("ref")); ok && len(b.Merged) <= sheets.MaxMerged {
				b.Merged = append(b.Merged, m)
			}
		case t.Is("hyperlink"):
			cells, ok := sheets.ParseRange(t.Attr("ref"))
			relation := t.Attr("id")
			switch {
			case !ok:
			case relation == "":
				b.Inside++
			case len(b.Links) <= sheets.MaxLinks:
				target := p.targets[relation]
				if location := t.Attr("location"); target != "" && location != "" {
					target += "#" + location
				}
				b.Links = append(b.Links, sheets.Link{Cells: cells, Target: target})
			}
		}
	})
	return b, err
}
