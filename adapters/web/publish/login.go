package publish

import (
	"net/http"

	"github.com/dynasette/dynasette/internal/look"
)

type loginPage struct {
	look.Layout
	Wrong, May bool
	Who        string
}

// LoginPath is where a token is shown.
const LoginPath = Path + "login"

// login takes the token that a link has, or asks for it.
func (h *Handler) login(w http.ResponseWriter, r *http.Request) {
	p := loginPage{Layout: h.layout("Log in", look.At("Log in", LoginPath))}
	if token := r.FormValue("token"); token != "" {
		ok, answered := h.Access.Login(w, r, token, Path)
		switch {
		case answered:
			return
		case ok: // the address bar must not keep the token
			w.Header().Set("Cache-Control", "no-store")
			http.Redirect(w, r, Path, http.StatusSeeOther)
			return
		}
		p.Wrong = true
	}
	p.Who, p.May = h.Access.Who(r)
	h.show(w, r, "login", p)
}

func (h *Handler) logout(w http.ResponseWriter, r *http.Request) {
	h.Access.Logout(w, r, Path)
	http.Redirect(w, r, Path, http.StatusSeeOther)
}
