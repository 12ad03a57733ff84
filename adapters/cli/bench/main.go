// Command bench measures how soon dynasette up serves what changes in a folder, and what that
// costs:
//
//	go run ./adapters/cli/bench [-program dynasette] [-sources 1,200,2000] [-rows 20,400000,4000000]
//
// A file counts as served when its new content is in an answer. Times depend on the machine,
// on its disk (everything is synced), and on what else it does; processor time less so.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	program := flag.String("program", "", "dynasette to measure; none is the one of this module")
	sources := flag.String("sources", "1,200,2000", "how many files there are")
	runs := flag.Int("runs", 5, "of what is quick")
	rows := flag.String("rows", "20,400000,4000000", "how many rows a file has that is moved into a folder, of 25 bytes each")
	slow := flag.String("slow", "6s,20s", "how long a slow copy takes")
	idle := flag.Duration("idle", 30*time.Second, "how long to watch it do nothing")
	flag.Parse()
	if err := run(*program, *sources, *rows, *slow, *runs, *idle); err != nil {
		log.Fatal(err)
	}
}

func run(program, sources, rows, slow string, runs int, idle time.Duration) error {
	scratch, err := os.MkdirTemp("", "upbench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	if program == "" {
		program = filepath.Join(scratch, "dynasette")
		build := exec.Command("go", "build", "-o", program, "github.com/dynasette/dynasette/adapters/cli/dynasette")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return err
		}
	}
	b := &bench{program: program, scratch: scratch}
	among, err := numbers("sources", sources)
	if err != nil {
		return err
	}
	large, err := numbers("rows", rows)
	if err != nil {
		return err
	}
	for _, n := range among {
		if err := b.starts(n, runs, idle); err != nil {
			return fmt.Errorf("%d sources: %w", n, err)
		}
	}
	var pauses []time.Duration
	for _, text := range split(slow) {
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("-slow: %w", err)
		}
		pauses = append(pauses, d)
	}
	return b.changes(runs, large, pauses)
}

// numbers reads what a flag lists.
func numbers(name, list string) (all []int, err error) {
	for _, text := range split(list) {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("-%s %s: want numbers from 1 on", name, list)
		}
		all = append(all, n)
	}
	return all, nil
}

func split(list string) []string {
	return slices.DeleteFunc(strings.Split(list, ","), func(s string) bool { return s == "" })
}

// A bench measures one program.
type bench struct {
	program, scratch string
	folders          int
}

func (b *bench) folder() (string, error) {
	b.folders++
	folder := filepath.Join(b.scratch, strconv.Itoa(b.folders))
	return folder, os.Mkdir(folder, 0o777)
}

// small is how many rows a file has if nothing is said of it.
const small = 20

// text is a document that tells its version in each row.
func text(i int, version string, rows int) string {
	var t strings.Builder
	t.WriteString("id,name,version\n")
	for row := range rows {
		fmt.Fprintf(&t, "%d,name %d,%s\n", row, i*20+row, version)
	}
	return t.String()
}

func write(folder string, i int, version string) error {
	return os.WriteFile(filepath.Join(folder, fmt.Sprintf("f%d.csv", i)), []byte(text(i, version, small)), 0o666)
}

// starts measures up with a number of files: its first start, the second, one change.
func (b *bench) starts(n, runs int, idle time.Duration) error {
	folder, err := b.folder()
	if err != nil {
		return err
	}
	for i := range n {
		if err := write(folder, i, "v0"); err != nil {
			return err
		}
	}
	time.Sleep(time.Second) // at rest
	fmt.Printf("%d sources\n", n)
	for _, which := range []string{"first start", "second start"} {
		u, err := start(b.program, folder)
		if err != nil {
			return err
		}
		began := u.began
		if err := u.until(fmt.Sprintf("/f%d/f%d", n-1, n-1), "v0"); err != nil {
			return errors.Join(err, u.end())
		}
		if err := u.until("/f0/f0", "v0"); err != nil {
			return errors.Join(err, u.end())
		}
		took := time.Since(began)
		if err := u.rest(); err != nil {
			return errors.Join(err, u.end())
		}
		fmt.Printf("  %-26s %8s  %s\n", which, round(took), u.cost())
		if which == "second start" {
			if err := b.change(u, folder, n, runs, idle); err != nil {
				return errors.Join(err, u.end())
			}
		}
		if err := u.end(); err != nil {
			return err
		}
	}
	return nil
}

