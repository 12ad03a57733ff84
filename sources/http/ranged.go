package http

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/dynasette/dynasette"
)

const (
	blockSize  = 2 << 20 // bytes of one request
	blocksKept = 8
	attempts   = 4
)

// ranged reads a document in blocks, of which it keeps a few, and has the next one ready.
type ranged struct {
	ctx     context.Context
	client  *http.Client
	url     *url.URL
	size    int64
	version string

	mu     sync.Mutex
	blocks []*block // the one used last comes last
}

// A block is a part of the document that was asked for.
type block struct {
	number int64
	ready  chan struct{} // closed once data or err is set
	data   []byte
	err    error
}

func (r *ranged) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("negative offset")
	}
	n := 0
	for n < len(p) {
		at := off + int64(n)
		if at >= r.size {
			return n, io.EOF
		}
		b := r.block(at/blockSize, true)
		if next := (at/blockSize + 1) * blockSize; next < r.size {
			r.block(at/blockSize+1, false)
		}
		select {
		case <-b.ready:
		case <-r.ctx.Done():
			return n, r.ctx.Err()
		}
		if b.err != nil {
			r.drop(b)
			return n, b.err
		}
		n += copy(p[n:], b.data[at%blockSize:])
	}
	return n, nil
}

// block returns a block, which is asked for unless it was already.
func (r *ranged) block(number int64, use bool) *block {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, b := range r.blocks {
		if b.number == number {
			if use {
				r.blocks = append(append(r.blocks[:i], r.blocks[i+1:]...), b)
			}
			return b
		}
	}
	b := &block{number: number, ready: make(chan struct{})}
	if r.blocks = append(r.blocks, b); len(r.blocks) > blocksKept {
		r.blocks = append(r.blocks[:0], r.blocks[1:]...)
	}
	go func() {
		defer close(b.ready)
		b.data, b.err = r.fetch(number * blockSize)
	}()
	return b
}

// drop forgets a block, so that it is asked for again.
func (r *ranged) drop(failed *block) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, b := range r.blocks {
		if b == failed {
			r.blocks = append(r.blocks[:i], r.blocks[i+1:]...)
			return
		}
	}
}

// fetch asks for the block at an offset, again if that may help.
func (r *ranged) fetch(off int64) ([]byte, error) {
	for attempt := 1; ; attempt++ {
		data, err := r.try(off)
		if err == nil || attempt == attempts || !errors.Is(err, dynasette.ErrUnavailable) {
			return data, err
		}
		select {
		case <-r.ctx.Done():
			return nil, r.ctx.Err()
		case <-time.After(200 * time.Millisecond << attempt):
		}
	}
}

func (r *ranged) try(off int64) ([]byte, error) {
	n := min(blockSize, r.size-off)
	want := fmt.Sprintf("bytes %d-%d/%d", off, off+n-1, r.size)
	resp, err := get(r.ctx, r.client, r.url, http.Header{
		"Range":    {fmt.Sprintf("bytes=%d-%d", off, off+n-1)},
		"If-Range": {r.version},
	})
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusOK, resp.StatusCode == http.StatusRequestedRangeNotSatisfiable,
		resp.StatusCode == http.StatusPreconditionFailed:
		return nil, dynasette.ErrChanged
	case resp.StatusCode != http.StatusPartialContent:
		return nil, statusError(r.url, resp)
	case resp.Header.Get("Content-Range") != want:
		return nil, fmt.Errorf("asked for %s, got %s: %w", want, resp.Header.Get("Content-Range"), dynasette.ErrChanged)
	}
	if version := validator(resp); version != "" && version != r.version {
		return nil, dynasette.ErrChanged
	}
	data := make([]byte, n)
	if _, err := io.ReadFull(resp.Body, data); err != nil {
		if r.ctx.Err() != nil {
			return nil, r.ctx.Err()
		}
		return nil, dynasette.Unavailable(err)
	}
	return data, nil
}
