package converter

import (
	"context"
	"fmt"
	"io"

	"github.com/dynasette/dynasette/internal/sqliteheader"
)

// copied is a database that was passed through.
type copied struct {
	name   string // of the document, or of that inside of it
	first  []byte
	bytes  int64
	tables []TableSummary
	views  []string
}

type firstPage struct {
	page  []byte
	bytes int64
}

// copyPages writes all pages of db but the first, which it returns, in journal mode DELETE.
func copyPages(ctx context.Context, dst io.Writer, db io.Reader) (firstPage, error) {
	head := make([]byte, sqliteheader.Size)
	_, err := io.ReadFull(db, head)
	header, ok := sqliteheader.Parse(head)
	if err != nil || !ok {
		return firstPage{}, fmt.Errorf("not a SQLite database: %w", ErrCorrupt)
	}
	size := header.PageSize
	if !sqliteheader.ValidPageSize(size) {
		return firstPage{}, fmt.Errorf("a page size of %d: %w", size, ErrCorrupt)
	}
	first := make([]byte, size)
	if _, err := io.ReadFull(db, first[copy(first, head):]); err != nil {
		return firstPage{}, fmt.Errorf("page 1 is cut off: %w", ErrCorrupt)
	}
	sqliteheader.Rollback(first, 0)
	total := int64(size)
	buf := make([]byte, 1<<20)
	for {
		if err := ctx.Err(); err != nil {
			return firstPage{}, err
		}
		n, err := io.ReadFull(db, buf)
		if n%size != 0 {
			return firstPage{}, fmt.Errorf("page %d is cut off: %w", (total+int64(n))/int64(size)+1, ErrCorrupt)
		}
		total += int64(n)
		if _, err := dst.Write(buf[:n]); err != nil {
			return firstPage{}, err
		}
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			return firstPage{first, total}, nil
		default:
			return firstPage{}, err
		}
	}
}
