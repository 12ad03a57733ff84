// Package plaintext reads text that is Unicode in one of its usual encodings.
package plaintext

import (
	"bytes"
	"io"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Open returns a reader of a document's text in UTF-8, without byte order mark, and
// records the encoding. Text that is not UTF-16 is taken for UTF-8, and not checked.
func Open(in *converter.Input, out *converter.Writer) (io.Reader, error) {
	head, err := in.Head(4096)
	if err != nil {
		return nil, err
	}
	text := in.Reader()
	mark := "byte order mark"
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		out.Describe("encoding", "utf-8", mark)
		_, err := text.Seek(3, io.SeekStart)
		return text, err
	}
	order := converter.UTF16Order(head)
	if order == nil {
		out.Describe("encoding", "utf-8", "no sign of another one")
		return text, nil
	}
	if head[0] < 0xfe || head[1] < 0xfe {
		mark = "every other byte is NUL"
	}
	name, endian := "utf-16le", unicode.LittleEndian
	if strings.HasPrefix(order.String(), "Big") {
		name, endian = "utf-16be", unicode.BigEndian
	}
	out.Describe("encoding", name, mark)
	return transform.NewReader(text, unicode.UTF16(endian, unicode.UseBOM).NewDecoder()), nil
}
