//go:build !unix

package dir

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"
)

// generation identifies a file's content as far as can be told without inodes.
func generation(info fs.FileInfo) string {
	return fmt.Sprintf("%x-%x", info.ModTime().UnixNano(), info.Size())
}

var locks sync.Map // of *sync.Mutex by root: here only one process may use a store

func (s *Store) lock(ctx context.Context) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l, _ := locks.LoadOrStore(s.root, new(sync.Mutex))
	l.(*sync.Mutex).Lock()
	return l.(*sync.Mutex).Unlock, nil
}

func hold(*os.File) error { return nil }

func abandoned(file string, before time.Time) bool {
	info, err := os.Lstat(file)
	return err == nil && info.ModTime().Before(before)
}

func notDir(error) bool { return false }

func ignoreUnsupported(error) error { return nil }
