package pages

import (
	"cmp"
	"context"
	"database/sql"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dynasette/dynasette/internal/pool"
)

// A database is one file of a release, open.
type database struct {
	name     string
	path     string
	size     int64
	modified time.Time
	hash     string
	about    about
	meta     map[string]any // what about is of
	known    knowledge
	users    atomic.Int32 // releases that have it open
	file     *pool.Item[*sql.DB]
	visitors *pool.Item[*sql.DB] // the same, for SQL of visitors
	tables   []*table            // by name, views too
	queries  []*storedQuery
	memory   *memoryWatch // of the server's queries
	noSQL    bool         // visitors may run none
	limited  bool         // its queries have SQL of a visitor's in them
}

type table struct {
	name    string
	isView  bool
	hidden  bool
	problem string // why it can't be read; "" if it can
	about   about
	columns []column  // as for Datasette, with the rowid if there is no primary key
	unseen  []string  // columns of a virtual table that it has besides
	primary []string  // the names of the primary key's columns, in the key's order, or the rowid's
	key     []string  // expressions that identify a row and never are NULL; nil: nothing does
	rowid   bool      // whether key is the rowid
	refs    []foreign // its foreign keys of one column
	count   atomic.Int64
	tallied tallyCache

	index      string   // the name of the full-text index on it, or ""
	search     string   // the full-text index on it, as an expression; "" if there is none
	searchable []string // the columns that can be searched
	indexOf    string   // the table that it is a full-text index of, or ""
}

type column struct {
	name     string
	declared string
	affinity affinity
	notNull  bool
	implicit bool // the rowid, of a table without a primary key
}

// A foreign key of one column.
type foreign struct {
	column, table, to string // as it is declared; to is "" for the primary key

	of *table // the table that it leads to; nil if there is none that can be read
	by string // the column of it
}

type affinity byte

const (
	none affinity = iota // also SQLite's BLOB
	text
	numeric // with INTEGER and REAL
)

// affinityOf follows section 3.1 of https://sqlite.org/datatype3.html.
func affinityOf(declared string) affinity {
	d := strings.ToUpper(declared)
	has := func(s string) bool { return strings.Contains(d, s) }
	switch {
	case has("INT"):
		return numeric
	case has("CHAR"), has("CLOB"), has("TEXT"):
		return text
	case has("BLOB"), d == "":
		return none
	}
	return numeric
}

// open reads the schema. Counts that are known need not be counted.
func (d *database) open(ctx context.Context) error {
	info, err := os.Stat(d.path)
	if err != nil {
		return err
	}
	d.size, d.modified, d.hash = info.Size(), info.ModTime().UTC(), d.known.Hash
	return d.file.Use(func(db *sql.DB) error { return d.read(ctx, db) })
}

func (d *database) read(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, `SELECT l.name, l.type, l.wr, coalesce(s.sql, '')
		FROM pragma_table_list AS l LEFT JOIN sqlite_schema AS s ON s.name = l.name AND s.type IN ('table', 'view')
		WHERE l.schema = 'main' AND l.name NOT IN ('sqlite_schema', 'sqlite_temp_schema')`)
	if err != nil {
		return err
	}
	defer rows.Close()
	indexes := map[string]string{} // names of the full-text indexes by their tables
	for rows.Next() {
		var kind, sql string
		var withoutRowid bool
		t := &table{}
		if err := rows.Scan(&t.name, &kind, &withoutRowid, &sql); err != nil {
			return err
		}
		t.isView = kind == "view"
		t.about = aboutOf(child(d.meta, "tables", t.name))
		indexed, isIndex := searched(sql)
		if isIndex && kind == "virtual" {
			if t.indexOf = indexed; indexed == "" {
				indexed = t.name // it has its texts itself
			}
			indexes[strings.ToLower(indexed)] = t.name
		}
		t.hidden = t.about.hidden || kind == "shadow" || isIndex || strings.HasPrefix(t.name, "_") || strings.HasPrefix(t.name, "sqlite_")
		t.rowid = kind != "view" && !withoutRowid
		t.count.Store(-1)
		if known, ok := d.known.Tables[t.name]; ok {
			t.count.Store(known.Count)
		}
		d.tables = append(d.tables, t)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	slices.SortFunc(d.tables, func(a, b *table) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name)), strings.Compare(a.name, b.name))
	})
	for _, t := range d.tables {
		if err := t.describe(ctx, db); err != nil {
			if ctx.Err() != nil {
				return err
			}
			t.problem, t.hidden = err.Error(), true
		}
	}
	d.followForeign()
	for _, t := range d.tables {
		t.findIndex(d, indexes[strings.ToLower(t.name)])
	}
	return nil
}

// findIndex says how the table can be searched: by the full-text index of that name or, without
// one, by columns that are not said to be binary.
func (t *table) findIndex(d *database, name string) {
	t.index = name
	by := t
	if index, err := d.table(name); err == nil && t.rowid && index.problem == "" {
		t.search, by = quote(name), index
	}
	for _, c := range by.own() {
		if by != t || !strings.Contains(strings.ToUpper(c.declared), "BLOB") {
			t.searchable = append(t.searchable, c.name)
		}
	}
}

