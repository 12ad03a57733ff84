// Package values looks into databases: their first rows, how the values of columns are distributed, and what
// differs between two. A database may be anybody's: it is only read, by statements that name tables and
// columns, in bounded time and memory; views, virtual tables and what is computed are left alone.
package values

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/dynasette/dynasette/internal/sqliteread"
)

// A Database is one that is open. It is for one goroutine at a time.
type Database struct{ db *sqliteread.DB }

const (
	longest    = 16 << 20    // bytes of a row that is read
	maxColumns = int64(2000) // of a table, as SQLite has it by itself
)

// Open opens a database that is read through r.
func Open(ctx context.Context, r io.ReaderAt, size int64) (*Database, error) {
	db, err := sqliteread.Open(ctx, r, size)
	if err != nil {
		return nil, err
	}
	d := &Database{db}
	if _, err = sqlite.Limit(db.Conn, sqlite3.SQLITE_LIMIT_LENGTH, longest); err == nil {
		for _, pragma := range []string{"query_only = 1", "trusted_schema = 0", "cell_size_check = 1", "temp_store = 2", "cache_size = -4000"} {
			if _, err = db.ExecContext(ctx, "PRAGMA "+pragma); err != nil {
				break
			}
		}
	}
	if err != nil {
		db.Close()
		return nil, fmt.Errorf("SQLite: %w", err)
	}
	return d, nil
}

// Close closes the database, not what it is read through.
func (d *Database) Close() error { return d.db.Close() }

// A Column is one whose values are stored.
type Column struct {
	Name, Type string
	Key        int // its place in the primary key, from 1; 0: it is not in it
}

// ErrNoTable: there is no such table, or it is none with rows of its own.
var ErrNoTable = errors.New("there is no such table of rows")

// Columns returns the columns that a table stores.
func (d *Database) Columns(ctx context.Context, table string) (all []Column, err error) {
	err = d.query(ctx, `SELECT x.name, x.type, x.pk FROM pragma_table_list l JOIN pragma_table_xinfo(l.name) x
		WHERE l.schema = 'main' AND l.type IN ('table', 'shadow') AND l.name = ? AND x.hidden = 0 ORDER BY x.cid LIMIT ?`, []any{table, maxColumns},
		func(row []any) error {
			name, _ := row[0].(string)
			declared, _ := row[1].(string)
			key, _ := row[2].(int64)
			all = append(all, Column{name, declared, int(key)})
			return nil
		})
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("%q: %w", table, ErrNoTable)
	}
	return all, err
}

// Head returns the first rows of a table. Of a text it has at most that many characters and one more, of a
// blob its length, as a Bytes.
func (d *Database) Head(ctx context.Context, table string, columns []Column, rows, characters int) (all [][]any, err error) {
	read := make([]string, len(columns))
	for i, c := range columns {
		read[i] = fmt.Sprintf("CASE typeof(%[1]s) WHEN 'text' THEN substr(%[1]s, 1, %[2]d) WHEN 'blob' THEN CAST(octet_length(%[1]s) AS BLOB) ELSE %[1]s END", quote(c.Name), characters+1)
	}
	err = d.query(ctx, fmt.Sprintf("SELECT %s FROM main.%s LIMIT %d", strings.Join(read, ", "), quote(table), rows), nil, func(row []any) error {
		row = slices.Clone(row)
		for i, v := range row {
			if length, ok := v.([]byte); ok {
				var n Bytes
				fmt.Sscan(string(length), &n)
				row[i] = n
			}
		}
		all = append(all, row)
		return nil
	})
	return all, err
}

// Bytes is how long a blob is.
type Bytes int64

// scan calls fn for each row of a table, in its order, which it must not keep.
func (d *Database) scan(ctx context.Context, table string, columns []string, fn func(row []any) error) error {
	return d.query(ctx, selecting(table, columns), nil, fn)
}

func selecting(table string, columns []string) string {
	read := make([]string, len(columns))
	for i, name := range columns {
		read[i] = "+" + quote(name) // so that the driver makes no times of what is declared to be one
	}
	return "SELECT " + strings.Join(read, ", ") + " FROM main." + quote(table)
}

// query calls fn for each row, which it must not keep. It is the driver's own way: database/sql takes as long
// again.
func (d *Database) query(ctx context.Context, text string, args []any, fn func(row []any) error) error {
	named := make([]driver.NamedValue, len(args))
	for i, arg := range args {
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: arg}
	}
	err := d.db.Raw(func(conn any) error {
		rows, err := conn.(driver.QueryerContext).QueryContext(ctx, text, named)
		if err != nil {
			return err
		}
		defer rows.Close()
		values := make([]driver.Value, len(rows.Columns()))
		row := make([]any, len(values))
		for {
			if err := rows.Next(values); err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
			for i, v := range values {
				row[i] = v
			}
			if err := cmp.Or(fn(row), ctx.Err()); err != nil { // the driver does not look between rows
				return err
			}
		}
	})
	if err != nil && ctx.Err() != nil {
		return ctx.Err() // rather than what SQLite makes of it
	}
	return err
}

// quote makes an identifier of a name.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
