// Package cloudfunction is dynasette as a function of the Functions Framework: for those
// who deploy functions rather than containers. A whole function is
//
//	func init() {
//		functions.CloudEvent("dynasette", cloudfunction.FromEnvironment(all.Formats(), gcp.Places()))
//	}
//
// It is configured by the environment variables of package service. Who may call it is up
// to Cloud Run's own check of invokers, since a function never sees the caller's token.
package cloudfunction

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"

	cloudevents "github.com/cloudevents/sdk-go/v2"
	"github.com/cloudevents/sdk-go/v2/protocol"

	"github.com/dynasette/dynasette/adapters/places"
	"github.com/dynasette/dynasette/adapters/service"
	"github.com/dynasette/dynasette/adapters/web"
	"github.com/dynasette/dynasette/converter"
)

// Function is the type of functions that take CloudEvents.
type Function = func(context.Context, cloudevents.Event) error

// FromEnvironment returns the function that the environment describes. It is set up by the
// first event; what is wrong with the environment is the error of each event.
func FromEnvironment(formats *converter.Registry, at places.Places) Function {
	limit := sync.OnceFunc(func() { service.LimitMemory() })
	var mu sync.Mutex
	var handle Function
	setUp := func(ctx context.Context) (Function, error) {
		mu.Lock()
		defer mu.Unlock()
		if handle != nil {
			return handle, nil
		}
		limit()
		var c service.Config
		if err := c.Environment(os.Getenv); err != nil {
			return nil, err
		}
		if c.Audience != "" {
			return nil, errors.New("DYNASETTE_AUDIENCE: a function can't ask for tokens; let only the trigger's account invoke it")
		}
		s, err := service.New(context.WithoutCancel(ctx), c, at, formats, web.NewLog(os.Stderr, slog.LevelInfo))
		if err != nil {
			return nil, err
		}
		handle = Handler(s)
		return handle, nil
	}
	return func(ctx context.Context, e cloudevents.Event) error {
		handle, err := setUp(ctx)
		if err != nil {
			return fmt.Errorf("dynasette: %w", err)
		}
		return handle(ctx, e)
	}
}

// Handler returns the function that delivers events to the /events of a web.Server. The
// event is acknowledged when that answers with success; otherwise the function's error has
// its status, and the event comes again.
func Handler(server http.Handler) Function {
	return func(ctx context.Context, e cloudevents.Event) error {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, "/events", bytes.NewReader(e.Data()))
		if err != nil {
			return err
		}
		// Binary mode: what the body is about is in the headers.
		r.Header.Set("ce-specversion", e.SpecVersion())
		r.Header.Set("ce-id", e.ID())
		r.Header.Set("ce-source", e.Source())
		r.Header.Set("ce-type", e.Type())
		r.Header.Set("Content-Type", e.DataContentType())
		if trace, ok := e.Extensions()["traceparent"].(string); ok {
			r.Header.Set("traceparent", trace)
		}
		a := answer{header: http.Header{}, status: http.StatusOK}
		server.ServeHTTP(&a, r)
		return a.result()
	}
}

// An answer is an http.ResponseWriter that keeps what is written.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }

// result returns nil for success, and else an error that the framework answers with the
// same status.
func (a *answer) result() protocol.Result {
	if a.status/100 == 2 {
		return nil
	}
	var problem struct{ Error string }
	if json.Unmarshal(a.body.Bytes(), &problem) != nil || problem.Error == "" {
		problem.Error = strings.TrimSpace(a.body.String())
	}
	return cloudevents.NewHTTPResult(a.status, "%s", problem.Error)
}
