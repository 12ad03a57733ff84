package gcs

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"cloud.google.com/go/storage"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/iterator"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sources/shelf"
)

// A Shelf keeps files in parts, as objects below a hidden prefix, which are composed to become an upload. No object of it
// changes once it is there, but that which describes a file, so that any number of processes may use it. It needs the
// permissions storage.objects.create and storage.objects.delete besides a Source's.
type Shelf struct {
	source *Source
	turns  shelf.Turns
}

var (
	_ shelf.Shelf  = (*Shelf)(nil)
	_ shelf.Keeper = (*Source)(nil)
)

// Shelf returns where files wait that become uploads.
func (s *Source) Shelf() shelf.Shelf { return &Shelf{source: s} }

const (
	shelfFolder = ".dynasette/incoming/"
	infoName    = "file.json"
	partPrefix  = "part-" // and the number of its first byte
	wholePrefix = "whole-"
	idKey       = "dynasette-file" // of an upload's metadata: which file it was

	partSize  = 32 << 20 // what a process loses that dies
	partChunk = 2 << 20  // in memory, to be sent again
	maxParts  = 32       // that are composed in one call
)

func (s *Shelf) object(id, name string) *storage.ObjectHandle {
	return s.source.object(shelfFolder + id + "/" + name)
}

// wrap says which file an error is about, in dynasette's terms.
func wrap(id string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, storage.ErrObjectNotExist):
		err = dynasette.ErrNotFound
	case failedCondition(err):
		err = dynasette.ErrChanged
	}
	return fmt.Errorf("file %.40s: %w", id, err)
}

func failedCondition(err error) bool {
	e := (*googleapi.Error)(nil)
	return errors.As(err, &e) && e.Code == http.StatusPreconditionFailed
}

// Create begins a file.
func (s *Shelf) Create(ctx context.Context, f shelf.File) (shelf.File, error) {
	if err := shelf.CheckName(f.Name); err != nil {
		return f, err
	}
	f.ID, f.Begun, f.Offset = shelf.NewID(), time.Now().UTC().Truncate(time.Second), 0
	return f, s.describe(ctx, f, storage.Conditions{DoesNotExist: true})
}

// describe writes what is known about a file.
func (s *Shelf) describe(ctx context.Context, f shelf.File, over storage.Conditions) error {
	info, err := json.Marshal(f)
	if err != nil {
		return err
	}
	w := s.object(f.ID, infoName).If(over).NewWriter(ctx)
	w.ContentType = "application/json"
	w.Write(info) // Close says what was wrong
	return wrap(f.ID, w.Close())
}

// A kept file is one with the objects that it is made of.
type kept struct {
	shelf.File
	generation int64 // of what describes it
	parts      []*storage.ObjectAttrs
	all        []string // names of all objects
}

// find returns a file.
func (s *Shelf) find(ctx context.Context, id string) (f kept, err error) {
	if !shelf.IsID(id) {
		return f, wrap(id, dynasette.ErrNotFound)
	}
	var objects []*storage.ObjectAttrs
	if err := s.objects(ctx, id+"/", func(a *storage.ObjectAttrs) error { objects = append(objects, a); return nil }); err != nil {
		return f, err
	}
	return s.assemble(ctx, id, objects)
}

// objects calls fn for those of the shelf whose names begin so, in their order.
func (s *Shelf) objects(ctx context.Context, prefix string, fn func(*storage.ObjectAttrs) error) error {
	q := &storage.Query{Prefix: s.source.prefix + shelfFolder + prefix, Projection: storage.ProjectionNoACL}
	if err := q.SetAttrSelection([]string{"Name", "Generation", "Size"}); err != nil {
		return err
	}
	it := s.source.bucket.Retryer(Retry()...).Objects(ctx, q)
	for {
		a, err := it.Next()
		if errors.Is(err, iterator.Done) {
			return ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("list gs://%s/%s: %w", s.source.bucket.BucketName(), q.Prefix, err)
		}
		if err := fn(a); err != nil {
			return err
		}
	}
}

// assemble makes a file of its objects, in the order of their names.
func (s *Shelf) assemble(ctx context.Context, id string, objects []*storage.ObjectAttrs) (f kept, err error) {
	offset := int64(0)
	for _, a := range objects {
		name := a.Name[strings.LastIndex(a.Name, "/")+1:]
		f.all = append(f.all, name)
		if start, ok := strings.CutPrefix(name, partPrefix); ok && start == number(offset) {
			f.parts = append(f.parts, a)
			offset += a.Size
		}
	}
	r, err := s.object(id, infoName).NewReader(ctx)
	if err != nil {
		return f, wrap(id, err)
	}
	defer r.Close()
	if err := json.NewDecoder(io.LimitReader(r, 1<<20)).Decode(&f.File); err != nil {
		return f, wrap(id, err)
	}
	f.ID, f.Offset, f.generation = id, offset, r.Attrs.Generation
	return f, nil
}

