package shapefile

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A kind is a type of shapes, by its number.
type kind uint32

// The kinds without heights and measures; those with heights are 10 more, and those with measures alone 20.
const (
	null       kind = 0
	point      kind = 1
	polyline   kind = 3
	polygon    kind = 5
	multipoint kind = 8
	multipatch kind = 31
)

// flat returns the kind without heights and measures.
func (k kind) flat() kind {
	if k == multipatch {
		return k
	}
	return k % 10
}

func (k kind) known() bool {
	switch k.flat() {
	case null:
		return k == null
	case point, polyline, polygon, multipoint:
		return k < 30
	}
	return k == multipatch
}

func hasHeights(k kind) bool  { return k > 10 && k < 20 || k == multipatch }
func hasMeasures(k kind) bool { return k > 20 && k < 30 }

const (
	magic      = "\x00\x00\x27\x0a"
	headerSize = 100
	recordHead = 8
	version    = 1000
)

// sniff reports whether a document that begins so is a shapefile, and not the index of one, which begins
// in the same way.
func sniff(head []byte) bool {
	if len(head) < headerSize || strings.Trim(string(head[4:24]), "\x00") != "" {
		return false
	}
	if len(head) < headerSize+recordHead+4 {
		return len(head) == headerSize
	}
	length := binary.BigEndian.Uint32(head[headerSize+4:])
	first := kind(binary.LittleEndian.Uint32(head[headerSize+recordHead:]))
	return length < 2 || first.known()
}

// A reader reads shapes in the order of their attributes.
type reader struct {
	kind   kind // of all shapes, as the header says
	in     *converter.Input
	index  *index // nil: the shapes follow one another
	at     int64  // where the next one begins, if there is no index
	end    int64  // of the shapes, if there is no index
	window window

	cut     bool  // the last one is not complete
	damaged int64 // records that are not what the index says
	garbage int64 // where reading had to end; 0: it did not
}

// open reads the header, and the index if there is a sound one.
func open(ctx context.Context, in *converter.Input, out *converter.Writer) (*reader, error) {
	head, err := in.Head(headerSize)
	if err != nil {
		return nil, err
	}
	bad := func(offset int64, format string, args ...any) (*reader, error) {
		return nil, &converter.SyntaxError{Offset: offset, Err: fmt.Errorf("the shapefile's header is damaged: %s: %w", fmt.Sprintf(format, args...), converter.ErrCorrupt)}
	}
	switch {
	case len(head) == 0:
		return nil, converter.ErrEmpty
	case len(head) < headerSize:
		return bad(int64(len(head)), "the file ends within it")
	case !strings.HasPrefix(string(head), magic):
		return bad(0, "it does not begin as shapefiles do")
	case binary.LittleEndian.Uint32(head[28:]) != version:
		return bad(28, "its version is %d, and not %d", binary.LittleEndian.Uint32(head[28:]), version)
	}
	r := &reader{in: in, kind: kind(binary.LittleEndian.Uint32(head[32:])), at: headerSize, end: in.Size, window: window{in: in}}
	if !r.kind.known() {
		return bad(32, "there is no type %d of shapes", r.kind)
	}
	if said := 2 * int64(int32(binary.BigEndian.Uint32(head[24:]))); said > headerSize && said < in.Size {
		r.end = said
	}
	sound := true
	if r.index, sound, err = openIndex(ctx, in); !sound {
		out.Report(converter.Finding{Code: "index-unsound", Message: "the index .shx does not fit the shapes, which are read one after another"})
	}
	return r, err
}

// Some shapes, each of them the content of a record.
type chunk struct {
	all    [][]byte // nil: there is no shape
	places []int64  // in the document
	size   int      // in bytes
}

// chunkBytes is how many bytes of shapes one chunk has, unless a shape has more; chunkShapes is
// how many shapes there are at most. One that is large takes so much memory that it is waited for.
const (
	chunkBytes  = 256 << 10
	large       = 8 << 20
	chunkShapes = 4096
	maxShape    = 128 << 20
)

