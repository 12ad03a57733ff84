// Package sqlitefile writes SQLite database files page by page, in ascending order and
// page 1 last.
//
// A rowid table written in rowid order needs no balancing: leaf pages fill one after
// another, interior pages follow when they are full, and the schema, with the root page of
// every table, goes to page 1 at the end. The format is
// https://www.sqlite.org/fileformat2.html.
package sqlitefile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/dynasette/dynasette/internal/sqliteheader"
)

// DefaultPageSize is SQLite's own.
const DefaultPageSize = 4096

// A File gives pages their numbers and writes them. It is for one goroutine at a time.
type File struct {
	w        io.Writer
	pageSize int
	next     uint32 // the next page's number
	lock     uint32 // the page that holds byte 0x40000000, which is never used
	zero     []byte
	buf      []byte // pages that are not written yet
}

// NewFile returns a File whose pages, from page 2 on, go to w.
func NewFile(w io.Writer, pageSize int) *File {
	return &File{w: w, pageSize: pageSize, next: 2, lock: sqliteheader.LockPage(pageSize), zero: make([]byte, pageSize)}
}

// Pages returns how many pages the file has, page 1 included.
func (f *File) Pages() int64 { return int64(f.next) - 1 }

// ErrTooLarge: more pages than SQLite can address.
var ErrTooLarge = errors.New("the database has more pages than SQLite can address; use a larger page size")

const maxPages = 0xfffffffe

// skipLock writes the lock page, unused, if it is next.
func (f *File) skipLock() error {
	if f.next != f.lock {
		return nil
	}
	f.next++
	return f.write(f.zero)
}

// write writes whole pages; a few at a time are collected.
func (f *File) write(pages []byte) error {
	const many = 64 << 10
	if len(f.buf)+len(pages) > many {
		if err := f.flush(); err != nil {
			return err
		}
	}
	if len(pages) < many {
		f.buf = append(f.buf, pages...)
		return nil
	}
	_, err := f.w.Write(pages)
	return err
}

func (f *File) flush() error {
	if len(f.buf) == 0 {
		return nil
	}
	_, err := f.w.Write(f.buf)
	f.buf = f.buf[:0]
	return err
}

// Place writes the pages of r and adds its leaves to t. r is spent then.
func (f *File) Place(t *Tree, r *Run) error {
	r.closeLeaf()
	if len(r.buf) == 0 {
		return nil
	}
	if err := f.skipLock(); err != nil {
		return err
	}
	pages := len(r.buf) / f.pageSize
	if uint64(f.next)+uint64(pages) > maxPages {
		return ErrTooLarge
	}
	first := f.next
	number := func(page int) uint32 {
		n := first + uint32(page)
		if first < f.lock && n >= f.lock {
			n++
		}
		return n
	}
	for _, p := range r.patches {
		binary.BigEndian.PutUint32(r.buf[p.at:], number(p.page))
	}
	f.next = number(pages-1) + 1
	buf := r.buf
	if first < f.lock && f.next > f.lock {
		before := int(f.lock-first) * f.pageSize
		if err := f.write(buf[:before]); err != nil {
			return err
		}
		if err := f.write(f.zero); err != nil {
			return err
		}
		buf = buf[before:]
	}
	if err := f.write(buf); err != nil {
		return err
	}
	for _, l := range r.leaves {
		if err := t.add(0, child{number(l.page), l.last}); err != nil {
			return err
		}
	}
	return nil
}

// page writes one page and returns its number.
func (f *File) page(page []byte) (uint32, error) {
	if err := f.skipLock(); err != nil {
		return 0, err
	}
	if f.next >= maxPages {
		return 0, ErrTooLarge
	}
	n := f.next
	f.next++
	return n, f.write(page)
}

// inner writes an interior page.
func (f *File) inner(children []child) (uint32, error) {
	page := make([]byte, f.pageSize)
	putInner(page, 0, children)
	return f.page(page)
}

func (f *File) emptyLeaf() (uint32, error) {
	page := make([]byte, f.pageSize)
	leafHead(page, leafTable, 0, f.pageSize)
	return f.page(page)
}

