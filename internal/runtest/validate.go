package runtest

import (
	"strings"

	"cloud.google.com/go/run/apiv2/runpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// systemNamespaces are refused in labels and annotations (service.proto).
var systemNamespaces = []string{"run.googleapis.com", "cloud.googleapis.com", "serving.knative.dev", "autoscaling.knative.dev"}

// validate refuses what the API refuses and a client that edits templates may get wrong.
func validate(id string, svc *runpb.Service) error {
	bad := func(format string, args ...any) error { return status.Errorf(codes.InvalidArgument, format, args...) }
	t := svc.GetTemplate()
	if len(t.GetContainers()) == 0 {
		return bad("Violation in UpdateServiceRequest.service.template.containers: must not be empty")
	}
	for _, m := range []map[string]string{svc.Labels, svc.Annotations, t.Labels, t.Annotations} {
		for key := range m {
			prefix, _, _ := strings.Cut(key, "/")
			for _, system := range systemNamespaces {
				if prefix == system || strings.HasSuffix(prefix, "."+system) {
					return bad("System labels or annotations are not supported in v2: %s", key)
				}
			}
		}
	}
	if t.Revision != "" && !strings.HasPrefix(t.Revision, id+"-") {
		return bad("Revision name must be prefixed by the name of the service: %s", t.Revision)
	}
	ingress := 0
	for _, c := range t.Containers {
		if c.Image == "" {
			return bad("container %q: image is required", c.Name)
		}
		if len(c.Ports) > 0 {
			ingress++
		}
		seen := map[string]bool{}
		for _, e := range c.Env {
			switch {
			case e.Name == "":
				return bad("container %q: environment variable without a name", c.Name)
			case seen[e.Name]:
				return bad("container %q: duplicate environment variable %s", c.Name, e.Name)
			case e.Name == "PORT" || strings.HasPrefix(e.Name, "K_"):
				return bad("The following reserved env names were provided: %s", e.Name)
			}
			seen[e.Name] = true
		}
	}
	if len(t.Containers) > 1 && ingress != 1 {
		return bad("Revision template should contain exactly one container with an exposed port")
	}
	percent := int32(0)
	for _, target := range svc.Traffic {
		percent += target.Percent
	}
	if len(svc.Traffic) > 0 && percent != 100 {
		return bad("Traffic targets must add up to 100 percent")
	}
	return nil
}
