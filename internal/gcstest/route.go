package gcstest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// ServeHTTP answers one request of either API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, err := elements(r.URL)
	switch {
	case err != nil:
		respond(w, nil, err)
	case has(path, "upload", "storage", "v1", "b", "*", "o"):
		s.serveUpload(w, r, path[4])
	case has(path, "storage", "v1"):
		s.serveJSON(w, r, path[2:])
	case len(path) >= 2 && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		s.serveXML(w, r, path[0], strings.Join(path[1:], "/"))
	default:
		respond(w, nil, notFound("no such path: %s", r.URL.Path))
	}
}

// elements returns the elements of a path.
func elements(u *url.URL) ([]string, error) {
	// Objects' names hold escaped slashes, so a path is taken apart before it is unescaped.
	path := strings.Split(strings.TrimPrefix(u.EscapedPath(), "/"), "/")
	for i, p := range path {
		var err error
		if path[i], err = url.PathUnescape(p); err != nil {
			return nil, invalid("bad path: %v", err)
		}
	}
	return path, nil
}

// has reports whether path begins with the elements of want; "*" is any.
func has(path []string, want ...string) bool {
	if len(path) < len(want) {
		return false
	}
	for i, w := range want {
		if w != "*" && w != path[i] {
			return false
		}
	}
	return true
}

func (s *Server) serveJSON(w http.ResponseWriter, r *http.Request, path []string) {
	q := newQuery(r.URL.Query())
	var result any
	var err error
	switch {
	case len(path) == 1 && path[0] == "b" && r.Method == http.MethodPost:
		result, err = s.insertBucket(r, q)
	case len(path) == 2 && has(path, "b", "*") && r.Method == http.MethodGet:
		result, err = s.getBucket(path[1], q)
	case len(path) == 2 && has(path, "b", "*") && r.Method == http.MethodDelete:
		err = s.deleteBucket(path[1], q)
	case len(path) == 3 && has(path, "b", "*", "o") && r.Method == http.MethodGet:
		result, err = s.list(path[1], q)
	case len(path) == 4 && has(path, "b", "*", "o", "*"):
		switch {
		case r.Method == http.MethodGet && q.get("alt") == "media":
			if err = s.media(w, r, path[1], path[3], q, jsonHeaders); err == nil {
				return
			}
		case r.Method == http.MethodGet:
			result, err = s.attrs(path[1], path[3], q)
		case r.Method == http.MethodPatch:
			result, err = s.patch(r, path[1], path[3], q)
		case r.Method == http.MethodDelete:
			err = s.delete(path[1], path[3], q)
		default:
			err = &httpError{http.StatusMethodNotAllowed, "methodNotAllowed", r.Method}
		}
	case len(path) == 5 && has(path, "b", "*", "o", "*", "compose") && r.Method == http.MethodPost:
		result, err = s.compose(r, path[1], path[3], q)
	case len(path) == 9 && has(path, "b", "*", "o", "*", "rewriteTo", "b", "*", "o") && r.Method == http.MethodPost:
		result, err = s.rewrite(r, source{path[1], path[3]}, source{path[6], path[8]}, q)
	default:
		err = &httpError{http.StatusNotImplemented, "notImplemented", r.Method + " " + r.URL.Path}
	}
	respond(w, result, err)
}

// respond answers with JSON.
func respond(w http.ResponseWriter, result any, err error) {
	code := http.StatusOK
	if err != nil {
		e := asHTTPError(err)
		code = e.code
		result = map[string]any{"error": map[string]any{
			"code": e.code, "message": e.message,
			"errors": []any{map[string]any{"domain": "global", "reason": e.reason, "message": e.message}},
		}}
	}
	if result == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(code)
	if code != http.StatusNotModified {
		json.NewEncoder(w).Encode(result)
	}
}
