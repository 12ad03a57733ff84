package parquet

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// A lookback unpacks a block of Snappy or LZ4 bit by bit, where libraries have all of it in
// memory. LZ4 looks back 64 KiB at most. So do most programs that write Snappy, whose format
// allows more.
type lookback struct {
	from     *bufio.Reader
	lz4      bool
	back     int    // how far it looks back at most
	portion  int    // how much is unpacked at once
	out      []byte // what was unpacked last
	read, to int    // what of it was read, and is there

	literal, match, offset int  // that are under way
	half                   bool // of LZ4: the literal's match is to come
	short                  int  // its length, as far as the token has it
}

const lz4Back = 64 << 10

var errLookback = errors.New("it refers to what is not there")

func newLookback(from io.Reader, lz4 bool, back, step int) (*lookback, error) {
	l := &lookback{from: bufio.NewReaderSize(from, step), lz4: lz4, back: back, portion: step}
	if !lz4 {
		if _, err := binary.ReadUvarint(l.from); err != nil { // the size
			return nil, err
		}
	}
	return l, nil
}

// farthest returns how many bytes a block of Snappy looks back at most. Nothing is unpacked.
func farthest(from io.Reader) (most int, err error) {
	r := bufio.NewReaderSize(from, largeStep)
	if _, err := binary.ReadUvarint(r); err != nil { // the size
		return 0, err
	}
	for {
		b, err := r.Peek(r.Buffered())
		at := 0
		for err == nil && at+5 <= len(b) {
			tag, n := b[at], 0
			switch tag & 3 {
			case 0:
				if n = int(tag>>2) + 2; n > 61 {
					extra := n - 61
					n = 2 + extra + int(binary.LittleEndian.Uint32(b[at+1:])&(1<<(8*extra)-1))
				}
			case 1:
				most, n = max(most, int(tag&0xe0)<<3|int(b[at+1])), 2
			case 2:
				most, n = max(most, int(b[at+1])|int(b[at+2])<<8), 3
			case 3:
				most, n = max(most, int(binary.LittleEndian.Uint32(b[at+1:]))), 5
			}
			at += n
		}
		if _, err := r.Discard(at); err != nil {
			return most, noEOF(err)
		}
		// What is left is too short for any tag, unless there is more to read.
		if _, err := r.Peek(5); err == nil {
			continue
		} else if err != io.EOF {
			return most, err
		}
		l := lookback{from: r}
		for {
			l.literal = 0
			if err := l.tokenSnappy(); err != nil {
				if err == io.EOF {
					err = nil
				}
				return most, err
			}
			most = max(most, l.offset)
			if _, err := r.Discard(l.literal); err != nil {
				return most, noEOF(err)
			}
		}
	}
}

func (l *lookback) Read(p []byte) (int, error) {
	if l.read == l.to {
		if l.out == nil {
			l.out = make([]byte, l.back+l.portion)
		}
		if l.to > l.back {
			l.to = copy(l.out, l.out[l.to-l.back:l.to])
			l.read = l.to
		}
		for l.to < len(l.out) {
			if err := l.step(); err != nil {
				if err == io.EOF && l.read < l.to {
					break
				}
				return 0, err
			}
		}
	}
	n := copy(p, l.out[l.read:l.to])
	l.read += n
	return n, nil
}

// step unpacks a bit more, or looks what is next.
func (l *lookback) step() error {
	free := len(l.out) - l.to
	switch {
	case l.literal > 0:
		n := min(l.literal, free)
		if _, err := io.ReadFull(l.from, l.out[l.to:l.to+n]); err != nil {
			return noEOF(err)
		}
		l.to, l.literal = l.to+n, l.literal-n
	case l.match > 0:
		if l.offset <= 0 || l.offset > l.to {
			return errLookback
		}
		n := min(l.match, free)
		dst, back := l.out[l.to:l.to+n], l.out[l.to-l.offset:l.to+n]
		for done := 0; done < n; { // twice as much each time, where they overlap
			done += copy(dst[done:], back[:l.offset+done])
		}
		l.to, l.match = l.to+n, l.match-n
	case l.half:
		return l.matchLZ4()
	case l.lz4:
		return l.tokenLZ4()
	default:
		return l.tokenSnappy()
	}
	return nil
}

func (l *lookback) tokenSnappy() error {
	tag, err := l.from.ReadByte()
	if err != nil {
		return err // it may end here
	}
	var bytes int // of what follows
	switch tag & 3 {
	case 0:
		if l.literal = int(tag >> 2); l.literal < 60 {
			l.literal++
			return nil
		}
		n, err := l.number(l.literal - 59)
		l.literal = n + 1
		return err
	case 1:
		low, err := l.from.ReadByte()
		l.match, l.offset = int(tag>>2&7)+4, int(tag&0xe0)<<3|int(low)
		return noEOF(err)
	case 2:
		bytes = 2
	case 3:
		bytes = 4
	}
	l.match = int(tag>>2) + 1
	l.offset, err = l.number(bytes)
	return err
}

func (l *lookback) tokenLZ4() error {
	token, err := l.from.ReadByte()
	if err != nil {
		return err // it may end here
	}
	l.short, l.half = int(token&15), true
	l.literal, err = l.lengthLZ4(int(token >> 4))
	return err
}

// matchLZ4 reads the second half of a sequence, which the last one lacks.
func (l *lookback) matchLZ4() error {
	low, err := l.from.ReadByte()
	if err != nil {
		return err
	}
	high, err := l.from.ReadByte()
	if err != nil {
		return noEOF(err)
	}
	l.offset, l.half = int(low)|int(high)<<8, false
	n, err := l.lengthLZ4(l.short)
	l.match = n + 4
	return err
}

// lengthLZ4 reads what a length of 15 goes on with.
func (l *lookback) lengthLZ4(n int) (int, error) {
	if n < 15 {
		return n, nil
	}
	for {
		more, err := l.from.ReadByte()
		if err != nil {
			return 0, noEOF(err)
		}
		if n += int(more); more < 255 {
			return n, nil
		}
		if n > 1<<31 {
			return 0, errLookback
		}
	}
}

// number reads one of so many bytes.
func (l *lookback) number(bytes int) (n int, err error) {
	for i := range bytes {
		b, err := l.from.ReadByte()
		if err != nil {
			return 0, noEOF(err)
		}
		n |= int(b) << (8 * i)
	}
	return n, nil
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
