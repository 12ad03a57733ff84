package converter_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
)

// What is copied is the whole database: nothing else fits in, before it or after it.
func TestCopyTogether(t *testing.T) {
	_, db := convert(t, lines, "a.csv", "x,y\n1,2\n", converter.Options{})
	copies := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		return out.Copy(bytes.NewReader(db), nil)
	})
	rows := converter.Job{Input: input("b.csv", "p,q\n1,2\n"), Converter: lines}
	copied := converter.Job{Input: input("a.db", "x"), Converter: copies}
	for _, jobs := range [][]converter.Job{{rows, copied}, {copied, rows}, {copied, copied}} {
		dst := new(convertertest.Memory)
		if _, err := converter.ConvertAll(t.Context(), jobs, dst, converter.Options{}); !errors.Is(err, converter.ErrUnsupported) || !strings.HasPrefix(err.Error(), "a.db: ") {
			t.Errorf("%s, %s: %v, want ErrUnsupported of a.db", jobs[0].Input.Name, jobs[1].Input.Name, err)
		}
		if dst.Bytes() != nil {
			t.Errorf("%s, %s: committed", jobs[0].Input.Name, jobs[1].Input.Name)
		}
	}
	dst := new(convertertest.Memory)
	if _, err := converter.ConvertAll(t.Context(), []converter.Job{copied}, dst, converter.Options{}); err != nil || !bytes.Equal(dst.Bytes(), db) {
		t.Errorf("alone: %v, %d bytes, want %d", err, len(dst.Bytes()), len(db))
	}
}
