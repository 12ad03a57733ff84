package main

import (
	"bufio"
	"math/rand"
)

// A comparison is one file, and what both programs make of it.
type comparison struct {
	name, what string
	rows       int
	header     string
	row        func(w *bufio.Writer, r *rand.Rand, i int)

	rules string   // dynasette.yaml
	flags []string // of convert
	into  string   // the table that .import fills; "" is one of the comparison's name
	sql   string   // that sqlite3 runs then

	sound string   // SQL that fails if our database is not sound, besides integrity_check
	same  []string // queries that have the same result in both
}

func (c *comparison) table() string {
	if c.into != "" {
		return c.into
	}
	return c.name
}

// comparisons are all there are. For sqlite3, scripts are what is quickest of what is usual.
var comparisons = []comparison{
	{
		name: "import", what: "types found by the one, text stored by the other", rows: 2_000_000,
		header: "id,amount,price,name,city,date,code,comment,count,ratio", row: mixed,
		same: []string{"SELECT count(*), sum(length(name)), sum(coalesce(length(comment), 0)), max(code) FROM import"},
	},
	{
		name: "index", what: "an integer key, two indexes, one column in a table of its own, statistics", rows: 5_000_000,
		header: "id,day,account,region,amount,note", row: sale,
		rules: "resources:\n  - path: index.csv\n    extract: [{columns: [region]}]\n    schema: {primaryKey: [id]}\n",
		flags: []string{"--index", "day", "--index", "account"},
		into:  "raw",
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
		name: "search", what: "a full-text index on a column of text", rows: 5_000_000,
		header: "id,title,year", row: title,
		rules: "resources:\n  - path: search.csv\n    schema: {primaryKey: [id]}\n",
		flags: []string{"--search", "title"},
		into:  "raw",
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
