package dir

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// lock waits for the store's lock. The system gives it back when the process ends.
func (s *Store) lock(ctx context.Context) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case s.turn <- struct{}{}: // so that only processes look again and again
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
		ok, err := tryLock(f)
		if ok {
			return func() { f.Close() }, nil
		}
		if err != nil {
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
