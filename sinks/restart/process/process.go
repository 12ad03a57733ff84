// Package process serves each release with a program of its own, by default Datasette,
// behind a reverse proxy. A new release is started beside the old one, on a free port; once
// it is healthy new requests go to it, and the old one is stopped when its last request is
// done. So no request fails. A program may have as many files open as the system lets it, and
// none is started that the system has too few files or too little memory for.
package process

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/restart/health"
	"github.com/dynasette/dynasette/sinks/restart/internal/handover"
	"github.com/dynasette/dynasette/sinks/restart/links"
)

// Datasette returns the command of a Server that has none of its own. Given a folder,
// Datasette 0.65 and 1.0 find the databases, metadata, settings and inspect-data.json in it,
// and so open the databases as immutable. More arguments may be appended.
func Datasette() []string {
	return []string{"datasette", "serve", "{location}", "--version-note={id}", "--host={host}", "--port={port}"}
}

// A Server is a dynasette.Restarter, and an http.Handler that serves the release of the last
// successful Restart. The zero value is ready for use; change no field after the first call.
// It is safe for concurrent use.
type Server struct {
	// Command is the program to run and its arguments, in which {location}, {id}, {host} and
	// {port} stand for what to serve, and where. It has to stay in the foreground, and to end
	// on SIGTERM. Nil is Datasette().
	Command []string
	// Env is added to the program's environment, as "NAME=value". The program also gets
	// DYNASETTE_RELEASE, DYNASETTE_LOCATION, HOST, PORT, and, unless this process has one,
	// a DATASETTE_SECRET that outlives a release, so that visitors stay signed in.
	Env []string
	// Scratch is the folder in which each release becomes a folder of links, {location}.
	// "" is a hidden one in the store.
	Scratch string

	// Health asks whether the program serves the release, at HealthPath.
	Health     health.Check // nil is health.Note; a Datasette that forbids to look is taken to serve it
	HealthPath string       // "" is "/-/versions.json"

	StartTimeout time.Duration // how long a program may take to become healthy; 0 is a minute
	DrainTimeout time.Duration // how long the old one may take to finish its requests; 0 is 5 minutes
	StopTimeout  time.Duration // between SIGTERM and SIGKILL; 0 is 10 seconds

	// Forwarded has the program believe what X-Forwarded-For, -Host and -Proto of a request say
	// of the visitor. Only where a proxy in front sets them: a visitor could, too.
	Forwarded bool

	// Output receives all that the programs print. Nil discards it.
	Output io.Writer
	// Crashed is called when the program of the release being served has ended by itself, and
	// again whenever it could not be started again; the Server goes on trying. It may be nil.
	Crashed func(dynasette.Release, error)

	room func() room // for tests

	once       sync.Once
	ctx        context.Context // done once the Server is closed
	close      context.CancelFunc
	secret     string
	output     *lockedWriter
	restarting chan struct{} // held by the one Restart that is under way
	tried      *tried        // to be used by whoever holds restarting
	swapping   sync.Mutex    // held while current is looked at to be changed
	current    handover.Handover[*backend]
	background sync.WaitGroup // what Close waits for
}

func (s *Server) init() {
	s.once.Do(func() {
		s.ctx, s.close = context.WithCancel(context.Background())
		s.secret = rand.Text()
		s.restarting = make(chan struct{}, 1)
		if s.Output != nil {
			s.output = &lockedWriter{w: s.Output}
		}
	})
}

// errClosed is what a Restart returns once the Server is closed, or being closed.
var errClosed = dynasette.Unavailable(http.ErrServerClosed)

// Restart starts the program on a folder of r, waits until it is healthy, and sends new
// requests to it. It doesn't leave a release for an earlier one, and only starts a program
// again for the one being served if that has ended, or does not answer. On an error the
// release before is still served; the error has the last lines that the program wrote, and is
// dynasette.ErrUnavailable if it never ran.
func (s *Server) Restart(ctx context.Context, r dynasette.Release) error {
	give, err := s.begin(ctx, r)
	if err != nil || give == nil {
		return err
	}
	defer give()
	b := s.takeTried(r)
	if b == nil {
		if b, err = s.start(ctx, r); err != nil {
			return fmt.Errorf("release %s: %w", r.ID, err)
		}
	}
	if !s.replace(nil, b) {
		b.stop(s.stopTimeout())
		return errClosed
	}
	return nil
}

// begin waits until nothing else is started. Without give, r is served already; the error may
// be that a later release is.
func (s *Server) begin(ctx context.Context, r dynasette.Release) (give func(), err error) {
	s.init()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	select {
	case s.restarting <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-s.ctx.Done():
		return nil, errClosed
	}
	give = func() { <-s.restarting }
	b, serving := s.current.Current()
	err = r.Follows(b.serves())
	if err != nil || serving && b.runs(r) && s.healthy(ctx, b) {
		give()
		return nil, err
	}
	return give, nil
}

// Close stops every program, without waiting for requests, and returns once all have ended.
// Shut the http.Server down first.
func (s *Server) Close() error {
	s.init()
	s.swapping.Lock()
	s.close()
	if old, idle, ok := s.current.Clear(); ok {
		s.background.Go(func() { s.retire(old, idle) })
	}
	s.swapping.Unlock()
	s.restarting <- struct{}{} // a Restart under way gives up, and stops what it started
	<-s.restarting
	s.background.Wait()
	return nil
}

// replace makes b the backend of new requests, unless the Server is closed or the current
// backend is no longer the one expected (nil expects any).
func (s *Server) replace(expected, b *backend) bool {
	s.swapping.Lock()
	defer s.swapping.Unlock()
	now, _ := s.current.Current()
	if s.ctx.Err() != nil || expected != nil && now != expected {
		return false
	}
	if old, idle, ok := s.current.Swap(b); ok {
		s.background.Go(func() { s.retire(old, idle) })
	}
	if expected == nil {
		s.background.Go(func() { s.supervise(b) })
	}
	return true
}

// retire stops a backend that gets no new requests, once it has finished those it has.
func (s *Server) retire(b *backend, idle <-chan struct{}) {
	drained := time.NewTimer(cmp.Or(s.DrainTimeout, 5*time.Minute))
	defer drained.Stop()
	select {
	case <-idle:
	case <-drained.C:
	case <-s.ctx.Done():
	}
	b.stop(s.stopTimeout())
}

func (s *Server) stopTimeout() time.Duration { return cmp.Or(s.StopTimeout, 10*time.Second) }

// command returns the program's arguments and environment for r.
func (s *Server) command(r dynasette.Release, host, port string) (argv, env []string, err error) {
	location, err := links.Folder(r, s.Scratch)
	if err != nil {
		return nil, nil, err
	}
	fill := strings.NewReplacer("{location}", location, "{id}", r.ID, "{host}", host, "{port}", port)
	argv = Datasette()
	if s.Command != nil {
		argv = append([]string(nil), s.Command...)
	}
	if len(argv) == 0 {
		return nil, nil, dynasette.Unavailable(errors.New("there is no command to serve it"))
	}
	for i := range argv {
		argv[i] = fill.Replace(argv[i])
	}
	env = os.Environ()
	if os.Getenv("DATASETTE_SECRET") == "" {
		env = append(env, "DATASETTE_SECRET="+s.secret)
	}
	env = append(env, "DYNASETTE_RELEASE="+r.ID, "DYNASETTE_LOCATION="+location, "HOST="+host, "PORT="+port)
	return argv, append(env, s.Env...), nil
}

type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}
