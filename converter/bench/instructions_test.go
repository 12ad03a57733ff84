package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
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
// these are the same within a thousandth as long as the machine and Go are of the same kind.
func TestInstructions(t *testing.T) {
	if os.Getenv("DYNASETTE_INSTRUCTIONS") == "" {
		t.Skip("takes half a minute: DYNASETTE_INSTRUCTIONS=1 has it done")
	}
	here, err := kindOfMachine()
	if err != nil {
		t.Skip(err)
	}
	recorded, want := recordedInstructions(t)
	if !*update && recorded != here {
		t.Skipf("%s is of %s, and this is %s: instructions can't be compared (-update records those of this machine)", instructionsFile, recorded, here)
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "dynasette")
	if out, err := exec.Command("go", "build", "-o", program, "github.com/dynasette/dynasette/adapters/cli/dynasette").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var lines strings.Builder
	for _, c := range counted {
		arguments := []string{"version"}
		if c.rows > 0 {
			arguments = []string{"convert", document(t, dir, c.name, c.rows), "--workers", "1", "--quiet", "-o", filepath.Join(dir, c.name+".db")}
		}
		n := instructions(t, program, arguments...)
		fmt.Fprintf(&lines, "%s %d\n", c.name, n)
		if *update {
			continue
		}
		ratio := float64(n) / float64(want[c.name])
		t.Logf("%-10s %6.1f million instructions, %.3f times as many as recorded", c.name, float64(n)/1e6, ratio)
		switch {
		case want[c.name] == 0:
			t.Errorf("%s is not recorded: -update", c.name)
		case ratio > 1+tolerance:
			t.Errorf("%s takes %d instructions, %.1f %% more than recorded: look for what has become slower (or record it with -update)", c.name, n, 100*(ratio-1))
		case ratio < 1-tolerance:
			t.Logf("%s takes less than recorded: record it with -update, so that it stays so", c.name)
		}
	}
	if *update {
		text := "# Instructions that callgrind counts of each conversion: DYNASETTE_INSTRUCTIONS=1 go test ./converter/bench -run TestInstructions -update\n" +
			"machine " + here + "\n" + lines.String()
		if err := os.WriteFile(instructionsFile, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func document(t *testing.T, dir, name string, rows int) string {
	all, err := chosen([]string{name})
	if err != nil {
		t.Fatal(err)
	}
	c := *all[0]
	c.rows, c.rules = rows, ""
	path := filepath.Join(dir, c.file())
	if _, _, err := c.make(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// instructions counts those of a program. Go's signals for preemption are switched off, which callgrind
// takes for an error of its own, and its collector, which comes by when it does.
func instructions(t *testing.T, program string, arguments ...string) int64 {
	cmd := exec.Command("valgrind", append([]string{"--tool=callgrind", "--callgrind-out-file=/dev/null", program}, arguments...)...)
	cmd.Env = append(os.Environ(), "GODEBUG=asyncpreemptoff=1", "GOMAXPROCS=1", "GOGC=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	found := regexp.MustCompile(`Collected : ([0-9]+)`).FindSubmatch(out)
	if found == nil {
		t.Fatalf("callgrind says no number: %s", out)
	}
	n, err := strconv.ParseInt(string(found[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
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

func recordedInstructions(t *testing.T) (machine string, all map[string]int64) {
	f, err := os.Open(instructionsFile)
	if os.IsNotExist(err) && *update {
		return "", nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all = map[string]int64{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		switch name {
		case "#":
		case "machine":
			machine = value
		default:
			if all[name], err = strconv.ParseInt(value, 10, 64); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return machine, all
}
