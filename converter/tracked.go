package converter

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
)

// tracked is an input's bytes on their way to a converter: hashed as they pass in order,
// counted for people who wait, and no longer to be had when the context has ended.
type tracked struct {
	ctx      context.Context
	in       *Input
	progress func(*Input, int64)
	furthest atomic.Int64

	mu     sync.Mutex
	digest *digest
	hashed int64
	whole  bool
	buf    []byte
	err    error // the first one of reading
}

func newTracked(ctx context.Context, in *Input, opts *Options) *tracked {
	return &tracked{ctx: ctx, in: in, progress: opts.Progress, digest: newDigest(ctx, opts.workers() > 2), whole: in.Size == 0}
}

func (t *tracked) ReadAt(p []byte, off int64) (int, error) {
	n, err := 0, t.ctx.Err()
	if err == nil {
		n, err = t.in.ReadAt(p, off)
	}
	t.mu.Lock()
	if t.err == nil && err != io.EOF {
		t.err = err
	}
	if off <= t.hashed && off+int64(n) > t.hashed {
		t.digest.write(p[t.hashed-off : n])
		t.hashed = off + int64(n)
	}
	if err == io.EOF && off+int64(n) == t.hashed {
		t.whole = true
	}
	t.mu.Unlock()
	if end := off + int64(n); t.progress != nil && end > t.furthest.Load() {
		t.furthest.Store(end)
		t.progress(t.in, end)
	}
	return n, err
}

// failed returns err, or, if the input could not be read, why not: to a converter that may
// have looked like a fault of the document.
func (t *tracked) failed(err error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil || errors.Is(err, t.err) {
		return err
	}
	return named(t.err, t.in.Name)
}

// sum reads what no one has read and returns the size and SHA-256 of the whole.
func (t *tracked) sum() (int64, string, error) {
	for !t.whole && t.hashed != t.in.Size {
		if t.buf == nil {
			t.buf = make([]byte, min(256<<10, uint64(t.in.Size-t.hashed)+1)) // a Size that is not known is -1
		}
		n, err := t.ReadAt(t.buf, t.hashed)
		if err != nil && err != io.EOF {
			return 0, "", err
		}
		if n == 0 && err == nil {
			return 0, "", io.ErrNoProgress
		}
	}
	sum, err := t.digest.sum()
	return t.hashed, sum, err
}
