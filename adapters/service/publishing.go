package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/adapters/places"
	"github.com/dynasette/dynasette/adapters/web/access"
	"github.com/dynasette/dynasette/adapters/web/publish"
)

// access says who may publish.
func (c *Config) access(at places.Places, log *slog.Logger) *access.Access {
	return &access.Access{Token: c.Token, Open: c.Anybody, Hosts: c.hosts(), Identify: c.identify(at), Log: log}
}

// hosts are the names that requests may be for. Where all addresses are listened on, something in
// front knows the service's name, and a page of another site has no cookie for it.
func (c *Config) hosts() []string {
	if host, _, err := net.SplitHostPort(c.Address()); len(c.Hosts) == 0 && err == nil && !access.Loopback(host) {
		return []string{"*"}
	}
	return c.Hosts
}

// identify returns who a request is from by what Google has signed.
func (c *Config) identify(at places.Places) func(*http.Request) (string, error) {
	if c.IAP == "" && (c.Audience == "" || len(c.Publishers) == 0) {
		return nil
	}
	return func(r *http.Request) (string, error) {
		if signed := r.Header.Get("X-Goog-IAP-JWT-Assertion"); signed != "" && c.IAP != "" {
			return c.vouched(r.Context(), at.Assertions, signed, c.IAP)
		}
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		const dots = 2 // of a signed token
		if ok && strings.Count(token, ".") == dots && c.Audience != "" && len(c.Publishers) > 0 {
			return c.vouched(r.Context(), at.Tokens, token, c.Audience)
		}
		return "", nil
	}
}

// vouched returns whose token it is, who must be one of Publishers, if it is said who they are.
func (c *Config) vouched(ctx context.Context, check func(context.Context, string, string) (string, error), token, audience string) (string, error) {
	who, err := check(ctx, token, audience)
	switch {
	case err != nil:
		return "", fmt.Errorf("what says who you are: %w", err)
	case who == "", len(c.Publishers) > 0 && !slices.Contains(c.Publishers, who):
		return "", fmt.Errorf("%q may not publish", who)
	}
	return who, nil
}

// checkPublishers returns what is wrong with who may publish.
func (c *Config) checkPublishers() error {
	switch {
	case c.Anybody && (c.Token != "" || len(c.Publishers) > 0):
		return errors.New("--anybody means everybody: it goes without --token and --publishers")
	case len(c.Publishers) > 0 && c.Audience == "" && c.IAP == "":
		return errors.New("--publishers goes with --audience or --iap-audience: without tokens nobody is known")
	}
	return nil
}

// Exposed returns why a service that nothing protects must not listen where others reach it.
func (c *Config) Exposed() error {
	host, _, err := net.SplitHostPort(c.Address())
	if err != nil || access.Loopback(host) || c.Anybody || c.Token != "" || c.Audience != "" || c.IAP != "" {
		return nil
	}
	return fmt.Errorf("others reach %s, and could convert and release: set --token (or --audience), listen on 127.0.0.1, or say --anybody", c.Address())
}

// inFront answers for the pages to publish on, and has the rest answered by next. What changes
// something is no matter of other sites' pages.
func (c *Config) inFront(next http.Handler, pages *publish.Handler) http.Handler {
	others := new(http.CrossOriginProtection).Handler(next)
	return pages.Access.Here(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, publish.Path) {
			pages.ServeHTTP(w, r)
			return
		}
		others.ServeHTTP(w, r)
	}))
}
