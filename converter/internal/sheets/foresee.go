package sheets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/dynasette/dynasette/converter"
)

// foresee reads ahead what has to be known before the rows are read, though it stands behind
// them: links and merged cells, where there is reason to.
func (s *sheetReader) foresee(ctx context.Context) error {
	linked, err := s.sheet.Content.Foresee()
	if err != nil || !linked && !s.options.FillMerged {
		return err
	}
	var merged []Range
	var row func(*Row) error
	if s.book.MergedInRows {
		row = func(r *Row) error {
			merged = append(merged, r.Merged[:min(len(r.Merged), MaxMerged+1-len(merged))]...)
			return nil
		}
	}
	end, err := s.scan(ctx, row)
	if err != nil {
		return err
	}
	if len(end.Links) > MaxLinks {
		return fmt.Errorf("%w: more than %d links", converter.ErrLimit, MaxLinks)
	}
	for _, link := range end.Links {
		if link.Target != "" {
			s.links.add(link.Cells, link.Target)
		}
	}
	s.links.seal()
	if s.options.FillMerged {
		return s.findMerged(ctx, append(merged, end.Merged...))
	}
	return nil
}

// maxFilled is how many bytes there may be in merged cells of several rows.
const maxFilled = 64 << 20

// findMerged finds the first cells of merged ones of several rows, which are needed below.
func (s *sheetReader) findMerged(ctx context.Context, merged []Range) error {
	if len(merged) > MaxMerged {
		return fmt.Errorf("%w: more than %d merged cells", converter.ErrLimit, MaxMerged)
	}
	for _, m := range merged {
		s.merged.add(m, nil)
	}
	s.merged.seal()
	size := 0
	_, err := s.scan(ctx, func(row *Row) error {
		for m := range s.merged.at(row.Number) {
			if m.Top != row.Number || m.Bottom == m.Top {
				continue
			}
			i := slices.IndexFunc(row.Cells, func(c Cell) bool { return int(c.Col) == m.Left })
			if i < 0 {
				continue
			}
			c := row.Cells[i]
			c.Value = slices.Clone(c.Value)
			m.of = &c
			if size += len(c.Value); size > maxFilled {
				return fmt.Errorf("%w: merged cells hold more than %d MiB", converter.ErrLimit, maxFilled>>20)
			}
		}
		return nil
	})
	return err
}

// scan reads the sheet from front to back, on its own: its rows with cells are given to row,
// unless that is nil. It returns what is behind them.
func (s *sheetReader) scan(ctx context.Context, row func(*Row) error) (Behind, error) {
	content := s.sheet.Content
	source, err := content.Open()
	if err != nil {
		return Behind{}, err
	}
	defer source.Close()
	for last := 0; ; {
		c, err := source.Next(ChunkSize)
		if err == io.EOF {
			return source.Behind()
		}
		if err == nil {
			err = ctx.Err()
		}
		if err == nil && row != nil {
			last, err = rows(content, c, last, row)
		}
		if err != nil {
			return Behind{}, err
		}
		source.Reuse(c)
	}
}

// rows calls fn for the rows of a chunk that have cells, and returns the number of the last row;
// before is that of the row before the chunk.
func rows(content Content, c Chunk, before int, fn func(*Row) error) (last int, err error) {
	scan, err := content.Scan(c, before)
	if err != nil {
		return before, err
	}
	for last = before; ; {
		row, err := scan.Next()
		if err == nil && row == nil {
			return last, nil
		}
		if err == nil {
			last = row.Number
			if len(row.Cells) > 0 {
				err = fn(row)
			}
		}
		if errors.Is(err, errEnough) {
			return last, err
		}
		if err != nil {
			return last, scan.At(err)
		}
	}
}

// errEnough ends a scan.
var errEnough = errors.New("enough")
