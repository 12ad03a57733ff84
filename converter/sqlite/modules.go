package sqlite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/sqlitecheck"
	"github.com/dynasette/dynasette/internal/pattern"
)

// plainModules are what the SQLite of a plain Datasette has, in its container image and in
// Python's from Debian and python.org.
var plainModules = []string{"fts3", "fts3tokenize", "fts4", "fts4aux", "fts5", "fts5vocab", "rtree", "rtree_i32"}

// knownModules says where others come from.
var knownModules = []struct{ prefix, from string }{
	{"virtual", "SpatiaLite"},
	{"vec", "sqlite-vec"},
	{"vss", "sqlite-vss"},
	{"spellfix", "the spellfix1 extension"},
	{"geopoly", "a SQLite with SQLITE_ENABLE_GEOPOLY"},
	{"dbstat", "a SQLite with SQLITE_ENABLE_DBSTAT_VTAB"},
	{"zipfile", "the sqlite3 shell"},
	{"csv", "the csv extension"},
}

// tokenizer finds the tokenizer of a full-text table.
var tokenizer = pattern.New("(?i)\\busing\\s+[\"'`\\[]?(fts[345])\\b(?s:.*)\\btokenize\\s*=?\\s*[\"'`\\[]*(\\w+)[\"'`\\]]*(?:\\s+[\"'`\\[]*(\\w+))?")

// plainTokenizers are those of a plain SQLite, by version of the index. One of version 5
// may have another one behind it.
var plainTokenizers = map[string][]string{
	"fts3": {"simple", "porter", "unicode61"},
	"fts4": {"simple", "porter", "unicode61"},
	"fts5": {"unicode61", "ascii", "porter", "trigram"},
}

// unknownTokenizer returns the tokenizer of a full-text table that a plain SQLite lacks, or "".
func unknownTokenizer(sql string) string {
	m := tokenizer().FindStringSubmatch(sql)
	if m == nil {
		return ""
	}
	version := strings.ToLower(m[1])
	used := []string{m[2]}
	if version == "fts5" && strings.EqualFold(m[2], "porter") && m[3] != "" {
		used = append(used, m[3])
	}
	for _, name := range used {
		if !slices.Contains(plainTokenizers[version], strings.ToLower(name)) {
			return name
		}
	}
	return ""
}

// mostTables is how many tables and views a database may have: Datasette asks for all of them
// before it answers anything, and gives that a second.
const mostTables = 10_000

// servable refuses what Datasette could not serve.
func (c Converter) servable(report *sqlitecheck.Report) error {
	tables := 0
	for _, o := range report.Objects {
		if o.Type == "table" || o.Type == "view" {
			tables++
		}
	}
	if tables > mostTables {
		return &converter.SyntaxError{
			Err:  fmt.Errorf("%s tables and views, with which Datasette answers nothing in time: %w", humanize.Comma(int64(tables)), converter.ErrLimit),
			Hint: fmt.Sprintf("split the database: %s are possible", humanize.Comma(mostTables)),
		}
	}
	own := 0
	for _, t := range report.Tables {
		if !strings.HasPrefix(strings.ToLower(t.Name), "sqlite_") {
			own++
		}
		if strings.ContainsAny(t.Name, `"]`) {
			return &converter.SyntaxError{
				Err:  fmt.Errorf("the table %q has a quote or a bracket in its name, which Datasette can't have: %w", t.Name, converter.ErrUnsupported),
				Hint: fmt.Sprintf("it would keep Datasette from serving anything: ALTER TABLE %s RENAME TO another name", quoted(t.Name)),
			}
		}
		if t.Module == "" {
			continue
		}
		module := strings.ToLower(t.Module)
		same := func(m string) bool { return strings.EqualFold(m, module) }
		if slices.ContainsFunc(c.Modules, same) {
			continue
		}
		if !slices.Contains(plainModules, module) {
			from := ""
			for _, known := range knownModules {
				if strings.HasPrefix(module, known.prefix) {
					from = " of " + known.from
					break
				}
			}
			return &converter.SyntaxError{
				Err:  fmt.Errorf("the virtual table %q needs the module %q%s, which Datasette does not have: %w", t.Name, t.Module, from, converter.ErrUnsupported),
				Hint: fmt.Sprintf("it would keep Datasette from starting: DROP TABLE %s, or copy the other tables to a new database", quoted(t.Name)),
			}
		}
		if name := unknownTokenizer(t.SQL); name != "" {
			return &converter.SyntaxError{
				Err:  fmt.Errorf("the full-text table %q needs the tokenizer %q, which Datasette does not have: %w", t.Name, name, converter.ErrUnsupported),
				Hint: "make it again with tokenize=unicode61",
			}
		}
	}
	if own == 0 {
		err := fmt.Errorf("%w: %w", errNoTables, converter.ErrEmpty)
		if report.WAL {
			return &converter.SyntaxError{Err: err, Hint: "it is in WAL mode: run PRAGMA wal_checkpoint(TRUNCATE), so that the tables get from the -wal file into this one"}
		}
		return err
	}
	return nil
}

// quoted quotes a name for SQL.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// virtualRows returns the rows of a virtual table, from those of the tables that its
// module keeps.
func virtualRows(t *sqlitecheck.Object, rows map[string]int64) int64 {
	for _, suffix := range []string{"_docsize", "_content", "_rowid"} {
		if n, ok := rows[t.Name+suffix]; ok {
			return n
		}
	}
	return 0
}
