package gcstest

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"time"

	raw "google.golang.org/api/storage/v1"
)

type bucket struct {
	*raw.Bucket
	objects map[string][]*object // by name; oldest first; only the last one may be live
	written map[string]time.Time // the last write to a name
}

func (b *bucket) versioning() bool { return b.Versioning != nil && b.Versioning.Enabled }

// live returns the object that is read without a generation, or nil.
func (b *bucket) live(name string) *object {
	if all := b.objects[name]; len(all) > 0 && all[len(all)-1].TimeDeleted == "" {
		return all[len(all)-1]
	}
	return nil
}

// find returns the live object, or the one of that generation if it is not negative.
func (b *bucket) find(name string, generation int64) (*object, error) {
	if generation < 0 {
		if o := b.live(name); o != nil {
			return o, nil
		}
	}
	for _, o := range b.objects[name] {
		if o.Generation == generation {
			return o, nil
		}
	}
	return nil, notFound("No such object: %s/%s", b.Name, name)
}

func (s *Server) bucket(name string) (*bucket, error) {
	b := s.buckets[name]
	if b == nil {
		return nil, notFound("The specified bucket does not exist.")
	}
	return b, nil
}

func (s *Server) insertBucket(r *http.Request, q *query) (any, error) {
	q.get("project")
	if err := q.done(); err != nil {
		return nil, err
	}
	b := &bucket{Bucket: &raw.Bucket{}, objects: map[string][]*object{}, written: map[string]time.Time{}}
	if err := json.NewDecoder(r.Body).Decode(b.Bucket); err != nil {
		return nil, invalid("Parse Error: %v", err)
	}
	if b.Name == "" {
		return nil, invalid("Required: name")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.buckets[b.Name] != nil {
		return nil, &httpError{http.StatusConflict, "conflict", "Your previous request to create the named bucket succeeded and you already own it."}
	}
	b.Kind, b.Id, b.Location, b.StorageClass = "storage#bucket", b.Name, "EU", "STANDARD"
	b.Metageneration = 1
	b.TimeCreated = stamp(time.Now())
	b.Updated = b.TimeCreated
	s.buckets[b.Name] = b
	return b.Bucket, nil
}

func (s *Server) getBucket(name string, q *query) (any, error) {
	if err := q.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.bucket(name)
	if err != nil {
		return nil, err
	}
	return b.Bucket, nil
}

func (s *Server) deleteBucket(name string, q *query) error {
	if err := q.done(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.bucket(name)
	if err != nil {
		return err
	}
	if len(b.objects) > 0 {
		return &httpError{http.StatusConflict, "conflict", "The bucket you tried to delete is not empty."}
	}
	delete(s.buckets, name)
	return nil
}

// names returns the names of all objects, sorted as the service sorts them.
func (b *bucket) names() []string { return slices.Sorted(maps.Keys(b.objects)) }
