package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	tus "github.com/tus/tusd/v2/pkg/handler"
	"github.com/tus/tusd/v2/pkg/memorylocker"
	"golang.org/x/exp/slog"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/web/access"
	"github.com/dynasette/dynasette/sources/shelf"
)

func (h *Handler) startTus() {
	store := tusStore{h}
	composer := tus.NewStoreComposer()
	composer.UseCore(store)
	composer.UseTerminater(store)
	composer.UseLengthDeferrer(store)
	composer.UseLocker(memorylocker.New()) // who goes on with a file ends the request that hangs
	handler, err := tus.NewUnroutedHandler(tus.Config{
		StoreComposer:           composer,
		BasePath:                h.Path,
		MaxSize:                 h.MaxSize,
		DisableDownload:         true,
		DisableConcatenation:    true,
		Cors:                    &tus.CorsConfig{Disable: true},
		Logger:                  slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelError + 1})),
		NetworkTimeout:          idle,
		PreUploadCreateCallback: h.announce,
	})
	if err != nil {
		panic(err) // of constants
	}
	h.tus = handler
}

// announce says until when a file that is begun is kept (the protocol's extension "expiration").
func (h *Handler) announce(tus.HookEvent) (tus.HTTPResponse, tus.FileInfoChanges, error) {
	return tus.HTTPResponse{Header: tus.HTTPHeader{expiresHeader: expiry(time.Now().Add(h.Keep))}}, tus.FileInfoChanges{}, nil
}

const expiresHeader = "Upload-Expires"

func expiry(t time.Time) string { return t.UTC().Format(http.TimeFormat) }

// speak answers a request of the protocol.
func (h *Handler) speak(answer http.HandlerFunc) http.Handler {
	inner := http.StripPrefix(h.Path, h.tus.Middleware(answer)) // it takes the path for the ID
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(&amended{ResponseWriter: w}, r)
	})
}

// piece answers a request about a file that was begun.
func (h *Handler) piece(answer http.HandlerFunc) http.HandlerFunc {
	spoken := h.speak(answer)
	return func(w http.ResponseWriter, r *http.Request) {
		f, err := h.Shelf.Get(r.Context(), r.PathValue("id"))
		if err == nil {
			w.Header().Set(expiresHeader, expiry(h.expires(f)))
			access.Note(r.Context(), "source", f.Name, "bytes", f.Size)
		}
		w.Header().Set("Cache-Control", "no-store")
		spoken.ServeHTTP(w, r)
	}
}

// amended adds to answers what the library leaves out. A Location without scheme is right behind
// any proxy.
type amended struct {
	http.ResponseWriter
	sent bool
}

func (a *amended) WriteHeader(status int) {
	if !a.sent {
		a.sent = true
		if at, err := url.Parse(a.Header().Get("Location")); err == nil && at.Path != "" {
			a.Header().Set("Location", at.EscapedPath())
		}
		if e := a.Header().Get("Tus-Extension"); e != "" {
			a.Header().Set("Tus-Extension", e+",expiration")
		}
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *amended) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// A tusStore is the Shelf, as the library wants it.
type tusStore struct{ *Handler }

// NewUpload begins a file.
func (s tusStore) NewUpload(ctx context.Context, info tus.FileInfo) (tus.Upload, error) {
	name := info.MetaData["filename"]
	if name == "" {
		return nil, inTus(fmt.Errorf("%w: Upload-Metadata has no filename", shelf.ErrName))
	}
	size := info.Size
	if info.SizeIsDeferred {
		size = -1
	}
	f, err := s.create(ctx, shelf.File{Name: name, MediaType: mediaType(info.MetaData["filetype"]), Size: size})
	if err != nil {
		return nil, inTus(err)
	}
	return &tusFile{s.Handler, f}, nil
}

// GetUpload returns a file.
func (s tusStore) GetUpload(ctx context.Context, id string) (tus.Upload, error) {
	f, err := s.Shelf.Get(ctx, id)
	if err != nil {
		return nil, inTus(err)
	}
	return &tusFile{s.Handler, f}, nil
}

// AsTerminatableUpload implements tus.TerminaterDataStore.
func (s tusStore) AsTerminatableUpload(u tus.Upload) tus.TerminatableUpload { return u.(*tusFile) }

// AsLengthDeclarableUpload implements tus.LengthDeferrerDataStore.
func (s tusStore) AsLengthDeclarableUpload(u tus.Upload) tus.LengthDeclarableUpload {
	return u.(*tusFile)
}

type tusFile struct {
	h    *Handler
	file shelf.File
}

// WriteChunk adds what has come. The library hides from src that the connection broke, so that this is kept.
func (f *tusFile) WriteChunk(ctx context.Context, offset int64, src io.Reader) (int64, error) {
	if err := f.h.roomFor(0); err != nil {
		return 0, inTus(fmt.Errorf("%s: %w", f.file.Name, err))
	}
	end, err := f.h.Shelf.Append(ctx, f.file.ID, offset, src)
	if err != nil && errors.Is(err, shelf.ErrOffset) {
		return 0, inTus(err)
	}
	f.file.Offset = end
	return max(end-offset, 0), inTus(err)
}

// GetInfo returns what the answers say of it.
func (f *tusFile) GetInfo(context.Context) (tus.FileInfo, error) {
	info := tus.FileInfo{ID: f.file.ID, Size: f.file.Size, Offset: f.file.Offset, MetaData: tus.MetaData{"filename": f.file.Name}}
	if f.file.MediaType != "" {
		info.MetaData["filetype"] = f.file.MediaType
	}
	if f.file.Size < 0 {
		info.Size, info.SizeIsDeferred = 0, true
	}
	return info, nil
}

// GetReader is not asked for: there are no downloads.
func (f *tusFile) GetReader(context.Context) (io.ReadCloser, error) {
	return nil, tus.ErrNotImplemented
}

// FinishUpload has nothing to do: the file waits.
func (f *tusFile) FinishUpload(context.Context) error { return nil }

// Terminate throws it away.
func (f *tusFile) Terminate(ctx context.Context) error {
	return inTus(f.h.Shelf.Discard(ctx, f.file.ID))
}

// DeclareLength says how much will come.
func (f *tusFile) DeclareLength(ctx context.Context, size int64) error {
	if err := f.h.Shelf.SetSize(ctx, f.file.ID, size); err != nil {
		return inTus(err)
	}
	f.file.Size = size
	return nil
}

// inTus returns an error that the library answers as this package does, but where the protocol has
// another status.
func inTus(err error) error {
	if err == nil {
		return nil
	}
	code := status(err)
	if errors.Is(err, dynasette.ErrChanged) {
		code = http.StatusLocked
	}
	answer := tus.NewError("ERR_DYNASETTE", err.Error(), code)
	answer.HTTPResponse.Body = err.Error() + "\n"
	return answer
}
