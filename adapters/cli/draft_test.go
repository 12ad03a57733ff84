package cli_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/converter/rules"
)

// Converting by the rules that inspect drafts makes the same bytes, of every document that
// there is.
func TestDraft(t *testing.T) {
	var extensions []string
	for _, f := range all.Formats().Formats() {
		extensions = append(extensions, f.Extensions...)
	}
	tried, n := 0, 0
	if err := filepath.WalkDir(documents, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.Type().IsRegular() || !slices.Contains(extensions, filepath.Ext(path)) || strings.Contains(filepath.ToSlash(path), "testdata/rules") {
			return nil
		}
		if n++; testing.Short() && n%5 > 0 {
			return nil
		}
		t.Run(filepath.ToSlash(strings.TrimPrefix(path, documents)), func(t *testing.T) {
			if draftHolds(t, path) {
				tried++
			}
		})
		return nil
	}); err != nil || tried < 20 {
		t.Errorf("%d documents, %v", tried, err)
	}
}

// What would change anything is a comment, whatever it is.
func TestDraftTries(t *testing.T) {
	for name, text := range map[string]string{
		"hash.csv":  "# Table A; Table B; Kind\nx;y;1;\nz;w;2;\nq;r;3;\n",
		"ckan.json": `{"help":"x","success":true,"result":{"total":2,"records":[{"_id":1,"a":"p"},{"_id":2,"a":"q"}]}}`,
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if !draftHolds(t, path) {
			t.Errorf("%s can't be converted", name)
		}
	}
}

// Indexes and search that flags ask for are in the draft: it makes the same database without these.
func TestDraftIndexes(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct {
		name, text string
		flags      []string
	}{
		{"p.csv", "town,day,note\nX,1,a b\nY,2,c\n", []string{"--index", "town", "--index", "town,-day", "--search", "note"}},
		{"few.csv", "town\nX\n", []string{"--index", "auto"}},
		{"two.json", `{"a": [{"x": 1, "y": "b"}], "b": [{"x": 2, "z": "c"}]}`, []string{"--index", "x", "--index", "z", "--search", "y"}},
	} {
		path := filepath.Join(dir, test.name)
		if err := os.WriteFile(path, []byte(test.text), 0o666); err != nil {
			t.Fatal(err)
		}
		if !draftHolds(t, path, test.flags...) {
			t.Errorf("%s can't be converted", test.name)
		}
	}
}

// draftHolds tries it with one document, and reports false if that can't be converted.
func draftHolds(t *testing.T, path string, flags ...string) bool {
	dir := t.TempDir()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	document := filepath.Join(dir, filepath.Base(path))
	if err := os.WriteFile(document, text, 0o666); err != nil {
		t.Fatal(err)
	}
	plain, again := filepath.Join(dir, "plain.out"), filepath.Join(dir, "again.out")
	if code, _, _ := run(t.Context(), append([]string{"convert", document, "-o", plain}, flags...)...); code != 0 {
		return false
	}
	code, draft, said := run(t.Context(), append([]string{"inspect", document, "--rules"}, flags...)...)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, said)
	}
	if err := os.WriteFile(filepath.Join(dir, rules.FileName), []byte(draft), 0o666); err != nil {
		t.Fatal(err)
	}
	if code, _, said := run(t.Context(), "convert", document, "-o", again); code != 0 || strings.Contains(said, "rule ") || strings.Contains(said, rules.FileName) {
		t.Fatalf("exit %d: %s\n%s", code, said, draft)
	}
	before, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(again)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Errorf("another database by these rules:\n%s", draft)
	}
	return true
}
