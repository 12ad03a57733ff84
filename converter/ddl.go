package converter

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// finishTables completes the trees of the documents' tables, their keys and indexes, and
// then, with all of them known, says how they are declared.
func (db *database) finishTables(summary *Summary) ([]sqlitefile.Object, error) {
	roots := make([]uint32, len(db.tables))
	indexes := make([][]sqlitefile.Object, len(db.tables))
	for i, t := range db.tables {
		var err error
		if roots[i], err = db.finishTree(t); err != nil {
			return nil, err
		}
		if indexes[i], err = db.finishKeys(t); err != nil {
			return nil, err
		}
		own, err := db.finishIndexes(t)
		if err != nil {
			return nil, err
		}
		search, err := db.finishSearch(t)
		if err != nil {
			return nil, err
		}
		indexes[i] = append(append(indexes[i], own...), search...)
	}
	for _, t := range db.tables {
		if err := db.finishForeign(t); err != nil {
			return nil, err
		}
	}
	var schema []sqlitefile.Object
	for i, t := range db.tables {
		if len(t.columns) == 0 {
			t.add(t.taken.unique("column_1", "column_1")) // SQLite has no tables without columns
		}
		sql, columns, err := db.declare(t)
		if err != nil {
			return nil, err
		}
		schema = append(schema, sqlitefile.Object{Type: "table", Name: t.name, Table: t.name, Root: roots[i], SQL: sql})
		schema = append(schema, indexes[i]...)
		summary.Tables = append(summary.Tables, TableSummary{Name: t.name, Rows: t.rows, Extra: t.wide, Columns: columns,
			PrimaryKey: t.primaryKey(), References: t.references(), Of: cmp.Or(t.of, &DocumentTable{})})
	}
	return schema, errors.Join(db.missingColumn(), db.missingIndex(), db.missingSearch())
}

// finishTree completes a table's tree and returns its root page.
func (db *database) finishTree(t *table) (uint32, error) {
	if t.lookup != nil {
		if err := t.lookup.flush(db); err != nil {
			return 0, err
		}
	}
	return t.tree.Finish()
}

// declare returns the statement that makes the table, and says what its columns became.
func (db *database) declare(t *table) (string, []ColumnSummary, error) {
	var sql strings.Builder
	sql.WriteString("CREATE TABLE " + quoteName(t.name) + " (")
	columns := []ColumnSummary{}
	for i := range t.columns {
		c := &t.columns[i]
		s := c.summary()
		if i > 0 {
			sql.WriteString(", ")
		}
		sql.WriteString(quoteName(s.Name))
		if s.Key = t.isKey(i); s.Key && s.Type == "INTEGER" && t.rowid != i {
			s.Type = "INT" // INTEGER PRIMARY KEY would be the rowid itself
		}
		if t.rowid == i {
			s.Type, s.Key = "INTEGER", true
		}
		if s.Type != "" {
			sql.WriteString(" " + s.Type)
		}
		if s.Key {
			sql.WriteString(" PRIMARY KEY")
		}
		required, err := db.required(t, i)
		if err != nil {
			return "", nil, err
		}
		if required {
			sql.WriteString(" NOT NULL")
		}
		if t.isUnique(i) {
			sql.WriteString(" UNIQUE")
		}
		if f := c.field; f != nil && f.Default != nil {
			sql.WriteString(" DEFAULT " + f.Default.sql())
		}
		for _, k := range t.foreign {
			if k.holds && len(k.places) == 1 && k.places[0] == int32(i) {
				sql.WriteString(k.references())
			}
		}
		s.About = c.about
		columns = append(columns, s)
	}
	for _, k := range t.keys {
		if len(k.places) > 1 {
			word := ", UNIQUE ("
			if k.primary {
				word = ", PRIMARY KEY ("
			}
			sql.WriteString(word + t.list(k.places) + ")")
		}
	}
	for _, k := range t.foreign {
		if k.holds && len(k.places) > 1 {
			sql.WriteString(", FOREIGN KEY (" + t.list(k.places) + ")" + k.references())
		}
	}
	sql.WriteString(")")
	return sql.String(), columns, nil
}

// isUnique reports whether column i alone has no value twice, but is not the primary key.
func (t *table) isUnique(i int) bool {
	for _, k := range t.keys {
		if !k.primary && len(k.places) == 1 && k.places[0] == int32(i) {
			return true
		}
	}
	return false
}

// list returns the names of columns, for SQL.
func (t *table) list(places []int32) string {
	names := t.names(places)
	for i, name := range names {
		names[i] = quoteName(name)
	}
	return strings.Join(names, ", ")
}

// names returns the names of columns.
func (t *table) names(places []int32) (names []string) {
	for _, p := range places {
		names = append(names, t.columns[p].name)
	}
	return names
}

// primaryKey returns the columns of the primary key that is declared.
func (t *table) primaryKey() []string {
	switch k := t.primary(); {
	case t.rowid >= 0:
		return t.names([]int32{int32(t.rowid)})
	case k != nil:
		return t.names(k.places)
	}
	return nil
}

// sql returns the value as it is written in SQL.
func (v Value) sql() string {
	switch v.kind {
	case KindNull:
		return "NULL"
	case KindInt:
		return strconv.FormatInt(int64(v.num), 10)
	case KindReal:
		text := strconv.FormatFloat(math.Float64frombits(v.num), 'g', -1, 64)
		if !strings.ContainsAny(text, ".e") {
			text += ".0"
		}
		return text
	case KindBlob:
		return "X'" + hex.EncodeToString([]byte(v.str)) + "'"
	case KindUntyped, KindQuoted:
		_, integer := ParseInt([]byte(v.str))
		if _, real := ParseReal([]byte(v.str)); integer || real {
			return v.str
		}
	}
	return "'" + strings.ReplaceAll(v.str, "'", "''") + "'"
}

// summary says what the column became.
func (c *column) summary() ColumnSummary {
	if c.declared != "" {
		return ColumnSummary{Name: c.name, Type: c.declared, Why: "as asked for"}
	}
	declared, why := c.seen.declared()
	if f := c.field; f != nil && !c.kept && f.declared() != "" {
		switch said := f.declared(); {
		case why == noValues, said == "REAL" && declared == "INTEGER" && c.seen&(untypedBig|typedBig) == 0:
			return ColumnSummary{Name: c.name, Type: said, Why: "as its rule says"}
		}
	}
	if c.example != "" && declared == "TEXT" {
		why += fmt.Sprintf(": row %d has %q", c.row, c.example) + c.but
	}
	return ColumnSummary{Name: c.name, Type: declared, Why: why}
}
