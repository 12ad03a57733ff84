package cloudrun_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cloud.google.com/go/run/apiv2/runpb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/runtest"
	"github.com/dynasette/dynasette/sinks/restart/restarttest"
)

func TestSuite(t *testing.T) { restarttest.Run(t, suiteServer) }

// The service's API is the stand-in. What a visitor gets is as the revision that serves says,
// unless an impostor answers.
func suiteServer(t *testing.T) restarttest.Server {
	var script restarttest.Script
	rant := strings.ToValidUTF8(restarttest.Rant, "?") // the API has no other text
	s := &runtest.Server{}
	s.Rollout = func(ctx context.Context, t *runpb.RevisionTemplate) error {
		switch id := named(t); script.Of(id) {
		case restarttest.Refused:
			return errors.New(rant)
		case restarttest.Hangs:
			script.Begun(id)
			return hang(ctx, s, id)
		}
		return nil
	}
	s.Interceptor = func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		if update, ok := req.(*runpb.UpdateServiceRequest); ok && script.Of(named(update.Service.Template)) == restarttest.Unreachable {
			return nil, status.Error(codes.PermissionDenied, rant)
		}
		return handle(ctx, req)
	}
	var asked atomic.Int64
	visit := func(w http.ResponseWriter, r *http.Request) {
		id := named(s.Serving(service))
		if script.Of(id) != restarttest.Impostor {
			fmt.Fprintf(w, `{"datasette": {"note": %q}}`, id)
			return
		}
		n := asked.Add(1)
		if n > 2 {
			script.Begun(id)
		}
		if n%2 == 0 {
			http.Redirect(w, r, "/login", http.StatusFound)
		}
		fmt.Fprintf(w, "<p>%s%s", id, restarttest.Rant)
	}
	start(t, s, datasette(""))
	site := httptest.NewServer(http.HandlerFunc(visit))
	t.Cleanup(site.Close)
	opts := options
	opts.HealthURL = site.URL + "/-/versions.json"
	id := func(template *runpb.RevisionTemplate) string { return strings.TrimPrefix(named(template), "none") }

	return restarttest.Server{
		Restarter: restarter(t, s, opts),
		Other:     restarter(t, s, opts),
		Prepare: func(r dynasette.Release, b restarttest.Behaviour) dynasette.Release {
			script.Set(r.ID, b)
			return r
		},
		Await:  script.Await,
		Serves: func() string { return id(s.Serving(service)) },
		Set:    func() string { return id(get(t, s).Template) },
		Moves:  func() int { return int(get(t, s).Generation) },
	}
}

// hang returns once the service is no longer set to a release.
func hang(ctx context.Context, s *runtest.Server, id string) error {
	for ctx.Err() == nil {
		if svc, err := s.Service(service); err != nil || named(svc.Template) != id {
			return errors.New("no longer wanted")
		}
		time.Sleep(time.Millisecond)
	}
	return ctx.Err()
}
