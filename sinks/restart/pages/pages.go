// Package pages shows the databases of a release as web pages, JSON and CSV, at the URLs
// that Datasette uses. It only reads, runs SQL of visitors within limits, and needs no JavaScript.
package pages

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/look"
	"github.com/dynasette/dynasette/internal/pool"
	"github.com/dynasette/dynasette/internal/redact"
	"github.com/dynasette/dynasette/sinks/restart/internal/handover"
)

// A Server is an http.Handler that shows the release of the last successful Restart, and the
// dynasette.Restarter that moves it on. Requests under way finish on the release they began
// with. The zero value is ready for use; change no field after the first call. It is safe
// for concurrent use.
type Server struct {
	TimeLimit   time.Duration // for the queries of a page; 0 is a second
	PageSize    int           // rows of a page unless the URL says; 0 is 100
	MaxPageSize int           // the most it may say; 0 is 1000
	Exports     int           // tables being exported as CSV at once; 0 is 4
	Queries     int           // SQL of visitors being run at once; 0 is 4
	NoSQL       bool          // visitors may run no SQL of their own; stored queries are run
	CORS        bool          // let pages of other sites read the data
	Open        int           // databases that are open, besides those in use; 0 is 100
	Publish     string        // URL of a page to publish on; "": there is none

	// Notices returns what visitors of a database's pages should know; nil: nothing. It is called for
	// every page.
	Notices func(database string) []look.Notice

	once       sync.Once
	exporting  chan struct{}
	querying   chan struct{}
	memory     memoryWatch
	files      pool.Pool[*sql.DB]
	mu         sync.Mutex // held to change current, or closed
	current    handover.Handover[*release]
	closed     bool
	background sync.WaitGroup
}

var _ dynasette.Restarter = (*Server)(nil)

// Restart opens the databases of r, those that changed, and shows r from then on. It doesn't
// leave a release for an earlier one. On an error the release before is still shown.
func (s *Server) Restart(ctx context.Context, r dynasette.Release) error {
	next, done, err := s.next(ctx, r)
	if err != nil || next == nil {
		return err
	}
	defer done()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		next.close()
		return fmt.Errorf("release %s: %w: %w", r.ID, dynasette.ErrUnavailable, http.ErrServerClosed)
	}
	now, _ := s.current.Current() // another Restart may have been faster
	if shown, err := now.shows(r); shown || err != nil {
		next.close()
		return err
	}
	if old, idle, ok := s.current.Swap(next); ok {
		s.background.Go(func() { <-idle; old.close() })
	}
	return nil
}

// start fills in what the zero value leaves open.
func (s *Server) start() {
	s.exporting = make(chan struct{}, cmp.Or(s.Exports, 4))
	s.querying = make(chan struct{}, cmp.Or(s.Queries, 4))
	s.files.Limit = cmp.Or(s.Open, 100)
}

// next opens the databases of r; nil if r is shown already. done lets go of what they share
// with what is shown.
func (s *Server) next(ctx context.Context, r dynasette.Release) (next *release, done func(), err error) {
	if ctx.Err() != nil {
		return nil, nil, context.Cause(ctx)
	}
	s.once.Do(s.start)
	now, done, ok := s.current.Acquire()
	if !ok {
		done = func() {}
	}
	shown, err := now.shows(r)
	if !shown && err == nil {
		if next, err = s.openRelease(ctx, r, now); err != nil {
			err = fmt.Errorf("release %s: %w", r.ID, redact.Error(err))
		}
	}
	if next == nil || err != nil {
		done()
		return nil, nil, err
	}
	return next, done, nil
}

// Close closes the databases, once the requests under way are done.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	old, idle, ok := s.current.Clear()
	s.mu.Unlock()
	if ok {
		<-idle
		old.close()
	}
	s.background.Wait()
	return nil
}

// ServeHTTP answers 503 before the first release.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.once.Do(s.start)
	h := w.Header()
	look.Guard(h)
	if s.CORS && shareAcross(w, r) {
		return
	}
	q := &request{s: s, w: w, r: r}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		if q.writes() {
			q.fail(&problem{status: http.StatusForbidden, text: "Nothing can be written here: these pages show what is published."})
			return
		}
		h.Set("Allow", "GET, HEAD")
		q.fail(&problem{status: http.StatusMethodNotAllowed, text: "These pages can only be read."})
		return
	}
	if look.Serve(w, r) {
		return
	}
	current, done, ok := s.current.Acquire()
	if !ok {
		h.Set("Retry-After", "2")
		q.fail(&problem{status: http.StatusServiceUnavailable, title: "Waiting for the first release",
			text: "Nothing has been published yet. This page looks again every two seconds.", again: true})
		return
	}
	defer done()
	q.release, q.etag = current, current.etag
	q.notice()
	if tag := q.etag; r.Header.Get("If-None-Match") == tag {
		h.Set("ETag", tag)
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if err := q.route(); err != nil {
		q.fail(err)
	}
}

// A request is one request on the release that it began with.
type request struct {
	s       *Server
	w       http.ResponseWriter
	r       *http.Request
	release *release
	pairs   []pair        // of the URL, in its order; of what a database has
	limit   time.Duration // what the URL says; 0 is nothing
	notices []look.Notice // for visitors of the database
	etag    string
	page    bool // for people, whose links need not be absolute
}

// writes reports whether the request is one of Datasette's API that changes data.
func (q *request) writes() bool {
	_, name, ok := strings.Cut(q.r.URL.Path, "/-/")
	return ok && q.r.Method == http.MethodPost && slices.Contains([]string{"create", "insert", "upsert", "update", "delete", "drop", "alter"}, name)
}

// A problem is an error that the visitor is told.
type problem struct {
	status int
	title  string // "" is the status's text
	text   string
	again  bool // the page reloads itself
}

func (p *problem) Error() string { return p.text }

func notFound(text string) error   { return &problem{status: http.StatusNotFound, text: text} }
func badRequest(text string) error { return &problem{status: http.StatusBadRequest, text: text} }

var errTooSlow = &problem{status: http.StatusBadRequest, title: "This took too long",
	text: "The query went over its time limit. A filter on fewer columns, or no sort, may help."}

// limited returns a context for the queries of a page.
func (q *request) limited() (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(q.r.Context(), q.within(cmp.Or(q.s.TimeLimit, time.Second)), errTooSlow)
}

// within is that limit, or what the URL says if that is less.
func (q *request) within(limit time.Duration) time.Duration {
	if q.limit > 0 {
		return min(limit, q.limit)
	}
	return limit
}

// readTimeLimit reads _timelimit, which is in milliseconds; 0 is none.
func readTimeLimit(pairs []pair) (time.Duration, error) {
	v, _ := first(pairs, "_timelimit")
	if v == "" {
		return 0, nil
	}
	ms, err := strconv.ParseUint(v, 10, 31)
	if err != nil {
		return 0, badRequest("_timelimit must be a number of milliseconds.")
	}
	return time.Duration(ms) * time.Millisecond, nil
}

// asProblem says to the visitor what is theirs to know about err, the error of a query
// under ctx.
func asProblem(ctx context.Context, err error) error {
	var p *problem
	if err == nil || errors.As(err, &p) {
		return err
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}
