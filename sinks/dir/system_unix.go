//go:build unix

package dir

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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

// lock waits for the store's lock. The system gives it back when the process ends.
func (s *Store) lock(ctx context.Context) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	others, err := s.lockOthers(ctx)
	if err != nil {
		<-s.turn
		return nil, err
	}
	return func() { others(); <-s.turn }, nil
}

// lockOthers waits for other processes.
func (s *Store) lockOthers(ctx context.Context) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(s.root, lockFile), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	for wait := time.Microsecond * 100; ; wait = min(2*wait, 20*time.Millisecond) {
		err := flock(f, syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { f.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", f.Name(), err)
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, ctx.Err()
		case <-time.After(wait):
		}
	}
}

// hold marks a file as in use by a living process. It waits for abandoned, which takes a
// moment.
func hold(f *os.File) error { return flock(f, syscall.LOCK_EX) }

// abandoned reports whether nobody holds a file. (The system knows: how old it is doesn't
// matter.)
func abandoned(file string, _ time.Time) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	return flock(f, syscall.LOCK_EX|syscall.LOCK_NB) == nil
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
