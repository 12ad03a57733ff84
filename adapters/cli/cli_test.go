package cli_test

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite"

	"github.com/dynasette/dynasette/adapters/cli"
	"github.com/dynasette/dynasette/adapters/gcp"
	"github.com/dynasette/dynasette/converter/all"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"dynasette": func() { os.Exit(cli.Program{Formats: all.Formats(), Places: gcp.Places()}.Main(os.Args[1:])) },
		"sql":       func() { os.Exit(query(os.Args[1], os.Args[2])) },
		"same":      func() { os.Exit(same(os.Args[1], os.Args[2], os.ReadFile)) },
		"alike":     func() { os.Exit(same(os.Args[1], os.Args[2], rows)) },
		"standin":   func() { os.Exit(standIn(os.Args[1], os.Args[2], os.Args[3])) },
		"hidden":    func() { os.Exit(hidden(os.Args[1])) },
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
	})
}

// query prints the rows of a query, with | between the cells. NULL is ∅, and text is
// quoted, to tell 7 from '7'.
func query(file, text string) int {
	if _, err := os.Stat(file); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer db.Close()
	rows, err := db.Query(text)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer rows.Close()
	columns, _ := rows.Columns()
	for rows.Next() {
		cells := make([]any, len(columns))
		for i := range cells {
			cells[i] = new(any)
		}
		if err := rows.Scan(cells...); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		line := make([]string, len(columns))
		for i, c := range cells {
			switch v := (*c.(*any)).(type) {
			case nil:
				line[i] = "∅"
			case string:
				line[i] = "'" + v + "'"
			default:
				line[i] = fmt.Sprint(v)
			}
		}
		fmt.Println(strings.Join(line, "|"))
	}
	if err := rows.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// same compares two files, by their bytes or by what they hold.
func same(a, b string, read func(name string) ([]byte, error)) int {
	var sums [2][sha256.Size]byte
	for i, name := range []string{a, b} {
		content, err := read(name)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		sums[i] = sha256.Sum256(content)
	}
	if sums[0] != sums[1] {
		fmt.Fprintf(os.Stderr, "%s and %s differ\n", a, b)
		return 1
	}
	return 0
}

// hidden lists the hidden files under a folder: what a conversion may have left behind.
func hidden(root string) int {
	filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(entry.Name(), ".") && entry.Name() != ".tmp" && file != root {
			fmt.Println(file)
		}
		return nil
	})
	return 0
}