// number writes the number of a byte so that names have its order.
func number(n int64) string { return fmt.Sprintf("%016d", n) }

// Append adds parts.
func (s *Shelf) Append(ctx context.Context, id string, offset int64, r io.Reader) (int64, error) {
	give, err := s.turns.Take(id)
	if err != nil {
		return 0, err
	}
	defer give()
	f, err := s.find(ctx, id)
	switch {
	case err != nil:
		return 0, err
	case f.Offset != offset:
		return f.Offset, fmt.Errorf("file %s has %d bytes, not %d: %w", id, f.Offset, offset, shelf.ErrOffset)
	}
	if f.Size >= 0 {
		r = io.LimitReader(r, f.Size-offset)
	}
	const buffer = 64 << 10
	from := &noting{from: bufio.NewReaderSize(r, buffer)}
	for from.err == nil {
		if _, from.err = from.from.Peek(1); from.err != nil {
			break
		}
		n, err := s.part(ctx, id, offset, io.LimitReader(from, partSize))
		if failedCondition(err) { // another process was faster
			return offset, fmt.Errorf("file %s has more than %d bytes: %w", id, offset, shelf.ErrOffset)
		}
		if err != nil {
			return offset, wrap(id, err)
		}
		offset += n
	}
	if errors.Is(from.err, io.EOF) {
		return offset, nil
	}
	return offset, from.err
}

// part stores what r has, whether it ends well or not.
func (s *Shelf) part(ctx context.Context, id string, offset int64, r io.Reader) (int64, error) {
	w := s.object(id, partPrefix+number(offset)).If(storage.Conditions{DoesNotExist: true}).NewWriter(ctx)
	w.ChunkSize = partChunk
	n, _ := io.Copy(w, r) // what is wrong with r is noted, and Close says what is with w
	return n, w.Close()
}

// noting notes the error that reading ends with.
type noting struct {
	from *bufio.Reader
	err  error
}

func (n *noting) Read(p []byte) (int, error) {
	m, err := n.from.Read(p)
	n.err = cmp.Or(n.err, err)
	return m, err
}

// SetSize says how much will come of a file, of which that was not known.
func (s *Shelf) SetSize(ctx context.Context, id string, size int64) error {
	f, err := s.find(ctx, id)
	switch {
	case err != nil:
		return err
	case f.Size >= 0 && f.Size != size:
		return fmt.Errorf("file %s is to have %d bytes, not %d: %w", id, f.Size, size, shelf.ErrOffset)
	case size < f.Offset:
		return fmt.Errorf("file %s has %d bytes, more than %d: %w", id, f.Offset, size, shelf.ErrOffset)
	}
	f.Size = size
	return s.describe(ctx, f.File, storage.Conditions{GenerationMatch: f.generation})
}

// SetName says what a file is published under instead.
func (s *Shelf) SetName(ctx context.Context, id, name string) error {
	f, err := s.find(ctx, id)
	if err = cmp.Or(err, shelf.CheckName(name)); err != nil {
		return err
	}
	f.Name = name
	return s.describe(ctx, f.File, storage.Conditions{GenerationMatch: f.generation})
}

// Get returns a file.
func (s *Shelf) Get(ctx context.Context, id string) (shelf.File, error) {
	f, err := s.find(ctx, id)
	return f.File, err
}

