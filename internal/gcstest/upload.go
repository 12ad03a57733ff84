package gcstest

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	raw "google.golang.org/api/storage/v1"
)

func (s *Server) serveUpload(w http.ResponseWriter, r *http.Request, bucketName string) {
	q := newQuery(r.URL.Query())
	var o *raw.Object
	var err error
	switch kind := r.URL.Query().Get("uploadType"); {
	case q.get("upload_id") != "":
		s.serveChunk(w, r, q)
		return
	case r.Method != http.MethodPost:
		err = &httpError{http.StatusMethodNotAllowed, "methodNotAllowed", r.Method}
	case kind == "multipart":
		o, err = s.multipart(r, bucketName, q)
	case kind == "media":
		o, err = s.insert(r.Body, &raw.Object{ContentType: r.Header.Get("Content-Type")}, bucketName, q)
	case kind == "resumable":
		var location string
		if location, err = s.begin(r, bucketName, q); err == nil {
			w.Header().Set("Location", location)
			return
		}
	default:
		err = invalid("Invalid upload type: %q", kind)
	}
	respond(w, o, err)
}

// multipart takes a resource and its content in one request (RFC 2387).
func (s *Server) multipart(r *http.Request, bucketName string, q *query) (*raw.Object, error) {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, invalid("Content-Type: %v", err)
	}
	parts := multipart.NewReader(r.Body, params["boundary"])
	part, err := parts.NextPart()
	if err != nil {
		return nil, invalid("first part: %v", err)
	}
	meta := &raw.Object{}
	if err := json.NewDecoder(part).Decode(meta); err != nil {
		return nil, invalid("Parse Error: %v", err)
	}
	if part, err = parts.NextPart(); err != nil {
		return nil, invalid("second part: %v", err)
	}
	if meta.ContentType == "" {
		meta.ContentType = part.Header.Get("Content-Type")
	}
	return s.insert(part, meta, bucketName, q)
}

// insert makes an object of the body of one request.
func (s *Server) insert(body io.Reader, meta *raw.Object, bucketName string, q *query) (*raw.Object, error) {
	if name := q.get("name"); name != "" {
		meta.Name = name
	}
	conds := q.conditions("if")
	if err := q.done(); err != nil {
		return nil, err
	}
	in := s.receive()
	_, err := io.Copy(in, body)
	if err != nil {
		err = invalid("the body is cut: %v", err)
	}
	var o *raw.Object
	if err == nil {
		o, err = s.finalize(in, meta, bucketName, conds)
	}
	if err != nil {
		in.discard()
	}
	return o, err
}

// finalize makes an object of what was received. After an error in is as it was.
func (s *Server) finalize(in *receiver, meta *raw.Object, bucketName string, conds conditions) (result *raw.Object, err error) {
	err = s.change(func() error {
		b, err := s.writable(bucketName, meta.Name, conds)
		if err != nil {
			return err
		}
		sums := in.sums()
		if meta.Crc32c != "" && meta.Crc32c != sums.crc32c() {
			return invalid("Provided CRC32C %q doesn't match calculated CRC32C %q.", meta.Crc32c, sums.crc32c())
		}
		if meta.Md5Hash != "" && meta.Md5Hash != sums.md5Hash() {
			return invalid("Provided MD5 hash %q doesn't match calculated MD5 hash %q.", meta.Md5Hash, sums.md5Hash())
		}
		o, err := s.put(b, meta, in.content(), sums, 0)
		if err == nil {
			result = o.copy()
		}
		return err
	})
	return result, err
}

// An upload is a resumable upload that has begun.
type upload struct {
	bucket string
	meta   *raw.Object
	conds  conditions

	mu    sync.Mutex // held while a chunk is received
	in    *receiver
	ended bool
	made  *raw.Object // once it has ended well
	err   error       // once it has not
}

// begin starts a resumable upload and returns its address.
func (s *Server) begin(r *http.Request, bucketName string, q *query) (string, error) {
	u := &upload{bucket: bucketName, meta: &raw.Object{}, conds: q.conditions("if")}
	if err := json.NewDecoder(r.Body).Decode(u.meta); err != nil && err != io.EOF {
		return "", invalid("Parse Error: %v", err)
	}
	if name := q.get("name"); name != "" {
		u.meta.Name = name
	}
	if u.meta.ContentType == "" {
		u.meta.ContentType = r.Header.Get("X-Upload-Content-Type")
	}
	if err := q.done(); err != nil {
		return "", err
	}
	s.mu.Lock()
	b, err := s.bucket(bucketName)
	if err == nil {
		err = u.conds.check(b.live(u.meta.Name))
	}
	s.mu.Unlock()
	if err != nil {
		return "", err
	}
	u.in = s.receive()
	id := rand.Text()
	s.mu.Lock()
	s.uploads[id] = u
	s.mu.Unlock()
	address := url.URL{Scheme: "http", Host: r.Host, Path: "/upload/storage/v1/b/" + bucketName + "/o"}
	address.RawQuery = url.Values{"uploadType": {"resumable"}, "upload_id": {id}}.Encode()
	return address.String(), nil
}

