package dir

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// localize returns a name as a path of this system. Unlike filepath.Localize it takes one that
// is not UTF-8: file systems have those, and somebody should be told of them.
func localize(name string) (string, error) {
	if _, err := filepath.Localize(strings.ToValidUTF8(name, "x")); err != nil {
		return "", err
	}
	return filepath.FromSlash(name), nil
}

// files are those in a folder, whatever they are called; os.Root.FS has only names in UTF-8.
type files struct{ *os.Root }

// Open opens a file or a folder.
func (f files) Open(name string) (fs.File, error) { return f.Root.Open(filepath.FromSlash(name)) }

// ReadDir lists a folder in the order of names.
func (f files) ReadDir(name string) ([]fs.DirEntry, error) {
	folder, err := f.Root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	all, err := folder.ReadDir(-1)
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, err
}
