package cloudrun_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/run/apiv2/runpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/runtest"
	"github.com/dynasette/dynasette/sinks/restart/cloudrun"
)

func TestMoves(t *testing.T) {
	sidecar := datasette("r1")
	sidecar.Template.Containers = append(sidecar.Template.Containers, &runpb.Container{Name: "proxy", Image: "proxy"})
	pinnedName := datasette("r1")
	pinnedName.Template.Revision = "datasette-one"
	for _, c := range []struct {
		name string
		svc  *runpb.Service
		opts cloudrun.Options
	}{
		{"one container", datasette("r1"), options},
		{"no release before", datasette(""), options},
		{"a sidecar", sidecar, options},
		{"a revision with a name", pinnedName, options},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, &runtest.Server{}, c.svc)
			if err := restart(t, s, "r2"); err != nil {
				t.Fatal(err)
			}
			want(t, s, "r2")
		})
	}
}

func TestNamedContainerAndVariable(t *testing.T) {
	svc := datasette("r1")
	svc.Template.Containers = append(svc.Template.Containers, &runpb.Container{Name: "side", Image: "x", Env: env("RELEASE", "r1")})
	s := start(t, &runtest.Server{}, svc)
	opts := options
	opts.Container, opts.Variable = "side", "RELEASE"
	if err := restarter(t, s, opts).Restart(t.Context(), dynasette.Release{ID: "r2"}); err != nil {
		t.Fatal(err)
	}
	want(t, s, "r1")
	if got := s.Serving(service).Containers[1].Env[0].GetValue(); got != "r2" {
		t.Errorf("the sidecar has %s", got)
	}
}

func TestRefused(t *testing.T) {
	pinned := datasette("r1")
	pinned.Traffic = []*runpb.TrafficTarget{
		{Type: runpb.TrafficTargetAllocationType_TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST, Percent: 90},
		{Type: runpb.TrafficTargetAllocationType_TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION, Revision: "datasette-00001-abc", Percent: 10},
	}
	secret := datasette("")
	secret.Template.Containers[0].Env = []*runpb.EnvVar{{Name: cloudrun.DefaultVariable, Values: &runpb.EnvVar_ValueSource{
		ValueSource: &runpb.EnvVarSource{SecretKeyRef: &runpb.SecretKeySelector{Secret: "s"}},
	}}}
	for _, c := range []struct {
		name, release, container string
		svc                      *runpb.Service
		says                     string
		is                       error
	}{
		{"pinned traffic", "r2", "", pinned, "--to-latest", cloudrun.ErrPinned},
		{"a secret", "r2", "", secret, "from a secret", nil},
		{"no such container", "r2", "web", datasette("r1"), `no container "web"`, dynasette.ErrUnavailable},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, &runtest.Server{}, c.svc)
			before := get(t, s).Generation
			opts := options
			opts.Container = c.container
			err := restarter(t, s, opts).Restart(t.Context(), dynasette.Release{ID: c.release})
			if err == nil || !strings.Contains(err.Error(), c.says) || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("got %v, want %q", err, c.says)
			}
			if get(t, s).Generation != before {
				t.Error("the service was changed")
			}
		})
	}
}

// A placeholder is older than any release, also where it would sort after it.
func TestPlaceholder(t *testing.T) {
	s := start(t, &runtest.Server{}, datasette("none-yet"))
	if err := restart(t, s, "20261101-1"); err != nil {
		t.Fatal(err)
	}
	want(t, s, "20261101-1")
}

func TestNotFound(t *testing.T) {
	s := start(t, &runtest.Server{}, datasette("r1"))
	r, err := cloudrun.New(t.Context(), parent+"/services/other", options, s.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := r.Restart(t.Context(), dynasette.Release{ID: "r2"}); status.Code(err) != codes.NotFound || !errors.Is(err, dynasette.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	if _, err := cloudrun.New(t.Context(), "datasette", options); err == nil {
		t.Error("a short name was taken")
	}
}

func TestNeverReady(t *testing.T) {
	for _, before := range []string{"r1", ""} {
		t.Run("before: "+before, func(t *testing.T) {
			s := start(t, &runtest.Server{Rollout: breaks("r2")}, datasette(before))
			err := restart(t, s, "r2")
			if !errors.Is(err, cloudrun.ErrNotReady) || errors.Is(err, dynasette.ErrUnavailable) || !strings.Contains(err.Error(), "failed to start and listen") {
				t.Errorf("got %v", err)
			}
			if before == "" {
				before = "none"
			}
			want(t, s, before)
			if svc := get(t, s); svc.Reconciling || svc.TerminalCondition.State != runpb.Condition_CONDITION_SUCCEEDED {
				t.Errorf("the service was left in the state %v", svc.TerminalCondition)
			}
		})
	}
}

// A roll-out that hangs is given up after the Timeout.
func TestTimeout(t *testing.T) {
	s := start(t, &runtest.Server{Rollout: func(ctx context.Context, t *runpb.RevisionTemplate) error {
		if named(t) == "r2" {
			<-ctx.Done()
		}
		return nil
	}}, datasette("r1"))
	opts := options
	opts.Timeout = 300 * time.Millisecond
	err := restarter(t, s, opts).Restart(t.Context(), dynasette.Release{ID: "r2"})
	if !errors.Is(err, dynasette.ErrUnavailable) || errors.Is(err, cloudrun.ErrNotReady) || !strings.Contains(err.Error(), "within 300ms") {
		t.Errorf("got %v", err)
	}
	want(t, s, "r1")
}

func TestHealth(t *testing.T) {
	broken := errors.New("the note is another one")
	for _, c := range []struct {
		name  string
		fails int // times
		want  string
	}{{"at the third look", 2, "r2"}, {"never", 1 << 30, "r1"}} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, &runtest.Server{}, datasette("r1"))
			opts, asked := options, 0
			opts.Timeout = 300 * time.Millisecond
			opts.HealthURL = "/-/versions.json"
			opts.Health = func(_ context.Context, url, release string) error {
				if url != get(t, s).Uri+"/-/versions.json" || release != "r2" {
					t.Errorf("asked for %s at %s", release, url)
				}
				if asked++; asked <= c.fails {
					return broken
				}
				return nil
			}
			err := restarter(t, s, opts).Restart(t.Context(), dynasette.Release{ID: "r2"})
			if (err != nil) != (c.want == "r1") || err != nil && (!errors.Is(err, broken) || !errors.Is(err, cloudrun.ErrNotReady)) {
				t.Errorf("got %v", err)
			}
			want(t, s, c.want)
		})
	}
}
