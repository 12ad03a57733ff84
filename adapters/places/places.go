// Package places opens by URL what a program works with: where uploads are, where databases
// and releases go, and what moves a server to a release. A program knows the schemes that its
// main names, so that it carries no client of a cloud that it never speaks to.
package places

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/dynasette/dynasette"
)

// Places are the schemes of URLs that a program knows. The zero value knows what needs no
// cloud: folders, webhooks and commands.
type Places struct {
	// Schemes are known beside those of the zero value, and before them.
	Schemes []Scheme
	// Tokens checks an identity token's signature, issuer, age and audience, and returns the
	// caller's verified e-mail address, or "" if the token has none. Nil: none can be checked.
	Tokens func(ctx context.Context, token, audience string) (email string, err error)
	// Assertions does so for what Identity-Aware Proxy signs.
	Assertions func(ctx context.Context, token, audience string) (email string, err error)
}

// A Scheme opens the URLs that begin with its name. What it can't open is nil. The closers
// are for after use.
type Scheme struct {
	Name      string // as in "gs" of gs://bucket; "" opens what is no URL: the path of a folder
	Source    func(ctx context.Context, url string) (dynasette.Source, io.Closer, error)
	Store     func(ctx context.Context, url string) (dynasette.Store, io.Closer, error)
	Restarter func(ctx context.Context, url string, how Restart) (dynasette.Restarter, io.Closer, error)
}

// Restart says how a server is moved to a release.
type Restart struct {
	Health string    // URL that shows the release's ID once it is served; "": the server's word is taken
	Secret string    // signs what a webhook is sent; "": nothing does
	Output io.Writer // receives what a command prints; nil discards it
}

// Source opens the place where uploads are.
func (p Places) Source(ctx context.Context, place string) (dynasette.Source, io.Closer, error) {
	for _, s := range p.named(SchemeOf(place)) {
		if s.Source != nil {
			return s.Source(ctx, place)
		}
	}
	return nil, nil, p.unknown(place, "read", SchemeOf(place), func(s Scheme) bool { return s.Source != nil })
}

// Store opens the place where databases and releases are.
func (p Places) Store(ctx context.Context, place string) (dynasette.Store, io.Closer, error) {
	for _, s := range p.named(SchemeOf(place)) {
		if s.Store != nil {
			return s.Store(ctx, place)
		}
	}
	return nil, nil, p.unknown(place, "written", SchemeOf(place), func(s Scheme) bool { return s.Store != nil })
}

// Restarter returns what moves a server to a release: "run:NAME", "https://…", or a command,
// before which "exec:" may stand. It is taken for a URL if :// follows a word, or if a scheme
// is known by the word before the first colon.
func (p Places) Restarter(ctx context.Context, to string, how Restart) (dynasette.Restarter, io.Closer, error) {
	can := func(s Scheme) bool { return s.Restarter != nil }
	name := SchemeOf(to)
	if name == "" {
		name = "exec"
		if word, _, ok := strings.Cut(to, ":"); ok && (slices.ContainsFunc(p.named(word), can) || programWith(word) != "") {
			name = word
		}
	}
	for _, s := range p.named(name) {
		if can(s) {
			return s.Restarter(ctx, to, how)
		}
	}
	return nil, nil, p.unknown(to, "told of releases", name, can)
}

// SchemeOf returns the scheme of a URL in lower case, or "" if place is a path.
func SchemeOf(place string) string {
	if s, _, ok := strings.Cut(place, "://"); ok && s != "" && !strings.ContainsFunc(s, notInScheme) {
		return strings.ToLower(s)
	}
	return ""
}

// notInScheme: see RFC 3986, 3.1.
func notInScheme(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '+' && r != '-' && r != '.'
}

// all returns the schemes, those first that come first.
func (p Places) all() []Scheme { return slices.Concat(p.Schemes, local()) }

// named returns the schemes of that name.
func (p Places) named(name string) []Scheme {
	return slices.DeleteFunc(p.all(), func(s Scheme) bool { return s.Name != name })
}
