package gcs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"net/http"
	"path"
	"time"

	"cloud.google.com/go/storage"

	source "github.com/dynasette/dynasette/sources/gcs"
)

// markKey is the metadata by which a writer recognises its own object.
const markKey = "dynasette-write"

// How often a write is tried beyond what the client tries by itself.
const (
	once     = 1 // it can't be repeated
	attempts = 4
)

// write runs an operation that makes an object over that generation and gives it the
// metadata that it is handed, until it is clear what became of it: after a lost answer, the
// object that is there tells.
func (s *Store) write(ctx context.Context, name, over string, metadata map[string]string, tries int, do func(o *storage.ObjectHandle, metadata map[string]string) (*storage.ObjectAttrs, error)) (*storage.ObjectAttrs, error) {
	metadata = maps.Clone(metadata)
	if metadata == nil {
		metadata = map[string]string{}
	}
	metadata[markKey] = rand.Text()
	for try := 1; ; try++ {
		c := s.call(name)
		a, err := do(c.object.If(expect(over)), metadata)
		if err == nil {
			return a, nil
		}
		refused := isCode(err, http.StatusPreconditionFailed)
		if ctx.Err() != nil || refused && !c.unsure && try == 1 || !refused && !storage.ShouldRetry(err) {
			return nil, s.wrap(name, err)
		}
		there, statErr := s.call(name).object.Attrs(ctx)
		switch {
		case statErr == nil && there.Metadata[markKey] == metadata[markKey]:
			return there, nil
		case statErr != nil && !errors.Is(statErr, storage.ErrObjectNotExist):
			return nil, s.wrap(name, statErr)
		case refused, try == tries:
			return nil, s.wrap(name, err)
		}
	}
}

// put writes an object of a few pieces, which are in memory.
func (s *Store) put(ctx context.Context, name, over string, metadata map[string]string, pieces ...[]byte) (*storage.ObjectAttrs, error) {
	crc, size := uint32(0), 0
	for _, p := range pieces {
		crc = crc32.Update(crc, source.Castagnoli, p)
		size += len(p)
	}
	return s.write(ctx, name, over, metadata, attempts, func(o *storage.ObjectHandle, metadata map[string]string) (*storage.ObjectAttrs, error) {
		w := o.NewWriter(ctx)
		w.ChunkSize = (size/chunkUnit + 1) * chunkUnit // all of it in one request, which can be repeated
		w.ChunkRetryDeadline = time.Minute
		w.ContentType, w.CacheControl = contentType(name), "no-store"
		w.Metadata = metadata
		w.CRC32C, w.SendCRC32C = crc, true
		for _, p := range pieces {
			if _, err := w.Write(p); err != nil {
				break // Close says why
			}
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
		return check(w.Attrs(), crc, int64(size))
	})
}

// check compares what the service has stored with what it was sent.
func check(a *storage.ObjectAttrs, crc uint32, size int64) (*storage.ObjectAttrs, error) {
	if a.CRC32C != crc || a.Size != size {
		return nil, fmt.Errorf("stored %d bytes with CRC32C %08x, sent %d with %08x", a.Size, a.CRC32C, size, crc)
	}
	return a, nil
}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".db":
		return "application/vnd.sqlite3"
	case ".json":
		return "application/json"
	case ".yaml", ".yml":
		return "application/yaml"
	}
	return "application/octet-stream"
}
