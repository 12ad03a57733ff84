package converter_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
)

type unreadable struct{ error }

func (u unreadable) ReadAt([]byte, int64) (int, error) { return 0, u.error }

// An error begins with the name of its document, once, or of the member that it is about, however
// its own text begins.
func TestErrorsAreNamedOnce(t *testing.T) {
	broken := errors.New("read: broken")
	inside := func(name string, err error) func(*converter.Writer) error {
		return func(out *converter.Writer) error {
			return out.Inside(name, func(*converter.Writer) error { return err })
		}
	}
	for want, fail := range map[string]func(out *converter.Writer) error{
		"read: read: broken":   func(*converter.Writer) error { return broken },
		"read/m: read: broken": inside("read/m", broken),
		"read/m/n: broken": func(out *converter.Writer) error {
			return out.Inside("read/m", inside("read/m/n", errors.New("broken")))
		},
		"read: none fits: read/m: read: broken": func(out *converter.Writer) error {
			return fmt.Errorf("none fits: %w", inside("read/m", broken)(out))
		},
	} {
		c := converter.Func(func(_ context.Context, _ *converter.Input, out *converter.Writer) error { return fail(out) })
		_, err := converter.Convert(t.Context(), c, input("read", "x"), new(convertertest.Memory), converter.Options{})
		if err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	in := &converter.Input{Name: "read", Size: 1, ReaderAt: unreadable{broken}}
	if _, _, err := new(converter.Registry).Detect(in); err == nil || err.Error() != "read: read: broken" {
		t.Errorf("detected: %v", err)
	}
	c := converter.Func(func(_ context.Context, in *converter.Input, out *converter.Writer) error {
		_, err := io.ReadAll(in.Reader())
		return err
	})
	if _, err := converter.Convert(t.Context(), c, in, new(convertertest.Memory), converter.Options{}); !errors.Is(err, broken) || err.Error() != "read: read: broken" {
		t.Errorf("read: %v", err)
	}
}
