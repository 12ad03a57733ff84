package sinktest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dynasette/dynasette"
)

func testDocuments(t *testing.T, s dynasette.Store) {
	ctx := t.Context()
	const name = "errors/x.csv.json"
	_, _, err := s.Read(ctx, name)
	is(t, "read what is not there", err, dynasette.ErrNotFound)
	_, err = s.Stat(ctx, name)
	is(t, "stat what is not there", err, dynasette.ErrNotFound)
	_, err = s.Write(ctx, name, []byte("x"), nobody, nil)
	is(t, "replace what is not there", err, dynasette.ErrChanged)

	generations := []string{dynasette.Absent}
	for i, text := range []string{"one", "two", "two", "", "one"} {
		over := generations[i]
		if i > 0 {
			_, err = s.Write(ctx, name, []byte("wrong"), dynasette.Absent, nil)
			is(t, "create what is there", err, dynasette.ErrChanged)
			_, err = s.Write(ctx, name, []byte("wrong"), generations[i-1], nil)
			is(t, "replace an older generation", err, dynasette.ErrChanged)
		}
		g, err := s.Write(ctx, name, []byte(text), over, nil)
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(generations, g) {
			t.Fatalf("generation %q was in use before", g)
		}
		generations = append(generations, g)
		data, read, err := s.Read(ctx, name)
		if err != nil || string(data) != text || read != g {
			t.Fatalf("read %q of generation %q (%v), want %q of %q", data, read, err, text, g)
		}
		if o := holds(t, s, name, []byte(text)); o.Generation != g {
			t.Fatalf("stat says generation %q, want %q", o.Generation, g)
		}
	}
}

