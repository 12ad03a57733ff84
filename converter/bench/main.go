// Command bench times dynasette against the sqlite3 program doing the same, in pairs, on files
// that it makes, the same each time:
//
//	go run ./converter/bench
//
// What is compared is said in comparisons.go; -only names one. Both programs have the same cores,
// and sqlite3 has its journal and syncing switched off.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

func main() {
	rows := flag.Int("rows", 0, "rows of the file (default as many as the comparison is meant for)")
	pairs := flag.Int("pairs", 5, "pairs of runs, after one that warms up")
	only := flag.String("only", "", "the comparison of that name: "+strings.Join(names(), ", "))
	flag.Parse()
	if err := run(*only, *rows, *pairs); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func names() (all []string) {
	for _, c := range comparisons {
		all = append(all, c.name)
	}
	return all
}

func run(only string, rows, pairs int) error {
	if only != "" && !slices.Contains(names(), only) {
		return fmt.Errorf("there is no comparison %s, only %s", only, strings.Join(names(), ", "))
	}
	if pairs < 1 {
		return fmt.Errorf("%d pairs: want at least one", pairs)
	}
	version, err := exec.Command("sqlite3", "--version").Output()
	if err != nil {
		return fmt.Errorf("this compares with sqlite3: %w", err)
	}
	dir, err := os.MkdirTemp("", "dynasette-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "dynasette")
	// Built as README advises to install it.
	if out, err := exec.Command("go", "build", "-o", program, "github.com/dynasette/dynasette/adapters/cli/dynasette").CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	fmt.Printf("%d cores, %s, sqlite3 %.7s\n", runtime.NumCPU(), runtime.Version(), version)
	for _, c := range comparisons {
		if only != "" && c.name != only {
			continue
		}
		if err := c.run(filepath.Join(dir, c.name), program, rows, pairs); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

// run makes the file in a folder of its own, and has the programs take turns.
func (c *comparison) run(dir, program string, rows, pairs int) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if rows == 0 {
		rows = c.rows
	}
	document := filepath.Join(dir, c.name+".csv")
	if err := generate(document, rows, c.header, c.row); err != nil {
		return err
	}
	if c.rules != "" {
		if err := os.WriteFile(filepath.Join(dir, "dynasette.yaml"), []byte(c.rules), 0o600); err != nil {
			return err
		}
	}
	info, err := os.Stat(document)
	if err != nil {
		return err
	}
	fmt.Printf("\n%s: %s; %d rows, %d MB\n", c.name, c.what, rows, info.Size()/1e6)
	ours, theirs := filepath.Join(dir, "ours.db"), filepath.Join(dir, "theirs.db")
	script := "pragma journal_mode = off;\npragma synchronous = off;\n.import --csv '" + document + "' " + c.table() + "\n" + c.sql
	var all []pair
	for i := range pairs + 1 {
		p, err := c.pair(exec.Command(program, append([]string{"convert", dir, "--format", "csv", "--quiet", "-o", ours}, c.flags...)...), ours, script, theirs)
		if err != nil {
			return err
		}
		if i > 0 { // the first pair only warms up
			all = append(all, p)
			fmt.Printf("  dynasette %v   sqlite3 %v   %4.1f times as fast, %4.1f by CPU\n", p.ours, p.theirs, p.wall(), p.cpu())
		}
	}
	fmt.Printf("median of %d pairs: %.1f times as fast, %.1f by CPU\n", pairs, median(all, pair.wall), median(all, pair.cpu))
	return c.check(ours, theirs)
}

// pair runs ours, and then sqlite3 with the script.
func (c *comparison) pair(convert *exec.Cmd, ours, script, theirs string) (p pair, err error) {
	os.Remove(ours)
	if p.ours, err = measure(convert); err != nil {
		return p, err
	}
	os.Remove(theirs)
	sqlite := exec.Command("sqlite3", "-batch", "-bail", "-init", os.DevNull, theirs)
	sqlite.Stdin = strings.NewReader(script)
	p.theirs, err = measure(sqlite)
	return p, err
}

// A pair is a run of each program, one after the other.
type pair struct{ ours, theirs cost }

func (p pair) wall() float64 { return p.theirs.wall.Seconds() / p.ours.wall.Seconds() }
func (p pair) cpu() float64  { return p.theirs.cpu.Seconds() / p.ours.cpu.Seconds() }

func median(pairs []pair, of func(pair) float64) float64 {
	var all []float64
	for _, p := range pairs {
		all = append(all, of(p))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// A cost is what one run of a program has taken.
type cost struct {
	wall, cpu time.Duration
	memory    int64 // bytes at most; 0 is not known
}

func (c cost) String() string {
	return fmt.Sprintf("%6.2fs wall %6.2fs CPU %4d MiB", c.wall.Seconds(), c.cpu.Seconds(), c.memory>>20)
}

func measure(cmd *exec.Cmd) (cost, error) {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return cost{}, fmt.Errorf("%s: %w\n%s", cmd.Path, err, out.Bytes())
	}
	s := cmd.ProcessState
	return cost{time.Since(start), s.UserTime() + s.SystemTime(), mostMemory(s)}, nil
}

// check fails unless SQLite finds our database sound, and both have the same in them.
func (c *comparison) check(ours, theirs string) error {
	sound, err := exec.Command("sqlite3", "-batch", ours, "PRAGMA integrity_check; "+c.sound).Output()
	if err != nil || string(bytes.TrimSpace(sound)) != "ok" {
		return fmt.Errorf("our database is not sound: %s (%w)", sound, err)
	}
	for _, same := range c.same {
		// The hash counts values' types, too.
		query := "SELECT hex(sha3_query('" + strings.ReplaceAll(same, "'", "''") + "'))"
		var hashes [2][]byte
		for i, db := range []string{ours, theirs} {
			if hashes[i], err = exec.Command("sqlite3", "-batch", db, query).CombinedOutput(); err != nil {
				return fmt.Errorf("%s: %w\n%s", same, err, hashes[i])
			}
		}
		if !bytes.Equal(hashes[0], hashes[1]) {
			return fmt.Errorf("the programs differ in the result of %s", same)
		}
	}
	fmt.Printf("our database is sound, and %d queries have the same result in both\n", len(c.same))
	return nil
}
