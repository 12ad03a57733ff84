package access

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// ask sends a request to h.
func ask(h http.Handler, method, url string, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, url, nil)
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func bearing(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

func TestWhoMayChange(t *testing.T) {
	done := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		Note(r.Context(), "source", "a.csv")
		w.Header().Set("By", Caller(r.Context()))
	})
	front := func(r *http.Request) (string, error) {
		switch r.Header.Get("Vouched") {
		case "":
			return "", nil
		case "forged":
			return "", errors.New("the signature is not sound")
		}
		return r.Header.Get("Vouched"), nil
	}
	vouched := func(who string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Vouched", who) }
	}
	for name, c := range map[string]struct {
		access *Access
		change func(*http.Request)
		status int
		by     string
	}{
		"zero value":             {&Access{}, nil, 401, ""},
		"zero value, a token":    {&Access{}, bearing(""), 401, ""},
		"no token":               {&Access{Token: "t0"}, nil, 401, ""},
		"the token":              {&Access{Token: "t0"}, bearing("t0"), 200, "token"},
		"another token":          {&Access{Token: "t0"}, bearing("t1"), 401, ""},
		"its beginning":          {&Access{Token: "t0"}, bearing("t"), 401, ""},
		"basic":                  {&Access{Token: "t0"}, func(r *http.Request) { r.SetBasicAuth("t0", "t0") }, 401, ""},
		"the token as a cookie":  {&Access{Token: "t0"}, func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "dynasette_", Value: "t0"}) }, 401, ""},
		"open":                   {&Access{Open: true}, nil, 200, "anybody"},
		"open, of another site":  {&Access{Open: true}, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403, ""},
		"token, of another site": {&Access{Token: "t0"}, func(r *http.Request) { bearing("t0")(r); r.Header.Set("Origin", "https://evil.example") }, 403, ""},
		"vouched for":            {&Access{Token: "t0", Identify: front}, vouched("ada@example.com"), 200, "ada@example.com"},
		"forged":                 {&Access{Token: "t0", Identify: front}, vouched("forged"), 401, ""},
		"not vouched for":        {&Access{Token: "t0", Identify: front}, nil, 401, ""},
	} {
		if w := ask(c.access.Protect(done), "POST", "http://localhost/", c.change); w.Code != c.status || w.Header().Get("By") != c.by {
			t.Errorf("%s: %d by %q, want %d by %q: %s", name, w.Code, w.Header().Get("By"), c.status, c.by, w.Body)
		}
	}
}

func TestLoginKeepsNoToken(t *testing.T) {
	a := &Access{Token: "secret"}
	login := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.Login(w, r, r.FormValue("token"), "/-/dynasette/") })
	w := ask(login, "POST", "http://localhost:8001/?token="+url.QueryEscape(" secret\n"), nil)
	cookies := w.Result().Cookies()
	if len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode || strings.Contains(cookies[0].Value, "secret") {
		t.Fatalf("cookies: %v", cookies)
	}
	may := func(host string, c *http.Cookie) bool {
		r := httptest.NewRequest("POST", "http://"+host+"/", nil)
		r.AddCookie(c)
		_, ok := a.Who(r)
		return ok
	}
	if !may("localhost:8001", cookies[0]) {
		t.Error("the cookie is not taken")
	}
	if may("localhost:8002", cookies[0]) {
		t.Error("the cookie is taken at another port")
	}
	if a.Token = "another"; may("localhost:8001", cookies[0]) {
		t.Error("the cookie of a former token is taken")
	}
	forget := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.Forget(w, r, "/-/dynasette/") })
	showing := func(r *http.Request) { r.AddCookie(cookies[0]) }
	if w := ask(forget, "GET", "http://localhost:8001/", showing); len(w.Result().Cookies()) != 1 || w.Result().Cookies()[0].MaxAge >= 0 {
		t.Error("the cookie of a former token is kept")
	}
	if a.Token = "secret"; len(ask(forget, "GET", "http://localhost:8001/", showing).Result().Cookies()) != 0 {
		t.Error("the cookie is forgotten")
	}
	if w := ask(login, "POST", "http://localhost:8001/?token=wrong", nil); len(w.Result().Cookies()) != 0 {
		t.Error("a wrong token makes a cookie")
	}
}

