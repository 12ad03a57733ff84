package runtest

import (
	"fmt"
	"slices"
	"time"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"cloud.google.com/go/run/apiv2/runpb"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// roll brings a revision up.
func (s *Server) roll(rev *revision) {
	template := proto.CloneOf(rev.template)
	s.rollouts.Go(func() {
		defer close(rev.rolled)
		if s.Rollout != nil {
			rev.failed = s.Rollout(s.ctx, template)
		}
	})
}

// settle begins to bring the service to its current generation, whose revision is rev.
func (s *Server) settle(svc *service, rev *revision) (*longrunningpb.Operation, error) {
	svc.Reconciling = true
	svc.setReady(runpb.Condition_CONDITION_RECONCILING, "")
	svc.touch()
	op, err := s.start(svc.Service)
	if err != nil {
		return nil, err
	}
	generation := svc.Generation
	s.rollouts.Go(func() {
		<-rev.rolled
		s.mu.Lock()
		defer s.mu.Unlock()
		svc.advance(generation, rev)
		s.finish(op.Name, svc.Service, rev.failed)
	})
	return op, nil
}

// advance takes the end of a revision's roll-out into the service's status. A revision that
// has been overtaken may still become the one that serves, but says nothing any more about
// the service's state.
func (s *service) advance(generation int64, rev *revision) {
	defer s.touch()
	if rev.failed == nil && s.newer(rev, s.LatestReadyRevision) {
		s.LatestReadyRevision = s.Name + "/revisions/" + rev.name
	}
	if generation == s.Generation {
		s.Reconciling = false
		if rev.failed != nil {
			s.setReady(runpb.Condition_CONDITION_FAILED, fmt.Sprintf("Revision '%s' is not ready and cannot serve traffic. %v", rev.name, rev.failed))
		} else {
			s.ObservedGeneration = generation
			s.setReady(runpb.Condition_CONDITION_SUCCEEDED, "")
		}
	}
	s.route()
}

// newer reports whether rev was made after the revision of that full name, if there is one.
func (s *service) newer(rev *revision, than string) bool {
	old := s.revision(short(than))
	return old == nil || slices.Index(s.revisions, rev) > slices.Index(s.revisions, old)
}

// route sends traffic where the spec says. It goes on as it was while no revision is ready.
func (s *service) route() {
	if s.LatestReadyRevision == "" {
		return
	}
	targets := s.Traffic
	if len(targets) == 0 {
		targets = []*runpb.TrafficTarget{{Type: runpb.TrafficTargetAllocationType_TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST, Percent: 100}}
	}
	s.TrafficStatuses = nil
	for _, t := range targets {
		st := &runpb.TrafficTargetStatus{Type: t.Type, Revision: t.Revision, Percent: t.Percent, Tag: t.Tag, Uri: s.Uri}
		if t.Tag != "" {
			st.Uri = "https://" + t.Tag + "---" + s.Uri[len("https://"):]
		}
		s.TrafficStatuses = append(s.TrafficStatuses, st)
	}
}

func (s *service) setReady(state runpb.Condition_State, message string) {
	now := timestamppb.New(time.Now())
	condition := func(kind string) *runpb.Condition {
		c := &runpb.Condition{Type: kind, State: state, Message: message, LastTransitionTime: now}
		if state == runpb.Condition_CONDITION_FAILED {
			c.Severity = runpb.Condition_ERROR
			c.Reasons = &runpb.Condition_RevisionReason_{RevisionReason: runpb.Condition_HEALTH_CHECK_CONTAINER_ERROR}
		}
		return c
	}
	s.TerminalCondition = condition("Ready")
	s.Conditions = []*runpb.Condition{condition("RoutesReady"), condition("ConfigurationsReady")}
}
