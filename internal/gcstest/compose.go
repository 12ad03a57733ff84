package gcstest

import (
	"encoding/json"
	"hash/crc32"
	"io"
	"net/http"

	raw "google.golang.org/api/storage/v1"
)

// maxSources is how many objects one compose takes.
const maxSources = 32

// compose makes an object of others, one after another.
func (s *Server) compose(r *http.Request, bucketName, name string, q *query) (result any, err error) {
	conds := q.conditions("if")
	if err := q.done(); err != nil {
		return nil, err
	}
	var req raw.ComposeRequest
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		return nil, invalid("Parse Error: %v", err)
	}
	if n := len(req.SourceObjects); n == 0 || n > maxSources {
		return nil, invalid("The number of source components provided (%d) is not between 1 and %d", n, maxSources)
	}
	if req.DeleteSourceObjects {
		return nil, &httpError{http.StatusNotImplemented, "notImplemented", "gcstest: deleteSourceObjects is not implemented here"}
	}
	meta := req.Destination
	if meta == nil {
		meta = &raw.Object{}
	}
	meta.Name = name
	err = s.change(func() error {
		b, err := s.bucket(bucketName)
		if err != nil {
			return err
		}
		var all content
		components := int64(0)
		for _, src := range req.SourceObjects {
			generation := src.Generation
			if generation == 0 {
				generation = -1
			}
			o, err := b.find(src.Name, generation)
			if err != nil {
				return err
			}
			if p := src.ObjectPreconditions; p != nil && p.IfGenerationMatch != o.Generation {
				return errPrecondition
			}
			all = append(all, o.content...)
			components += max(1, o.ComponentCount)
		}
		if b, err = s.writable(bucketName, name, conds); err != nil {
			return err
		}
		sums, err := all.checksum()
		if err != nil {
			return err
		}
		if meta.Crc32c != "" && meta.Crc32c != sums.crc32c() {
			return invalid("Provided CRC32C %q doesn't match calculated CRC32C %q.", meta.Crc32c, sums.crc32c())
		}
		o, err := s.put(b, meta, all.share(), sums, components)
		if err != nil {
			all.release()
			return err
		}
		result = o.copy()
		return nil
	})
	return result, err
}

// checksum reads it all, rather than to combine the checksums of the parts: clients that
// combine them are to be proved by something else.
func (c content) checksum() (checksums, error) {
	in, err := c.open()
	if err != nil {
		return checksums{}, err
	}
	defer in.Close()
	crc := crc32.New(castagnoli)
	_, err = io.Copy(crc, in)
	return checksums{crc: crc.Sum32()}, err
}
