package gcs

import (
	"context"
	"crypto/rand"
	"hash/crc32"
	"time"

	"cloud.google.com/go/storage"

	"github.com/dynasette/dynasette"
	source "github.com/dynasette/dynasette/sources/gcs"
)

// A part is an object that is uploaded as it is written, by a goroutine of its own: while a
// chunk is under way, the next one is filled.
type part struct {
	store  *Store
	name   string
	cancel context.CancelFunc
	crc    uint32
	size   int64

	buf    []byte
	full   chan []byte // to be sent; closed after the last one
	empty  chan []byte // to be filled
	done   chan struct{}
	closed bool
	err    error                // once done
	attrs  *storage.ObjectAttrs // once done without an error
}

// stream begins a part.
func (s *Store) stream(ctx context.Context) *part {
	ctx, cancel := context.WithCancel(ctx)
	p := &part{store: s, name: drafts + rand.Text(), cancel: cancel, full: make(chan []byte), empty: make(chan []byte, 1), done: make(chan struct{})}
	p.buf = make([]byte, 0, s.opts.Chunk)
	p.empty <- make([]byte, 0, s.opts.Chunk)
	go p.send(ctx)
	return p
}

func (p *part) Write(b []byte) (int, error) {
	n := 0
	for n < len(b) {
		m := min(len(b)-n, cap(p.buf)-len(p.buf))
		p.buf = append(p.buf, b[n:n+m]...)
		p.crc = crc32.Update(p.crc, source.Castagnoli, b[n:n+m])
		p.size += int64(m)
		n += m
		if len(p.buf) < cap(p.buf) {
			break
		}
		if err := p.flush(); err != nil {
			return n, err
		}
	}
	return n, nil
}

// flush hands the buffer over and takes another one.
func (p *part) flush() error {
	select {
	case p.full <- p.buf:
		p.buf = nil
	case <-p.done:
		return p.err
	}
	select {
	case p.buf = <-p.empty:
		return nil
	case <-p.done:
		return p.err
	}
}

// send uploads what is handed over, in one resumable upload, whose chunks the client sends
// again when they fail.
func (p *part) send(ctx context.Context) {
	defer close(p.done)
	p.attrs, p.err = p.store.write(ctx, p.name, dynasette.Absent, nil, once, func(o *storage.ObjectHandle, metadata map[string]string) (*storage.ObjectAttrs, error) {
		w := o.NewWriter(ctx)
		w.ChunkSize = p.store.opts.Chunk
		w.ChunkRetryDeadline, w.ChunkTransferTimeout = 3*time.Minute, time.Minute
		w.ContentType = contentType(p.name)
		w.Metadata = metadata
		for {
			var buf []byte
			select {
			case buf = <-p.full:
			case <-ctx.Done():
				return nil, context.Cause(ctx)
			}
			if buf == nil {
				break
			}
			if _, err := w.Write(buf); err != nil {
				break // Close says why
			}
			p.empty <- buf[:0]
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
		return w.Attrs(), nil
	})
}

// finish ends the part, and returns once it is stored. It may be called again.
func (p *part) finish() error {
	if !p.closed {
		p.closed = true
		if len(p.buf) > 0 {
			if err := p.flush(); err != nil {
				return err
			}
		}
		close(p.full)
	}
	<-p.done
	if p.err != nil {
		return p.err
	}
	_, err := check(p.attrs, p.crc, p.size)
	return err
}

// remove abandons the part, or deletes it if it is stored. What can't be deleted is left to
// Sweep.
func (p *part) remove(ctx context.Context) {
	p.cancel()
	<-p.done
	if p.err == nil {
		ctx, cancel := lastly(ctx)
		defer cancel()
		p.store.remove(ctx, p.name, p.attrs.Generation)
	}
}
