// Package intake takes files in over HTTP and puts them on a Shelf: in pieces, by tus 1.0, as the page to
// publish on does; as a form without JavaScript; and by one PUT, which is published at once.
package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"time"

	tus "github.com/tus/tusd/v2/pkg/handler"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/web/access"
	"github.com/dynasette/dynasette/internal/look"
	"github.com/dynasette/dynasette/sources/shelf"
)

// A Handler answers requests that bring files. Source, Shelf and Path must be set; fields don't change
// while it is in use. Who may ask is for others to check.
type Handler struct {
	Source dynasette.Source
	Shelf  shelf.Shelf
	Path   string // that it is at; ends with a slash

	MaxSize  int64         // of a file, in bytes; 0 is 64 GiB
	MaxFiles int           // that wait at a time; 0 is 1,000
	Keep     time.Duration // how long one waits whose bytes have not all come; 0 is a day. Others wait for a week.

	// Fail answers a browser with an error; nil is http.Error.
	Fail func(w http.ResponseWriter, r *http.Request, status int, err error)

	once     sync.Once
	tus      *tus.UnroutedHandler
	creating sync.Mutex
}

const (
	defaultMaxSize  = 64 << 30
	defaultMaxFiles = 1000
	defaultKeep     = 24 * time.Hour
	keepComplete    = 7 * 24 * time.Hour

	// reserve is what is left of the disk's room for databases and the system.
	reserve = 256 << 20
	// idle is how long nothing may come of a file that is being sent.
	idle = time.Minute
)

// Errors of files that are not taken.
var (
	ErrTooBig  = errors.New("the file is too big")
	ErrNoRoom  = errors.New("there is no room for it")
	errTooMany = errors.New("too many files wait: publish or discard some first")
	errForm    = errors.New("send a file: as a form (multipart/form-data), by tus 1.0, or with PUT (curl -T)")
)

// Register has mux answer with what protect makes of the handler.
func (h *Handler) Register(mux *http.ServeMux, protect func(http.Handler) http.Handler) {
	h.once.Do(h.start)
	for pattern, answer := range map[string]http.HandlerFunc{
		"POST " + h.Path + "{$}":      h.post,
		"HEAD " + h.Path + "{id}":     h.piece(h.tus.HeadFile),
		"PATCH " + h.Path + "{id}":    h.piece(h.tus.PatchFile),
		"DELETE " + h.Path + "{id}":   h.piece(h.tus.DelFile),
		"PUT " + h.Path + "{name...}": h.put,
	} {
		mux.Handle(pattern, protect(answer))
	}
	mux.Handle("OPTIONS "+h.Path, h.speak(func(http.ResponseWriter, *http.Request) {})) // what of tus there is
}

func (h *Handler) start() {
	h.MaxSize, h.MaxFiles, h.Keep = cmp.Or(h.MaxSize, defaultMaxSize), cmp.Or(h.MaxFiles, defaultMaxFiles), cmp.Or(h.Keep, defaultKeep)
	h.startTus()
}

// create begins a file, if there is room for it.
func (h *Handler) create(ctx context.Context, f shelf.File) (shelf.File, error) {
	f.By = access.Caller(ctx)
	access.Note(ctx, "source", f.Name, "bytes", f.Size)
	if err := shelf.CheckName(f.Name); err != nil {
		return f, err
	}
	if f.Size > h.MaxSize {
		return f, fmt.Errorf("%s of %s: %w: %s is the most", look.Size(f.Size), f.Name, ErrTooBig, look.Size(h.MaxSize))
	}
	h.creating.Lock()
	defer h.creating.Unlock()
	waiting, missing, err := h.sweep(ctx)
	switch {
	case err != nil:
		return f, err
	case waiting >= h.MaxFiles:
		return f, errTooMany
	}
	if err := h.roomFor(missing + max(f.Size, 0)); err != nil {
		return f, fmt.Errorf("%s: %w", f.Name, err)
	}
	return h.Shelf.Create(ctx, f)
}

