package process

import (
	"html/template"
	"io"
	"log"
	"net/http"
	"strings"
)

// ServeHTTP passes the request on to the program of the release being served. Before the
// first release, and while a program that crashed is being started again, it answers 503.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, done, ok := s.current.Acquire()
	if !ok {
		tellToWait(w, r, "Waiting for the first release",
			"Nothing has been published yet. This page looks again every two seconds.")
		return
	}
	defer done()
	if to, ok := b.moved(r.URL.EscapedPath()); ok {
		redirect(w, r, to)
		return
	}
	b.proxy.ServeHTTP(w, r)
}

// redirect sends a request on to another path, for now: the name may be somebody's again.
func redirect(w http.ResponseWriter, r *http.Request, to string) {
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	status := http.StatusFound
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		status = http.StatusTemporaryRedirect // with the method and the body that it has
	}
	w.Header().Set("Location", to)
	w.WriteHeader(status)
}

// gone answers a request that the program did not.
func gone(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		w.WriteHeader(http.StatusBadGateway) // for the log: the client has gone away
		return
	}
	tellToWait(w, r, "The server is being started again",
		"It stopped unexpectedly. This page tries again every two seconds.")
}

// A ReverseProxy would log what its ErrorHandler already answers.
var silent = log.New(io.Discard, "", 0)

var page = template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="2">
<title>{{.Title}}</title>
</head>
<body>
<h1>{{.Title}}</h1>
<p>{{.Text}}</p>
</body>
</html>
`))

func tellToWait(w http.ResponseWriter, r *http.Request, title, text string) {
	h := w.Header()
	h.Set("Retry-After", "2")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if strings.HasSuffix(r.URL.Path, ".json") {
		h.Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, `{"ok": false, "error": "`+title+`", "status": 503, "title": null}`+"\n")
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusServiceUnavailable)
	page.Execute(w, struct{ Title, Text string }{title, text})
}
