package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// A watcher tells what changes in a folder and below. What it tells is a hint: a file may
// have changed more than once, or back, or not at all.
type watcher struct {
	root    string
	skip    func(name string) bool // names of files and folders to leave alone
	events  *fsnotify.Watcher
	folders map[string]bool // that are watched
}

// watch begins to watch a folder. Names are slash-separated and relative to it.
func watch(root string, skip func(name string) bool) (*watcher, error) {
	events, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &watcher{root: root, skip: skip, events: events, folders: map[string]bool{}}
	if err := w.add(root, func(string) {}); err != nil {
		events.Close()
		return nil, err
	}
	return w, nil
}

// add watches a folder and those below, and reports the files that are there already:
// they may have come before the watch.
func (w *watcher) add(folder string, found func(name string)) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil && path == w.root:
			return err
		case err != nil:
			return nil // gone again
		case path != w.root && w.skip(w.name(path)):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case !entry.IsDir():
			found(w.name(path))
		default:
			err := w.events.Add(path)
			if errors.Is(err, fs.ErrNotExist) {
				return fs.SkipDir
			}
			w.folders[path] = err == nil
			return err
		}
		return nil
	})
}

func (w *watcher) name(path string) string {
	name, err := filepath.Rel(w.root, path)
	if err != nil {
		return path
	}
	return filepath.ToSlash(name)
}

// run calls changed for every file that has been left alone for quiet after a change, and
// lost when changes may have been missed, until ctx ends or the system's watch does. It
// calls them one at a time.
func (w *watcher) run(ctx context.Context, quiet time.Duration, changed func(name string), lost func(error)) {
	defer w.events.Close()
	due := &dueNames{quiet: quiet}
	for {
		select {
		case <-ctx.Done():
			return
		case e, ok := <-w.events.Events:
			if !ok {
				return
			}
			w.take(e, due, lost)
		case err, ok := <-w.events.Errors:
			if !ok {
				return
			}
			lost(err)
		case now := <-due.wake():
			for _, name := range due.take(now) {
				changed(name)
			}
		}
	}
}

// take notes what an event is about.
func (w *watcher) take(e fsnotify.Event, due *dueNames, lost func(error)) {
	name := w.name(e.Name)
	if e.Name == w.root || w.skip(name) || e.Op == fsnotify.Chmod {
		return
	}
	if e.Has(fsnotify.Create) {
		if info, err := os.Stat(e.Name); err == nil && info.IsDir() {
			if err := w.add(e.Name, func(name string) { due.touch(name, time.Now()) }); err != nil {
				lost(err)
			}
			return
		}
	}
	if e.Has(fsnotify.Remove|fsnotify.Rename) && w.folders[e.Name] {
		// What was in it went without a word.
		for folder := range w.folders {
			if folder == e.Name || isBelow(folder, e.Name) {
				w.events.Remove(folder)
				delete(w.folders, folder)
			}
		}
		lost(nil)
		return
	}
	due.touch(name, time.Now())
}

func isBelow(path, folder string) bool {
	return len(path) > len(folder) && path[:len(folder)] == folder && os.IsPathSeparator(path[len(folder)])
}

// dueNames are names that have changed, until nothing has happened to them for a while.
type dueNames struct {
	quiet time.Duration
	names map[string]changeTimes
	tick  <-chan time.Time
}

type changeTimes struct{ first, last time.Time }

// patience is how many times quiet a name may keep changing before it is due anyhow.
const patience = 10

func (d *dueNames) touch(name string, now time.Time) {
	if d.names == nil {
		d.names = map[string]changeTimes{}
	}
	t, ok := d.names[name]
	if !ok {
		t.first = now
	}
	t.last = now
	d.names[name] = t
}

// wake returns a channel that yields when it is time to take, or nil if there is nothing.
func (d *dueNames) wake() <-chan time.Time {
	if len(d.names) == 0 {
		return nil
	}
	if d.tick == nil {
		d.tick = time.After(d.quiet / 4)
	}
	return d.tick
}

// take returns the names that are due.
func (d *dueNames) take(now time.Time) []string {
	d.tick = nil
	var due []string
	for name, t := range d.names {
		if now.Sub(t.last) >= d.quiet || now.Sub(t.first) >= patience*d.quiet {
			due = append(due, name)
			delete(d.names, name)
		}
	}
	slices.Sort(due)
	return due
}
