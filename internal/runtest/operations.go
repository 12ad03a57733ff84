package runtest

import (
	"context"
	"fmt"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"cloud.google.com/go/run/apiv2/runpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

type operations struct {
	*Server
	longrunningpb.UnimplementedOperationsServer
}

func (o *operations) GetOperation(_ context.Context, req *longrunningpb.GetOperationRequest) (*longrunningpb.Operation, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	op := o.ops[req.Name]
	if op == nil {
		return nil, status.Errorf(codes.NotFound, "Requested entity was not found: %s", req.Name)
	}
	return proto.CloneOf(op), nil
}

// start makes an operation that is under way; its metadata is the service, as in the real API.
func (s *Server) start(svc *runpb.Service) (*longrunningpb.Operation, error) {
	meta, err := anypb.New(svc)
	if err != nil {
		return nil, fmt.Errorf("runtest: %w", err)
	}
	op := &longrunningpb.Operation{Name: fmt.Sprintf("projects/p/locations/l/operations/%08d", len(s.ops)+1), Metadata: meta}
	s.ops[op.Name] = op
	return proto.CloneOf(op), nil
}

// done makes an operation that is over.
func (s *Server) done(svc *runpb.Service) (*longrunningpb.Operation, error) {
	op, err := s.start(svc)
	if err != nil {
		return nil, err
	}
	s.finish(op.Name, svc, nil)
	return proto.CloneOf(s.ops[op.Name]), nil
}

// finish ends an operation, with the service as it is by then: another writer's, if the
// update was overtaken.
func (s *Server) finish(name string, svc *runpb.Service, failed error) {
	op := s.ops[name]
	op.Done = true
	if failed != nil {
		op.Result = &longrunningpb.Operation_Error{Error: status.New(codes.Unknown, failed.Error()).Proto()}
		return
	}
	if result, err := anypb.New(svc); err == nil {
		op.Result = &longrunningpb.Operation_Response{Response: result}
	}
}
