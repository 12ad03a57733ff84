package web

import (
	"cmp"
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
		body, err := io.ReadAll(s.body(w, r, cmp.Or(s.MaxEvent, 1<<20)))
		if err != nil {
			fail(w, bodyStatus(err, http.StatusBadRequest), fmt.Errorf("the body: %w", err))
			return
		}
		next(w, r, body)
	})
}

// body returns a request's body, of at most limit bytes, which has to keep coming.
func (s *Server) body(w http.ResponseWriter, r *http.Request, limit int64) io.Reader {
	return &body{http.MaxBytesReader(w, r.Body, limit), http.NewResponseController(w), s.idle(), time.Now().Add(bodyTotal)}
}

// await gives a client time until the next bytes of its request.
func (s *Server) await(w http.ResponseWriter) {
	// A connection that has no deadlines is a test's.
	http.NewResponseController(w).SetReadDeadline(time.Now().Add(s.idle()))
}

func (s *Server) idle() time.Duration {
	if s.bodyIdle > 0 {
		return s.bodyIdle
	}
	return bodyIdle
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
	b.connection.SetReadDeadline(deadline)
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		b.connection.SetReadDeadline(time.Time{}) // or it would seem that the client has gone
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
