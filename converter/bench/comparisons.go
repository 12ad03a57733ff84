package main

import (
	"fmt"
	"strings"
)

// A comparison is one document, and what the programs make of it.
type comparison struct {
	name, what string
	end        string // of the document's name: csv, ndjson, json, xlsx or shared.xlsx
	rows       int
	table      table

	rules string   // dynasette.yaml
	flags []string // of convert

	// Of comparisons that only sqlite3 takes part in: it imports into a table raw, and runs this.
	// Scripts are what is quickest of what is usual.
	sql   string
	sound string   // SQL that fails if our database is not sound, besides integrity_check
	same  []string // queries that have the same result in both
}

// file is the name of the document, which tables are called by.
func (c *comparison) file() string {
	return c.name + "." + c.end[strings.LastIndexByte(c.end, '.')+1:]
}

// comparisons are all there are.
var comparisons = []*comparison{
	{name: "narrow", what: "5 columns, numbers most of them", end: "csv", rows: 5_000_000, table: narrow},
	{name: "wide", what: "20 columns with quoted text, codes and times", end: "csv", rows: 1_000_000, table: wide},
	{name: "text", what: "long prose", end: "csv", rows: 1_000_000, table: prose},
	{name: "import", what: "10 columns of all kinds", end: "csv", rows: 2_000_000, table: mixed},
	{name: "columns200", what: "200 columns", end: "csv", rows: 100_000, table: many(200)},
	{name: "columns2000", what: "2,000 columns", end: "csv", rows: 10_000, table: many(2000)},
	{name: "lines", what: "NDJSON, 8 members an object", end: "ndjson", rows: 1_000_000, table: record},
	{name: "array", what: "a JSON array, 8 members an object", end: "json", rows: 1_000_000, table: record},
	{name: "inline", what: "a workbook with its texts in cells, 10 columns", end: "xlsx", rows: 200_000, table: book},
	{name: "shared", what: "a workbook with shared texts, 10 columns", end: "shared.xlsx", rows: 200_000, table: book},
	{
		name: "index", what: "an integer key, two indexes, one column in a table of its own, statistics", end: "csv", rows: 5_000_000, table: sale,
		rules: "resources:\n  - path: index.csv\n    extract: [{columns: [region]}]\n    schema: {primaryKey: [id]}\n",
		flags: []string{"--index", "day", "--index", "account"},
		sql: `
CREATE TABLE region (id INTEGER PRIMARY KEY, region TEXT UNIQUE);
INSERT INTO region (region) SELECT region FROM raw GROUP BY region ORDER BY min(rowid);
CREATE TABLE "index" (id INTEGER PRIMARY KEY, day TEXT, account INTEGER, region_id INTEGER REFERENCES region (id), amount REAL, note TEXT);
INSERT INTO "index" SELECT CAST(id AS INTEGER), day, CAST(account AS INTEGER),
	(SELECT region.id FROM region WHERE region.region = raw.region), CAST(amount AS REAL), note FROM raw;
DROP TABLE raw;
CREATE INDEX idx_index_day ON "index" (day);
CREATE INDEX idx_index_account ON "index" (account);
ANALYZE;
`,
		same: []string{
			`SELECT * FROM "index" ORDER BY id`, "SELECT * FROM region ORDER BY id",
			`SELECT id, day FROM "index" INDEXED BY idx_index_day ORDER BY day`,
			`SELECT id, account FROM "index" INDEXED BY idx_index_account ORDER BY account`,
			"SELECT * FROM sqlite_stat1 WHERE tbl = 'index' ORDER BY idx",
		},
	},
	{
		name: "search", what: "a full-text index on a column of text", end: "csv", rows: 5_000_000, table: title,
		rules: "resources:\n  - path: search.csv\n    schema: {primaryKey: [id]}\n",
		flags: []string{"--search", "title"},
		sql: `
CREATE TABLE search (id INTEGER PRIMARY KEY, title TEXT, year INTEGER);
INSERT INTO search SELECT CAST(id AS INTEGER), title, CAST(year AS INTEGER) FROM raw;
DROP TABLE raw;
CREATE VIRTUAL TABLE search_fts USING fts5 (title, content = search);
INSERT INTO search_fts (search_fts) VALUES ('rebuild');
`,
		sound: "INSERT INTO search_fts (search_fts, rank) VALUES ('integrity-check', 1)",
		same: []string{
			"SELECT * FROM search ORDER BY id", "SELECT * FROM search_fts_docsize ORDER BY id",
			"SELECT rowid FROM search_fts WHERE search_fts MATCH 'north OR zyx* OR \"old river\"' ORDER BY rowid",
		},
	},
}

// chosen returns the comparisons of these names, all if there is none.
func chosen(names []string) ([]*comparison, error) {
	if len(names) == 0 {
		return comparisons, nil
	}
	var all []*comparison
	for _, name := range names {
		found := false
		for _, c := range comparisons {
			if c.name == name {
				all, found = append(all, c), true
			}
		}
		if !found {
			return nil, fmt.Errorf("there is no comparison %s, only %s", name, strings.Join(comparisonNames(), ", "))
		}
	}
	return all, nil
}

func comparisonNames() (all []string) {
	for _, c := range comparisons {
		all = append(all, c.name)
	}
	return all
}