// next reads the next shapes: none behind the last one.
func (r *reader) next(ctx context.Context) (c chunk, err error) {
	for c.size < chunkBytes && len(c.all) < chunkShapes {
		at, length, ok, err := r.locate()
		if err != nil {
			return c, err
		}
		if !ok {
			break
		}
		if length > maxShape {
			return c, &converter.SyntaxError{Offset: at, Err: fmt.Errorf("a shape of %d MiB, and %d are allowed: %w", length>>20, maxShape>>20, converter.ErrLimit)}
		}
		var content []byte
		if length > 0 {
			read, err := r.window.bytes(at+recordHead, length)
			if err != nil {
				return c, err
			}
			content = append(make([]byte, 0, length), read...)
		}
		c.all, c.places = append(c.all, content), append(c.places, at)
		c.size += int(length) + recordHead
	}
	return c, ctx.Err()
}

// close closes the index.
func (r *reader) close() {
	if r.index != nil {
		r.index.closer.Close()
	}
}

// locate returns where the next record is, and how long its content.
func (r *reader) locate() (at, length int64, ok bool, err error) {
	if r.index != nil {
		return r.indexed()
	}
	at = r.at
	if at >= r.end || r.garbage > 0 || r.cut {
		return at, 0, false, nil
	}
	if at+recordHead > r.end {
		r.cut = true
		return at, 0, false, nil
	}
	head, err := r.window.bytes(at, recordHead)
	if err != nil {
		return at, 0, false, err
	}
	length = 2 * int64(int32(binary.BigEndian.Uint32(head[4:])))
	switch {
	case length < 0:
		r.garbage = at
		return at, 0, false, nil
	case at+recordHead+length > r.end:
		r.cut = true
		return at, 0, false, nil
	}
	r.at = at + recordHead + length
	return at, length, true, nil
}

// indexed is locate by the index, which has seen that there is a record's head.
func (r *reader) indexed() (at, length int64, ok bool, err error) {
	at, ok, err = r.index.next()
	if !ok || err != nil || at == 0 {
		return at, 0, ok, err
	}
	head, err := r.window.bytes(at, recordHead)
	if err != nil {
		return at, 0, false, err
	}
	length = 2 * int64(int32(binary.BigEndian.Uint32(head[4:])))
	if length < 0 || at+recordHead+length > r.in.Size {
		r.damaged++
		return at, 0, true, nil
	}
	if r.index.read += length + recordHead; r.index.read > r.in.Size {
		return at, 0, false, &converter.SyntaxError{Offset: at, Err: fmt.Errorf("the index refers to the same shapes again and again: %w", converter.ErrCorrupt), Hint: "without the file .shx it can be read"}
	}
	return at, length, true, nil
}

// finish says what could not be read.
func (r *reader) finish(out *converter.Writer) {
	switch {
	case r.cut:
		out.Report(converter.Finding{Code: "shape-cut-off", Severity: converter.Loss, Offset: r.at, Message: "the file ends within a shape, which is left out"})
	case r.garbage > 0:
		out.Report(converter.Finding{Code: "shape-damaged", Severity: converter.Loss, Offset: r.garbage, Message: "what follows is no shape, and is left out"})
	}
	if r.damaged > 0 {
		out.Report(converter.Finding{Code: "shape-damaged", Severity: converter.Loss, Count: r.damaged, Message: "where a shape should be there is none, so that its geometry is NULL"})
	}
	if x := r.index; x != nil && x.read+headerSize < r.in.Size {
		out.Report(converter.Finding{Code: "bytes-unindexed", Count: r.in.Size - x.read - headerSize,
			Message: "a byte that the index does not refer to, as those of a shape that was replaced, is left out"})
	}
	if r.index == nil && r.end < r.in.Size {
		out.Report(converter.Finding{Code: "bytes-beyond", Offset: r.end, Count: r.in.Size - r.end,
			Message: "a byte behind the end that the header gives is left out"})
	}
}

// A window reads a file from front to back, mostly.
type window struct {
	in  *converter.Input
	buf []byte
	at  int64
}

// bytes returns n bytes from a place on, which the file has; they stay until the next call.
func (w *window) bytes(from, n int64) ([]byte, error) {
	if from < w.at || from+n > w.at+int64(len(w.buf)) {
		size := min(max(n, chunkBytes), w.in.Size-from)
		if int64(cap(w.buf)) < size || cap(w.buf) > 4*chunkBytes {
			w.buf = make([]byte, size)
		}
		w.buf, w.at = w.buf[:size], from
		if got, err := w.in.ReadAt(w.buf, from); int64(got) < size {
			w.buf = w.buf[:0]
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
	}
	return w.buf[from-w.at:][:n], nil
}
