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

// A Failure is the record of an upload that can't be converted, errors/NAME.json. It stays
// until the upload is replaced or deleted, or another version of the converters reads it.
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
}

func (f *Failure) Error() string { return f.Message }

// of reports whether the record is about this very generation.
func (f *Failure) of(up Upload, build string) bool {
	return f != nil && f.Source == up.Name && f.Generation == up.Generation && f.Converter == build
}

// failureName returns the name of the record about an upload: its name, escaped.
func failureName(upload string) string {
	const longest = 150
	var b strings.Builder
	for i := range len(upload) {
		switch c := upload[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.' && i > 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	if b.Len() > longest {
		return "errors/" + Slug(upload) + ".json"
	}
	return "errors/" + b.String() + ".json"
}

// readFailure returns the record about an upload and the record's generation, or nil and
// Absent.
func (p *Pipeline) readFailure(ctx context.Context, upload string) (*Failure, string, error) {
	data, generation, err := p.Store.Read(ctx, failureName(upload))
	if errors.Is(err, ErrNotFound) {
		return nil, Absent, nil
	}
	if err != nil {
		return nil, Absent, err
	}
	f := new(Failure)
	if json.Unmarshal(data, f) != nil {
		return nil, generation, nil // as good as none: it will be replaced
	}
	return f, generation, nil
}

// recordFailure records why an upload can't be converted, if it is still the live one.
func (p *Pipeline) recordFailure(ctx context.Context, up Upload, cause error, over string) error {
	live, err := p.Source.Stat(ctx, up.Name)
	if err != nil {
		return err
	}
	if live.Generation != up.Generation {
		return fmt.Errorf("%s: %w", up.Name, ErrChanged)
	}
	f := Failure{
		Source: up.Name, Generation: up.Generation, Size: up.Size, Converter: p.build,
		Time: time.Now().UTC(), Message: cause.Error(),
	}
	if at := (*converter.SyntaxError)(nil); errors.As(cause, &at) {
		f.Line, f.Offset, f.Column, f.Hint = at.Line, at.Offset, at.Column, at.Hint
	}
	data, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	return p.put(ctx, failureName(up.Name), data, over)
}

// clearFailure removes a record that no longer holds.
func (p *Pipeline) clearFailure(ctx context.Context, upload, generation string) error {
	if generation == Absent {
		return nil
	}
	err := p.Store.Delete(ctx, failureName(upload), generation)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// Failures calls fn for every record of an upload that can't be converted.
func (p *Pipeline) Failures(ctx context.Context, fn func(Failure) error) error {
	return p.Store.List(ctx, "errors/", func(o Object) error {
		data, _, err := p.Store.Read(ctx, o.Name)
		var f Failure
		switch {
		case errors.Is(err, ErrNotFound):
			return nil
		case err != nil:
			return err
		case json.Unmarshal(data, &f) != nil:
			return nil
		}
		return fn(f)
	})
}
