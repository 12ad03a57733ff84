package markup

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
	"unicode"

	"github.com/dynasette/dynasette/converter"
)

// A Cutter reads a long part and cuts it into chunks of whole items: the rows of a sheet's
// sheetData, the si of the shared strings' sst. Where it cuts depends on the part only.
type Cutter struct {
	Head   func(t *Tag) // called for the tags above the parent; optional
	Size   int          // of a chunk, about; may be changed between two chunks
	Offset int64        // of the chunk handed out last

	r            io.Reader
	parent, item string
	limit        int // of an item

	buf   []byte // read and not yet handed out
	start int64  // of buf in the part
	eof   bool
	state cutState
	pool  *sync.Pool // apart, since the runtime keeps pools for a while

	itemEnd, parentEnd []byte // "</row" and "</sheetData", with the prefix that the part uses
	rare               int    // index of an upper-case letter in parentEnd, if it has any
}

type cutState uint8

const (
	cutBefore cutState = iota // the parent's start tag is still to come
	cutInside
	cutAfter
)

// chunkSize is how large a chunk is, unless Size says something else.
const chunkSize = 256 << 10

// NewCutter cuts what r reads into items, which are inside of the parent and have at most limit
// bytes each.
func NewCutter(r io.Reader, parent, item string, limit int) *Cutter {
	return &Cutter{r: r, parent: parent, item: item, Size: chunkSize, limit: limit, pool: new(sync.Pool)}
}

// Next returns the next chunk, to be given to Reuse when it is done with, or io.EOF after
// the last one.
func (c *Cutter) Next() ([]byte, error) {
	if c.state == cutBefore {
		if err := c.enter(); err != nil {
			return nil, err
		}
	}
	for size := c.Size; c.state == cutInside; size *= 2 {
		if err := c.fill(size); err != nil {
			return nil, err
		}
		seen := c.buf[:min(size, len(c.buf))]
		cut, err := c.lastEnd(seen)
		if err == nil && cut > 0 && size > c.Size {
			cut, err = c.firstEnd(seen) // behind a long item there may be too many short ones
		}
		if err != nil {
			return nil, c.corrupt(err)
		}
		if cut > 0 {
			return c.take(cut), nil
		}
		if c.state != cutInside || len(seen) < len(c.buf) {
			continue
		}
		if c.eof {
			return nil, c.corrupt(fmt.Errorf("the %s has no end", c.parent))
		}
		if len(c.buf) >= c.limit {
			return nil, fmt.Errorf("%w: more than %d MiB of XML in one %s", converter.ErrLimit, c.limit>>20, c.item)
		}
	}
	return nil, io.EOF
}

// Reuse takes back a chunk. It may be called from any goroutine.
func (c *Cutter) Reuse(chunk []byte) {
	chunk = chunk[:0]
	c.pool.Put(&chunk)
}

// take hands out the first n bytes of the buffer.
func (c *Cutter) take(n int) []byte {
	chunk, rest := c.buf[:n], c.buf[n:]
	var next []byte
	if b, ok := c.pool.Get().(*[]byte); ok {
		next = *b
	}
	c.buf = append(next[:0], rest...)
	c.Offset = c.start
	c.start += int64(n)
	return chunk
}

// fill reads until the buffer holds size bytes or the part ends.
func (c *Cutter) fill(size int) error {
	if size > cap(c.buf) {
		c.buf = append(make([]byte, 0, size), c.buf...)
	}
	for len(c.buf) < size && !c.eof {
		n, err := c.r.Read(c.buf[len(c.buf):size])
		c.buf = c.buf[:len(c.buf)+n]
		if err == io.EOF {
			c.eof = true
		} else if err != nil {
			return err
		}
	}
	return nil
}

// drop throws away the first n bytes of the buffer.
func (c *Cutter) drop(n int) {
	c.buf = c.buf[:copy(c.buf, c.buf[n:])]
	c.start += int64(n)
}

