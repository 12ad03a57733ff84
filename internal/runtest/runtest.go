// Package runtest is a stand-in for the Cloud Run Admin API v2, for tests and local runs:
// there is no emulator of it. It serves google.cloud.run.v2.Services and
// google.longrunning.Operations over gRPC on 127.0.0.1, and is driven by the real client.
//
// It does what the real one does to a client that changes services: etags, update masks,
// output-only fields, generations, revisions and their names, asynchronous roll-outs that
// succeed, fail or are overtaken by a later update. It has no IAM, quotas or regions, keeps
// no list of revisions to ask for, and answers Unimplemented to everything else.
package runtest

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"cloud.google.com/go/run/apiv2/runpb"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// A Server holds services. Its fields must be set before the first call.
type Server struct {
	// Rollout is called in a goroutine of its own for every new revision, named in
	// t.Revision. The revision is ready when it returns nil and has failed when it
	// returns an error. ctx ends with the server. Nil: ready at once.
	Rollout func(ctx context.Context, t *runpb.RevisionTemplate) error

	// Interceptor sees every call: the place to fail some, lose answers, or let another
	// client in between. Optional.
	Interceptor grpc.UnaryServerInterceptor

	mu       sync.Mutex
	services map[string]*service
	ops      map[string]*longrunningpb.Operation

	addr     string
	grpc     *grpc.Server
	ctx      context.Context
	cancel   context.CancelFunc
	rollouts sync.WaitGroup
}

// Start serves on a free port of 127.0.0.1 until Close.
func (s *Server) Start() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("runtest: %w", err)
	}
	s.addr = l.Addr().String()
	s.services = map[string]*service{}
	s.ops = map[string]*longrunningpb.Operation{}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	var opts []grpc.ServerOption
	if s.Interceptor != nil {
		opts = append(opts, grpc.UnaryInterceptor(s.Interceptor))
	}
	s.grpc = grpc.NewServer(opts...)
	runpb.RegisterServicesServer(s.grpc, &api{Server: s})
	longrunningpb.RegisterOperationsServer(s.grpc, &operations{Server: s})
	go s.grpc.Serve(l)
	return nil
}

// Close ends all calls and waits for roll-outs that are under way.
func (s *Server) Close() {
	s.grpc.Stop()
	s.cancel()
	s.rollouts.Wait()
}

// ClientOptions point a client of cloud.google.com/go/run/apiv2 at the server.
func (s *Server) ClientOptions() []option.ClientOption {
	return []option.ClientOption{
		option.WithEndpoint(s.addr),
		option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())),
	}
}

// Service returns a copy of the service of that full name, as it is now.
func (s *Server) Service(name string) (*runpb.Service, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	svc, err := s.service(name)
	if err != nil {
		return nil, err
	}
	return proto.CloneOf(svc.Service), nil
}

// Serving returns the template of the revision that requests go to: the one with the most
// traffic. It returns nil while there is none.
func (s *Server) Serving(name string) *runpb.RevisionTemplate {
	s.mu.Lock()
	defer s.mu.Unlock()
	svc, err := s.service(name)
	if err != nil {
		return nil
	}
	var most *runpb.TrafficTargetStatus
	for _, t := range svc.TrafficStatuses {
		if most == nil || t.Percent > most.Percent {
			most = t
		}
	}
	if most == nil {
		return nil
	}
	revision := most.Revision
	if most.Type == runpb.TrafficTargetAllocationType_TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST {
		revision = short(svc.LatestReadyRevision)
	}
	if rev := svc.revision(revision); rev != nil {
		return proto.CloneOf(rev.template)
	}
	return nil
}

// Edit changes a service as another client would: f sees it as it is, and what it changes
// is an update without an etag and a mask.
func (s *Server) Edit(name string, f func(*runpb.Service)) error {
	svc, err := s.Service(name)
	if err != nil {
		return err
	}
	f(svc)
	svc.Etag = ""
	_, err = s.update(&runpb.UpdateServiceRequest{Service: svc})
	return err
}

func (s *Server) service(name string) (*service, error) {
	svc := s.services[name]
	if svc == nil {
		return nil, status.Errorf(codes.NotFound, "Resource '%s' of kind 'SERVICE' was not found.", short(name))
	}
	return svc, nil
}

// short is the last part of a resource's full name.
func short(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }
