package pool

import "io"

// A ReaderAt is an item that is opened when it is read.
type ReaderAt[T interface {
	io.ReaderAt
	io.Closer
}] struct{ *Item[T] }

// ReadAt is io.ReaderAt.
func (r ReaderAt[T]) ReadAt(p []byte, off int64) (n int, err error) {
	err = r.Use(func(open T) error {
		n, err = open.ReadAt(p, off)
		return err
	})
	return n, err
}
