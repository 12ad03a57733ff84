package redact

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestURL(t *testing.T) {
	for in, want := range map[string]string{
		"":                                    "",
		"uploads/a?b@c":                       "uploads/a?b@c",
		"https://example.org":                 "https://example.org",
		"https://example.org/a/b":             "https://example.org/a/b",
		"https://example.org/a?token=x&n=1#f": "https://example.org/a?…",
		"https://example.org?x":               "https://example.org?…",
		"https://example.org/a#x":             "https://example.org/a#…",
		"https://u:p@example.org:8080/a@b":    "https://…@example.org:8080/a@b",
		"https://u@example.org":               "https://…@example.org",
		"https://u:p/w@example.org/":          "https://…", // a slash has to be %2F there
		"https://u:p@w@example.org/":          "https://…@example.org/",
		"https:///x@y?z":                      "https://…",
		"http://[::1]:80/x?y":                 "http://[::1]:80/x?…",
		"s3://key:secret@bucket/x?y":          "s3://…@bucket/x?…",
		"gs://bucket/in":                      "gs://bucket/in",
	} {
		if got := URL(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"nothing: at all":                    "nothing: at all",
		`Post "https://h/x?token=a b": EOF`:  `Post "https://h/x?…": EOF`,
		"https://h/x?token=abc: 500 Trouble": "https://h/x?…: 500 Trouble",
		"(see HTTPS://u:p@h/x?y), then z":    "(see HTTPS://…@h/x?…), then z",
		"a https://h/?a=b b http://h/?c=d":   "a https://h/?… b http://h/?…",
		"gs://bucket/odd #1?.csv":            "gs://bucket/odd #1?.csv", // names of objects have no query
		"Cannot POST /hook?token=planted":    "Cannot POST /hook?token=…",
		"xhttps://":                          "xhttps://",
	} {
		if got := Text(in, "planted", "p", ""); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

// Secrets of less than four bytes would be found everywhere; a query or fragment of more is hidden
// whole, also if its values are short.
func TestSecrets(t *testing.T) {
	if got, want := Text("abc and abcd", "abcd", "abc"), "abc and …"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for url, said := range map[string]string{
		"https://h/p?abc=x#yz": "abc=x#yz", "https://h/p#abc=d": "abc=d", "https://h/p?a%20b=%41": "a b=A", "https://user:pass@h/": "user:pass",
	} {
		if got := Text("no "+said+"!", Secrets(url)...); got != "no …!" {
			t.Errorf("%s: %s", url, got)
		}
	}
}

// What somebody else says is shown as far as anybody reads it.
func TestLongError(t *testing.T) {
	for n, same := range map[int]bool{maxError: true, maxError + 1: false, 1 << 20: false} {
		err := errors.New(strings.Repeat("x", n))
		if got := Error(err).Error(); (got == err.Error()) != same || len(got) > maxError+10 {
			t.Errorf("%d bytes: %d", n, len(got))
		}
	}
}

func TestError(t *testing.T) {
	if err := Error(nil); err != nil {
		t.Error(err)
	}
	plain := errors.New("plain")
	if err := Error(plain); err != plain {
		t.Errorf("%#v", err)
	}
	err := Error(fmt.Errorf("x: %w", &url.Error{Op: "Get", URL: "https://h/?planted", Err: plain}))
	var asked *url.Error
	if !errors.Is(err, plain) || !errors.As(err, &asked) || err.Error() != `x: Get "https://h/?…": plain` {
		t.Error(err)
	}
}

// Whatever a URL is, those of its parts that are secret are not shown, and are known.
func FuzzURL(f *testing.F) {
	for _, seed := range []string{"planted", "pla/nted@", "%70lanted?", "a b#c", "\\\"x://", "[::1]", "é\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, odd string) {
		const secret = "PLANTED"
		for _, s := range []string{
			"https://h/p?a=" + secret + odd, "https://h/p?" + odd + secret, "https://h/p#" + odd + secret,
			"https://u:" + secret + "@h/" + odd, "https://" + secret + ":" + odd + "@h/",
		} {
			if strings.Contains(odd, secret) {
				return
			}
			u, err := url.Parse(s)
			if err == nil && (strings.Contains(u.Host, secret) || strings.Contains(u.Path, secret)) {
				continue // odd has ended the part that the secret was meant for
			}
			if shown := URL(s); strings.Contains(shown, secret) {
				t.Errorf("%q: %q", s, shown)
			}
			if err != nil {
				continue
			}
			if shown := Text(s, Secrets(s)...); strings.Contains(shown, secret) {
				t.Errorf("%q: %q", s, shown)
			}
		}
	})
}
