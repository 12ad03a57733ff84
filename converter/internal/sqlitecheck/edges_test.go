package sqlitecheck

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
	"github.com/dynasette/dynasette/internal/sqliteheader"
)

// empty is a database without tables, of so many pages.
func empty(pages int, change func(*sqliteheader.Header)) []byte {
	const size = 512
	h := sqliteheader.Header{PageSize: size, WriteVersion: 1, ReadVersion: 1, Fractions: sqliteheader.Fractions,
		Changes: 1, ValidFor: 1, Pages: uint32(pages), Format: 4, Encoding: 1}
	change(&h)
	db := make([]byte, size*pages)
	h.Put(db)
	db[100] = tableLeaf
	binary.BigEndian.PutUint16(db[105:], uint16(h.Usable()))
	return db
}

// Of each page 480 bytes must be left.
func TestReserved(t *testing.T) {
	for reserved := range 64 {
		db := empty(1, func(h *sqliteheader.Header) { h.Reserved = byte(reserved) })
		if err := checkBytes(t, db, Options{}).Err(); (err == nil) != (reserved <= 32) {
			t.Errorf("%d bytes reserved: %v", reserved, err)
		}
	}
}

// The database may end before the file, and not behind it.
func TestPagesInFile(t *testing.T) {
	for pages := range 4 {
		db := empty(2, func(h *sqliteheader.Header) { h.Pages, h.FreeHead, h.FreePages = uint32(pages), 2, 1 })
		err := checkBytes(t, db, Options{}).Err()
		if sound := pages == 0 || pages == 2; (err == nil) != sound {
			t.Errorf("%d pages of 2: %v", pages, err)
		}
		if pages == 3 && !strings.Contains(err.Error(), "cut off") {
			t.Error(err)
		}
	}
}

// However many leaves a page of the freelist claims to have, none are read from behind it.
func TestFreelistClaims(t *testing.T) {
	for leaves := range 200 {
		db := empty(2, func(h *sqliteheader.Header) { h.FreeHead, h.FreePages = 2, uint32(1+leaves) })
		binary.BigEndian.PutUint32(db[512+4:], uint32(leaves))
		err := checkBytes(t, db, Options{}).Err()
		if (err == nil) != (leaves == 0) {
			t.Errorf("%d leaves: %v", leaves, err)
		}
		if claims := err != nil && strings.Contains(err.Error(), "claims"); claims != (leaves > 512/4-2) {
			t.Errorf("%d leaves: %v", leaves, err)
		}
	}
}

// Rowids ascend, within a page and from one to the next: the same twice is out of order.
func TestRowidOrder(t *testing.T) {
	const rows = 12 // three a page
	for at := 1; at < rows; at++ {
		for _, step := range []int64{-1, 0, 1} {
			var pages bytes.Buffer
			f := sqlitefile.NewFile(&pages, 512)
			tree, run := f.NewTree(), f.NewRun()
			rowid := int64(0)
			for i := range rows {
				if rowid++; i == at {
					rowid += step - 1
				}
				record := append(append([]byte{3}, sqlitefile.AppendVarint(nil, sqlitefile.SerialText(120))...), strings.Repeat("x", 120)...)
				run.Add(rowid, record)
			}
			if err := f.Place(tree, run); err != nil {
				t.Fatal(err)
			}
			root, err := tree.Finish()
			if err != nil {
				t.Fatal(err)
			}
			first, err := f.Finish([]sqlitefile.Object{{Type: "table", Name: "t", Table: "t", Root: root, SQL: "CREATE TABLE t (a)"}})
			if err != nil {
				t.Fatal(err)
			}
			err = checkBytes(t, append(first, pages.Bytes()...), Options{}).Err()
			if (err == nil) != (step == 1) {
				t.Errorf("row %d is %+d from the one before: %v", at, step, err)
			}
		}
	}
}
