// Package sqliteheader knows what a SQLite database begins with: the header in the first
// 100 bytes of page 1 (https://www.sqlite.org/fileformat2.html#the_database_header).
package sqliteheader

import "encoding/binary"

const (
	Magic = "SQLite format 3\x00" // begins every database that is not encrypted
	Size  = 100                   // bytes of a header

	MinPageSize = 512
	MaxPageSize = 65536
)

// Where the header has the versions of the file format, which say how it is journaled.
const (
	writeVersion = 18
	readVersion  = 19

	rollback = 1
	wal      = 2
)

// Fractions are what every database has as its payload fractions.
var Fractions = [3]byte{64, 32, 32}

// A Header is what the header says. That it was parsed does not mean that it is right.
type Header struct {
	PageSize                  int // see ValidPageSize
	WriteVersion, ReadVersion byte
	Reserved                  byte // bytes at the end of every page that SQLite does not use
	Fractions                 [3]byte
	Changes                   uint32 // how often the file was changed
	Pages                     uint32 // see Size
	FreeHead, FreePages       uint32 // the freelist: its first page, and how long it is
	Cookie                    uint32 // differs when the schema does
	Format                    uint32 // of the schema: 1 to 4; 0 in a database that never had a table
	LargestRoot               uint32 // not 0: an auto-vacuum database
	Encoding                  uint32 // 1 is UTF-8, 2 UTF-16le, 3 UTF-16be
	UserVersion               uint32
	Incremental               uint32 // not 0: it is vacuumed when it is asked for
	ApplicationID             uint32
	ValidFor                  uint32 // Changes when Pages and Version were written
	Version                   uint32 // of the SQLite that wrote it: 3034000
}

// Parse decodes the header that b begins with. It reports false if b is too short or begins
// otherwise.
func Parse(b []byte) (h Header, ok bool) {
	if len(b) < Size || string(b[:len(Magic)]) != Magic {
		return Header{}, false
	}
	h.PageSize = int(binary.BigEndian.Uint16(b[16:]))
	if h.PageSize == 1 {
		h.PageSize = MaxPageSize
	}
	h.WriteVersion, h.ReadVersion, h.Reserved = b[writeVersion], b[readVersion], b[20]
	copy(h.Fractions[:], b[21:])
	h.words(func(at int, v *uint32) { *v = binary.BigEndian.Uint32(b[at:]) })
	return h, true
}

// Put encodes the header into the first bytes of b.
func (h Header) Put(b []byte) {
	clear(b[:Size])
	copy(b, Magic)
	binary.BigEndian.PutUint16(b[16:], uint16(h.PageSize&0xffff|h.PageSize>>16)) // 65536 is written as 1
	b[writeVersion], b[readVersion], b[20] = h.WriteVersion, h.ReadVersion, h.Reserved
	copy(b[21:], h.Fractions[:])
	h.words(func(at int, v *uint32) { binary.BigEndian.PutUint32(b[at:], *v) })
}

// words calls do for each number of four bytes, with where it is.
func (h *Header) words(do func(at int, v *uint32)) {
	do(24, &h.Changes)
	do(28, &h.Pages)
	do(32, &h.FreeHead)
	do(36, &h.FreePages)
	do(40, &h.Cookie)
	do(44, &h.Format)
	do(52, &h.LargestRoot)
	do(56, &h.Encoding)
	do(60, &h.UserVersion)
	do(64, &h.Incremental)
	do(68, &h.ApplicationID)
	do(92, &h.ValidFor)
	do(96, &h.Version)
}

// Usable returns how many bytes of a page SQLite uses.
func (h Header) Usable() int { return h.PageSize - int(h.Reserved) }

// WAL reports whether the database asks for write-ahead logging.
func (h Header) WAL() bool { return h.WriteVersion == wal || h.ReadVersion == wal }

// KnowsPages reports whether Pages counts: only if the last writer knew of it, as SQLite does
// since 3.7.0. If not, the file's size says how many there are.
func (h Header) KnowsPages() bool { return h.Pages != 0 && h.Changes == h.ValidFor }

// LockPage returns the page that holds byte 0x40000000, where locks are taken: it is never used.
func LockPage(pageSize int) uint32 { return uint32(0x40000000/pageSize) + 1 }

// ValidPageSize reports whether SQLite allows pages of n bytes.
func ValidPageSize(n int) bool { return n >= MinPageSize && n <= MaxPageSize && n&(n-1) == 0 }

// Rollback puts a database into journal mode DELETE: b is a part of it that begins at byte off.
func Rollback(b []byte, off int64) {
	for at := max(off, writeVersion); at <= readVersion && at < off+int64(len(b)); at++ {
		b[at-off] = rollback
	}
}
