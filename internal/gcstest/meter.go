package gcstest

import (
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A Meter stands before a Server, as its handler, and counts requests by what Cloud Storage
// bills them as.
type Meter struct {
	Handler http.Handler

	// Delay is how long each request waits before it is handled.
	Delay atomic.Int64 // a time.Duration

	mu    sync.Mutex
	usage Usage
	now   int       // requests under way
	ended sync.Cond // one of them has
}

// Usage is what requests add up to.
type Usage struct {
	A, B, Free int            // classes of operations: writes and lists, reads, what costs nothing
	By         map[string]int // number of requests by what they do, as in "list" or "delete"
	Sent, Got  int64          // bytes of bodies, as the client sees them
	AtOnce     int            // the most requests that were under way at a time
}

// Calls is how many requests there were.
func (u Usage) Calls() int { return u.A + u.B + u.Free }

// Take returns what was used since it was called last, once no request is under way: a client
// may have its answer before that is so.
func (m *Meter) Take() Usage {
	m.mu.Lock()
	defer m.mu.Unlock()
	for m.ended.L = &m.mu; m.now > 0; {
		m.ended.Wait()
	}
	u := m.usage
	u.By = maps.Clone(u.By)
	m.usage = Usage{}
	return u
}

// ServeHTTP counts a request and has it handled.
func (m *Meter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	what, class := operation(r)
	m.count(func(u *Usage) {
		switch class {
		case 'A':
			u.A++
		case 'B':
			u.B++
		default:
			u.Free++
		}
		if u.By == nil {
			u.By = map[string]int{}
		}
		u.By[what]++
		m.now++
		u.AtOnce = max(u.AtOnce, m.now)
	})
	body, answer := &counter{ReadCloser: r.Body}, &answer{ResponseWriter: w}
	defer m.count(func(u *Usage) {
		m.now--
		m.ended.Signal()
		u.Sent += body.n.Load()
		u.Got += answer.n
	})
	time.Sleep(time.Duration(m.Delay.Load()))
	r.Body = body
	m.Handler.ServeHTTP(answer, r)
}

func (m *Meter) count(add func(*Usage)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	add(&m.usage)
}

// operation returns what a request does, and the class that it is billed as. Deleting is free,
// and so are the pieces of an upload that was begun by a request of its own.
func operation(r *http.Request) (what string, class byte) {
	q, path := r.URL.Query(), r.URL.EscapedPath() // a slash in a name is escaped
	switch {
	case strings.HasPrefix(path, "/upload/"):
		switch {
		case q.Get("upload_id") != "":
			return "piece", 0
		case q.Get("uploadType") == "resumable":
			return "begin", 'A'
		}
		return "write", 'A'
	case r.Method == http.MethodDelete:
		return "delete", 0
	case strings.HasSuffix(path, "/compose"):
		return "compose", 'A'
	case r.Method == http.MethodGet && strings.HasSuffix(path, "/o"):
		return "list", 'A'
	case r.Method == http.MethodGet && q.Get("alt") == "media":
		return "read", 'B'
	case r.Method == http.MethodGet:
		return "stat", 'B'
	}
	return "other", 'A'
}

// A counter counts what is read of a body.
type counter struct {
	io.ReadCloser
	n atomic.Int64 // the server may still be reading when the handler returns
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	c.n.Add(int64(n))
	return n, err
}

// An answer counts what is written of it.
type answer struct {
	http.ResponseWriter
	n int64
}

func (a *answer) Write(b []byte) (int, error) {
	n, err := a.ResponseWriter.Write(b)
	a.n += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