func TestGuessingIsSlow(t *testing.T) {
	a := &Access{Token: "right", Failures: 5, Changes: 3}
	h := a.Protect(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	from := func(address, token string) int {
		return ask(h, "POST", "http://localhost/", func(r *http.Request) { bearing(token)(r); r.RemoteAddr = address }).Code
	}
	for i := range 5 {
		if got := from("10.0.0.1:1", "wrong"); got != 401 {
			t.Fatalf("guess %d: %d", i, got)
		}
	}
	for _, token := range []string{"wrong", "right"} {
		if got := from("10.0.0.1:2", token); got != 429 {
			t.Errorf("%s after five guesses: %d", token, got)
		}
	}
	if got := from("10.0.0.2:1", "right"); got != 200 {
		t.Errorf("the token from elsewhere: %d", got)
	}
	for range 5 {
		from("[2001:db8::1]:1", "wrong")
	}
	if got := from("[2001:db8::2]:1", "wrong"); got != 429 {
		t.Errorf("from the same network: %d", got)
	}
	for i, want := range []int{200, 200, 429} {
		if got := from("10.0.0.2:1", "right"); got != want {
			t.Errorf("change %d: %d, want %d", i+2, got, want)
		}
	}
}

func TestHere(t *testing.T) {
	a := &Access{Hosts: []string{"Data.example.org"}}
	h := a.Here(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8001": 200, "a.localhost:80": 200, "127.0.0.1:8001": 200, "[::1]:8001": 200, "::1": 200, "192.168.1.4": 200, "LOCALHOST.": 200,
		"data.example.org": 200, "DATA.example.org:443": 200, "evil.example": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example:8001": 421, "": 200,
	} {
		if w := ask(h, "GET", "http://x/", func(r *http.Request) { r.Host = host }); w.Code != want {
			t.Errorf("%q: %d, want %d", host, w.Code, want)
		}
	}
	a.Hosts = []string{"*"}
	if w := ask(h, "GET", "http://x/", func(r *http.Request) { r.Host = "evil.example" }); w.Code != 200 {
		t.Errorf("any host: %d", w.Code)
	}
}

func TestAudit(t *testing.T) {
	var lines strings.Builder
	a := &Access{Token: "t0", Log: slog.New(slog.NewTextHandler(&lines, nil))}
	h := a.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		Note(r.Context(), "source", "a.csv")
		w.WriteHeader(http.StatusConflict)
	}))
	ask(h, "POST", "http://localhost/accept", bearing("t0"))
	ask(h, "PATCH", "http://localhost/piece", bearing("t0"))
	ask(h, "POST", "http://localhost/accept", bearing("t1"))
	for _, want := range []string{`msg=change source=a.csv by=token from=192.0.2.1 method=POST path=/accept status=409`, `msg="change refused"`} {
		if !strings.Contains(lines.String(), want) {
			t.Errorf("no %s in\n%s", want, lines.String())
		}
	}
	if strings.Contains(lines.String(), "piece") || strings.Contains(lines.String(), "t0") {
		t.Errorf("too much in\n%s", lines.String())
	}
	if Note(context.Background(), "a", 1); Caller(context.Background()) != "" {
		t.Error("a caller of no change")
	}
}

func TestLoopback(t *testing.T) {
	for host, want := range map[string]bool{"127.0.0.1": true, "localhost": true, "::1": true, "[::1]": true, "127.8.8.8": true, "0.0.0.0": false, "::": false, "": false, "10.0.0.1": false, "example.org": false} {
		if Loopback(host) != want {
			t.Errorf("%q: %v", host, !want)
		}
	}
}
