package publish

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/look"
	"github.com/dynasette/dynasette/sources/shelf"
)

type homePage struct {
	look.Layout
	May     bool
	Files   string // where they are sent; "" if they can't be
	Waiting []waiting
	States  list
}

// A waiting file is not published yet.
type waiting struct{ shelf.File }

// Shown is its name, without what would turn the text around it.
func (f waiting) Shown() string { return dynasette.Printable(f.Name) }

// home is the page to drop files on, and what has become of those that were.
func (h *Handler) home(w http.ResponseWriter, r *http.Request) {
	states, err := h.list(r)
	if err != nil {
		h.failed(w, r, err, "")
		return
	}
	p := homePage{Layout: h.layout("Publish"), States: states}
	_, p.May = h.Access.Who(r)
	if h.Shelf != nil {
		p.Files = FilesPath
	}
	if p.May && p.Files != "" {
		p.Scripts = append(p.Scripts, uploadScript)
		err := h.Shelf.List(r.Context(), func(f shelf.File) error {
			p.Waiting = append(p.Waiting, waiting{f})
			return nil
		})
		if err != nil {
			h.fail(w, r, http.StatusInternalServerError, err)
			return
		}
		slices.SortFunc(p.Waiting, func(a, b waiting) int {
			return cmp.Or(b.Begun.Compare(a.Begun), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
		})
	}
	p.Scripts = append(p.Scripts, stateScript)
	h.show(w, r, "home", p)
}
