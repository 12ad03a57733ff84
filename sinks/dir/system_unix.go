//go:build unix

package dir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// generation identifies a file's content: nobody writes to an object, so a file that was
// replaced differs in at least one of these. A hard link has the same generation.
func generation(info fs.FileInfo) string {
	var inode uint64
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		inode = uint64(st.Ino)
	}
	return fmt.Sprintf("%x-%x-%x", info.ModTime().UnixNano(), info.Size(), inode)
}

// tryLock takes the lock on a file, unless somebody has it; the system gives it back when the
// file is closed, or the process ends.
func tryLock(f *os.File) (bool, error) {
	err := flock(f, syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// unique returns a time for a file: inodes make generations unique.
func (s *Store) unique(at time.Time) (time.Time, error) { return at, nil }

// closesFirst tells that a file has to be closed before it gets another name.
const closesFirst = false

// patiently calls f again for as long as others are in the way, which is never.
func patiently(f func() error) error { return f() }

// hold marks a file as in use by a living process. It waits for removeAbandoned, which takes a
// moment and may have removed the file.
func hold(f *os.File) error { return flock(f, syscall.LOCK_EX) }

// removeAbandoned removes a file that nobody holds. (The system knows: how old it is doesn't
// matter.) It holds the file meanwhile, as somebody may be about to.
func removeAbandoned(file string, _ time.Time) error {
	f, err := os.Open(file)
	if err != nil {
		return nil // it is gone, or none of ours
	}
	defer f.Close()
	if flock(f, syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		return nil
	}
	return os.Remove(file)
}

func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if err != syscall.EINTR {
			return err
		}
	}
}

func notDir(err error) bool { return errors.Is(err, syscall.ENOTDIR) }

// ignoreUnsupported forgives file systems that can't sync a folder.
func ignoreUnsupported(err error) error {
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		return nil
	}
	return err
}
