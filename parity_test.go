package dynasette_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What PARITY.md says is shown by a test is, and no option of the others is passed over.
func TestParity(t *testing.T) {
	page, err := os.ReadFile("PARITY.md")
	if err != nil {
		t.Fatal(err)
	}
	known := testNames(t)
	sections := map[string]string{} // the first cells of each table
	section := ""
	for line := range strings.Lines(string(page)) {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			section = strings.TrimSpace(title)
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if !strings.HasPrefix(line, "| `") && !strings.HasPrefix(line, "| upsert") {
			continue
		}
		if len(cells) != 3 {
			t.Errorf("%d cells in %s", len(cells), line)
			continue
		}
		sections[section] += cells[0]
		here, test := strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2])
		needsNone := strings.Contains(here, "not yet") || strings.HasPrefix(here, "not there") || strings.HasPrefix(here, "nothing")
		if test == "" && !needsNone || test != "" && !known[test] {
			t.Errorf("%s: there is no test %q", strings.TrimSpace(cells[0]), test)
		}
	}
	for section, options := range map[string]string{
		"csvs-to-sqlite": "-s --separator -q --quoting --skip-errors --replace-tables -t --table -c --extract-column -d --date -dt --datetime " +
			"-df --datetime-format -pk --primary-key -f --fts -i --index --shape --filename-column --fixed-column --fixed-column-int " +
			"--fixed-column-float --no-index-fks --no-fulltext-fks --just-strings",
		"sqlite-utils: insert and upsert": "--csv --tsv --nl --delimiter --quotechar --sniff --no-headers --encoding --pk --flatten --empty-null " +
			"--lines --text --convert --import --code --functions --batch-size --stop-after --alter --not-null --default --no-detect-types --type " +
			"--analyze --silent --strict --load-extension --ignore --replace --truncate upsert",
		"sqlite-utils: transform": "--type --drop --rename -o --column-order --not-null --not-null-false --pk --pk-none --default --default-none " +
			"--add-foreign-key --drop-foreign-key --strict --no-strict --sql --load-extension",
		"sqlite-utils: extract":      "--table --fk-column --rename --silent --load-extension",
		"sqlite-utils: create-index": "--name --unique --if-not-exists --ignore --analyze --load-extension",
		"sqlite-utils: enable-fts":   "--fts4 --fts5 --tokenize --create-triggers --replace --load-extension",
	} {
		for _, option := range strings.Fields(options) {
			if !regexp.MustCompile("[` ]" + regexp.QuoteMeta(option) + "[`, ]").MatchString(sections[section]) {
				t.Errorf("%s has no %s", section, option)
			}
		}
	}
}

// testNames returns the names of all tests, and of the command line's scripts.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	scripts, err := filepath.Glob("adapters/cli/testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range scripts {
		names[filepath.Base(name)] = true
	}
	test := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	err = fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := os.ReadFile(name)
		for _, m := range test.FindAllStringSubmatch(string(text), -1) {
			names[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
