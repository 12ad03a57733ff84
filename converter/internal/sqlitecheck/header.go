package sqlitecheck

import (
	"math"

	"github.com/dynasette/dynasette/internal/sqliteheader"
)

// A header is the database header, with what follows from it.
type header struct {
	sqliteheader.Header
	usable int    // bytes of a page that SQLite uses
	pages  uint32 // in the database
}

func (h *header) lockPage() uint32 { return sqliteheader.LockPage(h.PageSize) }

// header reads the database header and the size of the database.
func (c *checker) header() error {
	size := c.report.size
	if size < sqliteheader.MinPageSize {
		c.problem(0, "a file of %d bytes is too short for a SQLite database", size)
		return errStop
	}
	b := make([]byte, sqliteheader.Size)
	if err := readFullAt(c.pages.r, b, 0); err != nil {
		return err
	}
	fatal := func(format string, args ...any) error {
		c.problem(1, format, args...)
		return errStop
	}
	parsed, ok := sqliteheader.Parse(b)
	if !ok {
		return fatal("the file does not begin with %q", sqliteheader.Magic)
	}
	c.head = header{Header: parsed, usable: parsed.Usable(), pages: parsed.Pages}
	h := &c.head
	if !sqliteheader.ValidPageSize(h.PageSize) {
		return fatal("page size %d is not a power of two from %d to %d", h.PageSize, sqliteheader.MinPageSize, sqliteheader.MaxPageSize)
	}
	c.pages.pageSize = h.PageSize
	c.report.of(parsed)

	if h.WriteVersion < 1 || h.WriteVersion > 2 || h.ReadVersion < 1 || h.ReadVersion > 2 {
		// SQLite would only read a file of a later write version, and read no later read version.
		if err := c.problem(1, "file format version %d/%d (write/read) is neither 1 nor 2", h.WriteVersion, h.ReadVersion); err != nil {
			return err
		}
	}
	if h.usable < 480 {
		return fatal("%d of %d bytes of every page are reserved: fewer than 480 are left", h.Reserved, h.PageSize)
	}
	if h.Fractions != sqliteheader.Fractions {
		return fatal("payload fractions are %d and not %d", h.Fractions, sqliteheader.Fractions)
	}
	if h.Format > 4 {
		return fatal("schema format %d is not known", h.Format)
	}
	if h.Encoding > 3 {
		return fatal("text encoding %d is not known", h.Encoding)
	}
	inFile := size / int64(h.PageSize)
	if !h.KnowsPages() {
		if inFile > math.MaxUint32-1 {
			return fatal("the file has more pages than a database can have")
		}
		if size%int64(h.PageSize) != 0 {
			return fatal("the file ends in the middle of page %d", inFile+1)
		}
		h.pages = uint32(inFile)
	}
	if int64(h.pages) > inFile {
		return fatal("the file is cut off: it has %d whole pages of %d", inFile, h.pages)
	}
	c.report.Pages = h.pages
	c.report.Trailing = size - int64(h.pages)*int64(h.PageSize)
	c.used = make(bitmap, h.pages/64+1)
	if h.Incremental != 0 && h.LargestRoot == 0 {
		return c.problem(1, "incremental vacuum without a largest root page")
	}
	return nil
}

// of takes over what the header says of the database.
func (r *Report) of(h sqliteheader.Header) {
	r.PageSize, r.Reserved = h.PageSize, int(h.Reserved)
	r.SchemaFormat = int(h.Format)
	r.WAL = h.WAL()
	r.AutoVacuum = h.LargestRoot != 0
	r.FreePages = h.FreePages
	r.UserVersion, r.ApplicationID = h.UserVersion, h.ApplicationID
	r.Encoding = "UTF-8"
	switch h.Encoding {
	case 2:
		r.Encoding = "UTF-16le"
	case 3:
		r.Encoding = "UTF-16be"
	}
}
