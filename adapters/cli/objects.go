package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/dynasette/dynasette"
)

// An object is one of a bucket, pinned to its generation.
type object struct {
	source dynasette.Source
	upload dynasette.Upload
}

// locateObjects finds the objects that a URL names: itself, those below it, or those
// that match it.
func (a *app) locateObjects(ctx context.Context, url string) (found []document, left aside, err error) {
	parent, base := splitURL(url)
	if base != "" {
		source, err := a.bucket(ctx, parent)
		if err != nil {
			return nil, left, err
		}
		upload, err := source.Stat(ctx, base)
		switch {
		case err == nil:
			return []document{objectDocument(source, parent, upload)}, left, nil
		case !errors.Is(err, dynasette.ErrNotFound):
			return nil, left, err
		case strings.ContainsAny(base, "*?["):
			err := source.List(ctx, func(up dynasette.Upload) error {
				if ok, _ := path.Match(base, up.Name); ok {
					found = append(found, objectDocument(source, parent, up))
				}
				return nil
			})
			if err == nil && len(found) == 0 {
				err = fmt.Errorf("%s: no object matches", url)
			}
			return sorted(found), left, err
		}
	}
	source, err := a.bucket(ctx, url)
	if err != nil {
		return nil, left, err
	}
	formats := a.Formats.Formats()
	some := false
	err = source.List(ctx, func(up dynasette.Upload) error {
		some = true
		d := objectDocument(source, strings.TrimSuffix(url, "/"), up)
		d.folder, d.within = url, up.Name
		claimed, whole := claims(formats, up.Name)
		d.database = whole
		switch {
		case dynasette.Ignored(up.Name):
		case claimed:
			found = append(found, d)
		default:
			left.unclaimed = append(left.unclaimed, d.place)
		}
		return nil
	})
	if err == nil && !some {
		err = fmt.Errorf("%s: no such object, and none below it", url)
	}
	return sorted(found), left, err
}

// sorted sorts documents, which come in any order, by name: the same ones shall make the
// same database.
func sorted(documents []document) []document {
	slices.SortFunc(documents, func(a, b document) int { return strings.Compare(a.name, b.name) })
	return documents
}

// bucket opens a place of objects, until the program ends.
func (a *app) bucket(ctx context.Context, url string) (dynasette.Source, error) {
	source, closer, err := a.openSource(ctx, url)
	if err != nil {
		return nil, err
	}
	a.closers = append(a.closers, closer)
	return source, nil
}

// An objectsFS is those of the documents that are objects of a folder in a bucket.
type objectsFS struct {
	ctx       context.Context
	documents []document
}

func (o objectsFS) Open(name string) (fs.File, error) {
	for _, d := range o.documents {
		if d.object == nil || d.within != name {
			continue
		}
		doc, err := d.object.source.Open(o.ctx, d.object.upload)
		if err != nil {
			return nil, err
		}
		return objectFile{doc, io.NewSectionReader(doc, 0, d.size), d}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// An objectFile is an object as a file.
type objectFile struct {
	dynasette.Document
	*io.SectionReader
	document document
}

func (f objectFile) ReadAt(p []byte, off int64) (int, error) { return f.Document.ReadAt(p, off) }
func (f objectFile) Stat() (fs.FileInfo, error)              { return objectInfo{f.document}, nil }

// objectInfo is what is known of an object, as of a file.
type objectInfo struct{ document }

func (i objectInfo) Name() string       { return path.Base(i.within) }
func (i objectInfo) Size() int64        { return i.size }
func (i objectInfo) Mode() fs.FileMode  { return 0o444 }
func (i objectInfo) ModTime() time.Time { return i.object.upload.Updated }
func (i objectInfo) IsDir() bool        { return false }
func (i objectInfo) Sys() any           { return nil }

func objectDocument(source dynasette.Source, parent string, up dynasette.Upload) document {
	return document{name: up.Name, place: parent + "/" + up.Name, size: up.Size, object: &object{source, up}}
}

// splitURL splits an object's URL, gs://BUCKET/PREFIX/NAME, at its last slash. The name is "" if the URL
// ends with the bucket or a slash.
func splitURL(url string) (parent, base string) {
	scheme, rest, _ := strings.Cut(url, "://")
	i := strings.LastIndexByte(rest, '/')
	if i < 0 {
		return url, ""
	}
	return scheme + "://" + rest[:i], rest[i+1:]
}
