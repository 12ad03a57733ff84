package gcs

import (
	"context"
	"fmt"
	"hash/crc32"
	"path"
	"time"

	"cloud.google.com/go/storage"

	source "github.com/dynasette/dynasette/sources/gcs"
)

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
		w.ContentType, w.CacheControl = contentType(name), cacheControl
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

// cacheControl keeps the service from answering with an older generation of an object that
// anybody may read.
const cacheControl = "no-store"

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
