package dynasette

import (
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
)

// Parts that one database is made of find one another by their names, whatever their case is: they come from
// systems to which that is the same.
type besideParts map[string]part

func besideOf(parts []part) besideParts {
	all := besideParts{}
	for _, p := range parts {
		all[strings.ToLower(p.Name)] = p
	}
	return all
}

// has reports whether there is a part of that name.
func (b besideParts) has(name string) bool {
	_, ok := b[strings.ToLower(name)]
	return ok
}

// Open returns a part as a file.
func (b besideParts) Open(name string) (fs.File, error) {
	p, ok := b[strings.ToLower(name)]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return partFile{io.NewSectionReader(p, 0, p.Size), p}, nil
}

// A partFile is a part as a file. The part stays open when it is closed.
type partFile struct {
	*io.SectionReader
	part part
}

func (f partFile) Close() error               { return nil }
func (f partFile) Stat() (fs.FileInfo, error) { return partInfo{f.part.Upload}, nil }

type partInfo struct{ upload Upload }

func (i partInfo) Name() string       { return path.Base(i.upload.Name) }
func (i partInfo) Size() int64        { return i.upload.Size }
func (i partInfo) Mode() fs.FileMode  { return 0o444 }
func (i partInfo) ModTime() time.Time { return i.upload.Updated }
func (i partInfo) IsDir() bool        { return false }
func (i partInfo) Sys() any           { return nil }
