package cloudrun_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	run "cloud.google.com/go/run/apiv2"
	"cloud.google.com/go/run/apiv2/runpb"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/runtest"
	"github.com/dynasette/dynasette/sinks/restart/cloudrun"
)

const (
	parent  = "projects/p/locations/europe-west1"
	service = parent + "/services/datasette"
)

// options are for tests: they look often, and give up only where a test wants that.
var options = cloudrun.Options{Poll: time.Millisecond, Timeout: 20 * time.Second}

// start serves a service that has been rolled out, with or without a release.
func start(t *testing.T, s *runtest.Server, svc *runpb.Service) *runtest.Server {
	t.Helper()
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	c, err := run.NewServicesClient(t.Context(), s.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	op, err := c.CreateService(t.Context(), &runpb.CreateServiceRequest{Parent: parent, ServiceId: "datasette", Service: svc})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := op.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// datasette is a plain service at that release.
func datasette(release string) *runpb.Service {
	c := &runpb.Container{Image: "datasette", Ports: []*runpb.ContainerPort{{ContainerPort: 8080}}, Env: env("A", "1")}
	if release != "" {
		c.Env = append(c.Env, env(cloudrun.DefaultVariable, release)...)
	}
	return &runpb.Service{Template: &runpb.RevisionTemplate{Containers: []*runpb.Container{c}}}
}

func env(namesAndValues ...string) (vars []*runpb.EnvVar) {
	for i := 0; i < len(namesAndValues); i += 2 {
		vars = append(vars, &runpb.EnvVar{Name: namesAndValues[i], Values: &runpb.EnvVar_Value{Value: namesAndValues[i+1]}})
	}
	return vars
}

func restarter(t *testing.T, s *runtest.Server, opts cloudrun.Options) *cloudrun.Restarter {
	t.Helper()
	r, err := cloudrun.New(t.Context(), service, opts, s.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func restart(t *testing.T, s *runtest.Server, release string) error {
	t.Helper()
	return restarter(t, s, options).Restart(t.Context(), dynasette.Release{ID: release})
}

func get(t *testing.T, s *runtest.Server) *runpb.Service {
	t.Helper()
	svc, err := s.Service(service)
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

// named is the release in the first container of a template, or "none".
func named(template *runpb.RevisionTemplate) string {
	for _, e := range template.GetContainers()[0].Env {
		if e.Name == cloudrun.DefaultVariable {
			return e.GetValue()
		}
	}
	return "none"
}

// want fails unless the service names that release and serves it.
func want(t *testing.T, s *runtest.Server, release string) {
	t.Helper()
	if got := named(get(t, s).Template); got != release {
		t.Errorf("the service names the release %s, want %s", got, release)
	}
	if got := named(s.Serving(service)); got != release {
		t.Errorf("the service serves the release %s, want %s", got, release)
	}
}

// breaks is a Rollout that fails for those releases.
func breaks(releases ...string) func(context.Context, *runpb.RevisionTemplate) error {
	return func(_ context.Context, t *runpb.RevisionTemplate) error {
		for _, r := range releases {
			if named(t) == r {
				return fmt.Errorf("the user-provided container failed to start and listen on the port")
			}
		}
		return nil
	}
}

// once calls f at the first call only.
func once(f func()) func() {
	var called atomic.Bool
	return func() {
		if called.CompareAndSwap(false, true) {
			f()
		}
	}
}

// fill sets every field of m, at any depth, and returns how many.
func fill(m protoreflect.Message) (n int) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if f.ContainingOneof() != nil && m.WhichOneof(f.ContainingOneof()) != nil {
			continue
		}
		n++
		switch {
		case f.IsMap():
			m.Mutable(f).Map().Set(protoreflect.ValueOfString("key").MapKey(), scalar(f.MapValue(), i))
		case f.IsList() && f.Message() != nil:
			n += fill(m.Mutable(f).List().AppendMutable().Message())
		case f.IsList():
			m.Mutable(f).List().Append(scalar(f, i))
		case f.Message() != nil:
			n += fill(m.Mutable(f).Message())
		default:
			m.Set(f, scalar(f, i))
		}
	}
	return n
}

func scalar(f protoreflect.FieldDescriptor, i int) protoreflect.Value {
	switch f.Kind() {
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(true)
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum(1)
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(int32(i + 1))
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(int64(i + 1))
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte{byte(i)})
	case protoreflect.FloatKind:
		return protoreflect.ValueOfFloat32(float32(i) + 0.5)
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(float64(i) + 0.5)
	}
	return protoreflect.ValueOfString(fmt.Sprintf("%s-%d", f.Name(), i))
}
