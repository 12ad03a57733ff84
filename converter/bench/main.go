// Command bench times dynasette against the sqlite3 program's .import, in pairs, on a file
// that it makes: 2,000,000 rows of 10 columns (integers, decimals, words, ISO dates, codes
// with leading zeros, quoted text with commas, quotes and newlines).
//
//	go run ./converter/bench
//
// dynasette finds types and hashes its input; sqlite3, with its journal and syncing
// switched off, stores text. Both have the same cores.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

func main() {
	rows := flag.Int("rows", 2_000_000, "rows of the file")
	runs := flag.Int("runs", 5, "pairs of runs")
	file := flag.String("file", "", "a CSV file to use instead")
	flag.Parse()
	if err := run(*file, *rows, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// A timing is of one run of a program.
type timing struct{ wall, cpu time.Duration }

func run(file string, rows, runs int) error {
	if _, err := exec.LookPath("sqlite3"); err != nil {
		return fmt.Errorf("this compares with sqlite3, which is not on PATH: %w", err)
	}
	dir, err := os.MkdirTemp("", "dynasette-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ours := filepath.Join(dir, "dynasette")
	// Built as README advises to install it.
	if out, err := exec.Command("go", "build", "-o", ours, "github.com/dynasette/dynasette/adapters/cli/dynasette").CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	if file == "" {
		file = filepath.Join(dir, "mixed.csv")
		if err := generate(file, rows); err != nil {
			return err
		}
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	version, _ := exec.Command("sqlite3", "--version").Output()
	fmt.Printf("%s, %d MB, %d cores, %s, sqlite3 %.7s\n", filepath.Base(file), info.Size()/1e6, runtime.NumCPU(), runtime.Version(), version)
	var a, b []timing
	for i := range runs + 1 { // the first pair only warms up
		db := filepath.Join(dir, "ours.db")
		os.Remove(db)
		t, err := measure(ours, "convert", file, "-o", db, "--quiet")
		if err != nil {
			return err
		}
		other := filepath.Join(dir, "theirs.db")
		os.Remove(other)
		u, err := measure("sqlite3", "-cmd", "pragma journal_mode=off", "-cmd", "pragma synchronous=off", other, ".import --csv "+file+" t")
		if err != nil {
			return err
		}
		if i > 0 {
			a, b = append(a, t), append(b, u)
			fmt.Printf("  dynasette %6.3fs wall %6.3fs CPU   sqlite3 .import %6.3fs wall %6.3fs CPU   %5.1f times as fast\n",
				t.wall.Seconds(), t.cpu.Seconds(), u.wall.Seconds(), u.cpu.Seconds(), u.wall.Seconds()/t.wall.Seconds())
		}
	}
	var ratios []float64
	for i := range a {
		ratios = append(ratios, b[i].wall.Seconds()/a[i].wall.Seconds())
	}
	slices.Sort(ratios)
	fmt.Printf("median of %d pairs: %.1f times as fast\n", runs, ratios[len(ratios)/2])
	return nil
}

func measure(program string, args ...string) (timing, error) {
	cmd := exec.Command(program, args...)
	start := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return timing{}, fmt.Errorf("%s: %w\n%s", program, err, out)
	}
	return timing{time.Since(start), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}, nil
}

var words = strings.Fields("alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa québec romeo sierra tango")

// generate writes the file; the same each time.
func generate(path string, rows int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	r := rand.New(rand.NewSource(1))
	word := func() string { return words[r.Intn(len(words))] }
	w.WriteString("id,amount,price,name,city,date,code,comment,count,ratio\n")
	for i := range rows {
		fmt.Fprintf(w, "%d,%d,%d.%02d,%s %s,%s,20%02d-%02d-%02d,%05d,", i+1, r.Intn(1000000), r.Intn(10000), r.Intn(100),
			word(), word(), word(), r.Intn(25), 1+r.Intn(12), 1+r.Intn(28), r.Intn(100000))
		switch r.Intn(5) {
		case 0:
			fmt.Fprintf(w, "\"%s, %s\n%s\"", word(), word(), word())
		case 1:
			fmt.Fprintf(w, "\"the \"\"%s\"\" of %s\"", word(), word())
		case 2: // blank
		default:
			fmt.Fprintf(w, "\"%s %s, %s\"", word(), word(), word())
		}
		fmt.Fprintf(w, ",%d,%.4f\n", r.Intn(100), r.Float64())
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}
