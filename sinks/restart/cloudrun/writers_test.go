package cloudrun_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"cloud.google.com/go/run/apiv2/runpb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/runtest"
	"github.com/dynasette/dynasette/sinks/restart/cloudrun"
)

// around makes an Interceptor that calls before and after an update.
func around(before, after func() error) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		if info.FullMethod != runpb.Services_UpdateService_FullMethodName {
			return handle(ctx, req)
		}
		if err := before(); err != nil {
			return nil, err
		}
		resp, err := handle(ctx, req)
		if err2 := after(); err == nil && err2 != nil {
			return nil, err2
		}
		return resp, err
	}
}

func nothing() error { return nil }

func setRelease(release string) func(*runpb.Service) {
	return func(svc *runpb.Service) {
		c := svc.Template.Containers[0]
		c.Env = append(env("A", "1"), env(cloudrun.DefaultVariable, release)...)
	}
}

// Another client changes the memory between our reading and our writing.
func TestConcurrentEditor(t *testing.T) {
	s := &runtest.Server{}
	edit := once(func() {
		s.Edit(service, func(svc *runpb.Service) {
			svc.Template.Containers[0].Resources = &runpb.ResourceRequirements{Limits: map[string]string{"memory": "2Gi"}}
		})
	})
	s.Interceptor = around(func() error { edit(); return nil }, nothing)
	start(t, s, datasette("r1"))
	if err := restart(t, s, "r2"); err != nil {
		t.Fatal(err)
	}
	want(t, s, "r2")
	if got := s.Serving(service).Containers[0].Resources.GetLimits()["memory"]; got != "2Gi" {
		t.Errorf("memory is %q", got)
	}
}

// Calls that fail without an effect, and calls whose answer is lost, end the same.
func TestUnreliableCalls(t *testing.T) {
	for _, code := range []codes.Code{codes.Unavailable, codes.Aborted, codes.FailedPrecondition, codes.ResourceExhausted, codes.Internal} {
		for _, lost := range []bool{false, true} {
			t.Run(fmt.Sprint(code, " lost ", lost), func(t *testing.T) {
				n := 0
				fail := func() error {
					if n++; n <= 3 {
						return status.Error(code, "try again")
					}
					return nil
				}
				s := &runtest.Server{Interceptor: around(fail, nothing)}
				if lost {
					s.Interceptor = around(nothing, fail)
				}
				start(t, s, datasette("r1"))
				if err := restart(t, s, "r2"); err != nil {
					t.Fatal(err)
				}
				want(t, s, "r2")
				if got := get(t, s).Generation; got != 2 {
					t.Errorf("generation %d: the service was changed more than once", got)
				}
			})
		}
	}
}

func TestPermissionDenied(t *testing.T) {
	s := &runtest.Server{Interceptor: around(func() error { return status.Error(codes.PermissionDenied, "no") }, nothing)}
	start(t, s, datasette("r1"))
	if err := restart(t, s, "r2"); err == nil || !strings.Contains(err.Error(), "it takes run.services.get and run.services.update") {
		t.Errorf("got %v", err)
	}
	want(t, s, "r1")
}

// Another client puts an older release back after each of our changes: we give up some day.
func TestStubbornWriter(t *testing.T) {
	s := &runtest.Server{}
	s.Interceptor = around(nothing, func() error { return s.Edit(service, setRelease("r0")) })
	start(t, s, datasette("r1"))
	if err := restart(t, s, "r2"); err == nil || !strings.Contains(err.Error(), "others keep naming") {
		t.Errorf("got %v", err)
	}
	// The last one to write was the other client.
	if got := named(get(t, s).Template); got != "r0" {
		t.Errorf("the service names %s", got)
	}
}

// A writer with an older state overwrites us once.
func TestOverwrittenOnce(t *testing.T) {
	s := &runtest.Server{}
	edit := once(func() { s.Edit(service, setRelease("r1")) })
	s.Interceptor = around(nothing, func() error { edit(); return nil })
	start(t, s, datasette("r1"))
	if err := restart(t, s, "r2"); err != nil {
		t.Fatal(err)
	}
	want(t, s, "r2")
}

// A newer release overtakes ours, which never gets ready: there is nothing left to do for us,
// and nothing to put back; and we are told.
func TestOvertaken(t *testing.T) {
	s := &runtest.Server{}
	begun := make(chan struct{})
	s.Rollout = func(ctx context.Context, t *runpb.RevisionTemplate) error {
		if named(t) == "r2" {
			close(begun)
			<-ctx.Done()
		}
		return nil
	}
	start(t, s, datasette("r1"))
	ended := make(chan error)
	ours := restarter(t, s, options)
	go func() { ended <- ours.Restart(t.Context(), dynasette.Release{ID: "r2"}) }()
	<-begun
	if err := restart(t, s, "r3"); err != nil {
		t.Error(err)
	}
	if later := (*dynasette.NewerError)(nil); !errors.As(<-ended, &later) || later.Release != "r3" {
		t.Error(later)
	}
	want(t, s, "r3")
}

// A newer release that does not get ready says nothing about ours.
func TestNewerIsBroken(t *testing.T) {
	s := start(t, &runtest.Server{Rollout: breaks("r3")}, datasette("r1"))
	crash(t, s, "r3")
	if err := restart(t, s, "r2"); !errors.Is(err, dynasette.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	if got := named(s.Serving(service)); got != "r1" {
		t.Errorf("the service serves %s", got)
	}
}

// A process died while the service was at a release that never gets ready. The next one
// goes back to the last release that served, not to that one.
func TestAfterACrash(t *testing.T) {
	s := start(t, &runtest.Server{Rollout: breaks("r2", "r3")}, datasette("r1"))
	crash(t, s, "r2")
	if err := restart(t, s, "r3"); err == nil {
		t.Error("no error")
	}
	want(t, s, "r1")
}

// The same, but what kept the release from being ready has passed: it is tried again.
func TestSameReleaseAfterACrash(t *testing.T) {
	var broken sync.Map
	broken.Store("r2", true)
	s := start(t, &runtest.Server{Rollout: func(ctx context.Context, t *runpb.RevisionTemplate) error {
		if _, bad := broken.Load(named(t)); bad {
			return fmt.Errorf("no quota for instances")
		}
		return nil
	}}, datasette("r1"))
	crash(t, s, "r2")
	broken.Delete("r2")
	if err := restart(t, s, "r2"); err != nil {
		t.Fatal(err)
	}
	want(t, s, "r2")
}

// crash leaves the service as a Restart does that dies once its revision has failed.
func crash(t *testing.T, s *runtest.Server, release string) {
	t.Helper()
	if err := restart(t, s, release); err == nil {
		t.Fatal("no error")
	}
	err := s.Edit(service, func(svc *runpb.Service) {
		setRelease(release)(svc)
		svc.Template.Annotations[cloudrun.MarkerAnnotation] = "dead after r1"
	})
	if err != nil {
		t.Fatal(err)
	}
	for get(t, s).Reconciling {
	}
}
