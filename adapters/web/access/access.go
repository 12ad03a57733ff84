// Package access says who may do what over HTTP: everybody may read, and whoever shows a token may
// change things.
package access

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// An Access says who may publish, roll back and accept. The zero value lets nobody.
type Access struct {
	Token string // whoever shows it may; "": nobody may by a token
	Open  bool   // everybody may
}

// Cookie is what the token is kept in by a browser.
const Cookie = "dynasette_token"

// Who returns who asks, for people, and whether they may change things.
func (a *Access) Who(r *http.Request) (who string, may bool) {
	if a.Open {
		return "anybody", true
	}
	shown, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		if c, err := r.Cookie(Cookie); err == nil {
			shown = c.Value
		}
	}
	got, want := sha256.Sum256([]byte(shown)), sha256.Sum256([]byte(a.Token))
	if a.Token != "" && subtle.ConstantTimeCompare(got[:], want[:]) == 1 {
		return "token", true
	}
	return "", false
}
