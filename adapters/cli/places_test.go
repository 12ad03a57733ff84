package cli_test

import (
	"bytes"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/adapters/cli"
	"github.com/dynasette/dynasette/adapters/places"
	"github.com/dynasette/dynasette/converter/all"
)

// A program without Google's clients says which one has them; that is a mistake in the command
// line, and found before anything is done.
func TestWithoutGoogle(t *testing.T) {
	folder, served := t.TempDir(), filepath.Join(t.TempDir(), "served")
	writeFile(t, filepath.Join(folder, "x.csv"), "a\n1\n")
	const service = "projects/p/locations/l/services/s"
	for _, args := range [][]string{
		{"convert", "gs://bucket/x.csv", "-o", filepath.Join(folder, "x.db")},
		{"convert", filepath.Join(folder, "x.csv"), "-o", "gs://bucket/x.db"},
		{"inspect", "gs://bucket/x.csv"},
		{"reconcile", "gs://bucket", served},
		{"reconcile", folder, "gs://bucket"},
		{"reconcile", folder, served, "--service", service},
		{"reconcile", folder, served, "--restart", "run:" + service},
		{"releases", "gs://bucket"},
		{"serve", "--uploads", "gs://bucket", "--serving", served},
		{"serve", "--uploads", folder, "--serving", "gs://bucket"},
		{"serve", "--uploads", folder, "--serving", served, "--service", service},
		{"serve", "--uploads", folder, "--serving", served, "--audience", "https://x", "--invokers", "a@b"},
	} {
		var out, errs bytes.Buffer
		p := cli.Program{Name: "light", Formats: all.Formats(), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs}
		if code := p.Run(t.Context(), args); code != 2 || !strings.Contains(errs.String(), places.GoogleProgram) {
			t.Errorf("%q: exit %d: %s", args, code, errs.String())
		}
	}
	if n := count(t, filepath.Join(served, "*")) + count(t, filepath.Join(folder, "*.db")); n != 0 {
		t.Errorf("%d files were made", n)
	}
}

// A file:// URL is the path that it has.
func TestFileURLs(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string {
		u := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(dir, name))}
		return u.String()
	}
	writeFile(t, filepath.Join(dir, "in", "a b.csv"), "a\n1\n")
	for _, args := range [][]string{
		{"convert", at("in/a b.csv"), "-o", at("x.db")},
		{"convert", at("in"), "-o", at("x.db"), "--force"},
		{"inspect", at("in/a b.csv")},
		{"reconcile", at("in"), at("served")},
		{"releases", at("served")},
	} {
		if code, _, stderr := run(t.Context(), args...); code != 0 {
			t.Errorf("%q: exit %d: %s", args, code, stderr)
		}
	}
	for _, pattern := range []string{"x.db", "served/databases/*.db"} {
		if n := count(t, filepath.Join(dir, filepath.FromSlash(pattern))); n != 1 {
			t.Errorf("%s: %d files", pattern, n)
		}
	}
	for _, place := range []string{"file://host/in", at("in") + "?x"} {
		if code, _, stderr := run(t.Context(), "convert", place, "-o", filepath.Join(dir, "y.db")); code != 2 || !strings.Contains(stderr, "file:///PATH") {
			t.Errorf("%s: exit %d: %s", place, code, stderr)
		}
	}
}
