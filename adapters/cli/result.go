package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/dustin/go-humanize"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/places"
	"github.com/dynasette/dynasette/converter"
)

// A result is what convert made.
type result struct {
	Database string `json:"database"`
	converter.Summary
	Seconds float64 `json:"seconds"`
}

// printResult tells people what convert made.
func (a *app) printResult(r result, left aside) {
	if !a.quiet {
		read := int64(0)
		for _, d := range r.Documents {
			read += d.Size
		}
		fmt.Fprintf(a.Stderr, "%s  %s, from %s in %.2f s (%.1f MB/s)\n", printable(r.Database), humanize.Bytes(uint64(r.Bytes)),
			humanize.Bytes(uint64(read)), r.Seconds, float64(read)/1e6/max(r.Seconds, 1e-6))
		w := tabwriter.NewWriter(a.Stderr, 0, 0, 2, ' ', 0)
		for _, t := range r.Tables {
			fmt.Fprintf(w, "  %s\t%s\t%s\n", printable(t.Name), count(t.Rows, "row"), count(int64(len(t.Columns)), "column"))
		}
		w.Flush()
		left.print(a.Stderr)
	}
	least := converter.Note
	if a.quiet {
		least = converter.Doubt
	}
	printFindings(a.Stderr, r.Summary, least)
	if r.Rejects > 0 {
		look := "sqlite3 " + shellQuote(r.Database) + " 'select * from _rejects'"
		if places.SchemeOf(r.Database) != "" {
			look = "select * from _rejects"
		}
		fmt.Fprintf(a.Stderr, "What is in the table _rejects, and why:\n  %s\n", look)
	}
}

// count is a number of things: "1 row", "1,204 rows".
func count(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return humanize.Comma(n) + " " + thing
}

// some lists a few of many.
func some(list []string) string {
	const few = 5
	if len(list) <= few+1 {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:few], ", "), len(list)-few)
}

// printable replaces what a terminal would obey.
var printable = dynasette.Printable

// A printableWriter writes lines of text without what a terminal would obey.
type printableWriter struct{ io.Writer }

func (w printableWriter) Write(p []byte) (int, error) {
	lines := strings.Split(string(p), "\n")
	for i, line := range lines {
		lines[i] = printable(strings.TrimSuffix(line, "\r"))
	}
	if _, err := io.WriteString(w.Writer, strings.Join(lines, "\n")); err != nil {
		return 0, err
	}
	return len(p), nil
}
