package cloudrun

import (
	"testing"

	"cloud.google.com/go/run/apiv2/runpb"
)

// A service is ready if nothing at all says that it is not yet.
func TestState(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*runpb.Service)
		want   phase
	}{
		"all is well":                {func(*runpb.Service) {}, ready},
		"being reconciled":           {func(s *runpb.Service) { s.Reconciling = true }, pending},
		"said of an earlier one":     {func(s *runpb.Service) { s.ObservedGeneration-- }, pending},
		"a revision is not ready":    {func(s *runpb.Service) { s.LatestCreatedRevision = "r3" }, pending},
		"nothing is said":            {func(s *runpb.Service) { s.TerminalCondition = nil }, pending},
		"unknown":                    {in(runpb.Condition_STATE_UNSPECIFIED), pending},
		"pending":                    {in(runpb.Condition_CONDITION_PENDING), pending},
		"reconciling":                {in(runpb.Condition_CONDITION_RECONCILING), pending},
		"failed":                     {in(runpb.Condition_CONDITION_FAILED), failed},
		"failed, and it still tries": {func(s *runpb.Service) { in(runpb.Condition_CONDITION_FAILED)(s); s.Reconciling = true }, pending},
	} {
		svc := &runpb.Service{
			Generation: 2, ObservedGeneration: 2, LatestReadyRevision: "r2", LatestCreatedRevision: "r2",
			TerminalCondition: &runpb.Condition{State: runpb.Condition_CONDITION_SUCCEEDED},
		}
		if test.change(svc); state(svc) != test.want {
			t.Errorf("%s: %d, want %d", name, state(svc), test.want)
		}
	}
}

func in(s runpb.Condition_State) func(*runpb.Service) {
	return func(svc *runpb.Service) { svc.TerminalCondition.State = s }
}
