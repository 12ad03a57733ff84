package dir

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

const defaultPageSize = 4096

// pages is a file that is written from page 2 on, and page 1 last.
type pages struct {
	f    *os.File
	size int64 // expected of a page
	at   int64 // where the next page goes; 0 if none was written
}

// Write takes whole pages, in order, beginning with page 2.
func (p *pages) Write(b []byte) (int, error) {
	if p.at == 0 {
		p.at = p.size
	}
	n, err := p.f.WriteAt(b, p.at)
	p.at += int64(n)
	return n, err
}

// Reset begins anew.
func (p *pages) Reset() error {
	p.at = 0
	return p.f.Truncate(0)
}

// discard removes the file, unless it is closed.
func (p *pages) discard() error {
	if p.f == nil {
		return nil
	}
	file := p.f.Name()
	p.f.Close()
	p.f = nil
	if err := os.Remove(file); !errors.Is(err, fs.ErrNotExist) { // swept, as it was nobody's
		return err
	}
	return nil
}

// finish writes page 1.
func (p *pages) finish(first []byte) error {
	size := int64(len(first))
	if p.at != 0 && size != p.size {
		// The pages are not as large as was expected.
		if err := p.move(p.size, size); err != nil {
			return err
		}
	}
	p.size = size
	_, err := p.f.WriteAt(first, 0)
	return err
}

// move moves all that was written from one offset to another.
func (p *pages) move(from, to int64) error {
	length := p.at - from
	buf := make([]byte, 1<<20)
	for done := int64(0); done < length; {
		n := min(int64(len(buf)), length-done)
		off := done
		if to > from { // from the end, so that nothing is written over before it was read
			off = length - done - n
		}
		if _, err := p.f.ReadAt(buf[:n], from+off); err != nil && err != io.EOF {
			return err
		}
		if _, err := p.f.WriteAt(buf[:n], to+off); err != nil {
			return err
		}
		done += n
	}
	p.at = to + length
	return p.f.Truncate(p.at)
}
