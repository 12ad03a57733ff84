package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dynasette/dynasette"
)

// withoutParts returns documents without those that others among them consist of, as x.shp does of
// x.dbf, too. They are not left aside either.
func (a *app) withoutParts(found []document, left *aside) []document {
	there := map[string]bool{}
	for _, d := range found {
		there[strings.ToLower(filepath.ToSlash(d.place))] = true
	}
	part := func(place string) bool {
		return a.Formats.Beside(filepath.ToSlash(place), func(name string) bool { return there[strings.ToLower(name)] }) != ""
	}
	left.unclaimed = slices.DeleteFunc(left.unclaimed, part)
	return slices.DeleteFunc(found, func(d document) bool { return part(d.place) })
}

// beside has the files that lie beside a document, where these are: under names as the document's is
// one, which begins with a prefix that the others don't have.
type beside struct {
	prefix string
	files  fs.ReadDirFS
}

// Open opens a file. If there is none of that name, it may be in another case, as the files of one document
// often are that come from systems to which that is the same.
func (b beside) Open(name string) (fs.File, error) {
	within, ok := strings.CutPrefix(name, b.prefix)
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	f, err := b.files.Open(within)
	if !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	entries, _ := b.files.ReadDir(path.Dir(within)) // without them there is no such file
	for _, e := range entries {
		if strings.EqualFold(e.Name(), path.Base(within)) {
			return b.files.Open(path.Join(path.Dir(within), e.Name()))
		}
	}
	return nil, err
}

// ReadDir lists what is in a folder below this one.
func (f folderFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrInvalid}
	}
	root, err := os.OpenRoot(string(f))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return fs.ReadDir(root.FS(), name)
}

// A bucketFS is the objects of a bucket as files.
type bucketFS struct {
	ctx    context.Context
	source dynasette.Source
}

func (b bucketFS) Open(name string) (fs.File, error) {
	up, err := b.source.Stat(b.ctx, name)
	if errors.Is(err, dynasette.ErrNotFound) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	if err != nil {
		return nil, err
	}
	doc, err := b.source.Open(b.ctx, up)
	if err != nil {
		return nil, err
	}
	return objectFile{doc, io.NewSectionReader(doc, 0, up.Size), document{within: name, size: up.Size, object: &object{b.source, up}}}, nil
}

// ReadDir lists nothing: to list a bucket for a file that may be in another case would cost too much.
func (b bucketFS) ReadDir(string) ([]fs.DirEntry, error) { return nil, nil }
