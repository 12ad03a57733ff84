package sinktest

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
)

func testDatabase(t *testing.T, s dynasette.Store) {
	first, rest := pages(4, 9, 4096)
	o := commit(t, s, "databases/x.db", dynasette.Absent, first, rest)
	same(t, o, dynasette.Object{
		Name: "databases/x.db", Generation: o.Generation, Size: 9 * 4096, SHA256: o.SHA256,
	})
	if o.Generation == dynasette.Absent {
		t.Error("no generation")
	}
	same(t, holds(t, s, o.Name, first, rest), o)

	doc, err := s.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer doc.Close()
	whole := slices.Concat(first, rest)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			random := rand.New(rand.NewPCG(uint64(i), 0))
			for range 20 {
				off := random.IntN(len(whole))
				buf := make([]byte, random.IntN(len(whole)-off)+1)
				n, err := doc.ReadAt(buf, int64(off))
				if n != len(buf) && err == nil || err != nil && err != io.EOF || !bytes.Equal(buf[:n], whole[off:off+n]) {
					t.Errorf("read %d of %d bytes at %d (%v), or wrong ones", n, len(buf), off, err)
				}
			}
		})
	}
	group.Wait()
	if n, err := doc.ReadAt(make([]byte, 9), int64(len(whole))-4); n != 4 || err != io.EOF {
		t.Errorf("read %d bytes (%v) at the end, want 4 and EOF", n, err)
	}
}

func testPageSizes(t *testing.T, s dynasette.Store) {
	over := dynasette.Absent
	for _, size := range []int{512, 1024, 4096, 8192, 65536} {
		for _, n := range []int{1, 2, 40} {
			first, rest := pages(5, n, size)
			over = commit(t, s, "x.db", over, first, rest).Generation
			holds(t, s, "x.db", first, rest)
		}
	}
}