// change measures changes of one file, one after another, and doing nothing.
func (b *bench) change(u *up, folder string, n, runs int, idle time.Duration) error {
	var took []time.Duration
	before, err := u.usage()
	if err != nil {
		return err
	}
	for i := range runs {
		time.Sleep(3 * time.Second)
		version := fmt.Sprintf("v%d", i+1)
		if err := write(folder, i%n, version); err != nil {
			return err
		}
		began := time.Now()
		if err := u.until(fmt.Sprintf("/f%d/f%d", i%n, i%n), version); err != nil {
			return err
		}
		took = append(took, time.Since(began))
	}
	time.Sleep(2 * time.Second)
	after, err := u.usage()
	if err != nil {
		return err
	}
	fmt.Printf("  %-26s %8s  (%s to %s)  %s of a processor each, %d MB at most\n", "a change",
		round(median(took)), round(slices.Min(took)), round(slices.Max(took)), round((after.cpu-before.cpu)/time.Duration(runs)), after.peak>>20)
	if idle > 0 {
		time.Sleep(idle)
		rested, err := u.usage()
		if err != nil {
			return err
		}
		fmt.Printf("  %-26s %7.2f%%  of a processor, %d files open\n", "idle for "+idle.String(), 100*(rested.cpu-after.cpu).Seconds()/idle.Seconds(), rested.files)
	}
	return nil
}

// changes measures what becomes of files in a quiet folder: of some that are moved there, of slow copies, and of bursts.
func (b *bench) changes(runs int, large []int, slow []time.Duration) error {
	folder, err := b.folder()
	if err != nil {
		return err
	}
	if err := write(folder, 0, "v0"); err != nil {
		return err
	}
	u, err := start(b.program, folder)
	if err != nil {
		return err
	}
	defer u.end()
	if err := u.until("/f0/f0", "v0"); err != nil {
		return err
	}
	fmt.Println("closed to served")
	for _, rows := range large {
		if err := b.arrivals(u, folder, runs, rows); err != nil {
			return err
		}
	}
	for _, d := range slow {
		for _, pause := range []time.Duration{100 * time.Millisecond, d / 3} {
			var took []time.Duration
			for i := range (runs + 1) / 2 {
				if err := u.rest(); err != nil {
					return err
				}
				time.Sleep(3 * time.Second)
				version := fmt.Sprintf("s%d-%s-%s", i, d, pause)
				if err := copySlowly(filepath.Join(folder, "slow.csv"), text(7, version, small), d, pause); err != nil {
					return err
				}
				began := time.Now()
				if err := u.until("/slow/slow", version); err != nil {
					return err
				}
				took = append(took, time.Since(began))
			}
			fmt.Printf("  %-26s %8s  (%s to %s)\n", fmt.Sprintf("a copy of %v, every %v", d, round(pause)), round(median(took)), round(slices.Min(took)), round(slices.Max(took)))
		}
	}
	const burst = 200
	if err := u.rest(); err != nil {
		return err
	}
	time.Sleep(6 * time.Second)
	releases := u.releases()
	for i := range burst {
		if err := write(folder, i, "burst"); err != nil {
			return err
		}
	}
	began := time.Now()
	for _, i := range []int{0, burst / 2, burst - 1} {
		if err := u.until(fmt.Sprintf("/f%d/f%d", i, i), "burst"); err != nil {
			return err
		}
	}
	took := time.Since(began)
	if err := u.rest(); err != nil {
		return err
	}
	fmt.Printf("  %-26s %8s  in %d releases\n", fmt.Sprintf("a burst of %d", burst), round(took), u.releases()-releases)
	return nil
}

// arrivals measures how soon a new file is served that is moved into the folder, to its last row.
func (b *bench) arrivals(u *up, folder string, runs, rows int) error {
	var took []time.Duration
	var size int
	for i := range runs {
		name := fmt.Sprintf("new%d-%d", rows, i)
		document := text(0, "new", rows)
		size = len(document)
		beside := filepath.Join(b.scratch, name)
		if err := os.WriteFile(beside, []byte(document), 0o666); err != nil {
			return err
		}
		if err := u.rest(); err != nil {
			return err
		}
		began := time.Now()
		if err := os.Rename(beside, filepath.Join(folder, name+".csv")); err != nil {
			return err
		}
		if err := u.until(fmt.Sprintf("/%s/%s/%d", name, name, rows), "new"); err != nil {
			return err
		}
		took = append(took, time.Since(began))
	}
	fmt.Printf("  %-26s %8s  (%s to %s)\n", "a new file of "+bytes(size), round(median(took)), round(slices.Min(took)), round(slices.Max(took)))
	return nil
}

// copySlowly writes a file in pieces.
func copySlowly(path, text string, d, pause time.Duration) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	pieces := int(d/pause) + 1
	for i := range pieces {
		if _, err := f.WriteString(text[len(text)*i/pieces : len(text)*(i+1)/pieces]); err != nil {
			return err
		}
		if i < pieces-1 {
			time.Sleep(pause)
		}
	}
	return f.Close()
}

func median(all []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

func bytes(n int) string {
	if n < 1e6 {
		return fmt.Sprintf("%.1f KB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

func round(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(100 * time.Millisecond).String()
}
