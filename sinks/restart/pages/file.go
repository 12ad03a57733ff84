package pages

import (
	"context"
	"database/sql"
	"net/url"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// connect opens the file. A release never changes, so there is nothing to lock or to look for
// again. What views and generated columns of an uploaded database may do is no more than to
// compute.
func (d *database) connect() (*sql.DB, error) {
	dsn, err := d.dsn()
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	pooled(db)
	return db, nil
}

func (d *database) dsn() (string, error) {
	path, err := filepath.Abs(d.path)
	if err != nil {
		return "", err
	}
	dsn := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: "mode=ro&immutable=1&_defensive=1&_pragma=query_only(1)&_pragma=trusted_schema(0)"}
	return dsn.String(), nil
}

func pooled(db *sql.DB) {
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(2)
	db.SetConnMaxIdleTime(time.Minute)
}

// The longest value, and row, that is read: a view can make up one of any length.
const maxLength = 256 << 20

// query runs one SELECT and calls fn for each row, which it must not keep.
func (d *database) query(ctx context.Context, text string, args []any, fn func(row []any) error) error {
	if d.limited {
		return d.queryVisitors(ctx, text, args, fn)
	}
	return d.file.Use(func(db *sql.DB) error { return selectRows(ctx, db, text, args, fn) })
}

func selectRows(ctx context.Context, db *sql.DB, text string, args []any, fn func(row []any) error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return asProblem(ctx, err)
	}
	defer conn.Close()
	if _, err := sqlite.Limit(conn, sqlite3.SQLITE_LIMIT_LENGTH, maxLength); err != nil {
		return err
	}
	return asProblem(ctx, scan(ctx, conn, text, args, fn))
}

func scan(ctx context.Context, conn *sql.Conn, text string, args []any, fn func(row []any) error) error {
	rows, err := conn.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	row, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := fn(row); err != nil {
			return err
		}
	}
	return rows.Err()
}
