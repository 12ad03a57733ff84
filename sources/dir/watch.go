package dir

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// A Watcher tells what changes in a folder and below. What it tells is a hint: a file may
// have changed more than once, or back, or not at all.
type Watcher struct {
	root    string
	skip    func(name string) bool
	watch   notifier
	folders map[string]bool // that are watched
	missed  []error         // folders that could not be
}

// A notifier is the system's watch on folders, not on those below them.
type notifier interface {
	add(folder string) error
	remove(folder string)
	notices() <-chan notice // closed when there will be no more
	Close() error
}

// A notice says what has happened to a file or folder.
type notice struct {
	path string
	sign sign
	err  error // changes may have been missed; then there is nothing else
}

var errOverflow = errors.New("more has changed at a time than the system remembers")

// A sign says whether something may still go on.
type sign byte

const (
	done    sign = iota // it was closed by whoever wrote it, has got its name, or is gone
	made                // it is there
	touched             // it is another, and there may be no other word
	writing             // it is written to, and will be closed
	folder              // it is a folder, and can be watched
	gone                // it was a folder
	moved               // a folder that is watched, itself; of one below another, that one tells
)

// Handlers are what a Watcher calls, one at a time.
type Handlers struct {
	Changed func(name string) // a file was changed, or is gone, and nobody goes on writing, as far as can be told
	Writing func(name string) // a file has been written to for a while, and is not complete yet; optional
	Lost    func(err error)   // changes may have been missed: look at everything; nil if nothing is wrong
}

// Watch begins to watch a folder, less the files and folders whose names skip is true for.
// Names are slash-separated and relative to it.
func Watch(root string, skip func(name string) bool) (*Watcher, error) {
	n, err := newNotifier()
	if err != nil {
		return nil, err
	}
	w := &Watcher{root: root, skip: skip, watch: n, folders: map[string]bool{}}
	if err := w.add(root, func(string) {}); err != nil {
		n.Close()
		return nil, err
	}
	return w, nil
}

// add watches a folder and those below, and reports the files that are there already:
// they may have come before the watch. What can't be watched below is noted.
func (w *Watcher) add(folder string, found func(name string)) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil && path == w.root:
			return err
		case err != nil:
			return nil // gone again, or not ours to read: looking at everything tells that
		case path != w.root && w.skip(w.name(path)):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case !entry.IsDir():
			found(w.name(path))
		default:
			err := w.watch.add(path)
			switch {
			case err == nil:
				w.folders[path] = true
			case path == w.root:
				return err
			case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission):
				w.missed = append(w.missed, &fs.PathError{Op: "watch", Path: path, Err: err})
			}
		}
		return nil
	})
}

func (w *Watcher) name(path string) string {
	name, err := filepath.Rel(w.root, path)
	if err != nil {
		return path
	}
	return filepath.ToSlash(name)
}

// Run calls the handlers until ctx ends, or the system's watch does.
func (w *Watcher) Run(ctx context.Context, h Handlers) {
	defer w.watch.Close()
	due := newDueNames()
	for {
		if len(w.missed) > 0 {
			h.Lost(errors.Join(w.missed...))
			w.missed = nil
		}
		select {
		case <-ctx.Done():
			return
		case n, ok := <-w.watch.notices():
			if !ok {
				return
			}
			w.take(n, due, h.Lost)
		case now := <-due.wake():
			names, busy := due.take(now)
			for _, name := range names {
				h.Changed(name)
			}
			for _, name := range busy {
				if h.Writing != nil {
					h.Writing(name)
				}
			}
		}
	}
}

// take notes what a notice is about.
func (w *Watcher) take(n notice, due *dueNames, lost func(error)) {
	now := time.Now()
	switch {
	case errors.Is(n.err, errOverflow):
		lost(nil)
		return
	case n.err != nil:
		lost(n.err)
		return
	}
	name := w.name(n.path)
	switch {
	case n.sign == moved:
		if n.path == w.root {
			lost(nil)
		}
	case n.path == w.root || w.skip(name) || n.sign == folder && w.folders[n.path]:
	case n.sign == gone:
		// What was in it went without a word.
		for folder := range w.folders {
			if folder == n.path || isBelow(folder, n.path) {
				w.watch.remove(folder)
				delete(w.folders, folder)
			}
		}
		lost(nil)
	case n.sign == folder:
		if err := w.add(n.path, func(name string) { due.touch(name, touched, now) }); err != nil {
			lost(err)
		}
	default:
		due.touch(name, n.sign, now)
	}
}

func isBelow(path, folder string) bool {
	return len(path) > len(folder) && path[:len(folder)] == folder && os.IsPathSeparator(path[len(folder)])
}
