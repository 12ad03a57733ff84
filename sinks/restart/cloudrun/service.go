package cloudrun

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"cloud.google.com/go/run/apiv2/runpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/dynasette/dynasette/internal/redact"
)

// follow shows the service to look until look is done, or the Timeout is over. An error of
// look that is not the end says why not: it is the reason if the end never comes.
func (r *Restarter) follow(ctx context.Context, look func(context.Context, *runpb.Service) (done bool, err error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, r.opts.Timeout, fmt.Errorf("no end within %v", r.opts.Timeout))
	defer cancel()
	var why error
	for {
		svc, err := r.client.GetService(ctx, &runpb.GetServiceRequest{Name: r.service})
		done := !again(err)
		if err == nil {
			done, err = look(ctx, svc)
		}
		if done && (err == nil || ctx.Err() == nil) {
			return err
		}
		if why == nil || status.Code(err) != codes.DeadlineExceeded {
			why = err // a call that ran out of time says less than what was seen before
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w (%w)", context.Cause(ctx), cmp.Or(why, ctx.Err()))
		case <-time.After(jitter(r.opts.Poll)):
		}
	}
}

// jitter keeps writers that met once from meeting again.
func jitter(d time.Duration) time.Duration { return d/2 + rand.N(d) }

// again reports whether another attempt, after another look, may end otherwise: somebody
// else was faster, or it is not known what became of the call.
func again(err error) bool {
	switch status.Code(err) {
	case codes.OK, codes.Aborted, codes.FailedPrecondition, codes.Unavailable,
		codes.DeadlineExceeded, codes.ResourceExhausted, codes.Internal:
		return true
	}
	return false
}

// hint says what to do about an error of the API.
func hint(err error) string {
	switch status.Code(err) {
	case codes.PermissionDenied:
		return " (it takes run.services.get and run.services.update on the service, and iam.serviceAccounts.actAs on the account that it runs as)"
	case codes.NotFound:
		return " (gcloud run services list shows which there are)"
	case codes.Unauthenticated:
		return " (gcloud auth application-default login)"
	}
	return ""
}

// write names the release in the service as it was read, and marks its template. It is
// never the end: what has become of the service is to be seen by another look.
func (r *Restarter) write(ctx context.Context, svc *runpb.Service, release string, m mark) (done bool, err error) {
	next := proto.CloneOf(svc)
	c, err := r.container(next)
	if err != nil {
		return true, err
	}
	setVariable(c, r.opts.Variable, release)
	m.put(next)
	// The name of a revision can't be used twice; without one, Cloud Run makes one up.
	next.Template.Revision = ""
	_, err = r.client.UpdateService(ctx, &runpb.UpdateServiceRequest{
		Service:    next, // with the etag that it was read with
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"template"}},
	})
	return !again(err), err
}

type phase int

const (
	pending phase = iota
	ready
	failed
)

// state tells how far Cloud Run is with the service as it was written last. The end of the
// operation of an update says less: it ends well also if another update has overtaken it.
func state(svc *runpb.Service) phase {
	condition := svc.GetTerminalCondition().GetState()
	switch {
	case svc.Reconciling:
		return pending
	case condition == runpb.Condition_CONDITION_FAILED:
		return failed
	case condition == runpb.Condition_CONDITION_SUCCEEDED &&
		svc.ObservedGeneration >= svc.Generation &&
		svc.LatestReadyRevision == svc.LatestCreatedRevision:
		return ready
	}
	return pending
}

const maxSaid = 2 << 10 // bytes of what Cloud Run says that are shown

// condition is what Cloud Run says about the service, for people.
func condition(svc *runpb.Service) string {
	if m := svc.GetTerminalCondition().GetMessage(); m != "" {
		return redact.Said(m, maxSaid)
	}
	return "the service is " + svc.GetTerminalCondition().GetState().String()
}

// pinned returns an error if requests don't all go to the latest revision that is ready: a
// new one would not serve then.
func pinned(svc *runpb.Service) error {
	for _, t := range svc.Traffic {
		if t.Percent > 0 && t.Type != runpb.TrafficTargetAllocationType_TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST {
			return fmt.Errorf("%w: %d%% of the traffic is pinned to the revision %s (gcloud run services update-traffic --to-latest ends that)", ErrPinned, t.Percent, t.Revision)
		}
	}
	return nil
}
