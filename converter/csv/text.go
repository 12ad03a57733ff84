package csv

import (
	"io"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/plaintext"
)

// text is a document's text, whose beginning can be looked at before it is read.
type text struct {
	*plaintext.Text
	size  int64 // of the document, in bytes; -1 is not known
	ahead []byte
	eof   bool // ahead is all there is
}

func (c Converter) open(in *converter.Input, out *converter.Writer) (*text, error) {
	opened, err := plaintext.Open(in, out, c.Encoding)
	if err != nil {
		return nil, err
	}
	return &text{Text: opened, size: in.Size}, nil
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
	size := n
	if t.size >= 0 {
		size = int(min(int64(n), t.size+1)) // mostly all of it and its end
	}
	t.ahead = make([]byte, 0, size)
	for {
		got, err := io.ReadFull(t.Reader, t.ahead[len(t.ahead):cap(t.ahead)])
		t.ahead = t.ahead[:len(t.ahead)+got]
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			t.eof = true
			return t.ahead, nil
		}
		if err != nil || len(t.ahead) == n {
			return t.ahead, err
		}
		t.ahead = append(make([]byte, 0, min(n, 4*len(t.ahead))), t.ahead...) // it has grown as it was decoded
	}
}
