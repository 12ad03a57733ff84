package publish

import (
	"net/http"

	"github.com/dynasette/dynasette/internal/look"
)

type homePage struct {
	look.Layout
	May    bool
	States list
}

// home is the page to drop files on, and what has become of those that were.
func (h *Handler) home(w http.ResponseWriter, r *http.Request) {
	states, err := h.list(r)
	if err != nil {
		h.failed(w, r, err, "")
		return
	}
	_, may := h.Access.Who(r)
	p := homePage{Layout: h.layout("Publish"), May: may, States: states}
	p.Scripts = append(p.Scripts, stateScript)
	h.show(w, r, "home", p)
}
