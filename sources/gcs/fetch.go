package gcs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

const (
	stall = 30 * time.Second // without a byte, after which a range is asked for again
	tries = 4                // in a row without a byte
)

var errStalled = errors.New("no answer for " + stall.String())

// fill fetches a block. The client tries again by itself what fails; what is left are
// bodies that stall, or end too early.
func (d *document) fill(b *block) error {
	for try := 0; ; try++ {
		before := b.have
		err := d.read(b)
		if err == nil {
			return nil
		}
		if b.have > before {
			try = 0
		}
		again := errors.Is(err, errStalled) || errors.Is(err, io.ErrUnexpectedEOF)
		if d.ctx.Err() != nil || !again || try >= tries {
			return d.failed(err)
		}
	}
}

// read fetches what is still missing of a block.
func (d *document) read(b *block) error {
	ctx, cancel := context.WithCancelCause(d.ctx)
	defer cancel(nil)
	watch := time.AfterFunc(stall, func() { cancel(errStalled) })
	defer watch.Stop()

	d.mu.Lock()
	object := cmp.Or(d.live, d.object)
	d.mu.Unlock()
	r, err := object.NewRangeReader(ctx, b.off+int64(b.have), int64(len(b.data)-b.have))
	if err != nil {
		return stalled(ctx, err)
	}
	defer r.Close()
	d.mu.Lock()
	d.sums.want, d.live = r.Attrs.CRC32C, nil
	d.mu.Unlock()
	for b.have < len(b.data) {
		watch.Reset(stall)
		n, err := r.Read(b.data[b.have:min(len(b.data), b.have+128<<10)])
		d.mu.Lock()
		b.have += n
		d.progress.Broadcast()
		d.mu.Unlock()
		if err == io.EOF && b.have < len(b.data) {
			return fmt.Errorf("%w: the object has only %d of %d bytes", io.ErrUnexpectedEOF, b.off+int64(b.have), d.size)
		}
		if err != nil && err != io.EOF {
			return stalled(ctx, err)
		}
	}
	return nil
}

// stalled prefers the reason for which ctx was cancelled.
func stalled(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}
