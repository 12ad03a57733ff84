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
	apart    bool // much is hashed beside the reader
	progress func(*Input, int64)
	furthest atomic.Int64

	mu     sync.Mutex
	digest *digest // nil before the first byte, and once there is sha256
	sha256 string  // of the whole, in hexadecimal
	hashed int64
	whole  bool
	buf    []byte
	err    error // the first one of reading
}

func newTracked(ctx context.Context, in *Input, opts *Options) *tracked {
	return &tracked{ctx: ctx, in: in, progress: opts.Progress, apart: opts.workers() > 2, whole: in.Size == 0}
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
	if off <= t.hashed && off+int64(n) > t.hashed && t.sha256 == "" {
		if t.digest == nil {
			t.digest = newDigest(t.ctx, t.apart)
		}
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
			size := int64(256 << 10)
			if t.in.Size >= 0 {
				size = min(size, t.in.Size-t.hashed+1)
			}
			t.buf = make([]byte, size)
		}
		n, err := t.ReadAt(t.buf, t.hashed)
		if err != nil && err != io.EOF {
			return 0, "", err
		}
		if n == 0 && err == nil {
			return 0, "", io.ErrNoProgress
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	err := t.settle()
	return t.hashed, t.sha256, err
}

// release lets go of what hashing takes, if all of the input has been read.
func (t *tracked) release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.hashed == t.in.Size {
		_ = t.settle() // sum has the error, too
	}
}

// settle completes the SHA-256. mu is held.
func (t *tracked) settle() (err error) {
	if t.sha256 != "" {
		return nil
	}
	if t.digest == nil {
		t.digest = newDigest(t.ctx, t.apart)
	}
	if t.sha256, err = t.digest.sum(); err == nil {
		t.digest = nil
	}
	return err
}
