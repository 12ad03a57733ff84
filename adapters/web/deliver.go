package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
)

// outcome is the answer to an event.
type outcome struct {
	Name    string           `json:"name,omitempty"`
	Action  dynasette.Action `json:"action"`
	Slug    string           `json:"database,omitempty"`
	Release string           `json:"release,omitempty"`
	Error   string           `json:"error,omitempty"` // permanent and recorded

	Held *dynasette.Hold `json:"held,omitempty"` // by a guard: what the new version would change

	// Of a conversion; the first maxAnswered findings.
	Found    converter.Counts    `json:"found,omitzero"`
	Findings []converter.Finding `json:"findings,omitempty"`

	Base []dynasette.BaseFinding `json:"base_findings,omitempty"` // of base documents about it; as many
}

const maxAnswered = 20

// events takes a delivery.
func (s *Server) events(w http.ResponseWriter, r *http.Request, body []byte) {
	events, err := parseEvents(r, body)
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	if len(events) == 1 {
		result, err := s.deliver(r.Context(), events[0])
		s.done(w, r, result, err)
		return
	}
	s.batch(w, r, events)
}

// batch takes several events at once. They are acknowledged together: those that were done
// already cost little when they come again.
func (s *Server) batch(w http.ResponseWriter, r *http.Request, events []delivered) {
	outcomes, errs := make([]outcome, len(events)), make([]error, len(events))
	var group sync.WaitGroup
	for i, e := range events {
		group.Go(func() {
			var result dynasette.Result
			if result, errs[i] = s.deliver(r.Context(), e); errs[i] == nil {
				s.counts.event(result.Action)
				outcomes[i] = outcomeOf(result)
			}
		})
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		s.refuse(w, r, fmt.Sprintf("%d events", len(events)), err)
		return
	}
	answer(w, http.StatusOK, outcomes)
}

// deliver has the pipeline look at an event's upload. What there is nothing to do about is
// skipped: it would come again for a day, and never be better.
func (s *Server) deliver(ctx context.Context, e delivered) (dynasette.Result, error) {
	name, ok := within(s.Prefix, e.Name)
	switch {
	case e.Err != nil:
	case !ok || s.Bucket != "" && e.Bucket != "" && e.Bucket != s.Bucket:
		e.Err = fmt.Errorf("gs://%s/%s is %w", e.Bucket, e.Name, errElsewhere)
	default:
		e.Event.Event.Name = name
		return s.Pipeline.Process(ctx, e.Event.Event)
	}
	reason := reasonOf(e.Err)
	s.counts.skip(reason)
	s.log().WarnContext(ctx, "event acknowledged, though there is nothing to do about it", "reason", reason, "error", e.Err)
	return dynasette.Result{Action: dynasette.Skipped, Err: e.Err}, nil
}

// done answers with what has become of an upload.
func (s *Server) done(w http.ResponseWriter, r *http.Request, result dynasette.Result, err error) {
	if err != nil {
		s.refuse(w, r, result.Name, err)
		return
	}
	s.counts.event(result.Action)
	answer(w, http.StatusOK, outcomeOf(result))
}

// refuse has a delivery come again.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, upload string, err error) {
	s.counts.refused.Add(1)
	s.log().WarnContext(r.Context(), "event refused, to be delivered again", "upload", upload, "error", err)
	w.Header().Set("Retry-After", "10")
	fail(w, http.StatusServiceUnavailable, err)
}

func outcomeOf(result dynasette.Result) outcome {
	o := outcome{Name: result.Name, Action: result.Action, Slug: result.Slug, Release: result.Release}
	o.Base = result.Base[:min(len(result.Base), maxAnswered)]
	if result.Err != nil {
		o.Error = result.Err.Error()
		errors.As(result.Err, &o.Held)
	}
	if result.Summary != nil {
		o.Found = result.Summary.Counts()
		for _, f := range result.Summary.Findings() {
			if len(o.Findings) == maxAnswered {
				break
			}
			o.Findings = append(o.Findings, f)
		}
	}
	return o
}

// step is what a Workflow sends: our names, or those of dynamic-datasette.
type step struct {
	Bucket      string      `json:"bucket"`
	Name        string      `json:"name"`
	Generation  json.Number `json:"generation"`
	EventBucket string      `json:"event_bucket"`
	EventFile   string      `json:"event_file"`
}

// process converts one upload; the release is a step of its own.
func (s *Server) process(w http.ResponseWriter, r *http.Request, body []byte) {
	var st step
	if err := json.Unmarshal(body, &st); err != nil {
		fail(w, http.StatusBadRequest, fmt.Errorf("the body is not what is expected, {\"bucket\", \"name\"}: %w", err))
		return
	}
	if st.Name == "" {
		st.Name, st.Bucket = st.EventFile, st.EventBucket
	}
	name, inside := within(s.Prefix, st.Name)
	if st.Name == "" || !inside || s.Bucket != "" && st.Bucket != "" && st.Bucket != s.Bucket {
		fail(w, http.StatusBadRequest, fmt.Errorf("gs://%s/%s is not where uploads are", st.Bucket, st.Name))
		return
	}
	result, err := s.Pipeline.Bring(r.Context(), dynasette.Event{Name: name, Generation: st.Generation.String()})
	s.done(w, r, result, err)
}

// released is the answer to steps about releases.
type released struct {
	Release string `json:"release"`
}

// metadata makes a release, which is one step: half of it must not be seen.
func (s *Server) metadata(w http.ResponseWriter, r *http.Request, _ []byte) {
	id, err := s.Pipeline.Release(r.Context())
	s.doneRelease(w, r, id, err)
}

// restart has the server serve the current release, if it does not yet.
func (s *Server) restart(w http.ResponseWriter, r *http.Request, _ []byte) {
	id, err := s.Pipeline.Resume(r.Context())
	s.doneRelease(w, r, id, err)
}

func (s *Server) doneRelease(w http.ResponseWriter, r *http.Request, id string, err error) {
	if err != nil {
		s.log().ErrorContext(r.Context(), "no release", "error", err)
		fail(w, http.StatusServiceUnavailable, err)
		return
	}
	answer(w, http.StatusOK, released{id})
}

// reconcile compares everything.
func (s *Server) reconcile(w http.ResponseWriter, r *http.Request, _ []byte) {
	report, err := s.Pipeline.Reconcile(r.Context())
	if err != nil {
		s.log().ErrorContext(r.Context(), "reconcile", "error", err)
		fail(w, http.StatusServiceUnavailable, err)
		return
	}
	answer(w, http.StatusOK, report)
}
