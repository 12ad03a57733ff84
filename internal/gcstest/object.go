package gcstest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	raw "google.golang.org/api/storage/v1"
)

// An object is one generation.
type object struct {
	raw.Object
	content content
	sums    checksums
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// writable returns an error if the name can't be written: there is no such bucket, the name
// breaks the rules, a precondition does not hold, or too little time has passed.
func (s *Server) writable(bucketName, name string, c conditions) (*bucket, error) {
	b, err := s.bucket(bucketName)
	if err != nil {
		return nil, err
	}
	if name == "" || len(name) > 1024 || !utf8.ValidString(name) || strings.ContainsAny(name, "\r\n") || name == "." || name == ".." {
		return nil, invalid("Invalid object name %q", name)
	}
	if err := c.check(b.live(name)); err != nil {
		return nil, err
	}
	if s.WriteInterval > 0 && time.Since(b.written[name]) < s.WriteInterval {
		return nil, &httpError{http.StatusTooManyRequests, "rateLimitExceeded", "The object " + bucketName + "/" + name + " exceeded the rate limit for object mutation operations (create, update, and delete). Please reduce your request rate."}
	}
	b.written[name] = time.Now()
	return b, nil
}

// maxMetadata bounds names and values of custom metadata, in bytes.
const maxMetadata = 8 << 10

// put makes a new generation of meta.Name with the writable settings of meta, and replaces
// the live one. It takes over c.
func (s *Server) put(b *bucket, meta *raw.Object, c content, sums checksums, components int64) (*object, error) {
	size := 0
	for k, v := range meta.Metadata {
		size += len(k) + len(v)
	}
	if size > maxMetadata {
		return nil, invalid("Metadata of %d bytes exceeds the limit of %d bytes", size, maxMetadata)
	}
	now := time.Now()
	s.last = max(s.last+1, now.UnixMicro())
	o := &object{content: c, sums: sums}
	o.Kind, o.Bucket, o.Name = "storage#object", b.Name, meta.Name
	o.Generation, o.Metageneration = s.last, 1
	o.Id = fmt.Sprintf("%s/%s/%d", o.Bucket, o.Name, o.Generation)
	o.TimeCreated, o.Updated, o.TimeFinalized, o.TimeStorageClassUpdated = stamp(now), stamp(now), stamp(now), stamp(now)
	o.Size, o.Crc32c, o.Md5Hash = uint64(c.size()), sums.crc32c(), sums.md5Hash()
	o.ComponentCount = components
	o.StorageClass = "STANDARD"
	o.ContentType, o.ContentEncoding, o.ContentLanguage = meta.ContentType, meta.ContentEncoding, meta.ContentLanguage
	o.ContentDisposition, o.CacheControl, o.CustomTime = meta.ContentDisposition, meta.CacheControl, meta.CustomTime
	o.Metadata = meta.Metadata
	o.setEtag()

	finalize := Event{Type: Finalize, Time: now}
	if old := b.live(o.Name); old != nil {
		finalize.Overwrote = old.Generation
		s.retire(b, old, o.Generation)
	}
	b.objects[o.Name] = append(b.objects[o.Name], o)
	finalize.Object = o.copy()
	s.events = append(s.events, finalize)
	return o, nil
}

// retire takes the live object away, because of that new generation if it is not 0: it is
// kept if the bucket has Object Versioning.
func (s *Server) retire(b *bucket, o *object, by int64) {
	if b.versioning() {
		o.TimeDeleted = stamp(time.Now())
		s.events = append(s.events, Event{Type: Archive, Object: o.copy(), Time: time.Now(), OverwrittenBy: by})
		return
	}
	s.remove(b, o, by)
}

// remove deletes a generation for good.
func (s *Server) remove(b *bucket, o *object, by int64) {
	b.objects[o.Name] = slices.DeleteFunc(b.objects[o.Name], func(x *object) bool { return x == o })
	if len(b.objects[o.Name]) == 0 {
		delete(b.objects, o.Name)
	}
	o.content.release()
	s.events = append(s.events, Event{Type: Delete, Object: o.copy(), Time: time.Now(), OverwrittenBy: by})
}

func (o *object) setEtag() {
	o.Etag = base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%d/%d", o.Generation, o.Metageneration))
}

// copy returns the resource as it is now.
func (o *object) copy() *raw.Object {
	c := o.Object
	return &c
}

func (s *Server) attrs(bucketName, name string, q *query) (any, error) {
	generation, conds := q.number("generation"), q.conditions("if")
	if err := q.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.bucket(bucketName)
	if err != nil {
		return nil, err
	}
	o, err := b.find(name, generation)
	if err != nil {
		return nil, err
	}
	if err := conds.checkRead(o); err != nil {
		return nil, err
	}
	return o.copy(), nil
}

func (s *Server) delete(bucketName, name string, q *query) error {
	generation, conds := q.number("generation"), q.conditions("if")
	if err := q.done(); err != nil {
		return err
	}
	return s.change(func() error {
		b, err := s.bucket(bucketName)
		if err != nil {
			return err
		}
		o, err := b.find(name, generation)
		if err != nil {
			return err
		}
		if _, err := s.writable(bucketName, name, conds); err != nil {
			return err
		}
		if generation < 0 {
			s.retire(b, o, 0)
		} else {
			s.remove(b, o, 0)
		}
		return nil
	})
}

// patch changes the settings that are in the body, and no others; null removes one.
func (s *Server) patch(r *http.Request, bucketName, name string, q *query) (result any, err error) {
	generation, conds := q.number("generation"), q.conditions("if")
	if err := q.done(); err != nil {
		return nil, err
	}
	var body map[string]json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return nil, invalid("Parse Error: %v", err)
	}
	err = s.change(func() error {
		b, err := s.bucket(bucketName)
		if err != nil {
			return err
		}
		o, err := b.find(name, generation)
		if err != nil {
			return err
		}
		if _, err := s.writable(bucketName, name, conds); err != nil {
			return err
		}
		next := *o
		if err := apply(&next.Object, body); err != nil {
			return err
		}
		next.Metageneration++
		next.Updated = stamp(time.Now())
		next.setEtag()
		*o = next
		s.events = append(s.events, Event{Type: MetadataUpdate, Object: o.copy(), Time: time.Now()})
		result = o.copy()
		return nil
	})
	return result, err
}

func apply(o *raw.Object, body map[string]json.RawMessage) error {
	texts := map[string]*string{
		"contentType": &o.ContentType, "contentEncoding": &o.ContentEncoding, "contentLanguage": &o.ContentLanguage,
		"contentDisposition": &o.ContentDisposition, "cacheControl": &o.CacheControl, "customTime": &o.CustomTime,
	}
	for key, value := range body {
		if p := texts[key]; p != nil {
			*p = ""
			if err := json.Unmarshal(value, p); err != nil {
				return invalid("%s: %v", key, err)
			}
			continue
		}
		switch key {
		case "bucket", "name":
		case "metadata":
			var changes map[string]*string
			if err := json.Unmarshal(value, &changes); err != nil {
				return invalid("metadata: %v", err)
			}
			old := o.Metadata
			o.Metadata = map[string]string{}
			if changes != nil { // null removes all
				for k, v := range old {
					o.Metadata[k] = v
				}
			}
			for k, v := range changes {
				delete(o.Metadata, k)
				if v != nil {
					o.Metadata[k] = *v
				}
			}
		default:
			return &httpError{http.StatusNotImplemented, "notImplemented", "gcstest: " + key + " can't be patched here"}
		}
	}
	return nil
}
