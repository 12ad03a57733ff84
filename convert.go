package dynasette

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/dynasette/dynasette/converter"
)

// What the metadata of a database says.
const (
	metaSource     = "source"     // the upload's name
	metaGeneration = "generation" // the upload's
	metaUpdated    = "updated"    // the upload's time, RFC 3339, UTC
	metaSHA256     = "sha256"     // of the upload
	metaConverter  = "converter"  // Pipeline.build
	metaFormat     = "format"
	metaRows       = "rows"
	metaBuild      = "build" // which description belongs to this database
)

func databaseName(slug string) string { return "databases/" + slug + ".db" }

func descriptionName(slug, build string) string { return "databases/" + slug + "." + build + ".json" }

// A description is all that is known about a database. It is written before the database,
// under a name that the database's metadata gives, so both become visible at once.
type description struct {
	Source     string            `json:"source"`
	Generation string            `json:"generation"`
	Updated    time.Time         `json:"updated"`
	Converter  string            `json:"converter"`
	Summary    converter.Summary `json:"summary"`
}

// convert makes the database of an upload, over the one that is there, if that is older.
func (p *Pipeline) convert(ctx context.Context, up Upload, slug string, old Object) (*converter.Summary, error) {
	doc, err := p.Source.Open(ctx, up) // may wait until the upload is complete, but in nobody's way
	if err != nil {
		return nil, err
	}
	defer p.busy.begin()()
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		doc.Close()
		return nil, ctx.Err()
	}
	draft, err := p.Store.Create(ctx, databaseName(slug))
	if err != nil {
		doc.Close()
		return nil, err
	}
	defer draft.Close()
	dst := &heldBack{Draft: draft}
	format, summary, err := p.read(ctx, up, doc, dst)
	if err != nil {
		return nil, err
	}
	if err := p.hollow(ctx, slug, old, &summary); err != nil {
		return nil, fmt.Errorf("%s: %w", up.Name, err)
	}
	if err := checkFirstPage(dst.first, dst.size()); err != nil {
		return nil, fmt.Errorf("%s: %w: %w", up.Name, converter.ErrCorrupt, err)
	}
	d := description{
		Source: up.Name, Generation: up.Generation, Updated: up.Updated.UTC(), Converter: p.build, Summary: summary,
	}
	metadata, err := p.describe(ctx, slug, format, d)
	if err != nil {
		return nil, err
	}
	old.Name = databaseName(slug) // also if there was none
	if err := p.commit(ctx, draft, dst.first, up, old, metadata); err != nil {
		return nil, err
	}
	if old.Metadata[metaBuild] != metadata[metaBuild] {
		p.dropDescription(ctx, slug, old)
	}
	return &summary, nil
}

// read converts a document and closes it.
func (p *Pipeline) read(ctx context.Context, up Upload, doc Document, dst converter.Destination) (format string, s converter.Summary, err error) {
	in := &converter.Input{Name: up.Name, MediaType: up.MediaType, Generation: up.Generation, Size: up.Size, ReaderAt: doc}
	f, c, err := p.Formats.Detect(in)
	if err == nil {
		opts := p.Options
		opts.Formats = p.Formats
		s, err = converter.ConvertAll(ctx, []converter.Job{{Input: in, Format: f, Converter: c}}, dst, opts)
	}
	if closeErr := doc.Close(); closeErr != nil {
		return "", s, closeErr // a document that changes can have any fault
	}
	return f.Name, s, err
}

// describe writes the description and returns the database's metadata.
func (p *Pipeline) describe(ctx context.Context, slug, format string, d description) (map[string]string, error) {
	data, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	build := hex.EncodeToString(sum[:16])
	if err := p.put(ctx, descriptionName(slug, build), data, Absent); err != nil && !errors.Is(err, ErrChanged) {
		return nil, err // ErrChanged: it is there already, since its name is its content's
	}
	metadata := map[string]string{
		metaSource: d.Source, metaGeneration: d.Generation, metaUpdated: d.Updated.Format(time.RFC3339Nano),
		metaConverter: d.Converter, metaFormat: format, metaRows: strconv.FormatInt(rows(&d.Summary), 10), metaBuild: build,
	}
	if len(d.Summary.Documents) > 0 {
		metadata[metaSHA256] = d.Summary.Documents[0].SHA256
	}
	return metadata, nil
}

// commit makes the database visible. If another one came first, that was made of an older
// generation, or is as good, or the upload has changed.
func (p *Pipeline) commit(ctx context.Context, draft Draft, first []byte, up Upload, old Object, metadata map[string]string) error {
	for {
		_, err := draft.Commit(first, old.Generation, metadata)
		if err == nil {
			return nil
		}
		if !errors.Is(err, ErrChanged) {
			return err
		}
		now, statErr := p.Store.Stat(ctx, old.Name)
		if statErr != nil && !errors.Is(statErr, ErrNotFound) {
			return statErr
		}
		live, statErr := p.Source.Stat(ctx, up.Name)
		switch {
		case statErr != nil:
			return statErr
		case live.Generation != up.Generation, p.current(now, up), now.Generation == old.Generation:
			return err
		}
		old.Generation = now.Generation
	}
}

// readDescription returns what is known about a database.
func (p *Pipeline) readDescription(ctx context.Context, slug string, db Object) (description, error) {
	var d description
	name := descriptionName(slug, db.Metadata[metaBuild])
	data, _, err := p.Store.Read(ctx, name)
	if err != nil {
		return d, err
	}
	if err := json.Unmarshal(data, &d); err != nil {
		return d, fmt.Errorf("%s: %w", name, err)
	}
	return d, nil
}

// dropDescription removes what was known about a database that is no more. What is left
// over is swept later.
func (p *Pipeline) dropDescription(ctx context.Context, slug string, db Object) {
	if build := db.Metadata[metaBuild]; build != "" {
		name := descriptionName(slug, build)
		if o, err := p.Store.Stat(ctx, name); err == nil {
			p.Store.Delete(ctx, name, o.Generation)
		}
	}
}

// heldBack is a Draft as a converter.Destination: page 1 waits until all is known that
// goes with it.
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

// put writes a document. If the answer is lost, or another process has written the same,
// that is found out.
func (p *Pipeline) put(ctx context.Context, name string, data []byte, over string) error {
	_, err := p.putGeneration(ctx, name, data, over)
	return err
}

func (p *Pipeline) putGeneration(ctx context.Context, name string, data []byte, over string) (string, error) {
	generation, err := p.Store.Write(ctx, name, data, over)
	if err == nil {
		return generation, nil
	}
	if now, generation, readErr := p.Store.Read(ctx, name); readErr == nil && generation != over && bytes.Equal(now, data) {
		return generation, nil
	}
	return "", err
}
