package dynasette

import (
	"bytes"
	"context"
	"errors"

	"github.com/dynasette/dynasette/converter"
)

// read converts documents and closes them.
func (p *Pipeline) read(ctx context.Context, by *ruling, parts []part, dst converter.Destination, w *work) (format string, s converter.Summary, err error) {
	jobs, err := p.detect(by, parts)
	if err == nil {
		opts := p.options()
		opts.Formats, opts.Progress, opts.Rows = p.Formats, w.progress, &w.rows
		if len(by.book.Files) > 0 {
			opts.Rules = by.set.Rule
		}
		s, err = converter.ConvertAll(ctx, jobs, dst, opts)
	}
	if closeErr := shut(parts); closeErr != nil {
		return "", s, closeErr // a document that changes can have any fault
	}
	return formatsOf(jobs), s, err
}

// detect finds out what documents are. What others consist of is none. Those of an unknown format are all named; one that is empty
// has no part in a database of several.
func (p *Pipeline) detect(by *ruling, parts []part) ([]converter.Job, error) {
	jobs := make([]converter.Job, 0, len(parts))
	beside := besideOf(parts)
	var unknown, stray []error
	for _, up := range parts {
		if p.Formats.Beside(up.Name, beside.has) != "" {
			continue
		}
		in := &converter.Input{Name: up.Name, MediaType: up.MediaType, Generation: up.Generation, Size: up.Size, ReaderAt: up, Folder: beside}
		if err := up.begin(); err != nil {
			return nil, err
		}
		f, c, err := p.Formats.Under(by.set.Rule(up.Name)).Detect(in)
		switch {
		case errors.Is(err, converter.ErrUnknownFormat) && by.set.IsPart(up.Name): // of what is not there
			stray = append(stray, err)
			continue
		case errors.Is(err, converter.ErrUnknownFormat):
			unknown = append(unknown, err)
		case errors.Is(err, converter.ErrEmpty) && len(parts) > 1:
			c = converter.Empty
		case err != nil:
			return nil, err
		}
		jobs = append(jobs, converter.Job{Input: in, Format: f, Converter: c})
	}
	if len(jobs) == 0 {
		return nil, errors.Join(stray...)
	}
	return jobs, errors.Join(unknown...)
}

// heldBack is a Draft as a converter.Destination: page 1 waits until it is looked at.
type heldBack struct {
	Draft
	first   []byte
	written int64
}

func (d *heldBack) Write(p []byte) (int, error) {
	n, err := d.Draft.Write(p)
	d.written += int64(n)
	return n, err
}

func (d *heldBack) Reset() error {
	d.first, d.written = nil, 0
	return d.Draft.Reset()
}

// Commit keeps page 1.
func (d *heldBack) Commit(first []byte) error {
	d.first = bytes.Clone(first)
	return nil
}

func (d *heldBack) size() int64 { return int64(len(d.first)) + d.written }

// put writes a document and returns its generation. If the answer is lost, that is found
// out: what is written is never written twice.
func (p *Pipeline) put(ctx context.Context, name string, data []byte, over string, metadata map[string]string) (string, error) {
	generation, err := p.Store.Write(ctx, name, data, over, metadata)
	if err == nil {
		return generation, nil
	}
	if now, generation, readErr := p.Store.Read(ctx, name); readErr == nil && generation != over && bytes.Equal(now, data) {
		return generation, nil
	}
	return "", err
}
