package dynasette

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dynasette/dynasette/converter"
)

// A Failure says why an upload is not served as it is: it can't be converted, which is in
// its record (sources/NAME.json) until the upload is replaced or deleted or another version
// of the converters reads it; or the server refuses its database, which is in the manifest of
// the release that is served (releases/ID.json, under bad); or a guard holds it back, until somebody
// accepts it, or other rules count.
type Failure struct {
	Source     string    `json:"source"` // the upload's name
	Generation string    `json:"generation"`
	Size       int64     `json:"size"`
	Converter  string    `json:"converter"`
	Time       time.Time `json:"time"`
	Message    string    `json:"error"`
	Line       int64     `json:"line,omitempty"`
	Offset     int64     `json:"offset,omitempty"` // in bytes
	Column     string    `json:"column,omitempty"`
	Hint       string    `json:"hint,omitempty"`

	Held *Hold `json:"held,omitempty"` // it could be served: a guard holds it back
}

func (f *Failure) Error() string { return f.Message }

// recordFailure records why a generation of an upload can't be converted.
func (p *Pipeline) recordFailure(ctx context.Context, rec *record, up Upload, cause error) error {
	f := &Failure{
		Source: rec.Source, Generation: up.Generation, Size: up.Size, Converter: rec.build,
		Time: time.Now().UTC(), Message: cause.Error(),
	}
	if at := (*converter.SyntaxError)(nil); errors.As(cause, &at) {
		f.Line, f.Offset, f.Column, f.Hint = at.Line, at.Offset, at.Column, at.Hint
	}
	was := *rec
	rec.Failed, rec.Held, rec.Trying = f, nil, nil
	return p.replace(ctx, rec, was)
}

// failure returns why what is newest of an upload is not served, or nil.
func (r *record) failure() *Failure {
	h := r.hold()
	if h == nil || r.Failed != nil {
		return r.Failed
	}
	return &Failure{
		Source: r.Source, Generation: h.Generation, Size: r.Held.Size, Converter: r.Held.Made.Build, Time: h.Since, Message: h.Error(), Held: h,
	}
}

// Failures calls fn for every upload that can't be converted or is held back, for every one whose database
// the server refuses, for every file with rules that can't be followed as it is, and for every
// document in base/ that can't be used.
func (p *Pipeline) Failures(ctx context.Context, fn func(Failure) error) error {
	p.start()
	at, err := p.readPointer(ctx)
	if err != nil {
		return err
	}
	all, err := p.heads(ctx)
	if err != nil {
		return err
	}
	current := map[string]bool{}
	for _, h := range all {
		if h.state != stateFailed && h.state != stateHeld {
			current[h.object] = true
			continue
		}
		r, err := p.readRecordOf(ctx, h.key)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if f := r.failure(); f != nil {
			if err := fn(*f); err != nil {
				return err
			}
		}
	}
	m, err := p.manifest(ctx, at.Release)
	if err != nil {
		return err
	}
	if m != nil {
		for _, b := range m.Bad {
			if !current[b.Object] {
				continue // replaced or deleted since
			}
			if err := fn(*b.failure()); err != nil {
				return err
			}
		}
	}
	if err := p.ruleFailures(ctx, at, fn); err != nil {
		return err
	}
	return p.baseFailures(ctx, m, fn)
}

// baseFailures calls fn for every document in base/ that can't be used.
func (p *Pipeline) baseFailures(ctx context.Context, m *Manifest, fn func(Failure) error) error {
	b, faults, _, err := p.readBase(ctx, m.base())
	if err != nil {
		return err
	}
	for _, f := range faults {
		o, err := p.Store.Stat(ctx, f.Document)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if err := fn(Failure{
			Source: f.Document, Generation: o.Generation, Size: o.Size, Time: o.Updated, Message: f.String(), Line: f.Line,
		}); err != nil {
			return err
		}
	}
	if m != nil && m.BadBase != nil && m.BadBase.Identity == b.identity {
		return fn(Failure{Source: strings.TrimSuffix(baseFolder, "/"), Time: m.Created, Message: m.BadBase.fault().Error()})
	}
	return nil
}

// Refused is the error of an upload whose database the server can't serve.
type Refused struct {
	Source string // the upload's name
	Reason string // what the server said
}

func (r *Refused) Error() string {
	return fmt.Sprintf("%s: its database can't be served, and is left out: %s", r.Source, r.Reason)
}

// decode reads a document, and says which one it can't.
func decode(data []byte, v any, name string) error {
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
