package convertertest

import (
	"bytes"
	"context"
	"errors"
	"path"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dynasette/dynasette/converter"
)

// A suite is the tests of one document.
type suite struct {
	formats   *converter.Registry
	format    converter.Format
	converter converter.Converter
	doc       document
	first     outcome // what becomes of the document
}

// same fails unless an outcome is the first one again.
func (s *suite) same(t *testing.T, how string, o outcome) {
	t.Helper()
	switch {
	case (o.err == nil) != (s.first.err == nil):
		t.Errorf("%s: error %v, and before %v", how, o.err, s.first.err)
	case o.err != nil && o.err.Error() != s.first.err.Error():
		t.Errorf("%s: error %q, and before %q", how, o.err, s.first.err)
	case !bytes.Equal(o.db, s.first.db):
		got, _ := SQL(o.db)
		want, _ := SQL(s.first.db)
		t.Errorf("%s: another database: %s", how, difference(got, want))
	}
}

// detected: the format is found by the document's name, and by its content alone if the
// format says how.
func (s *suite) detected(t *testing.T) {
	if len(s.doc.bytes) == 0 {
		if _, _, err := s.formats.Detect(s.doc.input(nil)); !errors.Is(err, converter.ErrEmpty) {
			t.Errorf("a file of 0 bytes: %v", err)
		}
		return
	}
	// A document that is refused need not be what its name says.
	if f, _, err := s.formats.Detect(s.doc.input(nil)); s.first.err == nil && (err != nil || f.Name != s.format.Name) {
		t.Errorf("by its name: %q, %v", f.Name, err)
	}
	if s.first.err != nil || s.format.Magic == "" && s.format.Sniff == nil {
		return
	}
	in := s.doc.input(nil)
	in.Name, _, _ = strings.Cut(path.Base(in.Name), ".") // not only .bz2 of x.csv.bz2
	if f, _, err := s.formats.Detect(in); err != nil || f.Name != s.format.Name {
		t.Errorf("by its content: %q, %v", f.Name, err)
	}
}

// sameAgain: the bytes are the same each time, and with any number of workers; and any
// page size will do.
func (s *suite) sameAgain(t *testing.T) {
	s.same(t, "again", s.convert(t, s.doc.input(nil), converter.Options{}))
	s.same(t, "with 1 worker", s.convert(t, s.doc.input(nil), converter.Options{Workers: 1}))
	s.same(t, "with 8 workers", s.convert(t, s.doc.input(nil), converter.Options{Workers: 8}))
	for _, size := range []int{512, 65536} {
		o := s.convert(t, s.doc.input(nil), converter.Options{PageSize: size})
		if (o.err == nil) != (s.first.err == nil) {
			t.Errorf("with pages of %d bytes: %v", size, o.err)
		}
	}
}

// inParallel: one converter converts one Input several times at once.
func (s *suite) inParallel(t *testing.T) {
	in := s.doc.input(nil)
	outcomes := make([]outcome, 4)
	var wg sync.WaitGroup
	for i := range outcomes {
		wg.Go(func() { outcomes[i] = s.convert(t, in, converter.Options{}) })
	}
	wg.Wait()
	for _, o := range outcomes {
		s.same(t, "in parallel", o)
	}
}

// anyReads: it does not matter how the bytes arrive, as long as io.ReaderAt allows it.
func (s *suite) anyReads(t *testing.T) {
	s.same(t, "byte by byte", s.convert(t, s.doc.input(readerAt(s.doc.oneByte)), converter.Options{}))
	s.same(t, "with scratch space", s.convert(t, s.doc.input(readerAt(s.doc.scratch)), converter.Options{}))
	in := s.doc.input(nil)
	in.Size = -1
	s.same(t, "of unknown size", s.convert(t, in, converter.Options{}))
}

// secondRun: a converter that is run again, as it is when types are known only at the end,
// begins from nothing.
func (s *suite) secondRun(t *testing.T) {
	twice := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		err := s.converter.Convert(ctx, in, out)
		if err == nil && out.Recall("convertertest") == "" {
			// Only what has got through everything is a run to repeat.
			if err = out.Wait(); err == nil {
				return out.Again("convertertest", "again")
			}
		}
		return err
	})
	o := s.convertWith(t, context.Background(), twice, s.doc.input(nil), converter.Options{})
	s.same(t, "a second run", o)
	if o.err == nil && o.summary.Runs < 2 {
		t.Errorf("%d runs", o.summary.Runs)
	}
}

