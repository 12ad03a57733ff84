package gcstest

import (
	"compress/gzip"
	"encoding/xml"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"
)

// serveXML answers GET and HEAD of the XML API: how the Go client reads, unless it is told to
// read by JSON.
func (s *Server) serveXML(w http.ResponseWriter, r *http.Request, bucketName, name string) {
	q := newQuery(r.URL.Query())
	q.headers(r.Header)
	err := s.media(w, r, bucketName, name, q, xmlHeaders)
	if err == nil {
		return
	}
	e := asHTTPError(err)
	w.Header().Set("Content-Type", "application/xml; charset=UTF-8")
	w.WriteHeader(e.code)
	if r.Method == http.MethodHead || e.code == http.StatusNotModified {
		return
	}
	code := map[int]string{404: "NoSuchKey", 412: "PreconditionFailed", 416: "InvalidRange"}[e.code]
	if code == "" {
		code = "InvalidArgument"
	}
	io.WriteString(w, xml.Header)
	xml.NewEncoder(w).Encode(struct {
		XMLName xml.Name `xml:"Error"`
		Code    string
		Message string
	}{Code: code, Message: e.message})
}

// xmlHeaders are the attributes in the answers of the XML API.
func xmlHeaders(h http.Header, o *object) {
	jsonHeaders(h, o)
	h.Set("X-Goog-Stored-Content-Length", strconv.FormatUint(o.Size, 10))
	h.Set("X-Goog-Stored-Content-Encoding", "identity")
	if o.ContentEncoding != "" {
		h.Set("X-Goog-Stored-Content-Encoding", o.ContentEncoding)
	}
	if o.ComponentCount > 0 {
		h.Set("X-Goog-Component-Count", strconv.FormatInt(o.ComponentCount, 10))
	}
	for k, v := range o.Metadata {
		if !httpguts.ValidHeaderFieldName(k) { // the service sends it, and the client's HTTP/2 breaks
			panic(http.ErrAbortHandler)
		}
		h.Set("X-Goog-Meta-"+k, v)
	}
}

func jsonHeaders(h http.Header, o *object) {
	h.Set("X-Goog-Generation", strconv.FormatInt(o.Generation, 10))
	h.Set("X-Goog-Metageneration", strconv.FormatInt(o.Metageneration, 10))
	h.Set("X-Goog-Storage-Class", o.StorageClass)
	h.Add("X-Goog-Hash", "crc32c="+o.Crc32c)
	if o.Md5Hash != "" {
		h.Add("X-Goog-Hash", "md5="+o.Md5Hash)
	}
	h.Set("Etag", `"`+o.Etag+`"`)
	h.Set("Content-Type", o.ContentType)
	if o.ContentType == "" {
		h.Set("Content-Type", "application/octet-stream")
	}
	for header, v := range map[string]string{"Cache-Control": o.CacheControl, "Content-Disposition": o.ContentDisposition, "Content-Language": o.ContentLanguage} {
		if v != "" {
			h.Set(header, v)
		}
	}
}

// media answers with the content, or a range of it.
func (s *Server) media(w http.ResponseWriter, r *http.Request, bucketName, name string, q *query, headers func(http.Header, *object)) error {
	generation, conds := q.number("generation"), q.conditions("if")
	if err := q.done(); err != nil {
		return err
	}
	o, in, err := s.open(bucketName, name, generation, conds)
	if err != nil {
		return err
	}
	defer in.Close()
	if o.Size == 0 && r.Header.Get("Range") != "" {
		return &httpError{http.StatusRequestedRangeNotSatisfiable, "requestedRangeNotSatisfiable", "The requested range cannot be satisfied."}
	}
	headers(w.Header(), o)
	if o.ContentEncoding == "gzip" {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			return transcode(w, r, in)
		}
		w.Header().Set("Content-Encoding", "gzip")
	}
	// The service knows conditions by generation only.
	for _, h := range []string{"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range"} {
		r.Header.Del(h)
	}
	updated, _ := time.Parse(time.RFC3339Nano, o.Updated)
	http.ServeContent(w, r, "", updated, in)
	return nil
}

// transcode answers with what a gzipped object expands to: all of it, whatever range was
// asked for.
func transcode(w http.ResponseWriter, r *http.Request, in io.Reader) error {
	z, err := gzip.NewReader(in)
	if err != nil {
		return invalid("Content-Encoding gzip: %v", err)
	}
	w.Header().Set("Warning", `214 UploadServer gunzipped`)
	if r.Method != http.MethodHead {
		io.Copy(w, z)
	}
	return nil
}

// open returns a generation as it is now, and its content, which stays readable.
func (s *Server) open(bucketName, name string, generation int64, conds conditions) (*object, *reader, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.bucket(bucketName)
	if err != nil {
		return nil, nil, err
	}
	o, err := b.find(name, generation)
	if err != nil {
		return nil, nil, err
	}
	if err := conds.checkRead(o); err != nil {
		return nil, nil, err
	}
	in, err := o.content.open()
	if err != nil {
		return nil, nil, err
	}
	now := *o
	return &now, in, nil
}
