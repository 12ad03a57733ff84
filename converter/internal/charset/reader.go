package charset

import (
	"encoding/binary"
	"io"
)

// A decoder appends text in UTF-8 for bytes of an encoding, and returns how many it has read:
// all that it can, and all if nothing follows them. It calls found for each stray byte, with
// where it is in src and its character in dst.
type decoder interface {
	decode(dst, src []byte, final bool, found func(read, written int, b byte)) ([]byte, int)
}

func newDecoder(name string) decoder {
	switch name {
	case UTF8:
		return lenient{}
	case UTF16LE:
		return wide{binary.LittleEndian, 2}
	case UTF16BE:
		return wide{binary.BigEndian, 2}
	case UTF32LE:
		return wide{binary.LittleEndian, 4}
	case UTF32BE:
		return wide{binary.BigEndian, 4}
	}
	if upper := codePages[name]; upper != "" {
		return singleByte{codePage(upper)}
	}
	enc := legacy[name]
	if t := newTable(enc); t != nil {
		return singleByte{t}
	}
	return multiByte{enc.NewDecoder(), name == "iso-2022-jp"}
}

// A Reader reads text as UTF-8.
type Reader struct {
	Strays  Strays // of what was read
	r       io.Reader
	decoder decoder
	in      []byte // the bytes that are not decoded yet are in[:n]
	n       int
	out     []byte
	ready   []byte // of out, to be read
	err     error
	offset  int64  // of in, in bytes from the start
	breaks  breaks // of what was decoded, until a stray byte is found
}

const blockSize = 64 << 10

// NewReader returns a reader of text in an encoding; its name is one of Names.
func NewReader(r io.Reader, name string) *Reader {
	return &Reader{r: r, decoder: newDecoder(name), in: make([]byte, blockSize)}
}

func (r *Reader) Read(p []byte) (int, error) {
	for len(r.ready) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		r.fill()
	}
	n := copy(p, r.ready)
	r.ready = r.ready[n:]
	return n, nil
}

// fill decodes what one Read returns.
func (r *Reader) fill() {
	n, err := r.r.Read(r.in[r.n:])
	r.n, r.err = r.n+n, err
	first := -1 // where the first stray byte's character is
	out, read := r.decoder.decode(r.out[:0], r.in[:r.n], err == io.EOF, func(at, written int, b byte) {
		if r.Strays.Count++; r.Strays.Count == 1 {
			r.Strays.Offset, r.Strays.Byte, first = r.offset+int64(at), b, written
		}
	})
	switch {
	case first >= 0:
		r.breaks.count(out[:first])
		r.Strays.Line = r.breaks.line()
	case r.Strays.Count == 0:
		r.breaks.count(out)
	}
	r.offset += int64(read)
	r.n = copy(r.in, r.in[read:r.n])
	r.out, r.ready = out, out
}

// Decode returns a text in UTF-8, without a character at its end that is not whole.
func Decode(text []byte, name string) []byte {
	out, _ := newDecoder(name).decode(nil, text, false, func(int, int, byte) {})
	return out
}
