package publish

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
)

// database sends a database of a release. What only earlier releases have may have been withdrawn for a
// reason, so that is for those who may publish.
func (h *Handler) database(w http.ResponseWriter, r *http.Request) {
	all, err := h.Pipeline.Releases(r.Context())
	if err != nil {
		h.failed(w, r, err, "")
		return
	}
	d, current := databaseOf(all, r.PathValue("id"), r.PathValue("file"))
	if d == nil {
		h.failed(w, r, dynasette.ErrNotFound, "There is no such database in a release that is kept.")
		return
	}
	if _, may := h.Access.Who(r); !may && !current {
		h.fail(w, r, http.StatusUnauthorized, errors.New("databases of earlier releases are for those who may publish: log in first"))
		return
	}
	doc, err := h.Pipeline.Store.Open(r.Context(), dynasette.Object{Name: d.Object, Generation: d.Generation, Size: d.Size})
	if err != nil {
		h.failed(w, r, err, "This database is not kept any more.")
		return
	}
	send(w, r, doc, d.Size, d.Updated, d.File())
}

// original sends an upload as it is. Rules may leave out of what is published what is in it, so that is
// for those who may publish.
func (h *Handler) original(w http.ResponseWriter, r *http.Request, d dynasette.Detail, name string) {
	if _, may := h.Access.Who(r); !may {
		h.fail(w, r, http.StatusUnauthorized, errors.New("the files themselves are for those who may publish: log in first"))
		return
	}
	member := d.Summary != nil && slices.ContainsFunc(d.Summary.Documents, func(of converter.DocumentSummary) bool { return of.Name == name })
	if name != d.Source && !member {
		h.failed(w, r, dynasette.ErrNotFound, "There is no such file.")
		return
	}
	up, err := h.Pipeline.Source.Stat(r.Context(), name)
	if err != nil {
		h.failed(w, r, err, "This file is not there any more.")
		return
	}
	doc, err := h.Pipeline.Source.Open(r.Context(), up)
	if err != nil {
		h.failed(w, r, err, "This file is not there any more.")
		return
	}
	send(w, r, doc, up.Size, up.Updated, path.Base(name))
}

// send has the browser keep a document as a file, whatever it is.
func send(w http.ResponseWriter, r *http.Request, doc dynasette.Document, size int64, modified time.Time, name string) {
	head := w.Header()
	head.Set("Content-Type", "application/octet-stream")
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": dynasette.Printable(name)})
	if disposition == "" {
		disposition = "attachment"
	}
	head.Set("Content-Disposition", disposition)
	head.Set("Cache-Control", "no-store")
	http.ServeContent(w, r, "", modified, io.NewSectionReader(doc, 0, size))
	if doc.Close() != nil {
		panic(http.ErrAbortHandler) // what was sent may be of two versions
	}
}
