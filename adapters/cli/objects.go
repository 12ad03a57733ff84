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
func (a *app) locateObjects(ctx context.Context, url string) (found []document, aside []string, err error) {
	parent, base := splitURL(url)
	if base != "" {
		source, err := a.bucket(ctx, parent)
		if err != nil {
			return nil, nil, err
		}
		upload, err := source.Stat(ctx, base)
		switch {
		case err == nil:
			return []document{objectDocument(source, parent, upload)}, nil, nil
		case !errors.Is(err, dynasette.ErrNotFound):
			return nil, nil, err
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
			return sorted(found), nil, err
		}
	}
	source, err := a.bucket(ctx, url)
	if err != nil {
		return nil, nil, err
	}
	extensions := a.extensions()
	some := false
	err = source.List(ctx, func(up dynasette.Upload) error {
		some = true
		d := objectDocument(source, strings.TrimSuffix(url, "/"), up)
		switch {
		case dynasette.Ignored(up.Name):
		case slices.Contains(extensions, strings.ToLower(path.Ext(up.Name))):
			found = append(found, d)
		default:
			aside = append(aside, d.place)
		}
		return nil
	})
	if err == nil && !some {
		err = fmt.Errorf("%s: no such object, and none below it", url)
	}
	return sorted(found), aside, err
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
