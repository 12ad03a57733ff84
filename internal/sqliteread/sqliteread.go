// Package sqliteread has SQLite read a database wherever it is, without a file of its own. SQLite has no
// place for temporary files there, so what it sorts must be little.
package sqliteread

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"io/fs"
	"time"

	"modernc.org/sqlite/vfs"
)

// A DB is a database that can't be written. It never changes, so nothing is locked.
type DB struct {
	db        *sql.DB
	*sql.Conn // the one connection
	files     *vfs.FS
}

// Open returns a database that is read through r. What SQLite makes of an error of reading is one of its own.
func Open(ctx context.Context, r io.ReaderAt, size int64) (*DB, error) {
	name, files, err := vfs.New(source{r, size})
	if err != nil {
		return nil, fmt.Errorf("SQLite: %w", err)
	}
	d := &DB{files: files}
	if d.db, err = sql.Open("sqlite", "file:"+dbName+"?immutable=1&mode=ro&vfs="+name); err == nil {
		d.Conn, err = d.db.Conn(ctx)
	}
	if err != nil {
		d.Close()
		return nil, fmt.Errorf("SQLite: %w", err)
	}
	return d, nil
}

// Close closes the connection, and then that through which it reads.
func (d *DB) Close() error {
	if d.Conn != nil {
		d.Conn.Close()
	}
	if d.db != nil {
		d.db.Close()
	}
	return d.files.Close()
}

// source is a file system that has one file: the database. There is no journal and nothing else.
type source struct {
	io.ReaderAt
	size int64
}

const dbName = "read.db"

func (s source) Open(name string) (fs.File, error) {
	if name != dbName {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return file{io.NewSectionReader(s, 0, s.size)}, nil
}

type file struct{ *io.SectionReader }

func (f file) Stat() (fs.FileInfo, error) { return info{f.Size()}, nil }
func (f file) Close() error               { return nil }

type info struct{ size int64 }

func (i info) Name() string       { return dbName }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return 0o444 }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return false }
func (i info) Sys() any           { return nil }
