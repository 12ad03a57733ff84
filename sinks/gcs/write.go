package gcs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"cloud.google.com/go/storage"

	"github.com/dynasette/dynasette"
)

// markKey is the metadata by which a writer recognises its own object.
const markKey = "dynasette-write"

// A mark says which write made an object, and over which generation.
type mark struct{ id, over string }

func marked(a *storage.ObjectAttrs) mark {
	id, over, _ := strings.Cut(a.Metadata[markKey], " over ")
	return mark{id, over}
}

func (m mark) String() string { return m.id + " over " + m.over }

// How often a write is tried beyond what the client tries by itself.
const (
	once     = 1 // it can't be repeated
	attempts = 4
)

// An operation makes an object and gives it that metadata. It may be called again.
type operation func(o *storage.ObjectHandle, metadata map[string]string) (*storage.ObjectAttrs, error)

// write runs an operation over that generation until it is clear what became of it: after
// an answer was lost, the object that is there tells.
func (s *Store) write(ctx context.Context, name, over string, metadata map[string]string, tries int, do operation) (*storage.ObjectAttrs, error) {
	own := mark{rand.Text(), fmt.Sprint(expect(over).GenerationMatch)}
	metadata = maps.Clone(metadata)
	if metadata == nil {
		metadata = map[string]string{}
	}
	metadata[markKey] = own.String()
	before := s.seen.get(name)
	for try := 1; ; try++ {
		if err := s.pace.wait(ctx, name); err != nil {
			return nil, s.wrap(name, err)
		}
		c := s.call(name)
		a, err := do(c.object.If(expect(over)), metadata)
		s.pace.note(name)
		if err == nil {
			s.seen.note(name, a.Generation)
			return a, nil
		}
		refused := isCode(err, http.StatusPreconditionFailed)
		if ctx.Err() != nil || refused && !c.unsure && try == 1 || !refused && !storage.ShouldRetry(err) {
			return nil, s.wrap(name, err)
		}
		there, statErr := s.call(name).object.Attrs(ctx)
		absent := errors.Is(statErr, storage.ErrObjectNotExist)
		switch {
		case statErr != nil && !absent:
			return nil, s.wrap(name, statErr)
		case !absent && marked(there).id == own.id:
			s.seen.note(name, there.Generation)
			return there, nil
		case !refused && try == tries, absent && refused:
			return nil, s.wrap(name, err)
		case refused && (marked(there).over == own.over || there.Generation <= before):
			// It replaced what we were to replace, or was there before: we have not.
			return nil, s.wrap(name, err)
		case refused:
			return nil, s.wrap(name, fmt.Errorf("%w: the answer to a write was lost, and another one came after it, or before", dynasette.ErrUnavailable))
		}
	}
}
