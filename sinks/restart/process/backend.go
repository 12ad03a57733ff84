package process

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/restart/health"
	"github.com/dynasette/dynasette/sinks/restart/internal/backoff"
	"github.com/dynasette/dynasette/sinks/restart/internal/program"
)

// A backend is a healthy program and the way to it.
type backend struct {
	release   dynasette.Release
	address   string // host:port
	child     *child
	memory    int64 // of the program when it was new
	started   time.Time
	transport *http.Transport
	proxy     *httputil.ReverseProxy
	moved     func(path string) (to string, moved bool) // see dynasette.Manifest.Moved
}

const host = "127.0.0.1"

// errPort says that another program took the port between its choice and its use.
var errPort = errors.New("the port was taken by another program")

// start returns a healthy backend for r. A port that is lost to another program is tried
// for again.
func (s *Server) start(ctx context.Context, r dynasette.Release) (*backend, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(s.ctx, func() { cancel(errClosed) })()
	limit := cmp.Or(s.StartTimeout, time.Minute)
	ctx, stop := context.WithTimeoutCause(ctx, limit, fmt.Errorf("not healthy within %v", limit))
	defer stop()
	for try := 1; ; try++ {
		port, err := freePort()
		if err != nil {
			return nil, dynasette.Unavailable(err)
		}
		b, err := s.startOn(ctx, r, port)
		if try == 5 || !errors.Is(err, errPort) {
			return b, err
		}
	}
}

func (s *Server) startOn(ctx context.Context, r dynasette.Release, port string) (*backend, error) {
	argv, env, err := s.command(r, host, port)
	if err != nil {
		return nil, err
	}
	if err := s.fits(r, argv); err != nil {
		return nil, err
	}
	c, err := startChild(argv, env, s.output)
	if err != nil {
		return nil, dynasette.Unavailable(program.Explain(err))
	}
	if err := s.waitHealthy(ctx, c, r, "http://"+net.JoinHostPort(host, port)); err != nil {
		ended := c.ended()
		c.stop(s.stopTimeout())
		if ended && taken(port) {
			err = dynasette.Unavailable(fmt.Errorf("%w: %w", errPort, err))
		}
		return nil, c.explain(err)
	}
	return newBackend(r, c, net.JoinHostPort(host, port), s.Forwarded), nil
}

func (s *Server) waitHealthy(ctx context.Context, c *child, r dynasette.Release, base string) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-c.done:
			cancel(c.err)
		case <-ctx.Done():
		}
	}()
	err := health.Wait(ctx, 50*time.Millisecond, func(ctx context.Context) error {
		return s.ask(ctx, base, r.ID)
	})
	if c.ended() {
		return c.err // whoever answered, it wasn't this program
	}
	return err
}

// ask asks the program at that address once whether it serves the release.
func (s *Server) ask(ctx context.Context, base, id string) error {
	check := s.Health
	if check == nil {
		check = note
	}
	return check(ctx, base+cmp.Or(s.HealthPath, "/-/versions.json"), id)
}

// healthy reports whether a backend serves its release.
func (s *Server) healthy(ctx context.Context, b *backend) bool {
	return s.ask(ctx, "http://"+b.address, b.release.ID) == nil && !b.child.ended()
}

// serves returns the ID of the release that b serves; nil serves none.
func (b *backend) serves() string {
	if b == nil {
		return ""
	}
	return b.release.ID
}

// note is health.Note. But a private Datasette shows its versions to nobody; then it is
// enough that it answers, which it does only once it has opened every database.
func note(ctx context.Context, url, id string) error {
	err := health.Note(ctx, url, id)
	var refused *health.StatusError
	if errors.As(err, &refused) && refused.Code == http.StatusForbidden {
		return nil
	}
	return err
}

func newBackend(r dynasette.Release, c *child, address string, trust bool) *backend {
	b := &backend{release: r, address: address, child: c, memory: c.memory(), started: time.Now(), moved: r.Manifest.Moved()}
	b.transport = &http.Transport{
		DisableCompression:  true, // pass on what the program answers, as it is
		MaxIdleConnsPerHost: 64,
		// Uvicorn, Datasette's server, closes an idle connection after 5 s. Being
		// first avoids a request that meets a connection just closed.
		IdleConnTimeout: 2 * time.Second,
	}
	target := &url.URL{Scheme: "http", Host: address}
	b.proxy = &httputil.ReverseProxy{
		Transport: b.transport,
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(target)
			p.Out.Host = p.In.Host // the program makes links from it
			forward(p, trust)
		},
		ErrorHandler: gone,
		ErrorLog:     silent,
	}
	return b
}

// forward tells the program of the visitor, whom a proxy in front knows better.
func forward(p *httputil.ProxyRequest, trust bool) {
	if trust {
		p.Out.Header["X-Forwarded-For"] = p.In.Header["X-Forwarded-For"]
	}
	p.SetXForwarded()
	for _, name := range []string{"X-Forwarded-Host", "X-Forwarded-Proto"} {
		if said := p.In.Header.Get(name); trust && said != "" {
			p.Out.Header.Set(name, said)
		}
	}
}

func (b *backend) stop(timeout time.Duration) {
	b.transport.CloseIdleConnections()
	b.child.stop(timeout)
}

// supervise starts b's program again each time that it ends by itself, for as long as b's
// release is the one being served.
func (s *Server) supervise(b *backend) {
	for tries := 0; ; tries++ {
		<-b.child.done
		if time.Since(b.started) > time.Minute {
			tries = 0
		}
		for err := b.child.explain(b.child.err); ; tries++ {
			if now, _ := s.current.Current(); now != b {
				return
			}
			if s.Crashed != nil {
				s.Crashed(b.release, err)
			}
			if backoff.Sleep(s.ctx, backoff.Delay(tries, 100*time.Millisecond, 30*time.Second)) != nil {
				return
			}
			var next *backend
			if next, err = s.start(s.ctx, b.release); err != nil {
				continue
			}
			if !s.replace(b, next) {
				next.stop(s.stopTimeout())
				return
			}
			b = next
			break
		}
	}
}

// freePort returns a port that nothing listens on just now.
func freePort() (string, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

func taken(port string) bool {
	l, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		return true
	}
	l.Close()
	return false
}
