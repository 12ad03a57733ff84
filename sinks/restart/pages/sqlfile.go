package pages

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func base64Text(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// sqlFile sends the result of a query as a database with one table, "result".
func (q *request) sqlFile(d *database, a *sqlQuery) (err error) {
	if a.text == "" {
		return errEmptySQL
	}
	dir, err := os.MkdirTemp("", "dynasette-result-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "result.db")
	if err := q.writeResult(d, a, path); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	q.head("application/vnd.sqlite3")
	attach(q.w, a.fileName(d)+".db")
	http.ServeContent(q.w, q.r, "", time.Time{}, f)
	return nil
}

func (q *request) writeResult(d *database, a *sqlQuery, path string) error {
	dsn := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: "_pragma=journal_mode(off)&_pragma=synchronous(off)"}
	out, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return err
	}
	defer out.Close()
	ctx := context.WithoutCancel(q.r.Context()) // what is asked for is bounded
	tx, err := out.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var insert *sql.Stmt
	size := 0
	more, err := q.runSQL(d, a, maxResultFile, asRead, func(columns []string) error {
		names := distinct(columns)
		for i, name := range names {
			names[i] = quote(name)
		}
		if _, err := tx.ExecContext(ctx, "CREATE TABLE result ("+strings.Join(names, ", ")+")"); err != nil {
			return err
		}
		insert, err = tx.PrepareContext(ctx, "INSERT INTO result VALUES ("+strings.TrimSuffix(strings.Repeat("?,", len(names)), ",")+")")
		return err
	}, func(row []any) error {
		for i, v := range row {
			if b, ok := v.([]byte); ok && b == nil {
				row[i] = []byte{} // the driver would bind NULL
			}
			size += len(plain(v)) + 8
		}
		if size > maxAnswer {
			return errLongAnswer
		}
		_, err := insert.ExecContext(ctx, row...)
		return err
	})
	if err == nil && more {
		err = errManyRows
	}
	if err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return out.Close()
}

// distinct makes names of columns that differ, as they must in a table.
func distinct(columns []string) []string {
	taken := map[string]bool{}
	names := make([]string, len(columns))
	for i, name := range columns {
		if name = strings.ReplaceAll(name, "\x00", ""); name == "" {
			name = "column"
		}
		names[i] = name
		for n := 2; taken[strings.ToLower(names[i])]; n++ {
			names[i] = fmt.Sprintf("%s_%d", name, n)
		}
		taken[strings.ToLower(names[i])] = true
	}
	return names
}
