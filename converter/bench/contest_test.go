package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A peer that fails is said and stops nobody, and so is one that loses rows; one that is not for a
// kind of document takes no part.
func TestContest(t *testing.T) {
	if _, err := exec.LookPath("sqlite3"); err != nil {
		t.Skip("no sqlite3")
	}
	program := filepath.Join(t.TempDir(), "dynasette") // has sqlite3 do it: convert DIR --quiet -o DB
	if err := os.WriteFile(program, []byte("#!/bin/sh\nexec sqlite3 \"$5\" \".import --csv '$2/wide.csv' wide\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	csv := []string{"csv"}
	c := &contest{dir: t.TempDir(), program: program, pairs: 2, progress: io.Discard, versions: []string{"fails 1", "sqlite3 1", "loses 1", "other 1"}, peers: []peer{
		{needs: []string{"fails"}, reads: csv, load: func(document, table, out, sql string) *exec.Cmd {
			return exec.Command("sh", "-c", "echo one; echo no memory >&2; exit 1")
		}},
		peers[0],
		{needs: []string{"loses"}, reads: csv, load: func(document, table, out, sql string) *exec.Cmd {
			return imported("'"+document+"'", table, out, "DELETE FROM wide WHERE rowid = 3;")
		}},
		{needs: []string{"other"}, reads: []string{"json"}},
	}}
	r, err := c.run(&comparison{name: "wide", end: "csv", rows: 20, table: wide})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, o := range r.outcomes {
		names = append(names, o.program)
	}
	if want := []string{"dynasette", "fails 1", "sqlite3 1", "loses 1"}; !slices.Equal(names, want) {
		t.Fatalf("%q took part, want %q", names, want)
	}
	ours, fails, fine, loses := r.outcomes[0], r.outcomes[1], r.outcomes[2], r.outcomes[3]
	if ours.runs != 2 || fine.runs != 2 || fine.wall <= 0 || ours.cost.wall <= 0 {
		t.Errorf("ours %+v, sqlite3 %+v", ours, fine)
	}
	if fails.failed == nil || !strings.HasSuffix(fails.failed.Error(), ": no memory") {
		t.Errorf("the failure is %v", fails.failed)
	}
	if len(fine.differs) > 0 || len(loses.differs) == 0 || loses.differs[0] != "19 rows, not 20" {
		t.Errorf("differences: %q and %q", fine.differs, loses.differs)
	}
	if entries, _ := os.ReadDir(filepath.Join(c.dir, "wide-20", "in")); len(entries) != 1 {
		t.Errorf("%v beside the document", entries)
	}
}