func testReset(t *testing.T, s dynasette.Store) {
	d, err := s.Create(t.Context(), "x.db")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	_, long := pages(6, 30, 4096)
	first, rest := pages(7, 5, 4096)
	for _, p := range [][]byte{long, nil, long, rest} {
		if err := d.Reset(); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Write(p); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Commit(first, dynasette.Absent); err != nil {
		t.Fatal(err)
	}
	holds(t, s, "x.db", first, rest)
}

func testBigDatabase(t *testing.T, s dynasette.Store) {
	first, rest := pages(8, 5000, 4096)
	d, err := s.Create(t.Context(), "databases/big.db")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	random := rand.New(rand.NewPCG(1, 1))
	for left := rest; len(left) > 0; {
		n := min(len(left), 4096*(1+random.IntN(200)))
		buf := bytes.Clone(left[:n])
		if m, err := d.Write(buf); m != n || err != nil {
			t.Fatalf("wrote %d of %d bytes: %v", m, n, err)
		}
		clear(buf) // the buffer is the writer's again
		left = left[n:]
	}
	if _, err := d.Commit(first, dynasette.Absent); err != nil {
		t.Fatal(err)
	}
	holds(t, s, "databases/big.db", first, rest)
}

func testDraftUnseen(t *testing.T, s dynasette.Store) {
	d, err := s.Create(t.Context(), "databases/x.db")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	_, rest := pages(9, 300, 4096)
	if _, err := d.Write(rest); err != nil {
		t.Fatal(err)
	}
	if got := names(t, s, ""); len(got) != 0 {
		t.Errorf("listed: %q", got)
	}
	_, err = s.Stat(t.Context(), "databases/x.db")
	is(t, "stat", err, dynasette.ErrNotFound)
	for range 2 {
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := names(t, s, ""); len(got) != 0 {
		t.Errorf("left: %q", got)
	}
}

func testFailedDraft(t *testing.T, s dynasette.Store) {
	first, rest := pages(10, 3, 4096)
	old := commit(t, s, "x.db", dynasette.Absent, first, rest)
	other, otherRest := pages(11, 7, 4096)
	for _, over := range []string{dynasette.Absent, nobody} {
		_, err := tryCommit(t.Context(), s, "x.db", over, other, otherRest)
		is(t, "commit over another generation", err, dynasette.ErrChanged)
	}
	_, err := tryCommit(t.Context(), s, "y.db", old.Generation, other, otherRest)
	is(t, "replace what is not there", err, dynasette.ErrChanged)
	d, err := s.Create(t.Context(), "x.db")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Write(otherRest); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Commit(other, old.Generation); err == nil {
		t.Error("a draft was committed after it was closed")
	}
	same(t, holds(t, s, "x.db", first, rest), old)
	if got := names(t, s, ""); !slices.Equal(got, []string{"x.db"}) {
		t.Errorf("there is %q, want only x.db", got)
	}
}

func testCommitAgain(t *testing.T, s dynasette.Store) {
	first, rest := pages(12, 3, 8192)
	old := commit(t, s, "x.db", dynasette.Absent, first, rest)
	other, otherRest := pages(13, 4, 8192)
	d, err := s.Create(t.Context(), "x.db")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Write(otherRest); err != nil {
		t.Fatal(err)
	}
	_, err = d.Commit(other, dynasette.Absent)
	is(t, "commit over another generation", err, dynasette.ErrChanged)
	o, err := d.Commit(other, old.Generation)
	if err != nil {
		t.Fatal(err)
	}
	same(t, holds(t, s, "x.db", other, otherRest), o)
}

func testRace(t *testing.T, s dynasette.Store) {
	const creators = 6
	won := make(chan int, creators)
	var group sync.WaitGroup
	for i := range creators {
		group.Go(func() {
			first, rest := pages(uint64(20+i), 3, 4096)
			_, err := tryCommit(t.Context(), s, "x.db", dynasette.Absent, first, rest)
			switch {
			case err == nil:
				won <- i
			case !errors.Is(err, dynasette.ErrChanged):
				t.Error(err)
			}
		})
	}
	group.Wait()
	close(won)
	if len(won) != 1 {
		t.Fatalf("%d creators of one object", len(won))
	}
	first, rest := pages(uint64(20+<-won), 3, 4096)
	holds(t, s, "x.db", first, rest)
}

// testReplacedWhole: whoever reads while an object is replaced reads one of both.
func testReplacedWhole(t *testing.T, s dynasette.Store) {
	first, rest := pages(30, 50, 4096)
	other, otherRest := pages(31, 60, 4096)
	either := [][]byte{slices.Concat(first, rest), slices.Concat(other, otherRest)}
	o := commit(t, s, "x.db", dynasette.Absent, first, rest)
	done := make(chan struct{})
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			o, err := s.Stat(t.Context(), "x.db")
			if err != nil {
				t.Error(err)
				return
			}
			data, err := content(t.Context(), s, o)
			if errors.Is(err, dynasette.ErrChanged) || errors.Is(err, dynasette.ErrNotFound) {
				continue
			}
			if err != nil || !bytes.Equal(data, either[0]) && !bytes.Equal(data, either[1]) {
				t.Errorf("a mixture of %d bytes, or %v", len(data), err)
				return
			}
		}
	})
	for i := range 10 {
		if i%2 == 0 {
			o = commit(t, s, "x.db", o.Generation, other, otherRest)
		} else {
			o = commit(t, s, "x.db", o.Generation, first, rest)
		}
	}
	close(done)
	reader.Wait()
}

func testOpenPinned(t *testing.T, s dynasette.Store) {
	first, rest := pages(42, 2, 4096)
	old := commit(t, s, "x.db", dynasette.Absent, first, rest)
	commit(t, s, "x.db", old.Generation, first, rest)
	_, err := s.Open(t.Context(), old)
	if !errors.Is(err, dynasette.ErrChanged) && !errors.Is(err, dynasette.ErrNotFound) {
		t.Fatalf("open an older generation: %v", err)
	}
}

// testSweep: neither objects nor drafts that are being written are swept.
func testSweep(t *testing.T, s dynasette.Store) {
	first, rest := pages(50, 3, 4096)
	old := commit(t, s, "databases/old.db", dynasette.Absent, first, rest)
	d, err := s.Create(t.Context(), "databases/x.db")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Write(rest); err != nil {
		t.Fatal(err)
	}
	if err := s.Sweep(t.Context(), time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	o, err := d.Commit(first, dynasette.Absent)
	if err != nil {
		t.Fatal(err)
	}
	same(t, holds(t, s, "databases/x.db", first, rest), o)
	same(t, holds(t, s, "databases/old.db", first, rest), old)
}
