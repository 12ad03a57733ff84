// Package dir is a temporary stand-in.
package dir

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dynasette/dynasette"
)

type Source struct{ root string }

func Open(root string) (*Source, error) { return &Source{root}, nil }

func (s *Source) List(ctx context.Context, fn func(dynasette.Upload) error) error {
	return filepath.WalkDir(s.root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if p != s.root && strings.HasPrefix(d.Name(), ".") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return nil
		}
		n, _ := filepath.Rel(s.root, p)
		u, err := s.Stat(ctx, filepath.ToSlash(n))
		if errors.Is(err, dynasette.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return fn(u)
	})
}

func (s *Source) Stat(ctx context.Context, name string) (dynasette.Upload, error) {
	info, err := os.Stat(filepath.Join(s.root, name))
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.IsDir() {
		return dynasette.Upload{}, dynasette.ErrNotFound
	}
	if err != nil {
		return dynasette.Upload{}, err
	}
	return dynasette.Upload{Name: name, Generation: fmt.Sprintf("%d-%d", info.ModTime().UnixNano(), info.Size()), Size: info.Size(), Updated: info.ModTime()}, nil
}

func (s *Source) Open(ctx context.Context, u dynasette.Upload) (dynasette.Document, error) {
	return os.Open(filepath.Join(s.root, u.Name))
}
