package cli

import (
	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/pool"
)

type (
	// openDocuments keeps only some documents open at a time.
	openDocuments = pool.Pool[dynasette.Document]
	// A pooled document is opened when it is read, and again if it was closed meanwhile.
	pooled = pool.ReaderAt[dynasette.Document]
)