// tags calls fn for each tag until fn returns false or the part ends. They are dropped from
// the buffer.
func (c *Cutter) tags(fn func(t *Tag) bool) error {
	var t Tag
	for {
		if err := c.fill(max(c.Size, 2*len(c.buf))); err != nil {
			return err
		}
		for pos := 0; ; {
			ok, err := t.Next(c.buf, pos)
			if err == nil && ok {
				pos = t.End
				if fn(&t) {
					continue
				}
				c.drop(pos)
				return nil
			}
			if err != nil && (err != ErrUnclosed || c.eof) {
				return c.corrupt(err)
			}
			if err == nil {
				pos = len(c.buf) // no '<' in what is left
			}
			c.drop(pos)
			break
		}
		if c.eof {
			return nil
		}
		if len(c.buf) >= c.limit {
			return fmt.Errorf("%w: more than %d MiB of XML in one tag", converter.ErrLimit, c.limit>>20)
		}
	}
}

// enter goes to just after the parent's start tag.
func (c *Cutter) enter() error {
	err := c.tags(func(t *Tag) bool {
		if !t.Is(c.parent) {
			if c.Head != nil {
				c.Head(t)
			}
			return true
		}
		c.state = cutAfter
		if t.Kind == Open {
			c.state = cutInside
			prefix := t.Name[:0]
			name := c.buf[t.Start+1:]
			if i := bytes.IndexByte(name, ':'); i >= 0 && i < bytes.IndexAny(name, " \t\r\n/>") {
				prefix = name[:i+1]
			}
			c.itemEnd = fmt.Appendf(nil, "</%s%s", prefix, c.item)
			c.parentEnd = fmt.Appendf(nil, "</%s%s", prefix, c.parent)
			c.rare = max(0, bytes.IndexFunc(c.parentEnd, unicode.IsUpper))
		}
		return false
	})
	if err == nil && c.state == cutBefore {
		err = c.corrupt(fmt.Errorf("there is no %s", c.parent))
	}
	return err
}

// Drain reads the part to its end, so that its checksum is verified, and calls fn, if there
// is one, for the tags behind the items.
func (c *Cutter) Drain(fn func(t *Tag)) error {
	return c.tags(func(t *Tag) bool {
		if fn != nil {
			fn(t)
		}
		return true
	})
}

// firstEnd returns the end of the first item in the first bytes of the buffer, which have
// one.
func (c *Cutter) firstEnd(items []byte) (int, error) {
	var t Tag
	if _, err := t.Next(items, 0); err != nil {
		return 0, err
	}
	return t.Skip(items)
}

// lastEnd returns the end of the last whole item in the first bytes of the buffer, and 0 if
// there is none. If the parent ends before any item, it goes behind the parent's end.
func (c *Cutter) lastEnd(items []byte) (int, error) {
	whole := items
	if i := find(items, c.parentEnd, c.rare); i >= 0 {
		items = items[:i]
	}
	if find(items, []byte("<!"), 1) < 0 && find(items, []byte("<?"), 1) < 0 {
		for b := items; ; {
			i := bytes.LastIndex(b, c.itemEnd)
			if i < 0 {
				break
			}
			end := i + len(c.itemEnd)
			for end < len(items) && isSpace(items[end]) {
				end++
			}
			if end < len(items) && items[end] == '>' {
				return end + 1, nil
			}
			b = b[:i]
		}
	}
	return c.walk(whole)
}

// find is bytes.Index, and faster where the byte that pattern has at rare is rare: '<' is
// not.
func find(b, pattern []byte, rare int) int {
	for pos := rare; pos < len(b); pos++ {
		i := bytes.IndexByte(b[pos:], pattern[rare])
		if i < 0 {
			break
		}
		pos += i
		if bytes.HasPrefix(b[pos-rare:], pattern) {
			return pos - rare
		}
	}
	return -1
}

// walk is lastEnd for a buffer whose items are all empty tags, or that has comments or
// character data in it: it looks at one item after another.
func (c *Cutter) walk(items []byte) (int, error) {
	end := 0
	var t Tag
	for pos := 0; ; end = pos {
		ok, err := t.Next(items, pos)
		if err == nil && ok {
			if t.Kind == Close {
				if string(t.Name) != c.parent {
					return 0, ErrNotXML
				}
				if end == 0 {
					c.state = cutAfter
					c.drop(t.End)
				}
				return end, nil
			}
			pos, err = t.Skip(items)
		}
		if errors.Is(err, ErrUnclosed) || !ok {
			return end, nil
		}
		if err != nil {
			return 0, err
		}
	}
}

func (c *Cutter) corrupt(err error) error { return Corrupt(err, c.parent, c.start) }

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }
