package runtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"cloud.google.com/go/run/apiv2/runpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// A service is what clients see of it, and its revisions.
type service struct {
	*runpb.Service
	revisions []*revision
	changes   int // of anything, also of the status
}

type revision struct {
	name     string // short
	template *runpb.RevisionTemplate
	rolled   chan struct{} // closed once failed is known
	failed   error
}

func (s *service) revision(name string) *revision {
	i := slices.IndexFunc(s.revisions, func(r *revision) bool { return r.name == name })
	if i < 0 {
		return nil
	}
	return s.revisions[i]
}

// touch makes a new etag: it stands for the spec and the status, so that a client which
// reads while a roll-out goes on has to read again.
func (s *service) touch() {
	s.changes++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", s.Name, s.changes))
	s.Etag = `"` + hex.EncodeToString(sum[:8]) + `"`
	s.UpdateTime = timestamppb.New(time.Now())
}

type api struct {
	*Server
	runpb.UnimplementedServicesServer
}

func (a *api) GetService(_ context.Context, req *runpb.GetServiceRequest) (*runpb.Service, error) {
	return a.Service(req.Name)
}

func (a *api) CreateService(_ context.Context, req *runpb.CreateServiceRequest) (*longrunningpb.Operation, error) {
	name := req.Parent + "/services/" + req.ServiceId
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.services[name] != nil {
		return nil, status.Errorf(codes.AlreadyExists, "Resource '%s' already exists.", req.ServiceId)
	}
	in := proto.CloneOf(req.GetService())
	clearOutputOnly(in.ProtoReflect())
	if err := validate(req.ServiceId, in); err != nil {
		return nil, err
	}
	in.Name = name
	in.Uid = "00000000-0000-4000-8000-" + fmt.Sprintf("%012x", len(a.services)+1)
	in.CreateTime = timestamppb.New(time.Now())
	in.Creator = "someone@example.com"
	in.Uri = "https://" + req.ServiceId + "-abcdefghij-ew.a.run.app"
	svc := &service{Service: in}
	a.services[name] = svc
	return a.apply(svc)
}

func (a *api) UpdateService(_ context.Context, req *runpb.UpdateServiceRequest) (*longrunningpb.Operation, error) {
	return a.update(req)
}

// update replaces what the mask names; without a mask, everything that a client may set.
func (s *Server) update(req *runpb.UpdateServiceRequest) (*longrunningpb.Operation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	svc, err := s.service(req.GetService().GetName())
	if err != nil {
		return nil, err
	}
	if etag := req.Service.Etag; etag != "" && etag != svc.Etag {
		return nil, status.Errorf(codes.Aborted, "Conflict for resource '%s': version '%s' was specified but current version is '%s'.", short(svc.Name), etag, svc.Etag)
	}
	in := proto.CloneOf(req.Service)
	clearOutputOnly(in.ProtoReflect())
	next := proto.CloneOf(svc.Service)
	if err := merge(next, in, req.UpdateMask.GetPaths()); err != nil {
		return nil, err
	}
	if err := validate(short(svc.Name), next); err != nil {
		return nil, err
	}
	if name := next.Template.GetRevision(); name != "" {
		if old := svc.revision(name); old != nil && !proto.Equal(old.template, next.Template) {
			return nil, status.Errorf(codes.AlreadyExists, "Revision named '%s' with different configuration already exists.", name)
		}
	}
	if req.ValidateOnly {
		return s.done(next)
	}
	if proto.Equal(svc.Service, next) {
		return s.done(next)
	}
	svc.Service = next
	return s.apply(svc)
}

// apply takes the service's new spec and begins to roll it out.
func (s *Server) apply(svc *service) (*longrunningpb.Operation, error) {
	svc.Generation++
	svc.LastModifier = "someone@example.com"
	last := len(svc.revisions) - 1
	if last >= 0 && sameTemplate(svc.revisions[last].template, svc.Template) {
		return s.settle(svc, svc.revisions[last])
	}
	rev := &revision{name: svc.Template.Revision, template: proto.CloneOf(svc.Template), rolled: make(chan struct{})}
	if rev.name == "" {
		rev.name = revisionName(short(svc.Name), len(svc.revisions)+1)
		rev.template.Revision = rev.name
	}
	svc.revisions = append(svc.revisions, rev)
	svc.LatestCreatedRevision = svc.Name + "/revisions/" + rev.name
	s.roll(rev)
	return s.settle(svc, rev)
}

// sameTemplate reports whether b asks for no other revision than a, which exists.
func sameTemplate(a, b *runpb.RevisionTemplate) bool {
	if b.Revision != "" {
		return proto.Equal(a, b)
	}
	b = proto.CloneOf(b)
	b.Revision = a.Revision
	return proto.Equal(a, b)
}

func revisionName(service string, n int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", service, n))
	suffix := strings.Map(func(r rune) rune { return 'a' + r%16 }, hex.EncodeToString(sum[:2])[:3])
	return fmt.Sprintf("%s-%05d-%s", service, n, suffix)
}
