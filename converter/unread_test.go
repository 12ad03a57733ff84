package converter_test

import (
	"context"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
)

// A document that its converter does not read is hashed all the same, whether or not its size is known.
func TestUnread(t *testing.T) {
	c := converter.Func(func(_ context.Context, _ *converter.Input, out *converter.Writer) error {
		return out.Table("t", "n").Append(converter.Int(1))
	})
	for _, size := range []int64{3, -1} {
		in := &converter.Input{Name: "x", Size: size, ReaderAt: strings.NewReader("abc")}
		s, err := converter.Convert(context.Background(), c, in, new(converter.Bounded), converter.Options{})
		if err != nil || s.Documents[0].Size != 3 || !strings.HasPrefix(s.Documents[0].SHA256, "ba7816bf") {
			t.Errorf("size %d: %+v, %v", size, s.Documents, err)
		}
	}
}
