package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/places"
	"github.com/dynasette/dynasette/adapters/web"
	"github.com/dynasette/dynasette/adapters/web/publish"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/sources/shelf"
)

// A Service is a web server with the pipeline behind it. Shut it after use.
type Service struct {
	*web.Server
	desk    *publish.Handler
	handler http.Handler
	closers []io.Closer
}

// ServeHTTP implements http.Handler.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Close has /readyz say that the service is about to end, and ends what pages listen to, which a server that is shut
// down waits for.
func (s *Service) Close() {
	s.Server.Close()
	s.desk.Close()
}

// New returns the service of a configuration. It asks nothing of the places yet.
func New(ctx context.Context, c Config, at places.Places, formats *converter.Registry, log *slog.Logger) (_ *Service, err error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if err := canCheckTokens(c.Audience, at); err != nil {
		return nil, err
	}
	if c.IAP != "" && at.Assertions == nil {
		return nil, places.Misnamed{Err: fmt.Errorf("--iap-audience: this program can't check what the proxy signs; %s can", places.GoogleProgram)}
	}
	s := new(Service)
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	memory := containerMemory()
	options := fitting(memory)
	p := &dynasette.Pipeline{Formats: formats, Log: log, Options: options}
	var closer io.Closer
	if p.Restarter, closer, err = c.Restarter(ctx, at, nil); err != nil {
		return nil, err
	}
	s.closers = append(s.closers, closer)
	if p.Source, closer, err = at.Source(ctx, c.Uploads); err != nil {
		return nil, err
	}
	s.closers = append(s.closers, closer)
	// The store comes last: opening it may make a folder.
	if p.Store, closer, err = at.Store(ctx, c.Serving); err != nil {
		return nil, err
	}
	s.closers = append(s.closers, closer)
	upload, database := room(memory, runtime.GOMAXPROCS(0))
	if c.MaxUpload > 0 {
		upload = int64(c.MaxUpload) << 20
		database = max(database, 2*upload)
	}
	s.Server = &web.Server{
		Pipeline:    p,
		Options:     options,
		Identity:    web.Identity{Audience: c.Audience, Emails: c.Invokers, Validate: at.Tokens, Token: c.Token},
		Concurrency: c.Concurrency,
		MaxUpload:   upload,
		MaxDatabase: database,
		Ready:       func(ctx context.Context) error { return ready(ctx, p.Store) },
		Log:         log,
	}
	if b, ok := p.Source.(interface{ Bucket() (name, prefix string) }); ok {
		s.Bucket, s.Prefix = b.Bucket() // as events name them
	}
	desk := &publish.Handler{Pipeline: p, Access: c.access(at, log), Silent: "The server of the data", Log: log}
	if k, ok := p.Source.(shelf.Keeper); ok {
		desk.Shelf = k.Shelf()
	}
	s.desk, s.handler = desk, c.inFront(s.Server, desk)
	return s, nil
}

// ready returns why the store can't be used, or nil.
func ready(ctx context.Context, store dynasette.Store) error {
	_, err := store.Stat(ctx, "current.json")
	if errors.Is(err, dynasette.ErrNotFound) {
		return nil // nothing was published yet
	}
	return err
}

// Shut waits for what goes on behind the requests, until ctx ends, and closes the
// connections.
func (s *Service) Shut(ctx context.Context) error {
	s.Settle(ctx)
	return s.close()
}

func (s *Service) close() error {
	var errs []error
	for _, c := range s.closers {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}
