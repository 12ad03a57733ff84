package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"google.golang.org/api/idtoken"
)

// Identity says whose requests are answered: those with an identity token that Google has
// signed, for Audience, of one of Emails. The zero value asks for no token: then something
// in front, such as Cloud Run's own check of invokers, has to.
type Identity struct {
	Audience string   // the service's URL; "" asks for no token
	Emails   []string // service accounts; empty: anybody, since everybody can have a token for any Audience

	// Validate checks a token's signature, age and audience; nil is Google's own check.
	Validate func(ctx context.Context, token, audience string) (*idtoken.Payload, error)
}

// issuers are how Google names itself in identity tokens. Its proxies sign other ones, with
// keys that Validate knows, too.
var issuers = []string{"https://accounts.google.com", "accounts.google.com"}

// protect answers 401 to requests without a sound token and 403 to those of others.
func (i Identity) protect(next http.Handler) http.Handler {
	if i.Audience == "" {
		return next
	}
	validate := i.Validate
	if validate == nil {
		validate = idtoken.Validate
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || token == "" {
			w.Header().Set("WWW-Authenticate", "Bearer")
			fail(w, http.StatusUnauthorized, errors.New("an identity token is needed: Authorization: Bearer …"))
			return
		}
		payload, err := validate(r.Context(), token, i.Audience)
		if err == nil && !slices.Contains(issuers, payload.Issuer) {
			err = fmt.Errorf("it is issued by %q", payload.Issuer)
		}
		if err != nil {
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			fail(w, http.StatusUnauthorized, fmt.Errorf("the identity token: %w", err))
			return
		}
		email, _ := payload.Claims["email"].(string)
		verified, _ := payload.Claims["email_verified"].(bool)
		if len(i.Emails) > 0 && (!verified || !slices.Contains(i.Emails, email)) {
			fail(w, http.StatusForbidden, fmt.Errorf("%q may not call this", email))
			return
		}
		next.ServeHTTP(w, r)
	})
}