// readErrors: an error of reading comes back, wherever it is, whatever it is and also if it
// goes away, with the document's name; and no database is made.
func (s *suite) readErrors(t *testing.T) {
	for i, at := range spread(len(s.doc.bytes), 32) {
		want := errBroken
		if i%2 > 0 {
			want = errCutOff
		}
		in := s.doc.input(s.doc.broken(int64(at), want, i%4 > 1))
		if i%8 > 3 {
			in.Size = -1
		}
		o := s.convert(t, in, converter.Options{}) // checks that nothing is committed
		// What is refused for its beginning may be refused before the error.
		refused := s.first.err != nil && o.err != nil
		if !errors.Is(o.err, want) && !refused || o.err != nil && !strings.Contains(o.err.Error(), s.doc.name) {
			t.Errorf("the reader failed at byte %d with %q: got %v", at, want, o.err)
		}
	}
}

// canceled: Convert returns soon after its context has ended, with the context's error,
// and leaves no goroutine behind.
func (s *suite) canceled(t *testing.T) {
	for _, n := range []int64{0, 1, 2, 3, 5, 8} {
		ctx, cancel := context.WithCancel(context.Background())
		r, canceled := s.doc.canceling(n, cancel)
		if n == 0 {
			cancel()
		}
		done := make(chan outcome, 1)
		labels := pprof.Labels("convertertest", t.Name())
		go pprof.Do(ctx, labels, func(ctx context.Context) {
			done <- s.convertWith(t, ctx, s.converter, s.doc.input(r), converter.Options{})
		})
		select {
		case o := <-done:
			// Canceled with the last read, it may be done all the same.
			if o.err == nil && n == 0 {
				t.Error("no error, though the context had ended before")
			}
			if o.err != nil && !errors.Is(o.err, context.Canceled) && s.first.err == nil {
				t.Errorf("canceled at read %d: %v", n, o.err)
			}
		case <-time.After(time.Minute):
			t.Fatalf("canceled at read %d: still running a minute later", n)
		}
		cancel()
		if left := leftover(t.Name()); left != "" {
			t.Fatalf("canceled at read %d: goroutines are left:\n%s", n, left)
		}
		if !canceled() {
			return
		}
	}
}

// leftover returns the stacks of goroutines that were started under a label and are still
// there after a while.
func leftover(label string) string {
	var left string
	for wait := time.Microsecond; wait < 5*time.Second; wait *= 2 {
		var b bytes.Buffer
		pprof.Lookup("goroutine").WriteTo(&b, 1)
		left = ""
		for stack := range strings.SplitSeq(b.String(), "\n\n") {
			if strings.Contains(stack, "# labels:") && strings.Contains(stack, strconv.Quote(label)) {
				left += stack + "\n"
			}
		}
		if left == "" {
			return ""
		}
		time.Sleep(wait)
	}
	return left
}

// truncated: what is left of a document that was cut off is an error or a sound database.
func (s *suite) truncated(t *testing.T) {
	most := 256
	if testing.Short() {
		most = 32
	}
	for _, n := range spread(len(s.doc.bytes), most) {
		cut := document{s.doc.name, s.doc.bytes[:n], s.doc.folder}
		s.convert(t, cut.input(nil), converter.Options{}) // checks just that
	}
}

// repeated: what a converter with options found out about the document makes the same
// database when it is set.
func (s *suite) repeated(t *testing.T) {
	if s.first.err != nil {
		return
	}
	c := s.converter
	for name, value := range converter.Settings(c, s.first.summary.Documents[0].Facts) {
		var err error
		if c, err = c.(converter.Configurable).With(name, value); err != nil {
			t.Fatalf("option %s: %q: %v", name, value, err)
		}
	}
	o := s.convertWith(t, context.Background(), c, s.doc.input(nil), converter.Options{})
	if o.err != nil {
		t.Fatalf("with the options set to what was found out: %v", o.err)
	}
	got, err := SQL(o.db)
	if err != nil {
		t.Fatal(err)
	}
	want, err := SQL(s.first.db)
	if err != nil {
		t.Fatal(err)
	}
	// What is set is no guess any more.
	if got, want = WithoutFindings(got), WithoutFindings(want); got != want {
		t.Errorf("with the options set to what was found out: another database: %s", difference(got, want))
	}
}

// spread returns offsets from 0 to below n: all, or so many of them.
func spread(n, most int) []int {
	var at []int
	for i := range min(n, most) {
		at = append(at, i*n/min(n, most))
	}
	if n > most {
		at = append(at, n-1)
	}
	return at
}
