// Command bench times dynasette against every program on PATH that makes a database of the same
// document, in turns, on documents that it makes, the same each time:
//
//	go run ./converter/bench [-only narrow,wide] [-pairs 5] [-scale 0.1] [-markdown] [-svg FILE]
//	go run ./converter/bench -grow size [-most 10000]
//	go run ./converter/bench -grow columns
//	go run ./converter/bench -grow sources
//	go run ./converter/bench -grow changes
//
// What is compared is said in comparisons.go, and with whom in peers.go. All programs have the same cores,
// and sqlite3 has its journal and syncing switched off. What became of each document is held against what
// was written into it: ours has to be that, and what others make of it is said. Files are written to the folder
// for temporary ones (TMPDIR), which should be in memory, or the disk is measured, too.
//
// How cost grows is shown with -grow: with the size of a document (-most 10000 is up to 10 GB, and wants room for each program's
// database besides), with the number of columns, and, by other commands that it runs, with the number of sources of a release,
// and from a file that is new or changed to its page.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

func main() {
	var o options
	flag.StringVar(&o.only, "only", "", "comparisons of these names: "+strings.Join(comparisonNames(), ", "))
	flag.StringVar(&o.peers, "peers", "", "programs to compare with (default all that are on PATH)")
	flag.IntVar(&o.rows, "rows", 0, "rows of each document (default as many as the comparison is meant for)")
	flag.Float64Var(&o.scale, "scale", 1, "so many times as many rows")
	flag.IntVar(&o.pairs, "pairs", 5, "turns, after one that warms up")
	flag.StringVar(&o.keep, "keep", "", "leave the documents and the databases in this folder")
	flag.BoolVar(&o.markdown, "markdown", false, "write tables as Markdown")
	flag.StringVar(&o.svg, "svg", "", "draw the speeds in this file")
	flag.StringVar(&o.grow, "grow", "", "how cost grows with: size, columns, sources, changes")
	flag.Int64Var(&o.most, "most", 1000, "megabytes up to which size grows")
	flag.Parse()
	if err := o.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type options struct {
	only, peers, keep, svg, grow string
	rows, pairs                  int
	scale                        float64
	most                         int64
	markdown                     bool
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

func (o *options) run() error {
	if o.pairs < 1 || o.rows < 0 || o.scale <= 0 {
		return fmt.Errorf("-pairs %d -rows %d -scale %g: want more than none", o.pairs, o.rows, o.scale)
	}
	if command := elsewhere[o.grow]; command != "" {
		return runElsewhere(command, os.Stdout)
	}
	all, err := o.comparisons()
	if err != nil {
		return err
	}
	if _, err := exec.LookPath("sqlite3"); err != nil {
		return fmt.Errorf("databases are looked at with sqlite3: %w", err)
	}
	here, versions, absent, err := found(split(o.peers))
	if err != nil {
		return err
	}
	c := &contest{dir: o.keep, peers: here, versions: versions, pairs: o.pairs, progress: os.Stderr}
	scratch, err := os.MkdirTemp("", "dynasette-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	if c.dir == "" {
		c.dir = filepath.Join(scratch, "documents")
	}
	c.program = filepath.Join(scratch, "dynasette")
	// Built as README advises to install it.
	if out, err := exec.Command("go", "build", "-o", c.program, "github.com/dynasette/dynasette/adapters/cli/dynasette").CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	machine := fmt.Sprintf("%d cores%s, %s/%s, %s", runtime.NumCPU(), processor(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	fmt.Printf("%s; %s", machine, strings.Join(versions, ", "))
	if len(absent) > 0 {
		fmt.Printf("; not on PATH: %s", strings.Join(absent, ", "))
	}
	fmt.Println()
	var results []*result
	for _, what := range all {
		r, err := c.run(what)
		if err != nil {
			return fmt.Errorf("%s: %w", what.name, err)
		}
		fmt.Print("\n", r.report(o.markdown))
		results = append(results, r)
		if o.keep == "" { // room for the next
			if err := os.RemoveAll(c.dir); err != nil {
				return err
			}
		}
	}
	if len(results) > 1 {
		fmt.Print("\n", summary(results, o.markdown))
	}
	if o.svg == "" {
		return nil
	}
	f, err := os.Create(o.svg)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := chart(f, "From a file to a database: "+machine, results); err != nil {
		return err
	}
	return f.Close()
}

// comparisons are those that are asked for, with as many rows.
func (o *options) comparisons() ([]*comparison, error) {
	if o.grow != "" {
		return growth(o.grow, o.most*1e6)
	}
	all, err := chosen(split(o.only))
	if err != nil {
		return nil, err
	}
	all = slices.Clone(all)
	for i, c := range all {
		of := *c
		if o.rows > 0 {
			of.rows = o.rows
		}
		of.rows = max(1, int(float64(of.rows)*o.scale))
		all[i] = &of
	}
	return all, nil
}

// processor returns what kind it is, in parentheses, if Linux says so.
func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	if found := regexp.MustCompile(`(?m)^model name\s*:\s*(.+)$`).FindSubmatch(text); found != nil {
		return " (" + string(found[1]) + ")"
	}
	return ""
}
