package markup

import (
	"fmt"
	"io"
	"sync"

	"github.com/dynasette/dynasette/converter"
)

// A Buffer reads a long part from front to back. It holds what was read and not yet handed out.
type Buffer struct {
	r     io.Reader
	buf   []byte
	start int64 // of buf in the part
	eof   bool
	pool  *sync.Pool // apart, since the runtime keeps pools for a while
}

// NewBuffer returns an empty buffer.
func NewBuffer(r io.Reader) *Buffer { return &Buffer{r: r, pool: new(sync.Pool)} }

// Bytes returns what the buffer holds, until it is changed.
func (b *Buffer) Bytes() []byte { return b.buf }

// Start returns where in the part the buffer begins.
func (b *Buffer) Start() int64 { return b.start }

// Ended reports whether the part has no more than the buffer holds.
func (b *Buffer) Ended() bool { return b.eof }

// Fill reads until the buffer holds size bytes or the part ends.
func (b *Buffer) Fill(size int) error {
	if size > cap(b.buf) {
		b.buf = append(make([]byte, 0, size), b.buf...)
	}
	for len(b.buf) < size && !b.eof {
		n, err := b.r.Read(b.buf[len(b.buf):size])
		b.buf = b.buf[:len(b.buf)+n]
		if err == io.EOF {
			b.eof = true
		} else if err != nil {
			return err
		}
	}
	return nil
}

// Drop throws away the first n bytes of the buffer.
func (b *Buffer) Drop(n int) {
	b.buf = b.buf[:copy(b.buf, b.buf[n:])]
	b.start += int64(n)
}

// Take hands out the first n bytes of the buffer, to be given to Reuse when they are done with.
func (b *Buffer) Take(n int) []byte {
	chunk, rest := b.buf[:n], b.buf[n:]
	var next []byte
	if p, ok := b.pool.Get().(*[]byte); ok {
		next = *p
	}
	b.buf = append(next[:0], rest...)
	b.start += int64(n)
	return chunk
}

// Reuse takes back a chunk. It may be called from any goroutine.
func (b *Buffer) Reuse(chunk []byte) {
	chunk = chunk[:0]
	b.pool.Put(&chunk)
}

// Tags calls fn for each tag until fn returns false or the part ends. They are dropped from
// the buffer, which has about size bytes, and limit at most; name is the part's, for errors.
func (b *Buffer) Tags(size, limit int, name string, fn func(t *Tag) bool) error {
	var t Tag
	for {
		if err := b.Fill(max(size, 2*len(b.buf))); err != nil {
			return err
		}
		for pos := 0; ; {
			ok, err := t.Next(b.buf, pos)
			if err == nil && ok {
				pos = t.End
				if fn(&t) {
					continue
				}
				b.Drop(pos)
				return nil
			}
			if err != nil && (err != ErrUnclosed || b.eof) {
				return Corrupt(err, name, b.start)
			}
			if err == nil {
				pos = len(b.buf) // no '<' in what is left
			}
			b.Drop(pos)
			break
		}
		if b.eof {
			return nil
		}
		if len(b.buf) >= limit {
			return fmt.Errorf("%w: more than %d MiB of XML in one tag", converter.ErrLimit, limit>>20)
		}
	}
}
