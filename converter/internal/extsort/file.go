package extsort

import (
	"fmt"
	"os"
)

// A file is a temporary file that is made when it is first written to. Where the system allows
// it, it has no name, and is gone with the process.
type file struct {
	*os.File
	name string
}

func (f *file) WriteAt(b []byte, at int64) (int, error) {
	if f.File == nil {
		made, err := os.CreateTemp("", "dynasette-sort-")
		if err != nil {
			return 0, fmt.Errorf("a temporary file to sort in: %w", err)
		}
		f.File = made
		if os.Remove(made.Name()) != nil {
			f.name = made.Name()
		}
	}
	return f.File.WriteAt(b, at)
}

func (f *file) Close() error {
	if f.File == nil {
		return nil
	}
	err := f.File.Close()
	if f.name != "" {
		err = os.Remove(f.name)
	}
	return err
}
