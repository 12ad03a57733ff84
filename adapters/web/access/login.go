package access

import (
	"crypto/rand"
	"net"
	"net/http"
	"strings"
	"time"
)

// NewToken returns a token that nobody guesses.
func NewToken() string { return strings.ToLower(rand.Text()) }

// bearer returns the token of a request's header.
func bearer(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.TrimSpace(token), true
}

// cookieName is that of a port: browsers keep the cookies of all ports of a machine together.
func cookieName(r *http.Request) string {
	_, port, err := net.SplitHostPort(r.Host)
	if err != nil || strings.Trim(port, "0123456789") != "" {
		port = ""
	}
	return "dynasette_" + port
}

// cookieAge is how long a browser keeps the token, unless the token changes.
const cookieAge = 180 * 24 * time.Hour

// Login has the browser keep a token for all below path, if it is the right one, and reports
// whether it is. Too many that are wrong are answered, as too often.
func (a *Access) Login(w http.ResponseWriter, r *http.Request, token, path string) (ok, answered bool) {
	a.once.Do(a.start)
	if a.wrong.over(address(r)) {
		a.tooOften(w, r)
		return false, true
	}
	if a.Token == "" || !equal(strings.TrimSpace(token), a.Token) {
		if a.wrong.add(address(r)) {
			a.tooOften(w, r)
			return false, true
		}
		a.log().WarnContext(r.Context(), "login refused", "from", address(r))
		return false, false
	}
	http.SetCookie(w, a.cookie(r, path, a.mark(), int(cookieAge/time.Second)))
	a.log().InfoContext(r.Context(), "login", "from", address(r))
	return true, false
}

// Forget has the browser forget a cookie of a former token, which would else count as a guess each time.
func (a *Access) Forget(w http.ResponseWriter, r *http.Request, path string) {
	if _, err := r.Cookie(cookieName(r)); err != nil {
		return
	}
	if _, sound := a.shown(r); !sound {
		a.Logout(w, r, path)
	}
}

// Logout has the browser forget the token.
func (a *Access) Logout(w http.ResponseWriter, r *http.Request, path string) {
	http.SetCookie(w, a.cookie(r, path, "", -1))
}

func (a *Access) cookie(r *http.Request, path, value string, age int) *http.Cookie {
	return &http.Cookie{
		Name: cookieName(r), Value: value, Path: path, MaxAge: age, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https",
	}
}
