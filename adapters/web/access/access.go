// Package access says who may do what over HTTP: everybody may read, and whoever shows the token,
// or is vouched for by what is in front of the service, may change things.
package access

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/dynasette/dynasette/internal/status"
)

// An Access says who may change things. The zero value lets nobody. Fields don't change while it
// is in use; its methods may be called from many goroutines.
type Access struct {
	Token string   // whoever shows it may, as a bearer token or by the cookie of Login; "": nobody may by one
	Open  bool     // everybody may
	Hosts []string // names besides those of this machine that requests may be for; "*" is any

	// Identify returns who a request is from, as something trusted in front of it says, "" if it
	// says nothing, or why its word can't be taken. Nil: nothing is in front.
	Identify func(*http.Request) (who string, err error)

	Changes  int          // that one address may ask for in a minute; 0 is 600
	Failures int          // wrong tokens of one address in a minute; 0 is 20
	Log      *slog.Logger // every change is one line; nil is silent

	once           sync.Once
	wrong, changes rates
	same           http.CrossOriginProtection
}

// Errors of requests that may not do what they ask for.
var (
	errNoToken  = errors.New("this needs the token: open the link that was printed at the start, or send it as Authorization: Bearer …")
	errBadToken = errors.New("that is not the token")
	errTooOften = errors.New("too often: try again in a minute")
)

func (a *Access) start() {
	a.wrong.most, a.changes.most = cmp.Or(a.Failures, 20), cmp.Or(a.Changes, 600)
}

// Who returns who asks, for people, and whether they may change things.
func (a *Access) Who(r *http.Request) (who string, may bool) {
	who, err := a.who(r)
	if errors.Is(err, errBadToken) {
		a.wrong.add(address(r)) // the answer tells a guess from the token
	}
	return who, err == nil
}

func (a *Access) who(r *http.Request) (string, error) {
	a.once.Do(a.start)
	if a.Identify != nil {
		if who, err := a.Identify(r); err != nil || who != "" {
			return who, err
		}
	}
	shown, sound := a.shown(r)
	switch {
	case sound && a.wrong.over(address(r)):
		return "", errTooOften // a guess that is right is one too many
	case sound:
		return "token", nil
	case a.Open:
		return "anybody", nil
	case !shown:
		return "", errNoToken
	}
	return "", errBadToken
}

// shown reports whether a request shows a token, and whether it is the right one.
func (a *Access) shown(r *http.Request) (shown, sound bool) {
	if token, ok := bearer(r); ok {
		return true, a.Token != "" && equal(token, a.Token)
	}
	if c, err := r.Cookie(cookieName(r)); err == nil {
		return true, a.Token != "" && equal(c.Value, a.mark())
	}
	return false, false
}

// mark is what the cookie has: whoever reads it doesn't know the token.
func (a *Access) mark() string {
	h := hmac.New(sha256.New, []byte(a.Token))
	h.Write([]byte("dynasette cookie"))
	return hex.EncodeToString(h.Sum(nil))
}

func equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// Protect answers requests with next if whoever asks may change things, which it then finds by
// Caller, and if they don't come from a page of another site.
func (a *Access) Protect(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.once.Do(a.start)
		if err := a.same.Check(r); err != nil {
			a.refuse(w, r, http.StatusForbidden, fmt.Errorf("a page of another site asks for this: %w", err))
			return
		}
		who, err := a.who(r)
		switch {
		case errors.Is(err, errTooOften):
			a.tooOften(w, r)
			return
		case errors.Is(err, errNoToken):
			a.unauthorized(w, r, err)
			return
		case err != nil:
			if a.wrong.add(address(r)) {
				a.tooOften(w, r)
				return
			}
			a.unauthorized(w, r, err)
			return
		}
		// The pieces of a big file are many; how big it may be is bounded elsewhere.
		if r.Method != http.MethodPatch && a.changes.add(address(r)) {
			a.tooOften(w, r)
			return
		}
		d := &deed{by: who}
		recorder := status.Record(w)
		begin := time.Now()
		next.ServeHTTP(recorder, r.WithContext(context.WithValue(r.Context(), deedKey{}, d)))
		a.audit(r, d, recorder.Status, time.Since(begin))
	})
}

func (a *Access) unauthorized(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Set("WWW-Authenticate", "Bearer")
	a.refuse(w, r, http.StatusUnauthorized, err)
}

func (a *Access) tooOften(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "60")
	a.refuse(w, r, http.StatusTooManyRequests, errTooOften)
}

// refuse tells whoever asks why not, and the log.
func (a *Access) refuse(w http.ResponseWriter, r *http.Request, status int, err error) {
	a.log().WarnContext(r.Context(), "change refused", "method", r.Method, "path", r.URL.Path, "from", address(r), "error", err)
	http.Error(w, err.Error(), status)
}

func (a *Access) log() *slog.Logger {
	if a.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return a.Log
}
