package converter_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
)

// acting is a converter of documents that say in their first word what happens to them.
var acting = converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	text, err := in.Head(int(in.Size))
	if err != nil {
		return err
	}
	act, _, _ := strings.Cut(string(text), "\n")
	out.Describe("act", act, "it says so")
	switch {
	case act == "early":
		return fmt.Errorf("no table can be made of it: %w", converter.ErrCorrupt)
	case act == "empty":
		return converter.ErrEmpty
	case act == "panic":
		panic("a fault of the converter")
	case act == "again" && out.Recall("how") == "":
		return out.Again("how", "otherwise")
	case act == "inside":
		return out.Inside(in.Name+"/within", func(out *converter.Writer) error { return lines.Convert(ctx, in, out) })
	case act == "shared":
		return out.SharedTable("all", "act").Append(converter.Text(in.Name))
	}
	if err := lines.Convert(ctx, in, out); err != nil {
		return err
	}
	if act == "late" {
		return fmt.Errorf("its end is missing: %w", converter.ErrCorrupt)
	}
	if act == "fill" {
		return out.Table("more", "x").AppendFunc(func(*converter.Batch) error { return fmt.Errorf("a row is missing: %w", converter.ErrCorrupt) })
	}
	return nil
})

// However many workers there are, documents come as if one by one: the same bytes, the same
// summary, or the same error.
func TestDocumentsAhead(t *testing.T) {
	fine := []string{"rows", "rows", "rows", "shared", "inside", "empty", "again", "large"}
	faults := []string{"early", "late", "fill", "panic", "unreadable"}
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		var jobs []converter.Job
		for i := range 4 + r.IntN(30) {
			act := fine[r.IntN(len(fine))]
			if seed%2 == 1 && r.IntN(6) == 0 {
				act = faults[r.IntN(len(faults))]
			}
			text := act + "\n" + strings.Repeat("1,2,x\n", r.IntN(40))
			if act == "large" {
				text += strings.Repeat(strings.Repeat("x", 10_000)+"\n", 30)
			}
			in := input(fmt.Sprintf("dir%d/%c.txt", i%3, 'a'+i%7), text)
			if act == "unreadable" {
				in.ReaderAt = unreadable{errors.New("the disk is broken")}
			}
			jobs = append(jobs, converter.Job{Input: in, Converter: acting})
		}
		run := func(workers int) (converter.Summary, []byte, string) {
			dst := new(convertertest.Memory)
			s, err := converter.ConvertAll(t.Context(), jobs, dst, converter.Options{Workers: workers})
			if err != nil {
				return s, nil, strings.SplitN(err.Error(), "\n", 2)[0] // of a panic, the stack is another one
			}
			return s, dst.Bytes(), ""
		}
		s, db, failed := run(1)
		for _, workers := range []int{2, 8} {
			s2, db2, failed2 := run(workers)
			if failed != failed2 || !bytes.Equal(db, db2) || !reflect.DeepEqual(s, s2) {
				t.Fatalf("seed %d, %d workers: %q, want %q; same bytes: %v", seed, workers, failed2, failed, bytes.Equal(db, db2))
			}
		}
	}
}

// A document that is small is read while one before it is under way, and one that is large,
// or packed, is not.
func TestWhatIsAhead(t *testing.T) {
	const size = 256 << 10
	for _, c := range []struct {
		what   string
		size   int64
		format converter.Format
		ahead  bool
	}{
		{"small", 100, converter.Format{Name: "x"}, true},
		{"at the limit", size, converter.Format{Name: "x"}, true},
		{"large", size + 1, converter.Format{Name: "x"}, false},
		{"of unknown size", -1, converter.Format{Name: "x"}, false},
		{"binary", 100, converter.Format{Name: "x", Magic: "\x00bin"}, false},
		{"of files in a zip archive", 100, converter.Format{Name: "x", Members: func([]string) bool { return true }}, false},
	} {
		begun := make(chan struct{})
		var early atomic.Bool
		first := converter.Func(func(_ context.Context, _ *converter.Input, out *converter.Writer) error {
			if c.ahead {
				<-begun
			}
			return out.Table("first", "x").Append(converter.Int(1))
		})
		var done atomic.Bool
		second := converter.Func(func(_ context.Context, in *converter.Input, out *converter.Writer) error {
			early.Store(!done.Load())
			close(begun)
			if _, err := in.Head(1); err != nil {
				return err
			}
			return out.Table("second", "x").Append(converter.Int(1))
		})
		watched := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
			defer done.Store(true)
			return first(ctx, in, out)
		})
		in := &converter.Input{Name: "b", Size: c.size, ReaderAt: io.NewSectionReader(zeros{}, 0, max(c.size, 10))}
		s, err := converter.ConvertAll(t.Context(), []converter.Job{
			{Input: input("a", "x"), Converter: watched}, {Input: in, Format: c.format, Converter: second},
		}, new(convertertest.Memory), converter.Options{Workers: 2})
		if err != nil || s.Tables[0].Name != "first" {
			t.Errorf("%s: %v, %v", c.what, s.Tables, err)
		}
		if early.Load() != c.ahead {
			t.Errorf("%s: begun ahead: %v", c.what, early.Load())
		}
	}
}

type zeros struct{}

func (zeros) ReadAt(p []byte, _ int64) (int, error) { clear(p); return len(p), nil }

// Once ConvertAll returns, no document is under way, and nothing is committed.
func TestCancelAhead(t *testing.T) {
	for _, at := range []int{0, 3, 17} {
		ctx, cancel := context.WithCancel(t.Context())
		var under atomic.Int32
		var jobs []converter.Job
		for i := range 40 {
			jobs = append(jobs, converter.Job{Input: input(fmt.Sprint(i), "a\n1\n"), Converter: converter.Func(
				func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
					under.Add(1)
					defer under.Add(-1)
					if i == at {
						cancel()
					}
					return lines.Convert(ctx, in, out)
				})})
		}
		dst := new(convertertest.Memory)
		_, err := converter.ConvertAll(ctx, jobs, dst, converter.Options{Workers: 4})
		if !errors.Is(err, context.Canceled) || under.Load() != 0 || len(dst.Bytes()) > 0 {
			t.Errorf("at %d: %v, %d under way, %d bytes", at, err, under.Load(), len(dst.Bytes()))
		}
		cancel()
	}
}
