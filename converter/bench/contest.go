package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// slow is how long a run may take of which there are others: a peer that takes longer has one.
const slow = 30 * time.Second

// A contest has the programs take turns.
type contest struct {
	dir      string // for what is written
	program  string // dynasette
	peers    []peer
	versions []string
	pairs    int
	progress io.Writer
}

// A result is what became of a comparison.
type result struct {
	name, what string
	rows       int
	bytes      int64
	outcomes   []outcome // the first is ours
}

// An outcome is what a program has taken for a document.
type outcome struct {
	program string
	cost    cost
	runs    int
	wall    float64  // how many times our time
	cpu     float64  // how many times our processor time
	differs []string // in what its database differs
	failed  error
}

func (r *result) perSecond(o outcome) (megabytes, rows float64) {
	s := o.cost.wall.Seconds()
	return float64(r.bytes) / 1e6 / s, float64(r.rows) / s
}

// run makes a document in a folder of its own, and has the programs take turns.
func (c *contest) run(what *comparison) (*result, error) {
	dir := filepath.Join(c.dir, fmt.Sprintf("%s-%d", what.name, what.rows))
	if err := os.MkdirAll(filepath.Join(dir, "in"), 0o700); err != nil {
		return nil, err
	}
	document := filepath.Join(dir, "in", what.file())
	sums, size, err := what.make(document)
	if err != nil {
		return nil, err
	}
	r := &result{name: what.name, what: what.what, rows: what.rows, bytes: size}
	fmt.Fprintf(c.progress, "%s: %d rows, %.1f MB\n", what.name, r.rows, float64(r.bytes)/1e6)

	var all []entrant
	for i, p := range c.peers {
		if p.takesPart(what) {
			all = append(all, entrant{peer: p, outcome: outcome{program: c.versions[i]}, db: filepath.Join(dir, p.needs[0]+".db")})
		}
	}
	ours, runs, err := c.turns(what, document, filepath.Join(dir, "dynasette.db"), all)
	if err != nil {
		return nil, err
	}
	r.outcomes = append(r.outcomes, outcome{program: "dynasette", cost: typical(runs), runs: len(runs), wall: 1, cpu: 1})
	if err := what.checkOurs(ours, sums); err != nil {
		return nil, err
	}
	for _, e := range all {
		o := e.outcome
		if o.failed == nil {
			o.cost, o.runs = e.typical()
			o.wall, o.cpu = median(e.pairs, pair.wall), median(e.pairs, pair.cpu)
			if o.differs, err = what.checkTheirs(e.peer, e.db, ours, sums); err != nil {
				return nil, err
			}
		}
		r.outcomes = append(r.outcomes, o)
	}
	return r, nil
}

// make writes the document and, beside it, the rules.
func (c *comparison) make(document string) (*tally, int64, error) {
	if c.rules != "" {
		if err := os.WriteFile(filepath.Join(filepath.Dir(document), "dynasette.yaml"), []byte(c.rules), 0o600); err != nil {
			return nil, 0, err
		}
	}
	f, err := os.Create(document)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	sums, err := c.table.write(f, c.end, c.rows)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	return sums, info.Size(), f.Close()
}

// An entrant is a peer in a comparison.
type entrant struct {
	peer
	outcome
	db    string
	pairs []pair
	done  bool // no further turns
}

func (e *entrant) typical() (cost, int) {
	runs := make([]cost, len(e.pairs))
	for i, p := range e.pairs {
		runs[i] = p.theirs
	}
	return typical(runs), len(runs)
}

// turns has ours and then each of the peers make its database, again and again. What the first
// turn takes counts only for what is slow.
func (c *contest) turns(what *comparison, document, db string, all []entrant) (string, []cost, error) {
	var runs []cost
	for turn := range c.pairs + 1 {
		if err := os.RemoveAll(db); err != nil {
			return "", nil, err
		}
		convert := exec.Command(c.program, append([]string{"convert", filepath.Dir(document), "--quiet", "-o", db}, what.flags...)...)
		ours, err := measure(convert, patience)
		if err != nil {
			return "", nil, err
		}
		fmt.Fprintf(c.progress, "  dynasette %.2f s", ours.wall.Seconds())
		if turn > 0 {
			runs = append(runs, ours)
		}
		for i := range all {
			e := &all[i]
			if e.done {
				continue
			}
			if err := os.RemoveAll(e.db); err != nil {
				return "", nil, err
			}
			table := what.name
			if what.sql != "" {
				table = "raw"
			}
			theirs, err := measure(e.load(document, table, e.db, what.sql), patience)
			switch {
			case err != nil:
				e.failed, e.done = err, true
				continue
			case turn > 0:
				e.pairs = append(e.pairs, pair{ours, theirs})
			case theirs.wall > slow:
				e.pairs, e.done = []pair{{ours, theirs}}, true
			}
			fmt.Fprintf(c.progress, ", %s %.2f s", e.needs[0], theirs.wall.Seconds())
		}
		fmt.Fprintln(c.progress)
	}
	return db, runs, nil
}
