package gcstest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	raw "google.golang.org/api/storage/v1"
)

// A source names an object.
type source struct{ bucket, name string }

// rewrite copies an object, or a part of it and says how to go on. The token says it all,
// so that a call whose answer was lost can be made again.
func (s *Server) rewrite(r *http.Request, from, to source, q *query) (result any, err error) {
	generation, sourceConds, conds := q.number("sourceGeneration"), q.conditions("ifSource"), q.conditions("if")
	written := uint64(0)
	if token, _ := base64.URLEncoding.DecodeString(q.get("rewriteToken")); len(token) > 0 {
		if _, err := fmt.Sscanf(string(token), "%d %d", &generation, &written); err != nil {
			return nil, invalid("Invalid rewrite token")
		}
	}
	if err := q.done(); err != nil {
		return nil, err
	}
	meta := &raw.Object{}
	if err := json.NewDecoder(r.Body).Decode(meta); err != nil && err != io.EOF {
		return nil, invalid("Parse Error: %v", err)
	}
	err = s.change(func() error {
		src, err := s.bucket(from.bucket)
		if err != nil {
			return err
		}
		o, err := src.find(from.name, generation)
		if err != nil {
			return err
		}
		if err := sourceConds.check(o); err != nil {
			return err
		}
		dst, err := s.bucket(to.bucket)
		if err != nil {
			return err
		}
		if err := conds.check(dst.live(to.name)); err != nil {
			return err
		}
		if s.RewriteBytes > 0 {
			written = min(o.Size, written+uint64(s.RewriteBytes))
		} else {
			written = o.Size
		}
		answer := &raw.RewriteResponse{Kind: "storage#rewriteResponse", ObjectSize: int64(o.Size), TotalBytesRewritten: int64(written)}
		result = answer
		if written < o.Size {
			answer.RewriteToken = base64.URLEncoding.EncodeToString(fmt.Appendf(nil, "%d %d", o.Generation, written))
			return nil
		}
		if _, err := s.writable(to.bucket, to.name, conds); err != nil {
			return err
		}
		if !settings(meta) { // without any of its own, the copy has the source's
			meta = o.copy()
		}
		meta.Name = to.name
		made, err := s.put(dst, meta, o.content.share(), o.sums, o.ComponentCount)
		if err != nil {
			o.content.release()
			return err
		}
		answer.Done, answer.Resource = true, made.copy()
		return nil
	})
	return result, err
}

// settings reports whether a request sets anything that a copy may have of its own.
func settings(o *raw.Object) bool {
	return o.ContentType+o.ContentEncoding+o.ContentLanguage+o.ContentDisposition+o.CacheControl+o.CustomTime != "" || len(o.Metadata) > 0
}
