package main

import (
	"fmt"
	"strings"
)

// tried are at most so many columns of a table.
const tried = 50

// sample are the columns that are looked at: evenly among all.
func (t *tally) sample() []sum {
	step := (len(t.sums) + tried - 1) / tried
	var some []sum
	for i := 0; i < len(t.sums); i += step {
		some = append(some, t.sums[i])
	}
	return some
}

// query asks a table for what the tally has. Any SQL of any program understands it, whatever
// types it has given to the columns.
func (t *tally) query(table string) string {
	var b strings.Builder
	b.WriteString("SELECT count(*)")
	for _, s := range t.sample() {
		column := `"` + s.column + `"`
		switch s.kind {
		case text:
			fmt.Fprintf(&b, ", sum(length(CAST(%s AS TEXT)))", column)
		case instant:
			fmt.Fprintf(&b, ", sum(CAST(substr(CAST(%s AS TEXT), 12, 2) AS BIGINT))", column)
		case decimal:
			fmt.Fprintf(&b, ", sum(CAST(round(CAST(%s AS DOUBLE) * 1e%d) AS BIGINT))", column, s.digits)
		default:
			fmt.Fprintf(&b, ", sum(CAST(%s AS BIGINT))", column)
		}
	}
	return b.String() + ` FROM "` + table + `"`
}

// differences says in what an answer to the query is another one.
func (t *tally) differences(answer string) []string {
	fields := strings.Split(answer, ",")
	some := t.sample()
	if len(fields) != 1+len(some) {
		return []string{fmt.Sprintf("the answer is %.200q", answer)}
	}
	var all []string
	if fields[0] != fmt.Sprint(t.rows) {
		all = append(all, fmt.Sprintf("%s rows, not %d", fields[0], t.rows))
	}
	for i, s := range some {
		if fields[i+1] == fmt.Sprint(s.sum) {
			continue
		}
		of := "sum"
		switch s.kind {
		case text:
			of = "characters"
		case instant:
			of = "hours"
		}
		all = append(all, fmt.Sprintf("%s: %s %s, not %d", s.column, of, fields[i+1], s.sum))
	}
	return all
}

// texts is a query for all text as it stands, which SQLite's databases are to have alike.
func (t *tally) texts(table string) string {
	columns := []string{"1"}
	for _, s := range t.sample() {
		if s.kind == text || s.kind == instant {
			columns = append(columns, `coalesce("`+s.column+`", '')`)
		}
	}
	return "SELECT " + strings.Join(columns, ", ") + ` FROM "` + table + `" ORDER BY rowid`
}

// hashed is the query whose answer is another query's hash, which counts values' types, too.
func hashed(query string) string {
	return "SELECT hex(sha3_query('" + strings.ReplaceAll(query, "'", "''") + "'))"
}

// sqlite asks about SQLite's databases.
var sqlite peer

// checkOurs fails unless SQLite finds our database sound, and all is in it that was in the document.
func (c *comparison) checkOurs(db string, t *tally) error {
	said, err := sqlite.query(db, "PRAGMA integrity_check; "+c.sound)
	if err != nil || said != "ok" {
		return fmt.Errorf("our database is not sound: %s (%w)", said, err)
	}
	if c.sql != "" {
		return nil // its tables are others; they are held against those of sqlite3
	}
	answer, err := sqlite.query(db, t.query(c.name))
	if err != nil {
		return err
	}
	if all := t.differences(answer); len(all) > 0 {
		return fmt.Errorf("our database has something else in it: %s", strings.Join(all, "; "))
	}
	return nil
}

// checkTheirs says in what a peer's database differs from the document, or from ours.
func (c *comparison) checkTheirs(p peer, theirs, ours string, t *tally) (all []string, err error) {
	queries := c.same
	if c.sql == "" {
		answer, err := p.query(theirs, t.query(c.name))
		if err != nil {
			return []string{err.Error()}, nil
		}
		if all = t.differences(answer); len(all) > 0 || p.duck {
			return all, nil
		}
		queries = []string{t.texts(c.name)}
	}
	for _, query := range queries {
		var hashes [2]string
		for i, db := range []string{ours, theirs} {
			if hashes[i], err = sqlite.query(db, hashed(query)); err != nil {
				return nil, fmt.Errorf("%s: %w", query, err)
			}
		}
		if hashes[0] != hashes[1] {
			all = append(all, "another result of "+query)
		}
	}
	return all, nil
}
