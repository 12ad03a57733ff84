package csv

import (
	"io"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/plaintext"
)

// text is a document's text, whose beginning can be looked at before it is read.
type text struct {
	*plaintext.Text
	ahead []byte
	eof   bool // ahead is all there is
}

func (c Converter) open(in *converter.Input, out *converter.Writer) (*text, error) {
	opened, err := plaintext.Open(in, out, c.Encoding)
	if err != nil {
		return nil, err
	}
	return &text{Text: opened}, nil
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
