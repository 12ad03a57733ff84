// Package shelftest has the tests that every Shelf passes.
package shelftest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sources/shelf"
)

// Test tests a Shelf. Each call of open returns an empty one and the source whose uploads files become.
func Test(t *testing.T, open func(*testing.T) (shelf.Shelf, dynasette.Source)) {
	for name, test := range map[string]func(*testing.T, *fixture){
		"pieces":      pieces,
		"cut":         cut,
		"sizes":       sizes,
		"names":       names,
		"publish":     publish,
		"folders":     folders,
		"ids":         ids,
		"list":        list,
		"discard":     discard,
		"many pieces": manyPieces,
		"at once":     atOnce,
	} {
		t.Run(name, func(t *testing.T) {
			s, source := open(t)
			test(t, &fixture{s, source})
		})
	}
}

type fixture struct {
	shelf.Shelf
	source dynasette.Source
}

func (f *fixture) create(t *testing.T, name string, size int64) string {
	t.Helper()
	file, err := f.Create(t.Context(), shelf.File{Name: name, MediaType: "text/csv", Size: size, By: "somebody"})
	if err != nil {
		t.Fatal(err)
	}
	return file.ID
}

func (f *fixture) append(t *testing.T, id string, offset int64, data string) {
	t.Helper()
	got, err := f.Append(t.Context(), id, offset, strings.NewReader(data))
	if want := offset + int64(len(data)); err != nil || got != want {
		t.Fatalf("appended to %d, want %d (%v)", got, want, err)
	}
}

// whole puts a complete file on the shelf.
func (f *fixture) whole(t *testing.T, name, data string) string {
	t.Helper()
	id := f.create(t, name, int64(len(data)))
	f.append(t, id, 0, data)
	return id
}

