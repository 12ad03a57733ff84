package cli

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/sinks/dir"
)

// A scratch is a database that is there as long as it is queried: in memory if it is small,
// otherwise in the system's temporary folder. It is a converter.Destination.
type scratch struct {
	pageSize int
	memory   int64 // that it may take, in bytes
	pages    bytes.Buffer
	database []byte    // once it is whole, if it is small
	folder   string    // of the file; "" as long as there is none
	file     *dir.File // until it is whole
}

const scratchMemory = 32 << 20 // SQLite has a copy of its own for a moment

// Write takes whole pages.
func (s *scratch) Write(p []byte) (int, error) {
	if s.file != nil {
		return s.file.Write(p)
	}
	if int64(s.pages.Len()+len(p)) <= s.memory {
		return s.pages.Write(p)
	}
	var err error
	if s.folder == "" {
		if s.folder, err = os.MkdirTemp("", "dynasette-query-"); err != nil {
			return 0, err
		}
	}
	if s.file, err = dir.CreateFile(s.path(), dir.FileOptions{PageSize: s.pageSize}); err != nil {
		return 0, err
	}
	if _, err := s.pages.WriteTo(s.file); err != nil {
		return 0, err
	}
	s.pages = bytes.Buffer{}
	return s.file.Write(p)
}

func (s *scratch) path() string { return filepath.Join(s.folder, "query.db") }

// Reset throws away what was written.
func (s *scratch) Reset() error {
	s.pages.Reset()
	if s.file != nil {
		return s.file.Reset()
	}
	return nil
}

// Commit makes the database one that can be opened.
func (s *scratch) Commit(first []byte) error {
	if s.file != nil {
		return s.file.Commit(first)
	}
	s.database, s.pages = slices.Concat(first, s.pages.Bytes()), bytes.Buffer{}
	return nil
}

// Close removes the database.
func (s *scratch) Close() error {
	var err error
	if s.file != nil {
		err = s.file.Close()
	}
	if s.folder != "" {
		err = errors.Join(err, os.RemoveAll(s.folder))
	}
	return err
}

// open returns a connection to the database, with an alias for each table, which can change
// nothing, here or elsewhere. Closing it is the caller's.
func (s *scratch) open(ctx context.Context) (*sql.DB, *sql.Conn, error) {
	name := "file::memory:"
	if s.database == nil {
		path, err := filepath.Abs(s.path())
		if err != nil {
			return nil, nil, err
		}
		name = "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?mode=ro&immutable=1"
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, nil, err
	}
	conn, err := s.connect(ctx, db)
	if err != nil {
		db.Close()
		return nil, nil, fmt.Errorf("SQLite: %w", err)
	}
	return db, conn, nil
}

func (s *scratch) connect(ctx context.Context, db *sql.DB) (*sql.Conn, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if s.database != nil {
		if err := conn.Raw(func(c any) error {
			return c.(interface{ Deserialize([]byte) error }).Deserialize(s.database)
		}); err != nil {
			return nil, err
		}
		s.database = nil
	}
	if _, err := conn.ExecContext(ctx, "PRAGMA trusted_schema=0"); err != nil {
		return nil, err
	}
	if err := alias(ctx, conn); err != nil {
		return nil, err
	}
	// VACUUM INTO attaches what it writes, too.
	if _, err := sqlite.Limit(conn, sqlite3.SQLITE_LIMIT_ATTACHED, 0); err != nil {
		return nil, err
	}
	_, err = conn.ExecContext(ctx, "PRAGMA query_only=1")
	return conn, err
}

// alias gives the tables the names t1, t2, …, and the first t, where no table or view has
// that name.
func alias(ctx context.Context, conn *sql.Conn) error {
	tables, err := tableNames(ctx, conn)
	if err != nil {
		return err
	}
	taken := map[string]bool{}
	if err := eachText(ctx, conn, func(name string) { taken[name] = true }, "SELECT lower(name) FROM main.sqlite_master"); err != nil {
		return err
	}
	for i, table := range tables {
		aliases := []string{fmt.Sprint("t", i+1)}
		if i == 0 {
			aliases = append(aliases, "t")
		}
		for _, name := range aliases {
			if taken[name] {
				continue
			}
			if _, err := conn.ExecContext(ctx, "CREATE TEMP VIEW "+name+" AS SELECT * FROM main."+`"`+strings.ReplaceAll(table, `"`, `""`)+`"`); err != nil {
				return err
			}
		}
	}
	return nil
}

// tableNames returns the names of the tables that are the documents', in their order. What is
// called as ColumnsTable is that if it comes behind ours.
func tableNames(ctx context.Context, conn *sql.Conn) (names []string, err error) {
	err = eachText(ctx, conn, func(name string) { names = append(names, name) },
		`SELECT m.name FROM main.sqlite_master m JOIN pragma_table_list l ON l.schema = 'main' AND l.name = m.name
		WHERE l.type IN ('table', 'virtual') AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND m.name NOT IN (?1, ?2)
		AND NOT (m.name = ?3 AND EXISTS (SELECT 1 FROM main.sqlite_master s WHERE s.name = ?2 AND s.rowid < m.rowid)) ORDER BY m.rowid`,
		converter.RejectsTable, converter.SourcesTable, converter.ColumnsTable)
	return names, err
}

// eachText calls fn for the text of each row.
func eachText(ctx context.Context, conn *sql.Conn, fn func(string), query string, args ...any) error {
	rows, err := conn.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		fn(text)
	}
	return rows.Err()
}
