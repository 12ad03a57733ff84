package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
)

// A peer is another program that makes a database of a document. Each is run as its own
// documentation advises, with what makes it faster and costs nothing. All these command lines were run, but for
// what is said otherwise; DuckDB's with its own library behind a script that takes the same arguments.
type peer struct {
	needs   []string // programs; it is called by the first of them
	version []string // arguments with which the first of them says its version
	reads   []string // ends of documents' names
	duck    bool     // it writes DuckDB's database, not SQLite's
	load    func(document, table, out, sql string) *exec.Cmd
}

// peers are all that are looked for on PATH. (xan reads CSV, too, but writes no database.)
var peers = []peer{
	{
		needs: []string{"sqlite3"}, version: []string{"--version"}, reads: []string{"csv"},
		load: func(document, table, out, sql string) *exec.Cmd { return imported("'"+document+"'", table, out, sql) },
	},
	{
		needs: []string{"duckdb"}, version: []string{"--version"}, reads: []string{"csv", "ndjson", "json"}, duck: true,
		load: func(document, table, out, sql string) *exec.Cmd {
			read := "read_csv"
			if !strings.HasSuffix(document, ".csv") {
				read = "read_json"
			}
			return exec.Command("duckdb", out, "-c", fmt.Sprintf(`CREATE TABLE "%s" AS SELECT * FROM %s('%s')`, table, read, document))
		},
	},
	{
		needs: []string{"sqlite-utils"}, version: []string{"--version"}, reads: []string{"csv", "ndjson", "json"},
		load: func(document, table, out, sql string) *exec.Cmd {
			cmd := exec.Command("sqlite-utils", "insert", out, table, document)
			switch {
			case strings.HasSuffix(document, ".csv"):
				cmd.Args = append(cmd.Args, "--csv")
			case strings.HasSuffix(document, ".ndjson"):
				cmd.Args = append(cmd.Args, "--nl")
			}
			return cmd
		},
	},
	{
		// Written by its documentation, never run.
		needs: []string{"csvs-to-sqlite"}, version: []string{"--version"}, reads: []string{"csv"},
		load: func(document, table, out, sql string) *exec.Cmd {
			return exec.Command("csvs-to-sqlite", "-t", table, document, out)
		},
	},
	{
		needs: []string{"zsv"}, version: []string{"version"}, reads: []string{"csv"},
		load: func(document, table, out, sql string) *exec.Cmd {
			return exec.Command("zsv", "2db", "-c", "2000", "-o", out, "--overwrite", "--from-csv", "--table", table, document)
		},
	},
	{
		needs: []string{"trdsql"}, version: []string{"-version"}, reads: []string{"csv", "ndjson", "json"},
		load: func(document, table, out, sql string) *exec.Cmd {
			reads := []string{"-icsv", "-ih"}
			if !strings.HasSuffix(document, ".csv") {
				reads = []string{"-ijson"}
			}
			return exec.Command("trdsql", append(reads, "-driver", "sqlite3", "-dsn", out, fmt.Sprintf("CREATE TABLE \"%s\" AS SELECT * FROM `%s`", table, document))...)
		},
	},
	{
		needs: []string{"csvsql"}, version: []string{"--version"}, reads: []string{"csv"},
		load: func(document, table, out, sql string) *exec.Cmd { // to find types, it takes 20 times as long
			return exec.Command("csvsql", "--no-inference", "--no-constraints", "--db", "sqlite:///"+out, "--tables", table, "--insert", document)
		},
	},
	{
		// Written by its documentation, never run.
		needs: []string{"qsv"}, version: []string{"--version"}, reads: []string{"csv"},
		load: func(document, table, out, sql string) *exec.Cmd {
			return exec.Command("qsv", "to", "sqlite", out, document)
		},
	},
	{
		needs: []string{"xlsx2csv", "sqlite3"}, version: []string{"--version"}, reads: []string{"xlsx", "shared.xlsx"},
		load: func(document, table, out, sql string) *exec.Cmd {
			return imported(`"|xlsx2csv '`+document+`'"`, table, out, sql)
		},
	},
}

// imported has sqlite3 import CSV, without a journal and without syncing, and run SQL then.
func imported(from, table, out, sql string) *exec.Cmd {
	cmd := exec.Command("sqlite3", "-batch", "-bail", "-init", os.DevNull, out)
	cmd.Stdin = strings.NewReader("PRAGMA journal_mode = off;\nPRAGMA synchronous = off;\n.import --csv " + from + " " + table + "\n" + sql)
	return cmd
}

// found returns the peers of these names that are there, all if there is no name, with their
// versions, and the names of those that are not.
func found(names []string) (here []peer, versions, absent []string, err error) {
	all := peers
	if len(names) > 0 {
		all = nil
		for _, name := range names {
			i := slices.IndexFunc(peers, func(p peer) bool { return p.needs[0] == name })
			if i < 0 {
				return nil, nil, nil, fmt.Errorf("there is no peer %s", name)
			}
			all = append(all, peers[i])
		}
	}
	for _, p := range all {
		if slices.ContainsFunc(p.needs, func(program string) bool { _, err := exec.LookPath(program); return err != nil }) {
			absent = append(absent, p.needs[0])
			continue
		}
		said, err := exec.Command(p.needs[0], p.version...).CombinedOutput()
		if err != nil {
			return nil, nil, nil, fmt.Errorf("%s does not say its version: %w", p.needs[0], err)
		}
		here = append(here, p)
		version := string(regexp.MustCompile(`[0-9]+(\.[0-9]+)+`).Find(said))
		versions = append(versions, strings.Join(append([]string{strings.TrimSpace(p.needs[0] + " " + version)}, p.needs[1:]...), " + "))
	}
	return here, versions, absent, nil
}

// takesPart reports whether a peer can do what a comparison is about.
func (p peer) takesPart(c *comparison) bool {
	return slices.Contains(p.reads, c.end) && (c.sql == "" || p.needs[0] == "sqlite3")
}

// query has a program answer SQL about a database, as CSV.
func (p peer) query(db, sql string) (string, error) {
	cmd := exec.Command("sqlite3", "-batch", "-bail", "-init", os.DevNull, "-csv", db, sql)
	if p.duck {
		cmd = exec.Command("duckdb", "-csv", "-noheader", db, "-c", sql)
		cmd.Env = append(os.Environ(), "TZ=UTC")
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		line, _, _ := strings.Cut(string(out), "\n")
		return "", fmt.Errorf("%w: %.200s", err, line)
	}
	return strings.TrimSpace(string(out)), nil
}
