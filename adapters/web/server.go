// Package web is dynasette as an HTTP service: for Eventarc, Pub/Sub, Workflows, Cloud
// Scheduler and people with curl.
//
//	POST /events     a storage event, in any of the forms that Google Cloud delivers
//	POST /process    one upload: {"bucket", "name"} or {"event_bucket", "event_file"}
//	POST /metadata   a release of what there is, with its metadata
//	POST /restart    the server moved on to the current release
//	POST /reconcile  everything compared and mended
//	POST /convert    a file in the body, its database as the answer
//	GET  /healthz, /health, /readyz, /metrics
//
// An event is acknowledged (2xx) when its database is in the release that is served, or
// when it never will be, which is recorded; any other status asks for it again.
package web

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/redact"
	"github.com/dynasette/dynasette/internal/status"
)

// A Server answers the requests. Pipeline must be set; the zero value of the rest is right
// for most. Fields don't change while it is in use.
type Server struct {
	Pipeline *dynasette.Pipeline
	Bucket   string // of the uploads; events of others are acknowledged and ignored. "": any
	Prefix   string // of the uploads' names in the bucket

	Identity    Identity          // who may call; the zero value is everyone
	Concurrency int               // events at a time; 0 is 8 for each processor. More are told to come again
	MaxEvent    int64             // bytes of an event; 0 is 1 MiB
	MaxUpload   int64             // bytes of a file for /convert; 0 is 1 GiB. One for each processor is converted at a time, and as many wait
	MaxDatabase int64             // bytes of its database; 0 is 8 GiB
	Scratch     string            // folder for /convert's files; "" is the system's
	Options     converter.Options // for /convert

	Ready func(ctx context.Context) error // for /readyz; nil is always ready
	Log   *slog.Logger                    // nil is silent

	bodyIdle time.Duration // 0 is bodyIdle

	once    sync.Once
	mux     http.ServeMux
	closing atomic.Bool
	counts  metrics
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.once.Do(s.start)
	begin := time.Now()
	recorder := status.Record(w)
	if r.Body != http.NoBody {
		s.await(w) // whoever answers without reading the body doesn't wait for it, either
	}
	r = r.WithContext(withTrace(r.Context(), r))
	s.mux.ServeHTTP(recorder, r)
	s.counts.request(r.Pattern, recorder.Status, time.Since(begin))
}

func (s *Server) start() {
	n := s.Concurrency
	if n <= 0 {
		n = 8 * runtime.GOMAXPROCS(0)
	}
	slots := make(chan struct{}, n)
	health := func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("ok\n")) }
	s.mux.HandleFunc("GET /healthz", health)
	s.mux.HandleFunc("GET /health", health) // Google's front end keeps /healthz from those outside
	s.mux.HandleFunc("GET /readyz", s.readyz)
	s.mux.HandleFunc("GET /metrics", s.counts.serve)
	for pattern, handle := range map[string]bodyHandler{
		"POST /events":    s.events,
		"POST /process":   s.process,
		"POST /metadata":  s.metadata,
		"POST /restart":   s.restart,
		"POST /reconcile": s.reconcile,
		"POST /{$}":       s.events, // a trigger that was set up without a path
	} {
		s.mux.Handle(pattern, s.Identity.protect(s.read(limited(slots, handle, s.rest))))
	}
	s.mux.Handle("POST /convert", s.Identity.protect(s.convert()))
}

// A bodyHandler answers a request whose body was read.
type bodyHandler func(w http.ResponseWriter, r *http.Request, body []byte)

// limited lets as many requests in at a time as there are slots; the others are told to come
// again, which deliveries do by themselves. The last one under way ends with last.
func limited(slots chan struct{}, next bodyHandler, last func(context.Context)) bodyHandler {
	return func(w http.ResponseWriter, r *http.Request, body []byte) {
		select {
		case slots <- struct{}{}:
			defer func() {
				if <-slots; len(slots) == 0 {
					last(r.Context())
				}
			}()
			next(w, r, body)
		default:
			tooMany(w)
		}
	}
}

func tooMany(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "10")
	fail(w, http.StatusTooManyRequests, errors.New("too much is under way"))
}

// rest waits for a while until the pipeline rests: an instance of Cloud Run may get no
// processor between requests, and would keep the lease.
func (s *Server) rest(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	s.Settle(ctx)
}

// Settle returns when nothing goes on any more behind what was answered, or ctx ends.
func (s *Server) Settle(ctx context.Context) {
	rested := make(chan struct{})
	go func() {
		s.Pipeline.Wait()
		close(rested)
	}()
	select {
	case <-rested:
	case <-ctx.Done():
	}
}

// Close has /readyz say that the service is about to end, so that no more requests come.
func (s *Server) Close() { s.closing.Store(true) }

func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	err := error(nil)
	if s.closing.Load() {
		err = errors.New("about to end")
	} else if s.Ready != nil {
		err = s.Ready(r.Context())
	}
	if err != nil {
		fail(w, http.StatusServiceUnavailable, err)
		return
	}
	w.Write([]byte("ready\n"))
}

func (s *Server) log() *slog.Logger {
	if s.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return s.Log
}

// answer writes v as JSON.
func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

// problem is the answer to a request that failed.
type problem struct {
	Error string `json:"error"`
}

func fail(w http.ResponseWriter, status int, err error) {
	answer(w, status, problem{redact.Text(err.Error())})
}
