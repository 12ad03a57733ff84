package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

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

	// Of a conversion; the first maxAnswered findings.
	Found    converter.Counts    `json:"found,omitzero"`
	Findings []converter.Finding `json:"findings,omitempty"`

	Base []dynasette.BaseFinding `json:"base_findings,omitempty"` // of base documents about it; as many
}

const maxAnswered = 20

// events takes the delivery of an event.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r, orDefault(s.MaxEvent, 1<<20))
	if !ok {
		return
	}
	e, err := ParseEvent(r, body)
	switch {
	case errors.Is(err, errNoEvent):
		fail(w, http.StatusBadRequest, err)
	case errors.Is(err, errOther):
		s.skip(w, r, "event ignored", err)
	case err != nil:
		// It would come again for a day, and never be better.
		s.skip(w, r, "event that cannot be read acknowledged", err)
	default:
		s.deliver(w, r, e)
	}
}

// skip acknowledges what there is nothing to do about.
func (s *Server) skip(w http.ResponseWriter, r *http.Request, what string, err error) {
	s.log().WarnContext(r.Context(), what, "error", err)
	s.counts.event(dynasette.Skipped)
	answer(w, http.StatusOK, outcome{Action: dynasette.Skipped, Error: err.Error()})
}

// deliver has the pipeline look at an event's upload.
func (s *Server) deliver(w http.ResponseWriter, r *http.Request, e Event) {
	name, ok := within(s.Prefix, e.Name)
	if s.Bucket != "" && e.Bucket != "" && e.Bucket != s.Bucket || !ok {
		s.skip(w, r, "event ignored", fmt.Errorf("gs://%s/%s is not where uploads are", e.Bucket, e.Name))
		return
	}
	e.Event.Name = name
	result, err := s.Pipeline.Process(r.Context(), e.Event)
	s.done(w, r, result, err)
}

// done answers with what has become of an upload.
func (s *Server) done(w http.ResponseWriter, r *http.Request, result dynasette.Result, err error) {
	if err != nil {
		s.counts.refused.Add(1)
		s.log().WarnContext(r.Context(), "event refused, to be delivered again", "upload", result.Name, "error", err)
		w.Header().Set("Retry-After", "10")
		fail(w, http.StatusServiceUnavailable, err)
		return
	}
	s.counts.event(result.Action)
	o := outcome{Name: result.Name, Action: result.Action, Slug: result.Slug, Release: result.Release}
	o.Base = result.Base[:min(len(result.Base), maxAnswered)]
	if result.Err != nil {
		o.Error = result.Err.Error()
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
	answer(w, http.StatusOK, o)
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
func (s *Server) process(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r, orDefault(s.MaxEvent, 1<<20))
	if !ok {
		return
	}
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
func (s *Server) metadata(w http.ResponseWriter, r *http.Request) {
	id, err := s.Pipeline.Release(r.Context())
	s.doneRelease(w, r, id, err)
}

// restart has the server serve the current release, if it does not yet.
func (s *Server) restart(w http.ResponseWriter, r *http.Request) {
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
func (s *Server) reconcile(w http.ResponseWriter, r *http.Request) {
	report, err := s.Pipeline.Reconcile(r.Context())
	if err != nil {
		s.log().ErrorContext(r.Context(), "reconcile", "error", err)
		fail(w, http.StatusServiceUnavailable, err)
		return
	}
	answer(w, http.StatusOK, report)
}

func orDefault(value, standard int64) int64 {
	if value <= 0 {
		return standard
	}
	return value
}
