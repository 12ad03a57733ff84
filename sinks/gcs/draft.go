package gcs

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"hash/crc32"
	"io"
	"time"

	"cloud.google.com/go/storage"

	"github.com/dynasette/dynasette"
	source "github.com/dynasette/dynasette/sources/gcs"
)

// drafts is where parts of databases are before they are put together.
const drafts = ".drafts/"

// Create begins a database. What fits in a chunk is held in memory and written in one
// request. What does not is streamed into an object of its own, from page 2 on; Commit
// writes page 1 into another one, and has the service compose the two. So a database of any
// size passes through in constant memory, and without a file.
func (s *Store) Create(ctx context.Context, name string) (dynasette.Draft, error) {
	if err := ctx.Err(); err != nil {
		return nil, s.wrap(name, err)
	}
	return &draft{store: s, ctx: ctx, name: name}, nil
}

type draft struct {
	store *Store
	ctx   context.Context
	name  string

	pages bytes.Buffer // from page 2 on, while they fit
	rest  *part        // once they don't
	ended bool
}

func (d *draft) Write(p []byte) (int, error) {
	if d.ended {
		return 0, d.store.wrap(d.name, io.ErrClosedPipe)
	}
	if d.rest == nil && d.pages.Len()+len(p) <= d.store.opts.Chunk {
		if err := d.ctx.Err(); err != nil {
			return 0, d.store.wrap(d.name, err)
		}
		return d.pages.Write(p)
	}
	if d.rest == nil {
		d.rest = d.store.stream(d.ctx)
		if _, err := d.rest.Write(d.pages.Bytes()); err != nil {
			return 0, d.store.wrap(d.name, err)
		}
		d.pages = bytes.Buffer{}
	}
	n, err := d.rest.Write(p)
	return n, d.store.wrap(d.name, err)
}

// Reset abandons an upload that is under way.
func (d *draft) Reset() error {
	d.pages.Reset()
	if d.rest != nil {
		d.rest.remove(d.ctx)
		d.rest = nil
	}
	return nil
}

// Close abandons the draft and deletes its parts.
func (d *draft) Close() error {
	d.ended = true
	defer func() { d.pages = bytes.Buffer{} }()
	return d.Reset()
}

// Commit makes the database visible.
func (d *draft) Commit(first []byte, over string) (dynasette.Object, error) {
	if d.ended {
		return dynasette.Object{}, d.store.wrap(d.name, io.ErrClosedPipe)
	}
	var a *storage.ObjectAttrs
	var err error
	if d.rest == nil {
		a, err = d.store.put(d.ctx, d.name, over, nil, first, d.pages.Bytes())
	} else {
		a, err = d.compose(first, over)
	}
	if err != nil {
		return dynasette.Object{}, err
	}
	// The database is there. Parts that can't be deleted are left to Sweep.
	d.Close()
	return d.store.describe(a), nil
}

// compose puts the parts together.
func (d *draft) compose(first []byte, over string) (*storage.ObjectAttrs, error) {
	if err := d.rest.finish(); err != nil {
		return nil, d.store.wrap(d.name, err)
	}
	head := drafts + rand.Text()
	made, err := d.store.put(d.ctx, head, dynasette.Absent, nil, first)
	if err != nil {
		return nil, err
	}
	defer func() {
		ctx, cancel := lastly(d.ctx)
		defer cancel()
		d.store.remove(ctx, head, made.Generation)
	}()
	crc := source.CombineCRC32C(crc32.Checksum(first, source.Castagnoli), d.rest.crc, d.rest.size)
	return d.store.write(d.ctx, d.name, over, nil, attempts, func(o *storage.ObjectHandle, metadata map[string]string) (*storage.ObjectAttrs, error) {
		bucket, prefix := d.store.bucket, d.store.prefix
		c := o.ComposerFrom(
			bucket.Object(prefix+head).Generation(made.Generation),
			bucket.Object(prefix+d.rest.name).Generation(d.rest.attrs.Generation),
		)
		c.ContentType, c.CacheControl = contentType(d.name), cacheControl
		c.Metadata = metadata
		c.CRC32C, c.SendCRC32C = crc, true
		a, err := c.Run(d.ctx)
		if errors.Is(err, storage.ErrObjectNotExist) {
			return nil, errors.New("a part of the database was deleted")
		}
		if err != nil {
			return nil, err
		}
		return check(a, crc, int64(len(first))+d.rest.size)
	})
}

// lastly is a context to clean up in, also when ctx has ended.
func lastly(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
}