// is checks what has come of a file.
func (f *fixture) is(t *testing.T, id, want string) {
	t.Helper()
	file, err := f.Get(t.Context(), id)
	if err != nil || file.Offset != int64(len(want)) {
		t.Fatalf("%d bytes have come, want %d (%v)", file.Offset, len(want), err)
	}
	doc, err := f.Open(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer doc.Close()
	got, err := io.ReadAll(io.NewSectionReader(doc, 0, 1<<40))
	if err != nil || string(got) != want {
		t.Fatalf("%d bytes are there, or others, want %d (%v)", len(got), len(want), err)
	}
}

// live checks an upload of the source, and returns its generation.
func (f *fixture) live(t *testing.T, name, want string) string {
	t.Helper()
	u, err := f.source.Stat(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := f.source.Open(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(io.NewSectionReader(doc, 0, 1<<40))
	if err = errors.Join(err, doc.Close()); err != nil || string(got) != want || u.Size != int64(len(want)) {
		t.Fatalf("%s: %d bytes, or others, want %d (%v)", name, len(got), len(want), err)
	}
	return u.Generation
}

func (f *fixture) gone(t *testing.T, id string) {
	t.Helper()
	if _, err := f.Get(t.Context(), id); !errors.Is(err, dynasette.ErrNotFound) {
		t.Errorf("still there: %v", err)
	}
}

func pieces(t *testing.T, f *fixture) {
	id := f.create(t, "a.csv", 9)
	file, err := f.Get(t.Context(), id)
	if err != nil || file.Begun.IsZero() || file.Complete() {
		t.Fatalf("%+v: %v", file, err)
	}
	file.Begun = file.Begun.UTC()
	if want := (shelf.File{ID: id, Name: "a.csv", MediaType: "text/csv", Size: 9, Begun: file.Begun, By: "somebody"}); file != want {
		t.Errorf("%+v, want %+v", file, want)
	}
	f.is(t, id, "")
	f.append(t, id, 0, "abc")
	for _, offset := range []int64{0, 2, 4, -1} {
		if got, err := f.Append(t.Context(), id, offset, strings.NewReader("x")); !errors.Is(err, shelf.ErrOffset) || got != 3 {
			t.Errorf("at %d: %d, %v", offset, got, err)
		}
	}
	f.append(t, id, 3, "")
	f.append(t, id, 3, "def")
	f.is(t, id, "abcdef")
	if got, err := f.Append(t.Context(), id, 6, strings.NewReader("ghijkl")); got != 9 || err != nil {
		t.Errorf("more than it is to have: %d, %v", got, err)
	}
	f.is(t, id, "abcdefghi")
	if file, err := f.Get(t.Context(), id); err != nil || !file.Complete() {
		t.Errorf("%+v: %v", file, err)
	}
	var seen []string
	if err := f.source.List(t.Context(), func(u dynasette.Upload) error { seen = append(seen, u.Name); return nil }); err != nil || len(seen) > 0 {
		t.Errorf("uploads before anything is published: %q, %v", seen, err)
	}
	if _, err := f.Create(t.Context(), shelf.File{Name: "../a.csv", Size: 1}); !errors.Is(err, shelf.ErrName) {
		t.Errorf("got %v", err)
	}
}

func cut(t *testing.T, f *fixture) {
	id := f.create(t, "a.csv", 10)
	broken := errors.New("broken")
	got, err := f.Append(t.Context(), id, 0, io.MultiReader(strings.NewReader("abcd"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || got != 4 {
		t.Errorf("appended to %d: %v", got, err)
	}
	f.is(t, id, "abcd")
	f.append(t, id, 4, "efghij")
	f.is(t, id, "abcdefghij")
}

func sizes(t *testing.T, f *fixture) {
	id := f.create(t, "a.csv", -1)
	f.append(t, id, 0, "abc")
	if _, err := f.Publish(t.Context(), id, dynasette.Absent); !errors.Is(err, dynasette.ErrUnfinished) {
		t.Errorf("published without a size: %v", err)
	}
	if err := f.SetSize(t.Context(), id, 2); !errors.Is(err, shelf.ErrOffset) {
		t.Errorf("less than has come: %v", err)
	}
	if err := f.SetSize(t.Context(), id, 5); err != nil {
		t.Error(err)
	}
	if err := f.SetSize(t.Context(), id, 6); !errors.Is(err, shelf.ErrOffset) {
		t.Errorf("another size: %v", err)
	}
	f.append(t, id, 3, "de")
	f.is(t, id, "abcde")
	empty := f.create(t, "empty.csv", 0)
	f.is(t, empty, "")
	if _, err := f.Publish(t.Context(), empty, dynasette.Absent); err != nil {
		t.Error(err)
	}
	f.live(t, "empty.csv", "")
}

func names(t *testing.T, f *fixture) {
	id := f.create(t, "a.txt", 5)
	f.append(t, id, 0, "ab")
	for _, bad := range []string{"", "../a.csv", ".a.csv"} {
		if err := f.SetName(t.Context(), id, bad); !errors.Is(err, shelf.ErrName) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if file, err := f.Get(t.Context(), id); err != nil || file.Name != "a.txt" {
		t.Errorf("%+v: %v", file, err)
	}
	if err := f.SetName(t.Context(), id, "2024/b.csv"); err != nil {
		t.Fatal(err)
	}
	f.append(t, id, 2, "cde")
	if file, err := f.Get(t.Context(), id); err != nil || file.Name != "2024/b.csv" || file.MediaType != "text/csv" || !file.Complete() {
		t.Errorf("%+v: %v", file, err)
	}
	if u, err := f.Publish(t.Context(), id, dynasette.Absent); err != nil || u.Name != "2024/b.csv" {
		t.Errorf("%+v: %v", u, err)
	}
	f.live(t, "2024/b.csv", "abcde")
}

func publish(t *testing.T, f *fixture) {
	unfinished := f.create(t, "a.csv", 5)
	f.append(t, unfinished, 0, "abc")
	if _, err := f.Publish(t.Context(), unfinished, dynasette.Absent); !errors.Is(err, dynasette.ErrUnfinished) {
		t.Errorf("unfinished: %v", err)
	}
	id := f.whole(t, "a.csv", "first")
	if _, err := f.Publish(t.Context(), id, "another"); !errors.Is(err, dynasette.ErrChanged) {
		t.Errorf("over what is not there: %v", err)
	}
	u, err := f.Publish(t.Context(), id, dynasette.Absent)
	if err != nil {
		t.Fatal(err)
	}
	first := f.live(t, "a.csv", "first")
	if u.Generation != first || u.Name != "a.csv" || u.Size != 5 {
		t.Errorf("%+v, but generation %s is live", u, first)
	}
	f.gone(t, id)

	id = f.whole(t, "a.csv", "second")
	if _, err := f.Publish(t.Context(), id, dynasette.Absent); !errors.Is(err, dynasette.ErrChanged) {
		t.Errorf("over one: %v", err)
	}
	f.live(t, "a.csv", "first")
	f.is(t, id, "second")
	if _, err := f.Publish(t.Context(), id, first); err != nil {
		t.Error(err)
	}
	second := f.live(t, "a.csv", "second")
	if second == first {
		t.Error("the same generation")
	}
	id = f.whole(t, "a.csv", "third")
	if _, err := f.Publish(t.Context(), id, first); !errors.Is(err, dynasette.ErrChanged) {
		t.Errorf("over one that is gone: %v", err)
	}
	f.live(t, "a.csv", "second")
	if _, err := f.Publish(t.Context(), id, second); err != nil {
		t.Error(err)
	}
	f.live(t, "a.csv", "third")
	f.gone(t, id)
}

func folders(t *testing.T, f *fixture) {
	for _, name := range []string{"2024/deep/towns.csv", "名前 %2F.csv", "<script>.csv", "\u202eright.csv", strings.Repeat("x", 190) + ".csv"} {
		id := f.whole(t, name, name)
		if _, err := f.Publish(t.Context(), id, dynasette.Absent); err != nil {
			t.Error(err)
		}
		f.live(t, name, name)
	}
}

func ids(t *testing.T, f *fixture) {
	id := f.whole(t, "a.csv", "a")
	for _, other := range []string{"", ".", "..", "../" + id, id + "/", id + "/..", "a/b", id[1:], id + "a", strings.ToUpper(id), strings.Repeat("a", 26), strings.Repeat("a", 5000), "\x00", "*", "%2e%2e"} {
		_, get := f.Get(t.Context(), other)
		_, add := f.Append(t.Context(), other, 0, strings.NewReader("x"))
		_, open := f.Open(t.Context(), other)
		_, put := f.Publish(t.Context(), other, dynasette.Absent)
		for what, err := range map[string]error{"get": get, "append": add, "open": open, "publish": put, "size": f.SetSize(t.Context(), other, 1), "name": f.SetName(t.Context(), other, "b.csv")} {
			if !errors.Is(err, dynasette.ErrNotFound) {
				t.Errorf("%s %.40q: %v", what, other, err)
			}
		}
		if err := f.Discard(t.Context(), other); err != nil {
			t.Errorf("discard %.40q: %v", other, err)
		}
	}
	f.is(t, id, "a")
}

func list(t *testing.T, f *fixture) {
	var want []shelf.File
	for i := range 5 {
		id := f.create(t, fmt.Sprintf("%d.csv", i), 10)
		f.append(t, id, 0, strings.Repeat("x", i))
		file, err := f.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, file)
	}
	var got []shelf.File
	if err := f.List(t.Context(), func(file shelf.File) error { got = append(got, file); return nil }); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(got, func(a, b shelf.File) int { return strings.Compare(a.Name, b.Name) })
	if !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	stop := errors.New("stop")
	if err := f.List(t.Context(), func(shelf.File) error { return stop }); err != stop {
		t.Errorf("got %v", err)
	}
	over, end := context.WithCancel(t.Context())
	end()
	if err := f.List(over, func(shelf.File) error { return nil }); err == nil {
		t.Error("listed after the context's end")
	}
}

func discard(t *testing.T, f *fixture) {
	id := f.whole(t, "a.csv", "abc")
	for range 2 {
		if err := f.Discard(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
	f.gone(t, id)
	if err := f.List(t.Context(), func(file shelf.File) error { return errors.New(file.Name) }); err != nil {
		t.Errorf("left: %v", err)
	}
}

func manyPieces(t *testing.T, f *fixture) {
	const n = 75
	id := f.create(t, "a.csv", 3*n)
	var want bytes.Buffer
	for i := range n {
		piece := fmt.Sprintf("%02d\n", i)
		f.append(t, id, int64(want.Len()), piece)
		want.WriteString(piece)
		if i == n/2 {
			f.is(t, id, want.String())
		}
	}
	f.is(t, id, want.String())
	if _, err := f.Publish(t.Context(), id, dynasette.Absent); err != nil {
		t.Fatal(err)
	}
	f.live(t, "a.csv", want.String())
}

// atOnce has several append to one file, and several publish under one name: of each, one wins.
func atOnce(t *testing.T, f *fixture) {
	id := f.create(t, "a.csv", 4)
	var all sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for range 8 {
		all.Go(func() {
			_, err := f.Append(t.Context(), id, 0, strings.NewReader("abcd"))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if !errors.Is(err, shelf.ErrOffset) && !errors.Is(err, dynasette.ErrChanged) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won != 1 {
		t.Errorf("%d have appended at 0", won)
	}
	f.is(t, id, "abcd")

	won = 0
	for i := range 4 {
		id := f.whole(t, "b.csv", strings.Repeat("x", 1+i))
		all.Go(func() {
			_, err := f.Publish(t.Context(), id, dynasette.Absent)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if !errors.Is(err, dynasette.ErrChanged) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won != 1 {
		t.Errorf("%d are published over nothing", won)
	}
}
