package xlsx

import (
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/markup"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// readStrings reads the part with the shared strings.
func readStrings(c *container, name string) (*sheets.Strings, error) {
	r, err := c.Open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	s := &sheets.Strings{}
	cut := markup.NewCutter(r, "sst", "si", c.limits.Row)
	var scratch []byte
	for {
		chunk, err := cut.Next()
		if err == io.EOF {
			return s, cut.Drain(nil)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if scratch, err = addStrings(s, chunk, scratch); err != nil {
			return nil, markup.Corrupt(err, name, cut.Offset)
		}
		cut.Reuse(chunk)
		if s.Memory() > c.limits.Strings {
			return nil, fmt.Errorf("%w: the shared strings of the workbook take more than %d MiB of memory: "+
				"save its sheets as CSV, or raise the limit", converter.ErrLimit, c.limits.Strings>>20)
		}
	}
}

// addStrings adds the string items of a piece of the part.
func addStrings(s *sheets.Strings, b, scratch []byte) ([]byte, error) {
	if !utf8.Valid(b) {
		return scratch, markup.ErrEncoding
	}
	var t markup.Tag
	for pos := 0; ; {
		ok, err := t.Next(b, pos)
		if err != nil || !ok {
			return scratch, err
		}
		if !t.Is("si") {
			if pos, err = t.Skip(b); err != nil {
				return scratch, err
			}
			continue
		}
		var text []byte
		if text, scratch, pos, err = richText(&t, b, scratch[:0]); err != nil {
			return scratch, err
		}
		s.Add(text)
	}
}
