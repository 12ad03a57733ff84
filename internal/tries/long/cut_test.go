package main

import (
	"slices"
	"testing"
	"testing/fstest"
)

// Tests are found that lead to testing.Short by any way; and no others.
func TestCutShort(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	got, err := cutShort(fstest.MapFS{
		"go.mod":        file("module example.com/m\n\ngo 1.26\n"),
		"tries/of.go":   file("package tries\nimport \"testing\"\nfunc Of(n int) int { if testing.Short() { return 1 }; return n }\nfunc All(n int) int { return n }\n"),
		"a/a.go":        file("package a\nfunc Of() {}\n"),
		"a/a_test.go":   file("package a\nimport \"testing\"\nfunc TestSelf(t *testing.T) { if testing.Short() { t.Skip() } }\nfunc TestAll(t *testing.T) { Of(); s.all() }\nfunc TestMain(m *testing.M) { testing.Short() }\n"),
		"a/b_test.go":   file("package a_test\nimport (\"testing\"\n of \"example.com/m/tries\")\nfunc TestOf(t *testing.T) { helper(t) }\nfunc helper(t *testing.T) { _ = of.Of(3) }\nfunc TestNone(*testing.T) { _ = of.All(3) }\n"),
		"a/c_test.go":   file("package a\nimport \"testing\"\ntype s struct{}\nfunc (s) run() { testing.Short() }\nfunc TestMethod(t *testing.T) { new(s).run() }\nfunc FuzzMethod(f *testing.F) { x := f; x.Fuzz(func(t *testing.T) { s{}.run() }) }\nfunc BenchmarkNot(b *testing.B) { s{}.run() }\nfunc Testify() { s{}.run() }\n"),
		"b/d_test.go":   file("package b\nimport (\"testing\"\n\"example.com/m/tries\")\nvar cases = []func() int{func() int { return tries.Of(1) }}\nfunc TestTable(t *testing.T) { for _, c := range cases { c() } }\n"),
		"b/e_test.go":   file("//go:build never\n\npackage b\nimport \"testing\"\nfunc TestElsewhere(t *testing.T) { testing.Short() }\n"),
		"c/go.mod":      file("module example.com/other\n"),
		"c/c_test.go":   file("package c\nimport \"testing\"\nfunc TestOther(t *testing.T) { testing.Short() }\n"),
		"d/d_test.go":   file("package d\nimport \"testing\"\nfunc TestNone(t *testing.T) {}\n"),
		"testdata/x.go": file("package testdata is no Go"),
	})
	want := []string{"./a ^(FuzzMethod|TestMethod|TestOf|TestSelf)$", "./b ^(TestTable)$"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
}
