// Package health asks a server whether it serves a release.
package health

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/dynasette/dynasette/internal/redact"
)

// A Check asks the server at url (all of it: scheme, host, path) whether it serves the
// release of that ID. It returns nil if so, and otherwise why it thinks not.
type Check func(ctx context.Context, url, id string) error

// Most of a response that is read, and of what it says that is shown, in bytes.
const (
	limit    = 1 << 20
	maxShown = 200
)

// client follows no redirect: a page to log in at is no answer. It keeps no connection,
// since what it asks may be gone the next moment.
var client = &http.Client{
	Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment, // never for this machine
		DisableKeepAlives:     true,
		ResponseHeaderTimeout: 10 * time.Second,
	},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// A StatusError is an answer other than success.
type StatusError struct {
	URL  string // without what may be secret in it
	Code int
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("%s: %d %s", e.URL, e.Code, http.StatusText(e.Code))
}

// An OtherError is the answer of a server that serves another release than it should.
type OtherError struct {
	URL    string // without what may be secret in it
	Serves string // as the server says
	Wanted string
}

func (e *OtherError) Error() string {
	return fmt.Sprintf("%s: serves release %q, not %q", e.URL, redact.Said(e.Serves, maxShown), e.Wanted)
}

// Note wants Datasette's /-/versions.json, whose note is the release's ID
// (datasette serve --version-note). If it is another one, the error is an OtherError.
func Note(ctx context.Context, url, id string) error {
	body, err := get(ctx, url)
	if err != nil {
		return err
	}
	note, err := noteIn(body)
	if err != nil {
		return fmt.Errorf("%s: %w", redact.URL(url), err)
	}
	if note != id {
		return &OtherError{redact.URL(url), note, id}
	}
	return nil
}

// noteIn returns the note in Datasette's /-/versions.json.
func noteIn(body []byte) (string, error) {
	var versions struct {
		Datasette struct {
			Note string `json:"note"`
		} `json:"datasette"`
	}
	err := json.Unmarshal(body, &versions)
	return versions.Datasette.Note, err
}

// Shows wants any successful response that has the release's ID in it, as a word of its own.
// If it is Datasette's /-/versions.json with another one, the error is an OtherError.
func Shows(ctx context.Context, url, id string) error {
	body, err := get(ctx, url)
	if err != nil {
		return err
	}
	if !hasWord(string(body), id) {
		if note, err := noteIn(body); err == nil && note != "" {
			return &OtherError{redact.URL(url), note, id}
		}
		return fmt.Errorf("%s: does not show release %q", redact.URL(url), id)
	}
	return nil
}

// OK wants any successful response, whatever the release.
func OK(ctx context.Context, url, _ string) error {
	_, err := get(ctx, url)
	return err
}

// Wait calls ask now and then every interval (100 ms if 0) until it returns nil. Once ctx is
// done it returns ctx's cause, and with it what ask said last.
func Wait(ctx context.Context, interval time.Duration, ask func(context.Context) error) error {
	if interval <= 0 {
		interval = 100 * time.Millisecond
	}
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for last := error(nil); ; {
		err := ask(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() == nil || last == nil {
			last = err // once ctx is done, the error before tells more
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%w (%w)", context.Cause(ctx), last)
		}
	}
}

func get(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("%s is not a sound URL", redact.URL(url))
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, redact.Error(err, redact.Secrets(url)...)
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return nil, &StatusError{redact.URL(url), resp.StatusCode}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", redact.URL(url), err)
	}
	return body, nil
}

func hasWord(s, word string) bool {
	for from := 0; word != ""; {
		i := strings.Index(s[from:], word)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(word)
		if (start == 0 || !wordByte(s[start-1])) && (end == len(s) || !wordByte(s[end])) {
			return true
		}
		from = start + 1
	}
	return false
}

func wordByte(c byte) bool {
	return c == '-' || c == '_' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || c >= 0x80
}
