// Package sinktest is the conformance suite of a dynasette.Store, with a Store in memory
// and one that fails on demand for the tests of whatever is built on a Store.
package sinktest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/dynasette/dynasette"
)

// Run tests the stores that open returns, each of them empty and used by one subtest.
func Run(t *testing.T, open func(t *testing.T) dynasette.Store) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, dynasette.Store)
	}{
		{"documents", testDocuments},
		{"documents are counted on", testCounter},
		{"big document", testBigDocument},
		{"delete", testDelete},
		{"names", testNames},
		{"names of uploads", testUploadNames},
		{"metadata", testMetadata},
		{"list", testList},
		{"database", testDatabase},
		{"database of any page size", testPageSizes},
		{"database begun anew", testReset},
		{"big database", testBigDatabase},
		{"nothing of a draft is seen", testDraftUnseen},
		{"a draft that fails leaves the old one", testFailedDraft},
		{"a commit on a wrong guess can be repeated", testCommitAgain},
		{"creators race", testRace},
		{"replaced whole", testReplacedWhole},
		{"what is open is pinned", testOpenPinned},
		{"sweep", testSweep},
		{"cancelled", testCancelled},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

const nobody = "no such generation"

// pages returns n pages of random bytes after the seed, the first one apart.
func pages(seed uint64, n, size int) (first, rest []byte) {
	all := make([]byte, n*size)
	source := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	source.Read(all)
	return all[:size], all[size:]
}

// commit makes a database.
func commit(t *testing.T, s dynasette.Store, name, over string, first, rest []byte) dynasette.Object {
	t.Helper()
	o, err := tryCommit(t.Context(), s, name, over, first, rest)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return o
}

func tryCommit(ctx context.Context, s dynasette.Store, name, over string, first, rest []byte) (dynasette.Object, error) {
	d, err := s.Create(ctx, name)
	if err != nil {
		return dynasette.Object{}, err
	}
	defer d.Close()
	if _, err := d.Write(rest); err != nil && len(rest) > 0 {
		return dynasette.Object{}, err
	}
	return d.Commit(first, over)
}

// content returns an object's bytes.
func content(ctx context.Context, s dynasette.Store, o dynasette.Object) ([]byte, error) {
	doc, err := s.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.NewSectionReader(doc, 0, 1<<40))
	return data, errors.Join(err, doc.Close())
}

// holds fails the test unless the object is there, and is these bytes.
func holds(t *testing.T, s dynasette.Store, name string, want ...[]byte) dynasette.Object {
	t.Helper()
	o, err := s.Stat(t.Context(), name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	data, err := content(t.Context(), s, o)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if whole := bytes.Join(want, nil); !bytes.Equal(data, whole) {
		t.Fatalf("%s: other bytes than were written: %d, want %d", name, len(data), len(whole))
	}
	if o.Size != int64(len(data)) {
		t.Fatalf("%s: has %d bytes, but says %d", name, len(data), o.Size)
	}
	return o
}

// is fails the test unless err is want.
func is(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("%s: error %v, want %v", what, err, want)
	}
}

// same fails the test unless both are one object.
func same(t *testing.T, got, want dynasette.Object) {
	t.Helper()
	if got.Name != want.Name || got.Generation != want.Generation || got.Size != want.Size ||
		got.SHA256 != "" && want.SHA256 != "" && got.SHA256 != want.SHA256 || !maps.Equal(got.Metadata, want.Metadata) {
		t.Fatalf("got  %+v\nwant %+v", got, want)
	}
}

// names returns what is listed, sorted.
func names(t *testing.T, s dynasette.Store, prefix string) []string {
	t.Helper()
	list := []string{}
	if err := s.List(t.Context(), prefix, func(o dynasette.Object) error {
		list = append(list, o.Name)
		return nil
	}); err != nil {
		t.Fatalf("list %q: %v", prefix, err)
	}
	slices.Sort(list)
	return list
}