// An Object is a row of sqlite_schema.
type Object struct {
	Type, Name, Table string
	Root              uint32
	SQL               string
}

// Finish writes what the schema needs beyond page 1 and returns page 1.
func (f *File) Finish(schema []Object) ([]byte, error) {
	first := make([]byte, f.pageSize)
	if !f.schemaLeaf(first, schema) {
		if err := f.schemaTree(first, schema); err != nil {
			return nil, err
		}
	}
	f.header(schema).Put(first)
	return first, f.flush()
}

// schemaLeaf makes page 1 the schema's only page, if it fits.
func (f *File) schemaLeaf(first []byte, schema []Object) bool {
	top := len(first)
	for i, o := range schema {
		record := o.record()
		size := VarintLen(uint64(len(record))) + VarintLen(uint64(i+1)) + len(record)
		top -= size
		if top < sqliteheader.Size+leafHeader+2*len(schema) {
			clear(first)
			return false
		}
		binary.BigEndian.PutUint16(first[sqliteheader.Size+leafHeader+2*i:], uint16(top))
		at := top + PutVarint(first[top:], uint64(len(record)))
		at += PutVarint(first[at:], uint64(i+1))
		copy(first[at:], record)
	}
	leafHead(first[sqliteheader.Size:], leafTable, len(schema), top)
	return true
}

// schemaTree writes the schema to pages of its own and makes page 1 their root.
func (f *File) schemaTree(first []byte, schema []Object) error {
	t, r := f.NewTree(), f.NewRun()
	for i, o := range schema {
		r.Add(int64(i+1), o.record())
	}
	if err := f.Place(t, r); err != nil {
		return err
	}
	for n := 0; ; n++ {
		children := t.levels[n].children
		top := n == len(t.levels)-1
		if top && sqliteheader.Size+innerSize(children) <= f.pageSize {
			// A single child is allowed here: a root without cells but with a right child.
			putInner(first, sqliteheader.Size, children)
			return nil
		}
		rest := children
		if top {
			// Page 1 has less room than others: one more level, of two pages.
			half := children[:len(children)/2]
			page, err := f.inner(half)
			if err != nil {
				return err
			}
			if err := t.add(n+1, child{page, half[len(half)-1].last}); err != nil {
				return err
			}
			rest = children[len(half):]
		}
		page, err := f.inner(rest)
		if err != nil {
			return err
		}
		if err := t.add(n+1, child{page, rest[len(rest)-1].last}); err != nil {
			return err
		}
	}
}

// record encodes a schema row: type, name, tbl_name, rootpage, sql.
func (o Object) record() []byte {
	var body []byte
	var serials []byte
	for _, s := range []string{o.Type, o.Name, o.Table} {
		serials = AppendVarint(serials, SerialText(len(s)))
		body = append(body, s...)
	}
	body, serial := AppendInt(body, int64(o.Root))
	serials = append(serials, serial)
	if o.SQL == "" {
		serials = append(serials, SerialNull)
	} else {
		serials = AppendVarint(serials, SerialText(len(o.SQL)))
		body = append(body, o.SQL...)
	}
	record := AppendVarint(nil, uint64(len(serials)+1))
	return append(append(record, serials...), body...)
}

// header is the header of a database with that schema.
func (f *File) header(schema []Object) sqliteheader.Header {
	// Datasette notices a changed schema by its cookie, so it must differ when the schema does.
	sum := crc32.NewIEEE()
	for _, o := range schema {
		fmt.Fprintf(sum, "%d %s\n", o.Root, o.SQL)
	}
	return sqliteheader.Header{
		PageSize:     f.pageSize,
		WriteVersion: 1, ReadVersion: 1, // journal mode DELETE
		Fractions: sqliteheader.Fractions,
		Changes:   1, ValidFor: 1,
		Pages:    uint32(f.Pages()),
		Cookie:   sum.Sum32()&0x7fffffff | 1,
		Format:   4,
		Encoding: 1,
		Version:  3034000, // as written by the oldest SQLite that is meant to read it
	}
}
