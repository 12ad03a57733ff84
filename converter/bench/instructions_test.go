package main

import (
	"bufio"
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "record the instructions of this machine in "+instructionsFile)

const (
	instructionsFile = "testdata/instructions.txt"
	tolerance        = .05
)

// counted are the documents, of about 2 MB (a workbook unpacked), by how many rows they have. One
// that is none is to start and to end.
var counted = []struct {
	name string
	rows int
}{{"start", 0}, {"narrow", 55_000}, {"wide", 12_500}, {"text", 7_000}, {"columns200", 1_500}, {"lines", 16_000}, {"shared", 3_500}}

// Converting takes no more instructions than are recorded. Seconds differ with what a machine does besides;
// these are the same within a hundredth as long as the machine and Go are of the same kind.
func TestInstructions(t *testing.T) {
	if os.Getenv("DYNASETTE_INSTRUCTIONS") == "" {
		t.Skip("takes half a minute: DYNASETTE_INSTRUCTIONS=1 has it done")
	}
	here, err := kindOfMachine()
	if err != nil {
		t.Skip(err)
	}
	var recorded string
	var want map[string]count
	if *update {
		recorded = here
	} else {
		recorded, want = recordedInstructions(t)
	}
	if recorded != here {
		t.Skipf("%s is of %s, and this is %s: instructions can't be compared (-update records those of this machine)", instructionsFile, recorded, here)
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "dynasette")
	if out, err := exec.Command("go", "build", "-o", program, "github.com/dynasette/dynasette/adapters/cli/dynasette").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	counts := make([]count, len(counted))
	t.Run("of", func(t *testing.T) { // ends when all have
		for i, c := range counted {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				counts[i] = converting(t, program, dir, c.name, c.rows)
				if !*update {
					counts[i].compare(t, c.name, want[c.name])
				}
			})
		}
	})
	if *update && !t.Failed() {
		text := "# Instructions that callgrind counts of each conversion, those of them that hash, and percent by package: DYNASETTE_INSTRUCTIONS=1 go test ./converter/bench -run TestInstructions -update\n" +
			"machine " + here + "\n"
		for i, c := range counted {
			text += c.name + " " + counts[i].String() + "\n"
		}
		if err := os.WriteFile(instructionsFile, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// converting counts the instructions of one conversion, and looks at what it made.
func converting(t *testing.T, program, dir, name string, rows int) count {
	if rows == 0 {
		return instructions(t, program, "version")
	}
	all, err := chosen([]string{name})
	if err != nil {
		t.Fatal(err)
	}
	c := *all[0]
	c.rows = rows
	document, db := filepath.Join(dir, c.file()), filepath.Join(dir, c.name+".db")
	sums, _, err := c.make(document)
	if err != nil {
		t.Fatal(err)
	}
	n := instructions(t, program, "convert", document, "--workers", "1", "--quiet", "-o", db)
	if _, err := exec.LookPath("sqlite3"); err == nil {
		if err := c.checkOurs(db, sums); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	return n
}

// A count is how many instructions a run took.
type count struct {
	total    int64
	hashing  int64  // of them: valgrind has no SHA instructions, so that they are many
	packages string // those that took most, as in "converter/csv:80 sqlitefile:20", in percent
}

func (c count) String() string { return fmt.Sprintf("%d %d %s", c.total, c.hashing, c.packages) }

// compare fails if there are more than were recorded. Hashing may not hide that others are.
func (c count) compare(t *testing.T, what string, was count) {
	if was.total == 0 {
		t.Fatalf("%s is not recorded: -update", what)
	}
	ratio := max(float64(c.total)/float64(was.total), float64(c.total-c.hashing)/float64(was.total-was.hashing))
	t.Logf("%-10s %6.1f million instructions, %.3f times as many as recorded", what, float64(c.total)/1e6, ratio)
	if ratio > 1+tolerance {
		t.Errorf("%s takes %.1f %% more instructions than recorded: look for what has become slower, or record it with -update\nnow  %s\nthen %s", what, 100*(ratio-1), c, was)
	} else if ratio < 1-tolerance {
		t.Logf("%s takes fewer than recorded: record that with -update, so that it stays so", what)
	}
}

// instructions counts those of a program. Go's signals for preemption are switched off, which callgrind
// takes for an error of its own, and its collector, which comes by when it does.
func instructions(t *testing.T, program string, arguments ...string) count {
	counts := filepath.Join(t.TempDir(), "counts")
	cmd := exec.Command("valgrind", append([]string{"--tool=callgrind", "--callgrind-out-file=" + counts, program}, arguments...)...)
	cmd.Env = append(os.Environ(), "GODEBUG=asyncpreemptoff=1", "GOMAXPROCS=1", "GOGC=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	f, err := os.Open(counts)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := perPackage(f)
	if err != nil {
		t.Fatal(err)
	}
	c := count{hashing: all["crypto/internal/fips140/sha256"]}
	for _, n := range all {
		c.total += n
	}
	byMost := slices.SortedFunc(maps.Keys(all), func(a, b string) int { return cmp.Or(cmp.Compare(all[b], all[a]), cmp.Compare(a, b)) })
	var packages []string
	for _, p := range byMost {
		if percent := 100 * float64(all[p]) / float64(c.total); percent >= 2 {
			packages = append(packages, fmt.Sprintf("%s:%.1f", p, percent))
		}
	}
	c.packages = strings.Join(packages, " ")
	return c
}

// kindOfMachine is what numbers of instructions depend on. What else a processor has is not seen through valgrind.
func kindOfMachine() (string, error) {
	version, err := exec.Command("valgrind", "--version").Output()
	if err != nil {
		return "", fmt.Errorf("instructions are counted by valgrind: %w", err)
	}
	vectors := "no avx2"
	if text, _ := os.ReadFile("/proc/cpuinfo"); regexp.MustCompile(`(?m)^flags\s*:.* avx2( |$)`).Match(text) {
		vectors = "avx2"
	}
	compiler, _, _ := strings.Cut(runtime.Version(), " ")
	if parts := strings.Split(compiler, "."); len(parts) > 2 {
		compiler = parts[0] + "." + parts[1]
	}
	return fmt.Sprintf("%s %s/%s %s, %s", compiler, runtime.GOOS, runtime.GOARCH, vectors, strings.TrimSpace(string(version))), nil
}

func recordedInstructions(t *testing.T) (machine string, all map[string]count) {
	f, err := os.Open(instructionsFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all = map[string]count{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		switch name {
		case "#":
		case "machine":
			machine = value
		default:
			var c count
			if _, err := fmt.Sscan(value, &c.total, &c.hashing); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if fields := strings.SplitN(value, " ", 3); len(fields) == 3 {
				c.packages = fields[2]
			}
			all[name] = c
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return machine, all
}
