package xlsx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/dynasette/dynasette/converter"
)

// An ending is what stands behind the rows of a sheet.
type ending struct {
	merged []cellRange
	links  []hyperlink
	inside int // links that lead to places in the workbook
}

// A hyperlink is one of cells (ECMA-376 part 1, 18.3.1.47).
type hyperlink struct {
	cells    cellRange
	relation string // to the target
	location string // in the target
}

// Of what stands behind the rows so much is looked at. Excel writes at most 65,530 links.
const (
	maxLinks     = 1 << 17
	maxAllMerged = 1 << 18
)

func (e *ending) add(t *tag) {
	switch {
	case t.is("mergeCell"):
		if m, ok := parseRange(t.attr("ref")); ok && len(e.merged) <= maxAllMerged {
			e.merged = append(e.merged, m)
		}
	case t.is("hyperlink"):
		link := hyperlink{relation: t.attr("id"), location: t.attr("location")}
		var ok bool
		if link.cells, ok = parseRange(t.attr("ref")); !ok {
			return
		}
		if link.relation == "" {
			e.inside++
		} else if len(e.links) <= maxLinks {
			e.links = append(e.links, link)
		}
	}
}

// foresee reads ahead what has to be known before the rows are read, though it stands
// elsewhere: tables, and, where there is reason to, links and merged cells.
func (s *sheetReader) foresee(ctx context.Context) error {
	relations, err := s.book.relations(s.sheet.part)
	if err != nil {
		return err
	}
	targets := make(map[string]string)
	for _, r := range relations {
		if r.external && r.kind == "hyperlink" {
			targets[r.id] = r.target
		}
	}
	if len(targets) == 0 && !s.options.FillMerged {
		return nil
	}
	var end ending
	if err := s.scan(ctx, nil, end.add); err != nil {
		return err
	}
	if len(end.links) > maxLinks {
		return fmt.Errorf("%w: more than %d links", converter.ErrLimit, maxLinks)
	}
	for _, link := range end.links {
		target, ok := targets[link.relation]
		if ok && link.location != "" {
			target += "#" + link.location
		}
		if ok {
			s.links.add(link.cells, target)
		}
	}
	s.links.seal()
	if s.options.FillMerged {
		return s.findMerged(ctx, end.merged)
	}
	return nil
}

// findMerged finds the first cells of merged ones of several rows, which are needed below.
func (s *sheetReader) findMerged(ctx context.Context, merged []cellRange) error {
	if len(merged) > maxAllMerged {
		return fmt.Errorf("%w: more than %d merged cells", converter.ErrLimit, maxAllMerged)
	}
	for _, m := range merged {
		s.merged.add(m, nil)
	}
	s.merged.seal()
	size := 0
	return s.scan(ctx, func(row *rowScanner) error {
		for m := range s.merged.at(row.number) {
			if m.top != row.number || m.bottom == m.top {
				continue
			}
			i := slices.IndexFunc(row.cells, func(c cell) bool { return int(c.col) == m.left })
			if i < 0 {
				continue
			}
			c := row.cells[i]
			c.value = slices.Clone(c.value)
			m.of = &c
			if size += len(c.value); size > maxPart {
				return fmt.Errorf("%w: merged cells hold more than %d MiB", converter.ErrLimit, maxPart>>20)
			}
		}
		return nil
	}, nil)
}

// scan reads the sheet from front to back, on its own: its rows are given to row, the tags
// behind them to behind. Both may be nil.
func (s *sheetReader) scan(ctx context.Context, row func(*rowScanner) error, behind func(*tag)) error {
	r, err := s.book.open(s.sheet.part)
	if err != nil {
		return err
	}
	defer r.Close()
	cut := newCutter(r, "sheetData", "row", s.book.limits.Row)
	var scan rowScanner
	for {
		xml, err := cut.next()
		if err == io.EOF {
			return cut.drain(behind)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		for scan.b, scan.pos = xml, 0; row != nil; {
			ok, err := scan.next()
			if err == nil && ok && len(scan.cells) > 0 {
				err = row(&scan)
			}
			if errors.Is(err, errEnough) {
				return err
			}
			if err != nil {
				return corrupt(err, s.sheet.part, cut.offset+int64(scan.pos))
			}
			if !ok {
				break
			}
		}
		cut.reuse(xml)
	}
}

// errEnough ends a scan.
var errEnough = errors.New("enough")
