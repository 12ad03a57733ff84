package dir

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sources/shelf"
)

// settle has what is in a file survive a loss of power. A rename keeps the time of the last byte,
// which may be days ago, so the file is given that of now.
func settle(root *os.Root, file string) error {
	if err := syncFile(root, file); err != nil {
		return err
	}
	now := time.Now()
	return root.Chtimes(file, now, now)
}

// put makes a file the upload of a name, if what is there is of the generation over.
func put(root *os.Root, file, name, over string) error {
	local, err := localize(name)
	if err != nil {
		return err
	}
	if err := makeFolder(root, name); err != nil {
		return err
	}
	switch live, err := stat(root, name); {
	case errors.Is(err, dynasette.ErrNotFound) && over != dynasette.Absent, err == nil && live.Generation != over:
		return fmt.Errorf("%s: %w", name, dynasette.ErrChanged)
	case errors.Is(err, dynasette.ErrNotFound):
		if info, err := root.Lstat(local); err == nil && !info.Mode().IsRegular() {
			return fmt.Errorf("%q: %w: something that is no file is called so", name, shelf.ErrName)
		}
	case err != nil:
		return err
	}
	from := file
	err = move(root, from, local, over)
	if crossesDevices(err) {
		from = path.Join(path.Dir(name), "."+path.Base(file))
		if err = copyFile(root, file, from); err == nil {
			err = move(root, from, local, over)
		}
		defer root.Remove(from)
	}
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s: %w", name, dynasette.ErrChanged)
	}
	if err == nil {
		syncFile(root, path.Dir(local)) // it is there, whatever comes of this; Windows can't
	}
	return err
}

// makeFolder makes the folder of a file to be.
func makeFolder(root *os.Root, name string) error {
	folder := path.Dir(name)
	err := root.MkdirAll(folder, 0o777)
	if err == nil {
		return nil
	}
	for at := folder; at != "."; at = path.Dir(at) {
		if info, err := root.Lstat(at); err == nil && !info.IsDir() {
			return fmt.Errorf("%q: %w: %q is no folder", name, shelf.ErrName, at)
		}
	}
	return fmt.Errorf("%s: %w", name, err)
}

// move renames a file. Where there is to be none a link shows if there is one all the same; some file
// systems have no links.
func move(root *os.Root, from, to, over string) error {
	if over != dynasette.Absent {
		return root.Rename(from, to)
	}
	switch err := root.Link(from, to); {
	case err == nil:
		return root.Remove(from)
	case errors.Is(err, fs.ErrExist), crossesDevices(err):
		return err
	}
	return root.Rename(from, to)
}

// copyFile copies a file, for where it can't be renamed to.
func copyFile(root *os.Root, from, to string) error {
	src, err := root.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := root.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return cmp.Or(err, dst.Sync(), dst.Close())
}

// syncFile has what is in a file, or a folder, survive a loss of power.
func syncFile(root *os.Root, name string) error {
	f, err := root.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}
