package gcs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"cloud.google.com/go/storage"
	"google.golang.org/api/googleapi"

	"github.com/dynasette/dynasette"
)

const (
	bigBlock   = 8 << 20   // a range that is fetched while reading in order
	smallBlock = 256 << 10 // a range that is fetched for a read here or there
	smallKept  = 16        // small blocks in memory

	defaultAhead = 3
)

// A document reads one generation of an object in ranges. While it is read in order, ranges
// are fetched ahead, in parallel; small reads here and there are served from small ranges.
// What is in memory is bounded, whatever the object's size.
type document struct {
	ctx    context.Context
	cancel context.CancelFunc
	object *storage.ObjectHandle // of one generation
	live   *storage.ObjectHandle // what is to be read first, if that one has to be live; then nil
	size   int64
	ahead  int

	mu       sync.Mutex
	progress sync.Cond // something was fetched, or failed
	big      cache
	small    cache
	streams  streams
	sums     sums
	fetches  sync.WaitGroup
}

// NewDocument returns a document of an object's content. The handle is of one generation,
// of a client of NewClient, and size is that generation's. Reading ends with ctx.
func NewDocument(ctx context.Context, o *storage.ObjectHandle, size int64, opts Options) dynasette.Document {
	return newDocument(ctx, o, size, opts)
}

func newDocument(ctx context.Context, o *storage.ObjectHandle, size int64, opts Options) *document {
	d := &document{object: o, size: size, ahead: opts.Ahead}
	if d.ahead == 0 {
		d.ahead = defaultAhead
	}
	d.ctx, d.cancel = context.WithCancel(ctx)
	d.progress.L = &d.mu
	d.big = cache{size: bigBlock, most: d.ahead + 2}
	d.small = cache{size: smallBlock, most: smallKept}
	return d
}

// begin has the first block fetched, on the condition of that handle, and returns once it is clear
// whether that holds.
func (d *document) begin(live *storage.ObjectHandle) error {
	if d.size == 0 { // there is nothing to fetch
		if _, err := live.Attrs(d.ctx); err != nil {
			return d.failed(err)
		}
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.live = live
	c := &d.small
	if d.size <= smallBlock {
		c = &d.big // it is all there is, whose checksum is compared
	}
	b := d.fetch(c, 0)
	for b.have == 0 && b.err == nil {
		d.progress.Wait()
	}
	return b.err
}

// Close ends all fetching. If all of the document was read, it returns an error if that was
// not what the object's checksum says.
func (d *document) Close() error {
	d.cancel()
	d.fetches.Wait()
	if want, got, ok := d.sums.whole(d.size); ok && want != got {
		return fmt.Errorf("gs://%s/%s: read with CRC32C %08x, want %08x", d.object.BucketName(), d.object.ObjectName(), got, want)
	}
	return nil
}

// ReadAt reads len(p) bytes at off, from any goroutine.
func (d *document) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, fmt.Errorf("gs://%s/%s: read at %d", d.object.BucketName(), d.object.ObjectName(), off)
	}
	end := min(off+int64(len(p)), d.size)
	if off >= end {
		if len(p) == 0 {
			return 0, nil
		}
		return 0, io.EOF
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	run := d.streams.follow(off, end)
	for at := off; at < end; at = off + int64(n) {
		b := d.block(at, run)
		m, err := d.copy(p[n:end-off], b, at)
		b.readers--
		if n += m; err != nil {
			return n, err
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// block returns the block that holds the byte at off, for one reader. If so many bytes were
// read in order up to there, it has what follows fetched. d.mu is held.
func (d *document) block(off, run int64) *block {
	b := d.big.get(off)
	if b == nil {
		if run < inOrder && d.size > bigBlock || d.small.get(off) != nil {
			return d.smallBlock(off)
		}
		b = d.fetch(&d.big, off)
	}
	b.used = true
	b.readers++ // before there is made room for others
	if run >= inOrder {
		ahead := min(d.ahead, 1+int(run/(bigBlock/2)))
		for next := b.off + bigBlock; next < d.size && ahead > 0; next += bigBlock {
			if d.big.blocks[next] == nil && d.big.room(false) {
				d.fetch(&d.big, next)
			}
			ahead--
		}
	}
	return b
}

func (d *document) smallBlock(off int64) *block {
	b := d.small.get(off)
	if b == nil {
		b = d.fetch(&d.small, off)
	}
	b.used = true
	b.readers++
	return b
}

// copy copies what b holds from off on, as soon as there is something. d.mu is held.
func (d *document) copy(p []byte, b *block, off int64) (int, error) {
	for int64(b.have) <= off-b.off {
		if b.err != nil {
			return 0, b.err
		}
		d.progress.Wait()
	}
	// What is there does not change any more, and the buffer is not used again while it
	// has a reader.
	have := b.data[off-b.off : b.have]
	d.mu.Unlock()
	n := copy(p, have)
	d.mu.Lock()
	return n, nil
}

// fetch begins to fetch the block of c that holds the byte at off. d.mu is held.
func (d *document) fetch(c *cache, off int64) *block {
	c.room(true)
	b := c.add(off, d.size)
	d.fetches.Go(func() {
		err := d.fill(b)
		d.mu.Lock()
		defer d.mu.Unlock()
		if err != nil {
			b.err = err
			c.drop(b) // the next read tries again
		} else if c == &d.big {
			d.sums.add(b)
		}
		d.progress.Broadcast()
	})
	return b
}

// failed says what went wrong, in dynasette's terms.
func (d *document) failed(err error) error {
	if ctxErr := context.Cause(d.ctx); ctxErr != nil {
		err = ctxErr
	} else if e := (*googleapi.Error)(nil); errors.Is(err, storage.ErrObjectNotExist) || errors.As(err, &e) && e.Code == http.StatusPreconditionFailed {
		err = dynasette.ErrChanged
	}
	return fmt.Errorf("gs://%s/%s: %w", d.object.BucketName(), d.object.ObjectName(), err)
}
