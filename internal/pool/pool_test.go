package pool_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/dynasette/dynasette/internal/pool"
)

// A thing counts how many of it are open.
type thing struct {
	n    int
	open *atomic.Int32
	err  error
}

func (t *thing) Close() error {
	t.open.Add(-1)
	return t.err
}

func TestLimit(t *testing.T) {
	const limit, items = 3, 20
	p := &pool.Pool[*thing]{Limit: limit}
	var open, opened atomic.Int32
	var all []*pool.Item[*thing]
	for n := range items {
		all = append(all, p.New(func() (*thing, error) {
			open.Add(1)
			opened.Add(1)
			return &thing{n: n, open: &open}, nil
		}))
	}
	if opened.Load() != 0 {
		t.Error("opened before use")
	}
	var users sync.WaitGroup
	for i := range 50 * items {
		users.Go(func() {
			n := i % items
			if err := all[n].Use(func(v *thing) error {
				if v.n != n {
					t.Errorf("got %d, want %d", v.n, n)
				}
				return nil
			}); err != nil {
				t.Error(err)
			}
		})
	}
	users.Wait()
	if n := int(open.Load()); n > limit || n != p.Open() {
		t.Errorf("%d open, %d known, want at most %d", n, p.Open(), limit)
	}
	for _, i := range all {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	}
	if n := open.Load(); n != 0 || p.Open() != 0 {
		t.Errorf("%d open after all are closed", n)
	}
}

// What was used last stays open, and what is in use in any case.
func TestWhatStaysOpen(t *testing.T) {
	p := &pool.Pool[*thing]{Limit: 2}
	var open atomic.Int32
	opened := map[string]int{}
	item := func(name string) *pool.Item[*thing] {
		return p.New(func() (*thing, error) {
			opened[name]++
			open.Add(1)
			return &thing{open: &open}, nil
		})
	}
	a, b, c := item("a"), item("b"), item("c")
	nothing := func(*thing) error { return nil }
	for _, i := range []*pool.Item[*thing]{a, b, a, c, a} { // b had to make room
		if err := i.Use(nothing); err != nil {
			t.Fatal(err)
		}
	}
	if got := fmt.Sprint(opened); got != "map[a:1 b:1 c:1]" {
		t.Error(got)
	}
	if err := b.Use(func(*thing) error { return errors.Join(a.Use(nothing), c.Use(nothing)) }); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(opened); got != "map[a:1 b:2 c:2]" {
		t.Error(got)
	}
	if p.Open() != 2 {
		t.Errorf("%d open", p.Open())
	}
}

func TestErrors(t *testing.T) {
	p := &pool.Pool[*thing]{Limit: 1}
	bad := errors.New("bad")
	if err := p.New(func() (*thing, error) { return nil, bad }).Use(func(*thing) error { t.Error("used"); return nil }); err != bad {
		t.Error(err)
	}
	var open atomic.Int32
	item := func(err error) *pool.Item[*thing] {
		return p.New(func() (*thing, error) { open.Add(1); return &thing{open: &open, err: err}, nil })
	}
	a, b := item(bad), item(nil)
	if err := a.Use(func(*thing) error { return bad }); err != bad {
		t.Error(err)
	}
	if err := b.Use(func(*thing) error { return nil }); err != nil { // closes a
		t.Error(err)
	}
	if err := a.Close(); !errors.Is(err, bad) {
		t.Errorf("closing said %v", err)
	}
}

// An item that came open is used as it is, and opened when it had to make room.
func TestOpened(t *testing.T) {
	p := &pool.Pool[*thing]{Limit: 2}
	var open atomic.Int32
	opened := 0
	again := func() (*thing, error) {
		opened++
		open.Add(1)
		return &thing{open: &open}, nil
	}
	var all []*pool.Item[*thing]
	for n := range 3 {
		open.Add(1)
		all = append(all, p.Opened(&thing{n: n, open: &open}, again))
	}
	if p.Open() != 2 || open.Load() != 2 {
		t.Errorf("%d known, %d open, want 2", p.Open(), open.Load())
	}
	for _, i := range []int{2, 1, 0} {
		if err := all[i].Use(func(v *thing) error {
			if i > 0 && v.n != i {
				t.Errorf("got %d, want %d", v.n, i)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	if opened != 1 {
		t.Errorf("opened %d times, want once: the first had to make room", opened)
	}
	for _, i := range all {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	}
	if n := open.Load(); n != 0 {
		t.Errorf("%d open after all are closed", n)
	}
}
