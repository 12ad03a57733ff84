package sqlitefile

import (
	"encoding/binary"
	"math"
)

// Magic begins every SQLite database that is not encrypted.
const checkMagic = "SQLite format 3\x00"

// A checkHeader is the database header: the first 100 bytes of page 1.
type checkHeader struct {
	pageSize    int
	usable      int // bytes of a page that SQLite uses
	pages       uint32
	freeHead    uint32
	freeCount   uint32
	format      uint32
	largestRoot uint32 // not 0: an auto-vacuum database
	encoding    uint32
	incremental uint32
}

// lockPage is the page that holds byte 0x40000000, where locks are taken.
func (h *checkHeader) lockPage() uint32 { return uint32(0x40000000/h.pageSize) + 1 }

// header reads the database header and the size of the database.
func (c *checker) header() error {
	size := c.report.size
	if size < 512 {
		c.problem(0, "a file of %d bytes is too short for a SQLite database", size)
		return errCheckStop
	}
	b := make([]byte, 100)
	if err := readFullAt(c.pages.r, b, 0); err != nil {
		return err
	}
	u32 := func(off int) uint32 { return binary.BigEndian.Uint32(b[off:]) }

	fatal := func(format string, args ...any) error {
		c.problem(1, format, args...)
		return errCheckStop
	}
	if string(b[:16]) != checkMagic {
		return fatal("the file does not begin with %q", checkMagic)
	}
	pageSize := int(binary.BigEndian.Uint16(b[16:]))
	if pageSize == 1 {
		pageSize = 65536
	}
	if pageSize < 512 || pageSize&(pageSize-1) != 0 {
		return fatal("page size %d is not a power of two from 512 to 65536", pageSize)
	}
	h := &c.head
	*h = checkHeader{
		pageSize:    pageSize,
		usable:      pageSize - int(b[20]),
		pages:       u32(28),
		freeHead:    u32(32),
		freeCount:   u32(36),
		format:      u32(44),
		largestRoot: u32(52),
		encoding:    u32(56),
		incremental: u32(64),
	}
	c.pages.pageSize = pageSize
	r := c.report
	r.PageSize, r.Reserved = pageSize, int(b[20])
	r.SchemaFormat = int(h.format)
	r.WAL = b[18] == 2 || b[19] == 2
	r.AutoVacuum = h.largestRoot != 0
	r.FreePages = h.freeCount
	r.UserVersion, r.ApplicationID = u32(60), u32(68)
	r.Encoding = "UTF-8"
	switch h.encoding {
	case 2:
		r.Encoding = "UTF-16le"
	case 3:
		r.Encoding = "UTF-16be"
	}

	if b[18] < 1 || b[18] > 2 || b[19] < 1 || b[19] > 2 {
		// SQLite would only read a file of a later write version, and read no later read version.
		if err := c.problem(1, "file format version %d/%d (write/read) is neither 1 nor 2", b[18], b[19]); err != nil {
			return err
		}
	}
	if h.usable < 480 {
		return fatal("%d of %d bytes of every page are reserved: fewer than 480 are left", b[20], pageSize)
	}
	if b[21] != 64 || b[22] != 32 || b[23] != 32 {
		return fatal("payload fractions are %d, %d, %d and not 64, 32, 32", b[21], b[22], b[23])
	}
	if h.format > 4 {
		return fatal("schema format %d is not known", h.format)
	}
	if h.encoding > 3 {
		return fatal("text encoding %d is not known", h.encoding)
	}
	inFile := size / int64(pageSize)
	// The page count counts only if the last writer knew of it (SQLite 3.7.0 and later).
	if h.pages == 0 || u32(24) != u32(92) {
		if inFile > math.MaxUint32-1 {
			return fatal("the file has more pages than a database can have")
		}
		if size%int64(pageSize) != 0 {
			return fatal("the file ends in the middle of page %d", inFile+1)
		}
		h.pages = uint32(inFile)
	}
	if int64(h.pages) > inFile {
		return fatal("the file is cut off: it has %d whole pages of %d", inFile, h.pages)
	}
	r.Pages = h.pages
	r.Trailing = size - int64(h.pages)*int64(pageSize)
	c.used = make(checkBitmap, h.pages/64+1)
	if h.incremental != 0 && h.largestRoot == 0 {
		return c.problem(1, "incremental vacuum without a largest root page")
	}
	return nil
}
