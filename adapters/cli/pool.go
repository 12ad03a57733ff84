package cli

import (
	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/pool"
)

// openDocuments keeps only some documents open at a time.
type openDocuments = pool.Pool[dynasette.Document]

// A pooled document is opened when it is read, and again if it was closed meanwhile.
type pooled struct{ *pool.Item[dynasette.Document] }

// ReadAt is io.ReaderAt.
func (d pooled) ReadAt(p []byte, off int64) (n int, err error) {
	err = d.Use(func(document dynasette.Document) error {
		n, err = document.ReadAt(p, off)
		return err
	})
	return n, err
}
