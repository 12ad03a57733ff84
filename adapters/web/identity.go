package web

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Identity says whose requests are answered: those with an identity token for Audience, of
// one of Emails, and those with Token. The zero value asks for no token: then something in front,
// such as Cloud Run's own check of invokers, has to.
type Identity struct {
	Audience string   // the service's URL; "" asks for no token
	Token    string   // whoever shows it may call, too; "": nobody may by one
	Emails   []string // service accounts; empty: anybody, since everybody can have a token of Google's for any Audience

	// Validate checks a token's signature, issuer, age and audience, and returns the caller's
	// verified address, or "" if the token has none. Nil finds no token sound.
	Validate func(ctx context.Context, token, audience string) (email string, err error)
}

func noValidate(context.Context, string, string) (string, error) {
	return "", errors.New("this program can't check any")
}

// protect answers 401 to requests without a sound token and 403 to those of others.
func (i Identity) protect(next http.Handler) http.Handler {
	if i.Audience == "" && i.Token == "" {
		return next
	}
	validate := i.Validate
	if validate == nil || i.Audience == "" { // of no audience would be of any
		validate = noValidate
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || token == "" {
			w.Header().Set("WWW-Authenticate", "Bearer")
			fail(w, http.StatusUnauthorized, errors.New("an identity token is needed: Authorization: Bearer …"))
			return
		}
		if i.Token != "" && subtle.ConstantTimeCompare([]byte(token), []byte(i.Token)) == 1 {
			next.ServeHTTP(w, r)
			return
		}
		email, err := validate(r.Context(), token, i.Audience)
		if err != nil {
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			fail(w, http.StatusUnauthorized, fmt.Errorf("the identity token: %w", err))
			return
		}
		if len(i.Emails) > 0 && (email == "" || !slices.Contains(i.Emails, email)) {
			fail(w, http.StatusForbidden, fmt.Errorf("%q may not call this", email))
			return
		}
		next.ServeHTTP(w, r)
	})
}
