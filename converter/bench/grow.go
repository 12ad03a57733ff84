package main

import (
	"fmt"
	"io"
	"math/rand"
	"os"
	"os/exec"
	"strings"
)

// growth returns the comparisons that show how cost grows with one thing: the size of a document of 20 columns,
// up to so many bytes; or the number of columns of one that is always as large.
func growth(with string, most int64) ([]*comparison, error) {
	var all []*comparison
	switch with {
	case "size":
		for size := int64(10e6); size <= most; size *= 10 {
			all = append(all, &comparison{name: fmt.Sprintf("%dMB", size/1e6), what: "20 columns", end: "csv", rows: rowsOf(wide, size), table: wide})
		}
	case "columns":
		for _, n := range []int{1, 10, 100, 1000, 2000} {
			t := many(n)
			all = append(all, &comparison{name: fmt.Sprintf("columns%d", n), what: "the same size", end: "csv", rows: rowsOf(t, min(most, 100e6)), table: t})
		}
	default:
		return nil, fmt.Errorf("-grow %s: want size, columns, sources or changes", with)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("-most %d MB: want at least 10", most/1e6)
	}
	return all, nil
}

// rowsOf is how many rows of a table are a CSV document of about so many bytes.
func rowsOf(t table, size int64) int {
	const some = 1000
	rows := some
	for range 3 { // numbers of rows grow longer
		middle := table{t.header, func(cells []cell, r *rand.Rand, i int) []cell { return t.row(cells, r, i+rows/2) }}
		var n counter
		if _, err := middle.write(&n, "csv", some); err != nil {
			return some // writes to nowhere don't fail
		}
		rows = max(1, int(size*some/int64(n)))
	}
	return rows
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// elsewhere are the commands for what is measured of more than converting.
var elsewhere = map[string]string{
	"sources": "go run github.com/dynasette/dynasette/adapters/gcp/bench -sources 1,100,1000,3000", // calls and seconds of a release
	"changes": "go run github.com/dynasette/dynasette/adapters/cli/bench -sources 1,200,2000",      // from a file to its pages
}

// runElsewhere runs one of these commands.
func runElsewhere(command string, out io.Writer) error {
	fmt.Fprintln(out, "$", command)
	words := strings.Fields(command)
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	return cmd.Run()
}