// List calls fn for every file.
func (s *Shelf) List(ctx context.Context, fn func(shelf.File) error) error {
	var id string
	var objects []*storage.ObjectAttrs
	flush := func() error {
		if !shelf.IsID(id) {
			return nil
		}
		f, err := s.assemble(ctx, id, objects)
		if errors.Is(err, dynasette.ErrNotFound) {
			return nil // thrown away meanwhile
		}
		if err != nil {
			return err
		}
		return fn(f.File)
	}
	err := s.objects(ctx, "", func(a *storage.ObjectAttrs) error {
		of, _, _ := strings.Cut(strings.TrimPrefix(a.Name, s.source.prefix+shelfFolder), "/")
		if of != id {
			if err := flush(); err != nil {
				return err
			}
			id, objects = of, nil
		}
		objects = append(objects, a)
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// Open returns what has come of a file.
func (s *Shelf) Open(ctx context.Context, id string) (dynasette.Document, error) {
	f, err := s.find(ctx, id)
	if err != nil {
		return nil, err
	}
	o, err := s.whole(ctx, f)
	if err != nil {
		return nil, err
	}
	return newDocument(ctx, o, f.Offset, s.source.opts), nil
}

// whole returns one object of all parts.
func (s *Shelf) whole(ctx context.Context, f kept) (*storage.ObjectHandle, error) {
	if len(f.parts) == 0 {
		w := s.object(f.ID, wholePrefix+number(0)).NewWriter(ctx)
		if err := w.Close(); err != nil {
			return nil, wrap(f.ID, err)
		}
		return s.object(f.ID, wholePrefix+number(0)).Generation(w.Attrs().Generation), nil
	}
	var pieces []*storage.ObjectHandle
	var ends []int64
	end := int64(0)
	for _, p := range f.parts {
		end += p.Size
		pieces = append(pieces, s.source.bucket.Object(p.Name).Retryer(Retry()...).Generation(p.Generation))
		ends = append(ends, end)
	}
	for level := 0; len(pieces) > 1; level++ {
		var joined []*storage.ObjectHandle
		var joinedEnds []int64
		for i := 0; i < len(pieces); i += maxParts {
			last := min(i+maxParts, len(pieces))
			name := fmt.Sprintf("%s%d-%s-%s", wholePrefix, level, number(int64(i)), number(ends[last-1]))
			o, err := s.join(ctx, s.object(f.ID, name), pieces[i:last])
			if err != nil {
				return nil, wrap(f.ID, err)
			}
			joined, joinedEnds = append(joined, o), append(joinedEnds, ends[last-1])
		}
		pieces, ends = joined, joinedEnds
	}
	return pieces[0], nil
}

// join composes objects, unless somebody has: of one name there is only one content.
func (s *Shelf) join(ctx context.Context, to *storage.ObjectHandle, pieces []*storage.ObjectHandle) (*storage.ObjectHandle, error) {
	a, err := to.If(storage.Conditions{DoesNotExist: true}).ComposerFrom(pieces...).Run(ctx)
	if failedCondition(err) {
		a, err = to.Attrs(ctx)
	}
	if err != nil {
		return nil, err
	}
	return to.Generation(a.Generation), nil
}

// Publish composes the upload of all parts, on condition.
func (s *Shelf) Publish(ctx context.Context, id, over string) (dynasette.Upload, error) {
	give, err := s.turns.Take(id)
	if err != nil {
		return dynasette.Upload{}, err
	}
	defer give()
	f, err := s.find(ctx, id)
	switch {
	case err != nil:
		return dynasette.Upload{}, err
	case !f.Complete():
		return dynasette.Upload{}, fmt.Errorf("%s: %d of %d bytes have come: %w", f.Name, f.Offset, f.Size, dynasette.ErrUnfinished)
	}
	whole, err := s.whole(ctx, f)
	if err != nil {
		return dynasette.Upload{}, err
	}
	condition := storage.Conditions{DoesNotExist: true}
	if over != dynasette.Absent {
		generation, err := strconv.ParseInt(over, 10, 64)
		if err != nil || generation <= 0 {
			return dynasette.Upload{}, fmt.Errorf("%s: generation %q: %w", f.Name, over, dynasette.ErrChanged)
		}
		condition = storage.Conditions{GenerationMatch: generation}
	}
	to := s.source.object(f.Name)
	c := to.If(condition).ComposerFrom(whole)
	c.ContentType, c.Metadata = f.MediaType, map[string]string{idKey: id}
	a, err := c.Run(ctx)
	if failedCondition(err) { // by what a first attempt has made, whose answer was lost?
		if a, err = to.Attrs(ctx); err == nil && a.Metadata[idKey] != id || errors.Is(err, storage.ErrObjectNotExist) {
			err = dynasette.ErrChanged
		}
	}
	if err != nil {
		return dynasette.Upload{}, fmt.Errorf("gs://%s/%s%s: %w", s.source.bucket.BucketName(), s.source.prefix, f.Name, err)
	}
	s.discard(ctx, id) // what is left is thrown away later
	return s.source.upload(a), nil
}

// Discard throws a file away.
func (s *Shelf) Discard(ctx context.Context, id string) error {
	if !shelf.IsID(id) {
		return nil
	}
	give, err := s.turns.Take(id)
	if err != nil {
		return err
	}
	defer give()
	return s.discard(ctx, id)
}

// discard deletes what describes a file last, so that it is told of until nothing is left.
func (s *Shelf) discard(ctx context.Context, id string) error {
	var names []string
	err := s.objects(ctx, id+"/", func(a *storage.ObjectAttrs) error {
		names = append(names, a.Name[strings.LastIndex(a.Name, "/")+1:])
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(strings.Compare(b[:1], a[:1]), strings.Compare(a, b)) // file.json after part- and whole-
	})
	for _, name := range names {
		if err := s.object(id, name).Delete(ctx); err != nil && !errors.Is(err, storage.ErrObjectNotExist) {
			return wrap(id, err)
		}
	}
	return nil
}
