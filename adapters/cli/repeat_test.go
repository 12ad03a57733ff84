package cli_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/converter/convertertest"
)

const documents = "../../testdata"

// The command that inspect suggests makes the same database as a plain convert does, of
// every document that there is; but what was a guess is none.
func TestInspectRepeats(t *testing.T) {
	var extensions []string
	for _, f := range all.Formats().Formats() {
		extensions = append(extensions, f.Extensions...)
	}
	tried, found := 0, 0
	filepath.WalkDir(documents, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			t.Fatal(err)
		}
		if entry.Type().IsRegular() && slices.Contains(extensions, filepath.Ext(path)) {
			if found++; testing.Short() && found%5 > 0 {
				return nil
			}
			t.Run(filepath.ToSlash(strings.TrimPrefix(path, documents)), func(t *testing.T) {
				if repeats(t, path) {
					tried++
				}
			})
		}
		return nil
	})
	if tried < 50 && !testing.Short() || tried < 10 {
		t.Errorf("only %d documents", tried)
	}
}

// repeats tries it with one document, and reports false if that can't be converted.
func repeats(t *testing.T, path string) bool {
	dir := t.TempDir()
	plain, again := filepath.Join(dir, "plain.db"), filepath.Join(dir, "again.db")
	code, _, converting := run(t.Context(), "convert", path, "-o", plain)
	inspectCode, stdout, inspecting := run(t.Context(), "inspect", path, "--json")
	if code != inspectCode {
		t.Errorf("exit %d of convert, %d of inspect: %s%s", code, inspectCode, converting, inspecting)
	}
	if code != 0 {
		if strings.Contains(converting, "goroutine") || !strings.HasPrefix(converting, "mine: ") {
			t.Errorf("%s", converting)
		}
		return false
	}
	var inspection struct{ Command []string }
	if err := json.Unmarshal([]byte(stdout), &inspection); err != nil {
		t.Fatal(err)
	}
	words := inspection.Command
	i := slices.Index(words, "-o")
	if i < 0 || words[0] != "mine" {
		t.Fatalf("%q", words)
	}
	words[i+1] = again
	if code, _, stderr := run(t.Context(), words[1:]...); code != 0 {
		t.Errorf("%q: exit %d: %s", words, code, stderr)
	}
	if same(again, plain, rows) != 0 {
		t.Errorf("%q makes another database", words)
	}
	return true
}

// rows returns a database as SQL, without what is said of guesses.
func rows(name string) ([]byte, error) {
	db, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	sql, err := convertertest.SQL(db)
	return []byte(convertertest.WithoutFindings(sql)), err
}