// testCounter: nothing is lost or done twice when many write one document. After an error
// that leaves open whether a write was done, its writer looks.
func testCounter(t *testing.T, s dynasette.Store) {
	const name, workers, each = "count.json", 4, 5
	sign := func(mark string) error {
		for tries := 20; ; tries-- {
			data, g, err := s.Read(t.Context(), name)
			if err != nil && !errors.Is(err, dynasette.ErrNotFound) {
				return err
			}
			if slices.Contains(strings.Fields(string(data)), mark) {
				return nil
			}
			_, err = s.Write(t.Context(), name, append(data, mark+" "...), g, nil)
			if err == nil || tries == 0 && !errors.Is(err, dynasette.ErrChanged) {
				return err
			}
		}
	}
	var group sync.WaitGroup
	var want []string
	for i := range workers {
		var marks []string
		for j := range each {
			marks = append(marks, fmt.Sprint(i, "-", j))
		}
		want = append(want, marks...)
		group.Go(func() {
			for _, mark := range marks {
				if err := sign(mark); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	data, _, err := s.Read(t.Context(), name)
	got := strings.Fields(string(data))
	if slices.Sort(got); err != nil || !slices.Equal(got, want) {
		t.Fatalf("read %q (%v), want %q", got, err, want)
	}
}

func testBigDocument(t *testing.T, s dynasette.Store) {
	data := bytes.Repeat([]byte(`{"a": "long document"}`), 300_000)
	if _, err := s.Write(t.Context(), "big.json", data, dynasette.Absent, nil); err != nil {
		t.Fatal(err)
	}
	got, _, err := s.Read(t.Context(), "big.json")
	if err != nil || !bytes.Equal(got, data) {
		t.Fatalf("read %d bytes (%v), want %d", len(got), err, len(data))
	}
}

func testDelete(t *testing.T, s dynasette.Store) {
	ctx := t.Context()
	const name = "releases/1/x.db"
	is(t, "delete what is not there", s.Delete(ctx, name, nobody), dynasette.ErrNotFound)
	first, rest := pages(1, 3, 512)
	old := commit(t, s, name, dynasette.Absent, first, rest)
	now := commit(t, s, name, old.Generation, first, rest)
	is(t, "delete an older generation", s.Delete(ctx, name, old.Generation), dynasette.ErrChanged)
	holds(t, s, name, first, rest)
	if err := s.Delete(ctx, name, now.Generation); err != nil {
		t.Fatal(err)
	}
	_, err := s.Stat(ctx, name)
	is(t, "stat what was deleted", err, dynasette.ErrNotFound)
	if left := names(t, s, ""); len(left) != 0 {
		t.Fatalf("left: %q", left)
	}
	again := commit(t, s, name, dynasette.Absent, first, rest)
	if again.Generation == old.Generation || again.Generation == now.Generation {
		t.Fatalf("generation %q was in use before", again.Generation)
	}
}

func testNames(t *testing.T, s dynasette.Store) {
	odd := []string{
		"x", "a.b-c_d.json", "errors/dir%2Fx.csv.json", "errors/%2E%2E%2Fx.json", "errors/x", "Errors/X",
		"a/b/c/d/e/f", strings.Repeat("n", 200), "dots/..x", "dots/x..", "dashes/--x", "percent/100%",
	}
	var want []string
	for i, name := range odd {
		if strings.Contains(name, "/.") {
			continue // not a name of the pipeline's
		}
		want = append(want, name)
		if _, err := s.Write(t.Context(), name, []byte(odd[i]), dynasette.Absent, nil); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		holds(t, s, name, []byte(name))
	}
	slices.Sort(want)
	if got := names(t, s, ""); !slices.Equal(got, want) {
		t.Fatalf("listed %q\nwant   %q", got, want)
	}
}

// testMetadata: what a listing shows goes with the generation that it was written with.
func testMetadata(t *testing.T, s dynasette.Store) {
	ctx := t.Context()
	long := map[string]string{"source": strings.Repeat("%E6", 1024), "state": "current", "odd": `"a": %41 = +~!`}
	over := dynasette.Absent
	for _, metadata := range []map[string]string{{"source": "dir/x.csv"}, nil, long} {
		g, err := s.Write(ctx, "sources/x.json", []byte("{}"), over, metadata)
		if err != nil {
			t.Fatal(err)
		}
		over = g
		listed := 0
		if err := s.List(ctx, "sources/", func(o dynasette.Object) error {
			listed++
			if o.Generation != g || len(o.Metadata) != len(metadata) || len(metadata) > 0 && !maps.Equal(o.Metadata, metadata) {
				t.Errorf("listed %+v, want %v", o, metadata)
			}
			stat, err := s.Stat(ctx, o.Name)
			same(t, o, stat)
			return err
		}); err != nil || listed != 1 {
			t.Fatalf("listed %d, %v", listed, err)
		}
	}
}

func testList(t *testing.T, s dynasette.Store) {
	ctx := t.Context()
	all := []string{"a/1.json", "a/2/3.json", "a/2.json", "ab/1.json", "a.json", "b/1.json"}
	for i := range 60 {
		all = append(all, fmt.Sprintf("many/%03d.json", i))
	}
	for _, name := range all {
		if _, err := s.Write(ctx, name, []byte(name), dynasette.Absent, nil); err != nil {
			t.Fatal(err)
		}
	}
	first, rest := pages(2, 2, 512)
	all = append(all, "a/x.db")
	db := commit(t, s, "a/x.db", dynasette.Absent, first, rest)
	slices.Sort(all)
	for _, prefix := range []string{"", "a", "a/", "a/2", "a/2/", "ab/", "c", "c/", "a/1.json", "a/1.json/", "many/", "many/05"} {
		want := slices.DeleteFunc(slices.Clone(all), func(n string) bool { return !strings.HasPrefix(n, prefix) })
		if got := names(t, s, prefix); !slices.Equal(got, want) {
			t.Errorf("list %q: %q\nwant %q", prefix, got, want)
		}
	}
	if err := s.List(ctx, "a/", func(o dynasette.Object) error {
		stat, err := s.Stat(ctx, o.Name)
		same(t, o, stat)
		if o.Name == db.Name {
			same(t, o, db)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	stop, calls := errors.New("stop"), 0
	err := s.List(ctx, "many/", func(dynasette.Object) error { calls++; return stop })
	if is(t, "list that is stopped", err, stop); calls != 1 {
		t.Errorf("called %d times after an error", calls-1)
	}
}

func testCancelled(t *testing.T, s dynasette.Store) {
	first, rest := pages(3, 2, 512)
	o := commit(t, s, "x.db", dynasette.Absent, first, rest)
	ctx, cancel := context.WithCancel(t.Context())
	d, err := s.Create(ctx, "y.db")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Write(rest); err != nil {
		t.Fatal(err)
	}
	cancel()
	_, err = d.Commit(first, dynasette.Absent)
	is(t, "commit", err, context.Canceled)
	_, err = s.Write(ctx, "z.json", nil, dynasette.Absent, nil)
	is(t, "write", err, context.Canceled)
	_, _, err = s.Read(ctx, o.Name)
	is(t, "read", err, context.Canceled)
	_, err = s.Open(ctx, o)
	is(t, "open", err, context.Canceled)
	is(t, "delete", s.Delete(ctx, o.Name, o.Generation), context.Canceled)
	is(t, "list", s.List(ctx, "", func(dynasette.Object) error { return nil }), context.Canceled)
	if got := names(t, s, ""); !slices.Equal(got, []string{"x.db"}) {
		t.Fatalf("there is %q, want only x.db", got)
	}
}