// chunkUnit is what the length of every chunk but the last has to be a multiple of.
const chunkUnit = 256 << 10

func (s *Server) serveChunk(w http.ResponseWriter, r *http.Request, q *query) {
	s.mu.Lock()
	u := s.uploads[q.get("upload_id")]
	s.mu.Unlock()
	if u == nil {
		respond(w, nil, notFound("no such upload"))
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if r.Method == http.MethodDelete {
		if !u.ended {
			u.end(nil, &httpError{499, "cancelled", "the upload was cancelled"})
			u.in.discard()
		}
		w.WriteHeader(499)
		return
	}
	if !u.ended {
		if err := s.chunk(u, r); err != nil {
			respond(w, nil, err)
			return
		}
	}
	if u.ended {
		respond(w, u.made, u.err)
		return
	}
	goOn(w, r, u.in.size)
}

// goOn asks for what comes after so many bytes.
func goOn(w http.ResponseWriter, r *http.Request, received int64) {
	if received > 0 {
		w.Header().Set("Range", fmt.Sprintf("bytes=0-%d", received-1))
	}
	if r.Header.Get("X-GUploader-No-308") == "yes" {
		w.Header().Set("X-HTTP-Status-Code-Override", "308")
		return
	}
	w.WriteHeader(http.StatusPermanentRedirect)
}

func (u *upload) end(made *raw.Object, err error) { u.ended, u.made, u.err = true, made, err }

// chunk takes a part of the content, and makes the object if it is the last one. Bytes that
// have been received before are ignored.
func (s *Server) chunk(u *upload, r *http.Request) error {
	first, last, total, err := contentRange(r.Header.Get("Content-Range"))
	if err != nil {
		return err
	}
	length := last - first + 1
	switch {
	case r.ContentLength >= 0 && r.ContentLength != length:
		return invalid("Content-Range of %d bytes, Content-Length %d", length, r.ContentLength)
	case first > u.in.size:
		return invalid("the chunk begins at byte %d, but only %d have been received", first, u.in.size)
	case total < 0 && length%chunkUnit != 0:
		return invalid("a chunk of %d bytes that is not the last: not a multiple of %d", length, chunkUnit)
	case total >= 0 && length > 0 && last+1 != total:
		return invalid("Content-Range: the last byte is %d of %d", last, total)
	}
	if length > 0 {
		seen, err := io.CopyN(io.Discard, r.Body, min(u.in.size-first, length))
		if err == nil {
			_, err = io.CopyN(u.in, r.Body, length-seen)
		}
		if err != nil {
			return &httpError{http.StatusServiceUnavailable, "backendError", fmt.Sprintf("the chunk is cut: %v", err)}
		}
	}
	if total < 0 || u.in.size < total {
		return nil
	}
	if u.in.size > total {
		return invalid("%d bytes received, %d in all", u.in.size, total)
	}
	for _, h := range strings.Split(r.Header.Get("X-Goog-Hash"), ",") {
		if crc, ok := strings.CutPrefix(strings.TrimSpace(h), "crc32c="); ok {
			u.meta.Crc32c = crc
		}
	}
	o, err := s.finalize(u.in, u.meta, u.bucket, u.conds)
	if err != nil && asHTTPError(err).code == http.StatusTooManyRequests {
		return err // nothing is lost: the last chunk may be sent again
	}
	if err != nil {
		u.in.discard()
	}
	u.end(o, err)
	return nil
}

// contentRange parses "bytes 0-9/*", "bytes 0-9/10", "bytes */10" and "bytes */*". total is
// -1 if unknown; without a range, last is first-1.
func contentRange(header string) (first, last, total int64, err error) {
	bad := invalid("Content-Range: %q", header)
	span, size, ok := strings.Cut(strings.TrimPrefix(header, "bytes "), "/")
	if !ok {
		return 0, 0, 0, bad
	}
	total = -1
	if size != "*" {
		if total, err = strconv.ParseInt(size, 10, 64); err != nil {
			return 0, 0, 0, bad
		}
	}
	if span == "*" {
		return 0, -1, total, nil
	}
	from, to, _ := strings.Cut(span, "-")
	if first, err = strconv.ParseInt(from, 10, 64); err != nil {
		return 0, 0, 0, bad
	}
	if last, err = strconv.ParseInt(to, 10, 64); err != nil || last < first {
		return 0, 0, 0, bad
	}
	return first, last, total, nil
}
