package cli

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

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