// describe reads the columns and the keys.
func (t *table) describe(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, `SELECT name, type, "notnull", pk, hidden FROM pragma_table_xinfo(?)`, t.name)
	if err != nil {
		return err
	}
	defer rows.Close()
	taken := map[string]bool{}
	positions := map[string]int{}
	for rows.Next() {
		var c column
		var pk, hidden int
		if err := rows.Scan(&c.name, &c.declared, &c.notNull, &pk, &hidden); err != nil {
			return err
		}
		if hidden == 1 {
			t.unseen = append(t.unseen, c.name)
			continue
		}
		if c.affinity = affinityOf(c.declared); t.isView {
			c.affinity = none // an expression has none, whatever is declared
		}
		if pk > 0 {
			t.primary = append(t.primary, c.name)
			positions[c.name] = pk
		}
		taken[strings.ToLower(c.name)] = true
		t.columns = append(t.columns, c)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	slices.SortFunc(t.primary, func(a, b string) int { return positions[a] - positions[b] })
	if t.rowid && len(t.primary) == 1 {
		if i, _ := t.column(t.primary[0]); strings.EqualFold(t.columns[i].declared, "INTEGER") {
			t.columns[i].notNull = true // it is the rowid by another name
		}
	}
	if !t.rowid {
		for _, name := range t.primary {
			i, _ := t.column(name)
			if t.columns[i].affinity == none { // a URL can't tell its values apart
				t.key = nil
				break
			}
			t.key = append(t.key, quote(name))
		}
		return t.readForeign(ctx, db)
	}
	for _, name := range []string{"rowid", "_rowid_", "oid"} {
		if taken[name] {
			continue
		}
		// A virtual table may have none.
		if _, err := db.ExecContext(ctx, "SELECT "+name+" FROM main."+quote(t.name)+" LIMIT 0"); err == nil {
			t.key = []string{name}
			break
		}
	}
	if t.rowid = t.key != nil; t.rowid && len(t.primary) == 0 {
		t.primary = t.key
		t.columns = append([]column{{name: t.key[0], declared: "INTEGER", affinity: numeric, notNull: true, implicit: true}}, t.columns...)
	}
	return t.readForeign(ctx, db)
}

func (t *table) readForeign(ctx context.Context, db *sql.DB) error {
	if t.isView {
		return nil
	}
	rows, err := db.QueryContext(ctx, `SELECT "from", "table", coalesce("to", '') FROM pragma_foreign_key_list(?1)
		WHERE id IN (SELECT id FROM pragma_foreign_key_list(?1) GROUP BY id HAVING count(*) = 1) ORDER BY id`, t.name)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var f foreign
		if err := rows.Scan(&f.column, &f.table, &f.to); err != nil {
			return err
		}
		t.refs = append(t.refs, f)
	}
	return rows.Err()
}

// followForeign finds what foreign keys lead to. Names are the same in any case, as for SQLite.
func (d *database) followForeign() {
	tables := map[string]*table{}
	for _, t := range d.tables {
		if t.problem == "" {
			tables[strings.ToLower(t.name)] = t
		}
	}
	for _, t := range d.tables {
		for i := range t.refs {
			f := &t.refs[i]
			to := tables[strings.ToLower(f.table)]
			if to == nil {
				continue
			}
			name := f.to
			if key := to.declaredKey(); name == "" && len(key) == 1 {
				name = key[0]
			}
			if at, ok := to.column(name); ok && !to.columns[at].implicit {
				f.of, f.by = to, to.columns[at].name
			}
		}
	}
}

func (d *database) table(name string) (*table, error) {
	for _, t := range d.tables {
		if t.name == name {
			return t, nil
		}
	}
	return nil, notFound("There is no table of that name in this database.")
}

func (t *table) column(name string) (int, bool) {
	i := slices.IndexFunc(t.columns, func(c column) bool { return c.name == name })
	if i < 0 { // SQLite has no two columns that differ in case only
		i = slices.IndexFunc(t.columns, func(c column) bool { return strings.EqualFold(c.name, name) })
	}
	return i, i >= 0
}

// own returns the columns that the table declares.
func (t *table) own() []column {
	if len(t.columns) > 0 && t.columns[0].implicit {
		return t.columns[1:]
	}
	return t.columns
}

// all returns the places of the columns, as many as SQLite can read at once.
func (t *table) all() []int {
	all := make([]int, 0, len(t.columns))
	for i, c := range t.columns {
		if !c.implicit || len(t.columns) <= maxColumns {
			all = append(all, i)
		}
	}
	return all
}

// searched returns the table that a full-text index is on, as Datasette finds it.
func searched(sql string) (table string, ok bool) {
	if !strings.Contains(strings.ToLower(sql), "using fts") {
		return "", false
	}
	for _, ends := range [][2]string{{`content="`, `"`}, {`content=[`, `]`}} {
		if _, rest, found := strings.Cut(sql, ends[0]); found {
			if name, _, found := strings.Cut(rest, ends[1]); found {
				return name, true
			}
		}
	}
	return "", true
}

// quote writes an identifier, whatever is in it.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
