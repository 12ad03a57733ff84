package json

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
)

// repeated is a text that takes no memory: what comes before, many times the same, and what
// comes behind.
type repeated struct {
	before, same, after string
	times               int64
}

func (r repeated) size() int64 { return int64(len(r.before)+len(r.after)) + int64(len(r.same))*r.times }

func (r repeated) ReadAt(p []byte, off int64) (int, error) {
	if len(p) > 64<<10 {
		p = p[:64<<10]
	}
	n := 0
	for n < len(p) && off < r.size() {
		part, at := r.after, off-(r.size()-int64(len(r.after)))
		switch {
		case off < int64(len(r.before)):
			part, at = r.before, off
		case at < 0:
			part, at = r.same, (off-int64(len(r.before)))%int64(len(r.same))
		}
		c := copy(p[n:], part[at:])
		n, off = n+c, off+int64(c)
	}
	if off >= r.size() {
		return n, io.EOF
	}
	return n, nil
}

// TestMemory holds how much memory documents take that are large, or refused.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("converts 300 MB")
	}
	row := `{"id":1234567,"name":"some name","value":1.5,"tags":["a","b"]},`
	keys := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `{"key%d":%d},`, i, i)
		}
		return b.String()
	}
	for _, test := range []struct {
		about string
		text  repeated
		limit error
		most  uint64 // MiB
	}{
		{"rows", repeated{"[", row, "{}]", 1_000_000}, nil, 128},
		{"rows in an envelope", repeated{`{"ok":true,"result":{"total":1,"records":[`, row, `{}]},"more":[1,2]}`, 1_000_000}, nil, 128},
		{"a string of 150 MB", repeated{`[{"a":"`, "0123456789", `"}]`, 15_000_000}, converter.ErrLimit, 160},
		{"a string of 150 MB beside rows", repeated{`{"rows":[{}],"a":"`, "0123456789", `"}`, 15_000_000}, converter.ErrLimit, 160},
		{"a string of 20 MB", repeated{`[{"a":"`, "0123456789", `"}]`, 2_000_000}, nil, 256},
		{"40,000 different keys", repeated{"[" + keys(40_000), " ", "{}]", 1}, nil, 256},
		{"40,000 different keys in a row", repeated{"[" + strings.ReplaceAll(keys(40_000), "},{", ","), " ", "{}]", 1}, nil, 256},
	} {
		in := &converter.Input{Name: "x.json", Size: test.text.size(), ReaderAt: test.text}
		var err error
		grown := dumptest.Peak(func() {
			_, err = converter.Convert(context.Background(), Converter{}, in, new(converter.Bounded), converter.Options{})
		})
		if !errors.Is(err, test.limit) {
			t.Errorf("%s: %v", test.about, err)
		}
		if grown > test.most<<20 {
			t.Errorf("%s: %d MiB, more than %d", test.about, grown>>20, test.most)
		}
		t.Logf("%s: %d MiB", test.about, grown>>20)
	}
}
