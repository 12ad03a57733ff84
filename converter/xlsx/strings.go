package xlsx

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
)

// sharedStrings are the texts that cells refer to by number (ECMA-376 part 1, 18.4.9). They
// are in pages, each text after its length, and never move: no copies while they grow.
type sharedStrings struct {
	pages   [][]byte
	refs    []uint64 // page<<32 | offset
	bytes   int64    // of memory
	longest int      // text
}

const stringPage = 1 << 20

func (s *sharedStrings) add(text []byte) {
	need := len(text) + binary.MaxVarintLen64
	last := len(s.pages) - 1
	if last < 0 || cap(s.pages[last])-len(s.pages[last]) < need {
		size := max(need, stringPage)
		s.pages = append(s.pages, make([]byte, 0, size))
		s.bytes += int64(size)
		last++
	}
	s.longest = max(s.longest, len(text))
	page := s.pages[last]
	s.refs = append(s.refs, uint64(last)<<32|uint64(len(page)))
	s.bytes += 8
	page = binary.AppendUvarint(page, uint64(len(text)))
	s.pages[last] = append(page, text...)
}

// get returns the text with that number.
func (s *sharedStrings) get(i int) ([]byte, bool) {
	if i >= len(s.refs) {
		return nil, false
	}
	ref := s.refs[i]
	page := s.pages[ref>>32][uint32(ref):]
	n, w := binary.Uvarint(page)
	return page[w : w+int(n)], true
}

// readStrings reads the part with the shared strings.
func readStrings(c *container, name string) (*sharedStrings, error) {
	r, err := c.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	s := &sharedStrings{}
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
		if scratch, err = s.scan(chunk, scratch); err != nil {
			return nil, corrupt(err, name, cut.offset)
		}
		cut.reuse(chunk)
		if s.bytes > c.limits.Strings {
			return nil, fmt.Errorf("%w: the shared strings of the workbook take more than %d MiB of memory: "+
				"save its sheets as CSV, or raise the limit", converter.ErrLimit, c.limits.Strings>>20)
		}
	}
}

// scan adds the string items of a piece of the part.
func (s *sharedStrings) scan(b, scratch []byte) ([]byte, error) {
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
		s.add(text)
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
