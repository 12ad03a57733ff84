package xlsx

import (
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// readStrings reads the part with the shared strings.
func readStrings(c *container, name string) (*sheets.Strings, error) {
	r, err := c.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	s := &sheets.Strings{}
	cut := newCutter(r, "sst", "si", c.limits.Row)
	var scratch []byte
	for {
		chunk, err := cut.next()
		if err == io.EOF {
			return s, cut.drain(nil)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if scratch, err = addStrings(s, chunk, scratch); err != nil {
			return nil, corrupt(err, name, cut.offset)
		}
		cut.reuse(chunk)
		if s.Memory() > c.limits.Strings {
			return nil, fmt.Errorf("%w: the shared strings of the workbook take more than %d MiB of memory: "+
				"save its sheets as CSV, or raise the limit", converter.ErrLimit, c.limits.Strings>>20)
		}
	}
}

// addStrings adds the string items of a piece of the part.
func addStrings(s *sheets.Strings, b, scratch []byte) ([]byte, error) {
	if !utf8.Valid(b) {
		return scratch, errEncoding
	}
	var t tag
	for pos := 0; ; {
		ok, err := t.next(b, pos)
		if err != nil || !ok {
			return scratch, err
		}
		if !t.is("si") {
			if pos, err = t.skip(b); err != nil {
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

var errEncoding = errors.New("the XML is not UTF-8")

// corrupt says where in a part the document is, or where it went over a limit.
func corrupt(err error, part string, offset int64) error {
	if errors.Is(err, converter.ErrLimit) {
		return fmt.Errorf("%s, byte %d of its XML: %w", part, offset, err)
	}
	return fmt.Errorf("%w: %s, byte %d of its XML: %w", converter.ErrCorrupt, part, offset, err)
}
