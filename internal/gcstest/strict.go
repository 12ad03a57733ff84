package gcstest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"

	raw "google.golang.org/api/storage/v1"
)

// Strict returns a handler in front of another stand-in for Cloud Storage, such as
// fake-gcs-server, that is strict where that one is not: preconditions of reads, updates,
// deletes, compositions and copies, the generations of what is composed, and resumable
// uploads, whose chunks may come twice. Changes are made one at a time.
func Strict(fake http.Handler) http.Handler {
	return &strict{fake: fake, uploads: map[string]*strictUpload{}}
}

type strict struct {
	fake    http.Handler
	mu      sync.Mutex // held from the look at what is there to the end of a change
	uploads map[string]*strictUpload
}

// ServeHTTP forwards a request, or refuses it.
func (s *strict) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, err := elements(r.URL)
	if err != nil {
		respond(w, nil, err)
		return
	}
	var body []byte
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		// All of it first: what is cut on the way is not to be done by half, and what is slow
		// is not to hold up others.
		if body, err = io.ReadAll(r.Body); err != nil {
			panic(http.ErrAbortHandler)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	if has(path, "upload", "storage", "v1", "b", "*", "o") {
		s.serveUpload(w, r, body)
		return
	}
	if err := s.refusal(r, path, body); err != nil {
		respond(w, nil, err)
		return
	}
	s.fake.ServeHTTP(w, r)
}

// refusal returns what the real service says where the fake would do what is asked.
func (s *strict) refusal(r *http.Request, path []string, body []byte) error {
	q := newQuery(r.URL.Query())
	q.headers(r.Header)
	conds, generation := q.conditions("if"), q.number("generation")
	read := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case len(path) == 6 && has(path, "storage", "v1", "b", "*", "o", "*"):
		return s.check(r, conds, read, path[3], path[5], generation)
	case len(path) == 7 && has(path, "storage", "v1", "b", "*", "o", "*", "compose"):
		var req raw.ComposeRequest
		if err := json.Unmarshal(body, &req); err != nil {
			return invalid("Parse Error: %v", err)
		}
		for _, src := range req.SourceObjects {
			o := s.look(r, path[3], src.Name, cmp.Or(src.Generation, -1))
			if o == nil {
				return notFound("No such object: %s/%s", path[3], src.Name)
			}
			if p := src.ObjectPreconditions; p != nil && p.IfGenerationMatch != o.Generation {
				return errPrecondition
			}
		}
		return conds.check(s.look(r, path[3], path[5], -1))
	case len(path) == 11 && has(path, "storage", "v1", "b", "*", "o", "*", "rewriteTo", "b", "*", "o", "*"):
		if err := s.check(r, q.conditions("ifSource"), false, path[3], path[5], q.number("sourceGeneration")); err != nil {
			return err
		}
		return conds.check(s.look(r, path[8], path[10], -1))
	case len(path) >= 2 && path[0] != "storage" && read:
		return s.check(r, conds, read, path[0], strings.Join(path[1:], "/"), generation)
	}
	return nil
}

// check checks the conditions about an object. That there is none, the fake says itself.
func (s *strict) check(r *http.Request, c conditions, read bool, bucket, name string, generation int64) error {
	if c == (conditions{-1, -1, -1, -1}) {
		return nil
	}
	o := s.look(r, bucket, name, generation)
	switch {
	case o == nil:
		return nil
	case read:
		return c.checkRead(o)
	}
	return c.check(o)
}

// look asks the fake for an object; nil if it has none.
func (s *strict) look(r *http.Request, bucket, name string, generation int64) *object {
	path := "http://" + r.Host + "/storage/v1/b/" + url.PathEscape(bucket) + "/o/" + url.PathEscape(name)
	if generation >= 0 {
		path += "?generation=" + strconv.FormatInt(generation, 10)
	}
	answer := httptest.NewRecorder()
	s.fake.ServeHTTP(answer, httptest.NewRequestWithContext(r.Context(), http.MethodGet, path, nil))
	o := new(object)
	if answer.Code != http.StatusOK || json.Unmarshal(answer.Body.Bytes(), &o.Object) != nil || generation >= 0 && o.Generation != generation {
		return nil
	}
	return o
}