// roomFor returns an error if so many bytes can't be written.
func (h *Handler) roomFor(n int64) error {
	room, ok := h.Shelf.(shelf.Room)
	if !ok {
		return nil
	}
	if free, known := room.Free(); known && free-reserve < n {
		return fmt.Errorf("%w: %s of the disk is free, of which %s is kept for databases", ErrNoRoom, look.Size(free), look.Size(reserve))
	}
	return nil
}

// sweep throws files away that have waited for too long, and returns how many there are, and how much
// is still to come of them.
func (h *Handler) sweep(ctx context.Context) (waiting int, missing int64, err error) {
	now := time.Now()
	err = h.Shelf.List(ctx, func(f shelf.File) error {
		if now.After(h.expires(f)) && h.Shelf.Discard(ctx, f.ID) == nil { // else somebody is at it
			return nil
		}
		waiting++
		missing += max(f.Size-f.Offset, 0)
		return nil
	})
	return waiting, missing, err
}

// expires returns when a file is thrown away.
func (h *Handler) expires(f shelf.File) time.Time {
	if f.Complete() {
		return f.Begun.Add(keepComplete)
	}
	return f.Begun.Add(h.Keep)
}

// fill puts all that a request brings on the shelf, as a file of a name. Of a file that is cut
// nothing is kept: nobody could go on with it.
func (h *Handler) fill(w http.ResponseWriter, r *http.Request, name, mediaType string, size int64, body io.Reader) (f shelf.File, err error) {
	ctx := r.Context()
	if f, err = h.create(ctx, shelf.File{Name: name, MediaType: mediaType, Size: size}); err != nil {
		return f, err
	}
	done := false
	defer func() {
		if !done {
			h.Shelf.Discard(context.WithoutCancel(ctx), f.ID)
		}
	}()
	in := &arriving{from: body, control: http.NewResponseController(w), left: h.MaxSize, room: h.roomFor, name: name, max: h.MaxSize}
	if f.Offset, err = h.Shelf.Append(ctx, f.ID, 0, in); err != nil {
		return f, err
	}
	switch {
	case size < 0:
		f.Size = f.Offset
		err = h.Shelf.SetSize(ctx, f.ID, f.Size)
	case f.Offset < size:
		err = fmt.Errorf("%s: %d of %d bytes have come: %w", name, f.Offset, size, io.ErrUnexpectedEOF)
	}
	done = err == nil
	return f, err
}

// An arriving body may take as long as it will, as long as something comes.
type arriving struct {
	from    io.Reader
	control *http.ResponseController
	name    string
	left    int64 // bytes that may come
	max     int64
	since   int64 // bytes since the room was looked at
	room    func(int64) error
}

func (a *arriving) Read(p []byte) (int, error) {
	const often = 64 << 20
	if a.since >= often {
		a.since = 0
		if err := a.room(0); err != nil {
			return 0, fmt.Errorf("%s: %w", a.name, err)
		}
	}
	a.control.SetReadDeadline(time.Now().Add(idle))
	a.control.SetWriteDeadline(time.Now().Add(2 * idle))
	n, err := a.from.Read(p)
	a.left -= int64(n)
	a.since += int64(n)
	if a.left < 0 {
		return 0, fmt.Errorf("%s: %w: %s is the most", a.name, ErrTooBig, look.Size(a.max))
	}
	return n, err
}

// status returns that of the answer to a request which ended in an error.
func status(err error) int {
	var tooBig *http.MaxBytesError
	switch {
	case errors.Is(err, shelf.ErrName), errors.Is(err, errForm), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, http.ErrNotMultipart), errors.Is(err, http.ErrMissingBoundary):
		return http.StatusBadRequest
	case errors.Is(err, dynasette.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, dynasette.ErrChanged), errors.Is(err, shelf.ErrOffset), errors.Is(err, dynasette.ErrUnfinished):
		return http.StatusConflict
	case errors.Is(err, ErrTooBig), errors.As(err, &tooBig):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, ErrNoRoom), errors.Is(err, errTooMany), errors.Is(err, syscall.ENOSPC):
		return http.StatusInsufficientStorage
	}
	return http.StatusInternalServerError
}

// refuse answers a program with an error.
func refuse(w http.ResponseWriter, err error) {
	if e := strings.ReplaceAll(err.Error(), "\n", " "); e != "" {
		http.Error(w, e, status(err))
	}
}
