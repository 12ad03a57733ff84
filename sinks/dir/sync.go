package dir

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// later is what is not known to be on the disk: documents, and the folders that they and
// others are in.
type later struct {
	mu      sync.Mutex
	files   map[string]bool
	folders map[string]bool
	synced  map[string]time.Time // folders at the top, with their times
}

// maxLater bounds how much is put off.
const maxLater = 10_000

// note notes what has changed in a folder: a document, or "" if that needs no sync. It reports
// whether there is so much that it should be synced.
func (l *later) note(folder, file string) (much bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.folders == nil {
		l.files, l.folders = map[string]bool{}, map[string]bool{}
	}
	l.folders[folder] = true
	if file != "" {
		l.files[file] = true
	}
	return len(l.files) >= maxLater
}

// take returns what was noted.
func (l *later) take() (files, folders map[string]bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	files, folders = l.files, l.folders
	l.files, l.folders = nil, nil
	return files, folders
}

// restore notes again what could not be synced.
func (l *later) restore(files, folders map[string]bool) {
	for file := range files {
		l.note(filepath.Dir(file), file)
	}
	for folder := range folders {
		l.note(folder, "")
	}
}

// changed reports whether a folder's time is another one than when it was synced last, and
// remembers it: other processes put things there, too.
func (l *later) changed(folder string, at time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.synced == nil {
		l.synced = map[string]time.Time{}
	}
	if l.synced[folder].Equal(at) {
		return false
	}
	l.synced[folder] = at
	return true
}

// sync has everything on the disk that was written before: documents first, then one sync for
// each folder that has changed.
func (s *Store) sync() error {
	if s.NoSync {
		return nil
	}
	s.syncing.Lock() // who finds nothing to do may rely on it
	defer s.syncing.Unlock()
	files, folders := s.later.take()
	err := s.syncAll(files, os.O_RDWR) // which some systems want
	if err == nil {
		err = s.syncFolders(folders)
	}
	if err != nil {
		s.later.restore(files, folders)
	}
	return err
}

func (s *Store) syncFolders(some map[string]bool) error {
	entries, err := os.ReadDir(s.root)
	if err != nil {
		return err
	}
	all := map[string]bool{}
	maps.Copy(all, some)
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && info.IsDir() && !hidden(entry.Name()) {
			if folder := filepath.Join(s.root, entry.Name()); s.later.changed(folder, info.ModTime()) {
				all[folder] = true
			}
		}
	}
	return s.syncAll(all, os.O_RDONLY)
}

// syncsAtOnce is how many files are synced at a time: most file systems then do it together.
const syncsAtOnce = 16

func (s *Store) syncAll(paths map[string]bool, flag int) error {
	var group errgroup.Group
	group.SetLimit(syncsAtOnce)
	for path := range paths {
		group.Go(func() error { return syncPath(path, flag, s.fsync) })
	}
	return group.Wait()
}

// syncPath makes a file, or the names in a folder, last. What is gone needs no sync.
func syncPath(path string, flag int, fsync func(*os.File) error) error {
	f, err := os.OpenFile(path, flag, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return ignoreUnsupported(fsync(f))
}
