package csv

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/dynasette/dynasette/converter"
)

// text is a document's text in UTF-8, without byte order mark.
type text struct {
	io.Reader
	proved bool // what Reader yields is UTF-8 for certain
	fixed  bool // the encoding is not to be doubted
	ahead  []byte
	eof    bool // ahead is all there is
}

// legacy is the encoding of text that is not Unicode: what most software wrote before,
// and what every sequence of bytes is valid in.
const legacy = "windows-1252"

// open finds out the encoding: as asked for, by a byte order mark, by the NUL bytes of
// UTF-16, or UTF-8, which is proved while the document is read; if the proof fails, the
// document is read again in the legacy encoding.
func (c Converter) open(in *converter.Input, out *converter.Writer) (*text, error) {
	head, err := in.Head(sampleSize)
	if err != nil {
		return nil, err
	}
	name, why := c.Encoding, "as asked for"
	if name == "" {
		name, why = detect(head, out.Recall("not UTF-8"))
	}
	if name = strings.ToLower(name); name == "utf8" {
		name = "utf-8"
	}
	t := &text{Reader: in.Reader(), fixed: c.Encoding != ""}
	if rest := bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")); len(rest) < len(head) && name == "utf-8" {
		io.CopyN(io.Discard, t.Reader, 3) // a failure shows again at the next read
	}
	switch name {
	case "utf-8":
	case "utf-16", "utf-16le", "utf-16be":
		order := unicode.LittleEndian
		if name == "utf-16be" {
			order = unicode.BigEndian
		}
		t.Reader, t.proved = transform.NewReader(t.Reader, unicode.UTF16(order, unicode.UseBOM).NewDecoder()), true
	default:
		enc, err := htmlindex.Get(name)
		if err != nil {
			return nil, fmt.Errorf("encoding %q is not known: use a name of the WHATWG's list, as in utf-8, windows-1252, shift_jis", name)
		}
		name, _ = htmlindex.Name(enc)
		t.Reader, t.proved = transform.NewReader(t.Reader, enc.NewDecoder()), true
	}
	out.Describe("encoding", name, why)
	return t, nil
}

func detect(head []byte, notUTF8 string) (name, why string) {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return "utf-8", "byte order mark"
	case notUTF8 != "":
		return legacy, notUTF8
	}
	switch order := converter.UTF16Order(head); {
	case order == nil:
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return "utf-16" + suffix(order.String()), "byte order mark"
	default:
		return "utf-16" + suffix(order.String()), "every other byte is NUL"
	}
	return "utf-8", "valid over the whole document"
}

func suffix(order string) string {
	if order == "BigEndian" {
		return "be"
	}
	return "le"
}

// Read yields first what has been peeked at.
func (t *text) Read(p []byte) (int, error) {
	if len(t.ahead) > 0 {
		n := copy(p, t.ahead)
		t.ahead = t.ahead[n:]
		return n, nil
	}
	return t.Reader.Read(p)
}

// peek returns the first n bytes, or fewer if there are no more, without reading them.
func (t *text) peek(n int) ([]byte, error) {
	t.ahead = make([]byte, n)
	got, err := io.ReadFull(t.Reader, t.ahead)
	t.ahead = t.ahead[:got]
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		t.eof = true
		return t.ahead, nil
	}
	return t.ahead, err
}

// check proves a chunk to be UTF-8, or asks for another run in the legacy encoding.
func (r *reading) check(c chunk) error {
	if r.text.proved || utf8.Valid(c.data) {
		return nil
	}
	at := 0
	for {
		_, n := utf8.DecodeRune(c.data[at:])
		if n <= 1 && c.data[at] >= utf8.RuneSelf {
			break
		}
		at += n
	}
	if r.text.fixed {
		return &converter.SyntaxError{Offset: c.offset + int64(at), Err: errors.New("this is not valid UTF-8"), Hint: "leave the encoding open, or name the right one"}
	}
	return r.out.Again("not UTF-8", fmt.Sprintf("byte 0x%02x at %s is not UTF-8", c.data[at], strconv.FormatInt(c.offset+int64(at), 10)))
}
