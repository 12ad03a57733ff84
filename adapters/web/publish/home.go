package publish

import (
	"net/http"

	"github.com/dynasette/dynasette/internal/look"
)

type homePage struct {
	look.Layout
	May bool
}

// home is the page to drop files on, and what has become of those that were.
func (h *Handler) home(w http.ResponseWriter, r *http.Request) {
	_, may := h.Access.Who(r)
	h.show(w, r, "home", homePage{Layout: h.layout("Publish"), May: may})
}
