package service

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/dynasette/dynasette/adapters/places"
)

// signedBy stands in for Google's check: a token is its audience, and whom it is of.
func signedBy(issuer string) func(context.Context, string, string) (string, error) {
	return func(_ context.Context, token, audience string) (string, error) {
		for name, who := range map[string]string{"ada": "ada@example.com", "bob": "bob@example.com", "": ""} {
			if token == issuer+"."+audience+"."+name {
				return who, nil
			}
		}
		return "", errors.New("not sound")
	}
}

func TestWhoPublishes(t *testing.T) {
	at := places.Places{Tokens: signedBy("g"), Assertions: signedBy("x")}
	header := func(name, value string) http.Header { return http.Header{name: {value}} }
	const proxy = "X-Goog-Iap-Jwt-Assertion"
	for name, c := range map[string]struct {
		config Config
		header http.Header
		who    string
		may    bool
	}{
		"nobody is let in by nothing":   {Config{}, nil, "", false},
		"a token":                       {Config{Token: "t0"}, header("Authorization", "Bearer t0"), "token", true},
		"everybody":                     {Config{Anybody: true}, nil, "anybody", true},
		"a publisher":                   {Config{Audience: "a", Publishers: []string{"ada@example.com"}}, header("Authorization", "Bearer g.a.ada"), "ada@example.com", true},
		"an invoker is no publisher":    {Config{Audience: "a", Invokers: []string{"bob@example.com"}}, header("Authorization", "Bearer g.a.bob"), "", false},
		"by the proxy":                  {Config{IAP: "p"}, header(proxy, "x.p.bob"), "bob@example.com", true},
		"by the proxy, of nobody":       {Config{IAP: "p"}, header(proxy, "x.p."), "", false},
		"by the proxy, not a publisher": {Config{IAP: "p", Publishers: []string{"ada@example.com"}}, header(proxy, "x.p.bob"), "", false},
		"a proxy that is not there":     {Config{}, header(proxy, "x..ada"), "", false},
		"the proxy's word as a token":   {Config{IAP: "p"}, header(proxy, "g.p.ada"), "", false},
	} {
		r := httptest.NewRequest("POST", "http://localhost/", nil)
		if c.header != nil {
			r.Header = c.header
		}
		who, may := c.config.access(at, nil).Who(r)
		if who != c.who || may != c.may {
			t.Errorf("%s: %q, %v, want %q, %v", name, who, may, c.who, c.may)
		}
	}
}

func TestExposed(t *testing.T) {
	for name, c := range map[string]struct {
		config Config
		bad    bool
	}{
		"as it is":            {Config{}, false},
		"all addresses":       {Config{Port: 8080}, true},
		"an address":          {Config{Listen: "10.0.0.1:80"}, true},
		"loopback":            {Config{Listen: "[::1]:80"}, false},
		"a token":             {Config{Port: 8080, Token: "t"}, false},
		"callers are checked": {Config{Port: 8080, Audience: "a"}, false},
		"everybody":           {Config{Port: 8080, Anybody: true}, false},
	} {
		if err := c.config.Exposed(); (err != nil) != c.bad {
			t.Errorf("%s: %v", name, err)
		}
	}
}
