// Package redact keeps secrets that URLs carry, in their query or before their host, out of
// logs, answers and errors.
package redact

import (
	"net/url"
	"strings"

	"github.com/dynasette/dynasette/internal/pattern"
)

// hidden stands for what is not shown.
const hidden = "…"

// URL returns what may be shown of a URL: all but the user, the query and the fragment. What
// is no URL, such as a path, stays as it is; of one that is not sound, only the scheme is
// left, since a secret may be anywhere in it.
func URL(s string) string {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return s
	}
	if u, err := url.Parse(s); err != nil || u.Host == "" && strings.Contains(rest, "@") {
		return scheme + "://" + hidden
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	if at := strings.LastIndexByte(rest[:end], '@'); at >= 0 {
		rest = hidden + rest[at:]
	}
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i+1] + hidden
	}
	return scheme + "://" + rest
}

// links are web addresses in a text, in quotes or up to a space.
var links = pattern.New(`(?i)"https?://(?:[^"\\]|\\.)*"|\bhttps?://[^\s"'<>]+`)

// Text returns a text for people with each web address in it as URL has it, and without the
// secrets, of which those under four bytes are left: they would be found everywhere.
func Text(s string, secrets ...string) string {
	for _, secret := range secrets {
		if len(secret) >= 4 {
			s = strings.ReplaceAll(s, secret, hidden)
		}
	}
	if !strings.Contains(s, "://") {
		return s
	}
	return links().ReplaceAllStringFunc(s, func(link string) string {
		if inner, ok := strings.CutPrefix(link, `"`); ok {
			return `"` + URL(strings.TrimSuffix(inner, `"`)) + `"`
		}
		inner := strings.TrimRight(link, ":;,.)]}")
		return URL(inner) + link[len(inner):]
	})
}

// maxError is as much of an error, in bytes, as somebody reads.
const maxError = 10 << 10

// Error returns err with its text as Text and Said have it: errors.Is and errors.As find what
// they found.
func Error(err error, secrets ...string) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if shown := Said(Text(text, secrets...), maxError); shown != text {
		return &redacted{err, shown}
	}
	return err
}

type redacted struct {
	error
	text string
}

func (r *redacted) Error() string { return r.text }
func (r *redacted) Unwrap() error { return r.error }

// Secrets returns what a URL has that is not for others, in every spelling in which somebody
// may repeat it: its query and fragment and the values in them, its user and password.
func Secrets(s string) []string {
	u, err := url.Parse(s)
	if err != nil {
		return []string{s}
	}
	var list []string
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		list = append(spellings(s[i+1:]), spellings(u.RawQuery)...)
		for _, part := range strings.FieldsFunc(s[i+1:], func(r rune) bool { return r == '&' || r == '#' }) {
			if _, value, ok := strings.Cut(part, "="); ok {
				part = value
			}
			list = append(list, spellings(part)...)
		}
	}
	if u.User != nil {
		password, _ := u.User.Password()
		list = append(list, u.User.String(), password, u.User.Username())
	}
	return list
}

// spellings returns a part of a URL as it is there and as it is meant.
func spellings(part string) []string {
	list := []string{part}
	for _, unescape := range []func(string) (string, error){url.QueryUnescape, url.PathUnescape} {
		if meant, err := unescape(part); err == nil && meant != part {
			list = append(list, meant)
		}
	}
	return list
}
