package gcstest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"

	raw "google.golang.org/api/storage/v1"
)

// A strictUpload is a resumable upload that has begun at the fake.
type strictUpload struct {
	meta     raw.Object // as it was begun with
	received int64
	crc      uint32
	answer   *httptest.ResponseRecorder // to its last chunk
}

// serveUpload forwards an upload. Of a resumable one, the fake gets every byte once.
func (s *strict) serveUpload(w http.ResponseWriter, r *http.Request, body []byte) {
	answer := httptest.NewRecorder()
	if u := s.uploads[r.URL.Query().Get("upload_id")]; u != nil {
		if err := s.chunk(answer, u, r, body); err != nil {
			respond(w, nil, err)
			return
		}
	} else {
		s.fake.ServeHTTP(answer, r)
		s.began(answer, body)
	}
	for k, v := range answer.Header() {
		w.Header()[k] = v
	}
	w.WriteHeader(answer.Code)
	w.Write(answer.Body.Bytes())
}

// began notes the upload that begins with that answer, if one does.
func (s *strict) began(answer *httptest.ResponseRecorder, body []byte) {
	location, err := url.Parse(answer.Header().Get("Location"))
	if err != nil || !location.Query().Has("upload_id") {
		return
	}
	u := new(strictUpload)
	json.Unmarshal(body, &u.meta) // without a body, there are no settings
	s.uploads[location.Query().Get("upload_id")] = u
}

// chunk forwards what is new in a chunk.
func (s *strict) chunk(answer *httptest.ResponseRecorder, u *strictUpload, r *http.Request, body []byte) error {
	first, last, total, err := contentRange(r.Header.Get("Content-Range"))
	switch {
	case err != nil:
		return err
	case u.answer != nil:
		*answer = *u.answer
		return nil
	case first > u.received:
		return invalid("the chunk begins at byte %d, but only %d have been received", first, u.received)
	case int64(len(body)) != last-first+1:
		return invalid("Content-Range of %d bytes, %d have come", last-first+1, len(body))
	case total < 0 && len(body)%chunkUnit != 0:
		return invalid("a chunk of %d bytes that is not the last: not a multiple of %d", len(body), chunkUnit)
	}
	if len(body) > 0 {
		body = body[min(u.received-first, int64(len(body))):]
	}
	ends := total >= 0 && u.received+int64(len(body)) == total
	if len(body) == 0 && !ends {
		goOn(answer, r, u.received)
		return nil
	}
	crc := crc32.Update(u.crc, castagnoli, body)
	if sums := (checksums{crc: crc}); ends && u.meta.Crc32c != "" && u.meta.Crc32c != sums.crc32c() {
		return invalid("Provided CRC32C %q doesn't match calculated CRC32C %q.", u.meta.Crc32c, sums.crc32c())
	}
	span, size := "*", "*"
	if len(body) > 0 {
		span = fmt.Sprintf("%d-%d", u.received, u.received+int64(len(body))-1)
	}
	if total >= 0 {
		size = fmt.Sprint(total)
	}
	r.Header.Set("Content-Range", "bytes "+span+"/"+size)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	s.fake.ServeHTTP(answer, r)
	if ends {
		u.answer = answer
	}
	u.received, u.crc = u.received+int64(len(body)), crc
	return nil
}
