package dir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/windows"
)

// generation identifies a file's content: times are unique in a store.
func generation(info fs.FileInfo) string {
	return fmt.Sprintf("%x-%x", info.ModTime().UnixNano(), info.Size())
}

// tryLock takes the lock on a file, unless somebody has it; the system gives it back when the
// file is closed, or the process ends.
func tryLock(f *os.File) (bool, error) {
	const how = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(f.Fd()), how, 0, 1, 0, new(windows.Overlapped))
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}

// unique returns a time for a file that no other one of the store ever has, which is kept as
// that of the lock. It is called under the lock.
func (s *Store) unique(at time.Time) (time.Time, error) {
	last := filepath.Join(s.root, lockFile)
	info, err := os.Lstat(last)
	if err != nil {
		return at, err
	}
	if !at.After(info.ModTime()) {
		at = info.ModTime().Add(time.Microsecond)
	}
	return at, os.Chtimes(last, at, at)
}

// closesFirst tells that a file has to be closed before it gets another name.
const closesFirst = true

// patiently calls f again for as long as others are in the way: Windows neither opens, nor
// replaces, nor removes a file that somebody else has open the wrong way, be it for a moment.
func patiently(f func() error) error {
	const longest = 2 * time.Second
	wait := time.Millisecond
	for began := time.Now(); ; wait = min(2*wait, 50*time.Millisecond) {
		err := f()
		if time.Since(began) > longest ||
			!errors.Is(err, windows.ERROR_ACCESS_DENIED) && !errors.Is(err, windows.ERROR_SHARING_VIOLATION) {
			return err
		}
		time.Sleep(wait)
	}
}

func hold(*os.File) error { return nil }

// removeAbandoned goes by the age of a file: it can't be told here who holds it.
func removeAbandoned(file string, before time.Time) error {
	if info, err := os.Lstat(file); err != nil || !info.ModTime().Before(before) {
		return nil
	}
	return os.Remove(file)
}

func notDir(error) bool { return false }

func ignoreUnsupported(error) error { return nil }
