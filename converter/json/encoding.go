package json

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"

	"github.com/dynasette/dynasette/converter"
)

// A source is the text of a document, as UTF-8.
type source struct {
	io.Reader
	bom      int64  // bytes before the text in a document that is UTF-8
	decoded  bool   // the document is something else, and can't be read at any offset
	lossy    bool   // what the encoding does not know has become U+FFFD
	encoding string // its name
	why      string
}

const bom = "\xef\xbb\xbf"

// decode returns the text of a document. JSON is UTF-8 (RFC 8259, 8.1), but UTF-16 is met
// in the field, and told by a byte order mark or its NUL bytes; anything else has to be
// named.
func decode(in *converter.Input, name string) (*source, error) {
	head := make([]byte, 4096)
	n, err := io.ReadFull(in.Reader(), head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	head = head[:n]
	order := converter.UTF16Order(head)
	if order == nil && n >= 2 {
		// The first character of JSON is ASCII, and never NUL.
		switch {
		case head[0] != 0 && head[1] == 0:
			order = binary.LittleEndian
		case head[0] == 0 && head[1] != 0:
			order = binary.BigEndian
		}
	}
	t := &source{Reader: in.Reader(), encoding: "utf-8", why: "what JSON is unless something else is said"}
	if name != "" {
		enc, err := htmlindex.Get(name)
		if err != nil {
			return nil, fmt.Errorf("encoding %q: %w", name, err)
		}
		canonical, err := htmlindex.Name(enc)
		if err != nil {
			return nil, fmt.Errorf("encoding %q: %w", name, err)
		}
		switch canonical {
		case "utf-8":
			order = nil
		case "utf-16le":
			order = binary.LittleEndian
		case "utf-16be":
			order = binary.BigEndian
		default:
			t.encoding, t.decoded, t.lossy, t.why = canonical, true, true, "as asked for"
			t.Reader = enc.NewDecoder().Reader(t.Reader)
			return t, nil
		}
	}
	err = nil
	switch {
	case order == nil && bytes.HasPrefix(head, []byte(bom)):
		t.why, t.bom = "byte order mark", int64(len(bom))
		_, err = io.CopyN(io.Discard, t.Reader, t.bom)
	case order != nil:
		t.encoding, t.decoded = "utf-16le", true
		if order == binary.BigEndian {
			t.encoding = "utf-16be"
		}
		t.why = "every other byte is NUL"
		if len(head) > 1 && order.Uint16(head) == 0xfeff {
			t.why = "byte order mark"
			_, err = io.CopyN(io.Discard, t.Reader, 2)
		}
		t.Reader = &utf16Reader{r: t.Reader, order: order, in: make([]byte, 64<<10)}
	}
	if name != "" {
		t.why = "as asked for"
	}
	return t, err
}

// A utf16Reader decodes UTF-16. Half a surrogate pair, which UTF-8 can't hold, becomes
// three bytes that are not UTF-8, so that it is found where text is checked.
type utf16Reader struct {
	r     io.Reader
	order binary.ByteOrder
	in    []byte
	n     int // bytes in in
	out   []byte
	ready []byte // of out, to be read
	err   error
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	if len(u.ready) == 0 && u.err == nil {
		u.fill()
	}
	if len(u.ready) == 0 {
		return 0, u.err
	}
	n := copy(p, u.ready)
	u.ready = u.ready[n:]
	return n, nil
}

// fill decodes what one Read returns.
func (u *utf16Reader) fill() {
	n, err := u.r.Read(u.in[u.n:])
	u.n, u.err = u.n+n, err
	u.out = u.out[:0]
	i := 0
	for ; i+2 <= u.n; i += 2 {
		r := rune(u.order.Uint16(u.in[i:]))
		if utf16.IsSurrogate(r) {
			if i+4 > u.n && err == nil {
				break
			}
			pair := rune(utf8.RuneError)
			if i+4 <= u.n {
				pair = utf16.DecodeRune(r, rune(u.order.Uint16(u.in[i+2:])))
			}
			if pair == utf8.RuneError {
				u.out = append(u.out, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0x3f, 0x80|byte(r)&0x3f)
				continue
			}
			r = pair
			i += 2
		}
		u.out = utf8.AppendRune(u.out, r)
	}
	if err != nil && i < u.n {
		u.out = append(u.out, 0xff) // half a unit
		i = u.n
	}
	u.n = copy(u.in, u.in[i:u.n])
	u.ready = u.out
}
