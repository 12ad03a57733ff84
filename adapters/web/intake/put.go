package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/web/access"
	"github.com/dynasette/dynasette/sources/shelf"
)

// A published file is what a PUT is answered with.
type published struct {
	Name       string `json:"name"`
	Generation string `json:"generation"`
	Size       int64  `json:"size"`
}

// put publishes what it brings at once: over what is live then, or on the condition that a generation is.
func (h *Handler) put(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	name := r.PathValue("name")
	over, failed, conditional := condition(r)
	err := h.current(r.Context(), name, over, conditional) // before gigabytes are sent in vain
	var u dynasette.Upload
	if err != nil {
		access.Note(r.Context(), "source", name)
	} else {
		u, over, err = h.publish(w, r, name, over, conditional)
	}
	if conditional && errors.Is(err, dynasette.ErrChanged) {
		http.Error(w, err.Error(), failed)
		return
	}
	if err != nil {
		refuse(w, err)
		return
	}
	access.Note(r.Context(), "generation", u.Generation, "over", over)
	w.Header().Set("ETag", `"`+u.Generation+`"`)
	w.Header().Set("Content-Type", "application/json")
	if over == dynasette.Absent {
		w.WriteHeader(http.StatusCreated)
	}
	json.NewEncoder(w).Encode(published{u.Name, u.Generation, u.Size})
}

// condition returns which generation a request is to replace, if it says so, and the status of
// the answer if another one is live.
func condition(r *http.Request) (over string, failed int, conditional bool) {
	if q := r.URL.Query(); q.Has("over") {
		return q.Get("over"), http.StatusConflict, true
	}
	if r.Header.Get("If-None-Match") == "*" {
		return dynasette.Absent, http.StatusPreconditionFailed, true
	}
	if tag := r.Header.Get("If-Match"); tag != "" {
		return strings.Trim(strings.TrimPrefix(tag, "W/"), `"`), http.StatusPreconditionFailed, true
	}
	return "", 0, false
}

// current returns why a file can't become that of a name as things stand.
func (h *Handler) current(ctx context.Context, name, over string, conditional bool) error {
	if err := shelf.CheckName(name); err != nil || !conditional {
		return err
	}
	live, err := h.live(ctx, name)
	if err == nil && live != over {
		return fmt.Errorf("%s: generation %q is live, not %q: %w", name, live, over, dynasette.ErrChanged)
	}
	return err
}

// live returns the generation of the upload of a name, or dynasette.Absent.
func (h *Handler) live(ctx context.Context, name string) (string, error) {
	u, err := h.Source.Stat(ctx, name)
	if errors.Is(err, dynasette.ErrNotFound) {
		return dynasette.Absent, nil
	}
	return u.Generation, err
}

// publish returns what has become of a request's body, and the generation that it replaces.
func (h *Handler) publish(w http.ResponseWriter, r *http.Request, name, over string, conditional bool) (u dynasette.Upload, replaced string, err error) {
	ctx := r.Context()
	f, err := h.fill(w, r, name, mediaType(r.Header.Get("Content-Type")), r.ContentLength, r.Body)
	if err != nil {
		return u, "", err
	}
	const tries = 5 // others publish the same name
	for range tries {
		if !conditional {
			over, err = h.live(ctx, name)
		}
		if err == nil {
			u, err = h.Shelf.Publish(ctx, f.ID, over)
		}
		if conditional || !errors.Is(err, dynasette.ErrChanged) {
			break
		}
	}
	if err != nil {
		h.Shelf.Discard(context.WithoutCancel(ctx), f.ID)
	}
	return u, over, err
}
