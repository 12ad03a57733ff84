package intake

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/dynasette/dynasette/sources/shelf"
)

// post begins a file, or takes those of a form.
func (h *Handler) post(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if r.Header.Get("Tus-Resumable") != "" {
		h.speak(h.tus.PostFile).ServeHTTP(w, r)
		return
	}
	files, err := h.form(w, r)
	switch {
	case err != nil && h.Fail != nil:
		h.Fail(w, r, status(err), err)
	case err != nil:
		refuse(w, err)
	case len(files) == 1:
		http.Redirect(w, r, h.Path+url.PathEscape(files[0].ID), http.StatusSeeOther)
	default:
		http.Redirect(w, r, strings.TrimSuffix(h.Path, "files/"), http.StatusSeeOther)
	}
}

// form takes the files of a form, as they come.
func (h *Handler) form(w http.ResponseWriter, r *http.Request) (files []shelf.File, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", errForm, err)
	}
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF) && len(files) == 0:
			return nil, fmt.Errorf("no file was chosen: %w", errForm)
		case errors.Is(err, io.EOF):
			return files, nil
		case err != nil:
			return nil, fmt.Errorf("%w (%w)", errForm, err)
		case part.FileName() == "": // nothing was chosen, or another field
			part.Close()
			continue
		}
		f, err := h.fill(w, r, shelf.Tidy(part.FileName()), mediaType(part.Header.Get("Content-Type")), -1, part)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
}

// mediaType returns a media type without parameters; "" for what is none, or says nothing.
func mediaType(s string) string {
	t, _, err := mime.ParseMediaType(s)
	if err != nil || t == "application/octet-stream" || t == "application/x-www-form-urlencoded" || !strings.Contains(t, "/") {
		return ""
	}
	return t
}
