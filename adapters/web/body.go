package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// How long a body may take: until its next bytes, and until its end.
const (
	bodyIdle  = 30 * time.Second
	bodyTotal = 15 * time.Minute
)

// read reads a request's body before anything is taken that others wait for, so that those
// who send slowly keep nobody waiting.
func (s *Server) read(next bodyHandler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(s.body(w, r, orDefault(s.MaxEvent, 1<<20)))
		if err != nil {
			fail(w, bodyStatus(err, http.StatusBadRequest), fmt.Errorf("the body: %w", err))
			return
		}
		next(w, r, body)
	})
}

// body returns a request's body, of at most limit bytes, which has to keep coming.
func (s *Server) body(w http.ResponseWriter, r *http.Request, limit int64) io.Reader {
	idle := s.bodyIdle
	if idle <= 0 {
		idle = bodyIdle
	}
	return &body{http.MaxBytesReader(w, r.Body, limit), http.NewResponseController(w), idle, time.Now().Add(bodyTotal)}
}

type body struct {
	io.Reader
	connection *http.ResponseController
	idle       time.Duration
	end        time.Time
}

func (b *body) Read(p []byte) (int, error) {
	deadline := time.Now().Add(b.idle)
	if deadline.After(b.end) {
		deadline = b.end
	}
	// A connection that has no deadlines is a test's.
	b.connection.SetReadDeadline(deadline)
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		b.connection.SetReadDeadline(time.Time{}) // the next request's is its own
	}
	return n, err
}

// bodyStatus is the status for an error that comes of reading a body, or otherwise of a
// request.
func bodyStatus(err error, otherwise int) int {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		return http.StatusRequestEntityTooLarge
	case errors.As(err, &timeout) && timeout.Timeout():
		return http.StatusRequestTimeout
	}
	return otherwise
}
