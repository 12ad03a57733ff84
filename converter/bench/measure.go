package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"time"
)

// A cost is what one run of a program has taken.
type cost struct {
	wall, cpu time.Duration
	memory    int64 // bytes at most; 0 is not known
}

// patience is how long a program may take at most.
const patience = 10 * time.Minute

// measure runs a program. The processes that it waits for count, too. An error has its last line.
func measure(cmd *exec.Cmd, patience time.Duration) (cost, error) {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.Env = append(os.Environ(), "TZ=UTC")
	cmd.WaitDelay = time.Second // for pipes that a process of its own holds open
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return cost{}, err
	}
	limit := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	err := cmd.Wait()
	if !limit.Stop() {
		return cost{}, fmt.Errorf("%s takes longer than %v", cmd.Path, patience)
	}
	if err != nil {
		said := bytes.TrimSpace(out.Bytes())
		return cost{}, fmt.Errorf("%s: %w: %.500s", cmd.Path, err, said[bytes.LastIndexByte(said, '\n')+1:])
	}
	s := cmd.ProcessState
	return cost{time.Since(start), s.UserTime() + s.SystemTime(), mostMemory(s)}, nil
}

// typical is the median of each thing.
func typical(runs []cost) cost {
	return cost{
		median(runs, func(c cost) time.Duration { return c.wall }),
		median(runs, func(c cost) time.Duration { return c.cpu }),
		median(runs, func(c cost) int64 { return c.memory }),
	}
}

// A pair is a run of each program, in the same turn.
type pair struct{ ours, theirs cost }

func (p pair) wall() float64 { return p.theirs.wall.Seconds() / p.ours.wall.Seconds() }
func (p pair) cpu() float64  { return p.theirs.cpu.Seconds() / p.ours.cpu.Seconds() }

func median[T any, V int64 | float64 | time.Duration](all []T, of func(T) V) V {
	values := make([]V, len(all))
	for i, v := range all {
		values[i] = of(v)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
