package runtest

import (
	"context"
	"errors"
	"testing"

	run "cloud.google.com/go/run/apiv2"
	"cloud.google.com/go/run/apiv2/runpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

const name = "projects/p/locations/l/services/s"

func start(t *testing.T, s *Server) *run.ServicesClient {
	t.Helper()
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	c, err := run.NewServicesClient(t.Context(), s.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	op, err := c.CreateService(t.Context(), &runpb.CreateServiceRequest{
		Parent: "projects/p/locations/l", ServiceId: "s",
		Service: &runpb.Service{
			Description: "one",
			Template:    &runpb.RevisionTemplate{Revision: "s-first", Containers: []*runpb.Container{{Image: "image:1"}}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := op.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// What the API's reference says of an update, one change each.
func TestUpdate(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*runpb.Service)
		mask   []string
		code   codes.Code
		check  func(*runpb.Service) bool
	}{
		{"the etag as read", func(s *runpb.Service) { s.Description = "two" }, []string{"description"}, codes.OK,
			func(s *runpb.Service) bool { return s.Description == "two" && s.Generation == 2 }},
		{"an old etag", func(s *runpb.Service) { s.Etag = `"0"` }, nil, codes.Aborted, nil},
		{"no etag", func(s *runpb.Service) { s.Etag, s.Description = "", "two" }, nil, codes.OK,
			func(s *runpb.Service) bool { return s.Description == "two" }},
		{"another service", func(s *runpb.Service) { s.Name += "x" }, nil, codes.NotFound, nil},
		{"nothing changed", func(s *runpb.Service) {}, nil, codes.OK,
			func(s *runpb.Service) bool { return s.Generation == 1 }},
		{"not in the mask", func(s *runpb.Service) { s.Description = "two"; s.Template.Timeout = nil }, []string{"labels"}, codes.OK,
			func(s *runpb.Service) bool { return s.Description == "one" }},
		{"a part of a message", func(s *runpb.Service) {
			s.Template.ServiceAccount = "a"
			s.Template.SessionAffinity = true
			s.Template.Revision = ""
		}, []string{"template.service_account", "template.revision"}, codes.OK,
			func(s *runpb.Service) bool {
				return s.Template.ServiceAccount == "a" && !s.Template.SessionAffinity
			}},
		{"an unknown path", func(s *runpb.Service) {}, []string{"templates"}, codes.InvalidArgument, nil},
		{"an output-only path", func(s *runpb.Service) {}, []string{"uri"}, codes.InvalidArgument, nil},
		{"output-only fields", func(s *runpb.Service) {
			s.Uri, s.Generation, s.LatestReadyRevision, s.Description = "https://evil", 9, "x", "two"
		}, nil, codes.OK,
			func(s *runpb.Service) bool {
				return s.Uri != "https://evil" && s.Generation == 2 && short(s.LatestReadyRevision) == "s-first"
			}},
		{"a used revision name", func(s *runpb.Service) { s.Template.SessionAffinity = true }, nil, codes.AlreadyExists, nil},
		{"a revision without a name", func(s *runpb.Service) { s.Template.SessionAffinity = true; s.Template.Revision = "" }, nil, codes.OK,
			func(s *runpb.Service) bool {
				return short(s.LatestReadyRevision) != "s-first" && s.LatestReadyRevision == s.LatestCreatedRevision && s.Template.Revision == ""
			}},
		{"the same template without a name", func(s *runpb.Service) { s.Template.Revision = "" }, nil, codes.OK,
			func(s *runpb.Service) bool { return short(s.LatestCreatedRevision) == "s-first" }},
		{"a revision name of another service", func(s *runpb.Service) { s.Template.Revision = "t-1" }, nil, codes.InvalidArgument, nil},
		{"a system annotation", func(s *runpb.Service) {
			s.Template.Annotations = map[string]string{"autoscaling.knative.dev/maxScale": "1"}
		}, nil, codes.InvalidArgument, nil},
		{"a system label", func(s *runpb.Service) { s.Labels = map[string]string{"run.googleapis.com/x": "1"} }, nil, codes.InvalidArgument, nil},
		{"a variable twice", func(s *runpb.Service) {
			s.Template.Containers[0].Env = []*runpb.EnvVar{{Name: "A"}, {Name: "A"}}
		}, nil, codes.InvalidArgument, nil},
		{"a reserved variable", func(s *runpb.Service) { s.Template.Containers[0].Env = []*runpb.EnvVar{{Name: "PORT"}} }, nil, codes.InvalidArgument, nil},
		{"two containers without a port", func(s *runpb.Service) {
			s.Template.Containers = append(s.Template.Containers, &runpb.Container{Image: "side"})
		}, nil, codes.InvalidArgument, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := start(t, &Server{})
			svc, err := client.GetService(t.Context(), &runpb.GetServiceRequest{Name: name})
			if err != nil {
				t.Fatal(err)
			}
			c.change(svc)
			op, err := client.UpdateService(t.Context(), &runpb.UpdateServiceRequest{Service: svc, UpdateMask: &fieldmaskpb.FieldMask{Paths: c.mask}})
			if status.Code(err) != c.code {
				t.Fatalf("got %v, want %v", err, c.code)
			}
			if err != nil {
				return
			}
			got, err := op.Wait(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !c.check(got) {
				t.Errorf("got %v", got)
			}
			if got.Reconciling || got.ObservedGeneration != got.Generation || got.TerminalCondition.State != runpb.Condition_CONDITION_SUCCEEDED {
				t.Errorf("not at the end: %v", got)
			}
		})
	}
}

func TestRollout(t *testing.T) {
	go1, go2 := make(chan error), make(chan error)
	client := start(t, &Server{Rollout: func(ctx context.Context, rt *runpb.RevisionTemplate) error {
		switch rt.Containers[0].Image {
		case "image:2":
			return <-go1
		case "image:3":
			return <-go2
		}
		return nil
	}})
	update := func(image string) *run.UpdateServiceOperation {
		op, err := client.UpdateService(t.Context(), &runpb.UpdateServiceRequest{Service: &runpb.Service{
			Name:     name,
			Template: &runpb.RevisionTemplate{Containers: []*runpb.Container{{Image: image}}},
		}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"template"}}})
		if err != nil {
			t.Fatal(err)
		}
		return op
	}
	get := func() *runpb.Service {
		svc, err := client.GetService(t.Context(), &runpb.GetServiceRequest{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		return svc
	}
	two := update("image:2")
	if svc := get(); !svc.Reconciling || svc.ObservedGeneration != 1 || svc.LatestReadyRevision == svc.LatestCreatedRevision {
		t.Errorf("under way: %v", svc)
	}
	three := update("image:3")

	// The overtaken update ends well, and the service is not where it asked for.
	go1 <- nil
	got, err := two.Wait(t.Context())
	if err != nil || got.Template.Containers[0].Image != "image:3" || !got.Reconciling {
		t.Errorf("the overtaken update: %v, %v", got, err)
	}
	go2 <- errors.New("exit status 1")
	if _, err := three.Wait(t.Context()); err == nil {
		t.Error("the failed update has no error")
	}
	svc := get()
	if svc.Reconciling || svc.TerminalCondition.State != runpb.Condition_CONDITION_FAILED || svc.ObservedGeneration == svc.Generation {
		t.Errorf("failed: %v", svc)
	}
	if got := short(svc.LatestReadyRevision); got != revisionName("s", 2) {
		t.Errorf("%s serves", got)
	}
}
