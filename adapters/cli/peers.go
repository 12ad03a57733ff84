package cli

import "github.com/spf13/cobra"

// A peer is a command of another program that people may know, and what there is in its place.
type peer struct {
	words   []string
	says    string
	example []string // lines of words behind the program's name
}

// peers are commands of sqlite-utils, datasette, qsv, zsv and sqlite3.
var peers = []peer{
	{[]string{"insert", "bulk", "import", "to", "2db", "insert-files", "load"},
		"files become tables of one new database by convert; what they are is found out",
		[]string{"convert people.csv towns.json -o data.db", "convert 2024.csv 2025.csv --table sales -o sales.db"}},
	{[]string{"upsert"},
		"rows of later files take the place of earlier ones by rules: into with a table, and primaryKey, in dynasette.yaml; then",
		[]string{"convert uploads -o data.db"}},
	{[]string{"memory", "sql", "select"},
		"SQL runs over files by query, the SQL first",
		[]string{"query 'select * from t' people.csv"}},
	{[]string{"tables", "views", "schema", "triggers", "indexes", "dump"},
		"what is in a database, query shows",
		[]string{"query 'select type, name, sql from sqlite_master' data.db"}},
	{[]string{"rows"},
		"rows are shown by query",
		[]string{"query 'select * from people limit 10' data.db"}},
	{[]string{"search"},
		"what has a full-text index is searched by query",
		[]string{"query \"select * from people where rowid in (select rowid from people_fts where people_fts match 'words')\" data.db"}},
	{[]string{"analyze-tables", "sniff", "stats", "headers", "count"},
		"what a file is, which columns it has and why they have their types, inspect says",
		[]string{"inspect people.csv"}},
	{[]string{"transform", "add-column", "duplicate", "rename-table", "drop-table", "drop-view"},
		"tables are as they are to be from the start: types by flags; rename, drop, order, keys and defaults by rules in dynasette.yaml",
		[]string{"convert people.csv --type zip=TEXT -o people.db"}},
	{[]string{"extract", "add-foreign-key", "add-foreign-keys", "index-foreign-keys"},
		"columns become lookup tables, and foreign keys are declared, by rules: extract and schema in dynasette.yaml; then",
		[]string{"convert data -o data.db", "csvs-to-sqlite people.csv people.db -c town"}},
	{[]string{"create-index"},
		"indexes are written with the rows",
		[]string{"convert people.csv --index town,name -o people.db"}},
	{[]string{"enable-fts", "populate-fts", "rebuild-fts", "disable-fts", "optimize"},
		"full-text indexes are written with the rows; their tokenizer is said by rules: search in dynasette.yaml",
		[]string{"convert people.csv --search biography -o people.db"}},
	{[]string{"create-view"},
		"what is published can have canned queries, by rules: queries of a database in dynasette.yaml, in the folder of",
		[]string{"up uploads"}},
	{[]string{"create-database", "create-table", "vacuum", "analyze"},
		"a database is written whole, with nothing in it to make smaller, by convert",
		[]string{"convert people.csv -o people.db"}},
	{[]string{"publish", "package"},
		"what is in a folder is converted and served by up, and what is in a bucket by serve and reconcile",
		[]string{"up uploads", "reconcile uploads serving"}},
	{[]string{"plugins", "install"},
		"the formats that there are, formats lists; programs can have more by --plugin",
		[]string{"formats"}},
}

// peers are hidden commands that say what there is in the place of others.
func (a *app) peers() []*cobra.Command {
	var commands []*cobra.Command
	for _, p := range peers {
		for _, word := range p.words {
			commands = append(commands, &cobra.Command{
				Use: word, Short: p.says, Hidden: true, DisableFlagParsing: true,
				RunE: func(*cobra.Command, []string) error {
					return usagef("there is no command %s: %s:\n%s", word, p.says, a.examples(p.example...))
				},
			})
		}
	}
	return commands
}
