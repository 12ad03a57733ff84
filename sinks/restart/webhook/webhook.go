// Package webhook tells a server of a release by HTTP.
package webhook

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/redact"
	"github.com/dynasette/dynasette/sinks/restart/health"
	"github.com/dynasette/dynasette/sinks/restart/internal/backoff"
	"github.com/dynasette/dynasette/sinks/restart/internal/handover"
)

// A Restarter posts {"release": ID, "location": folder or gs:// URL of its documents, "store":
// folder or gs:// URL of its databases} to a URL for each release, and, if told where to look,
// waits until the server shows it. The document files.txt has a line for each database: what
// it is called, and which object of the store it is. The receiver may get the same release
// more than once. One that serves a later release answers 409 with {"release": ID} of that one.
//
// One release is posted at a time, and none after a later one was served. Change no field
// after the first call.
type Restarter struct {
	URL    string
	Bearer string      // sent as "Authorization: Bearer …" if not ""
	Header http.Header // sent as well
	// Secret, if not "", signs the body: "X-Hub-Signature-256: sha256=…", the HMAC-SHA256
	// in hexadecimal, as GitHub's webhooks do.
	Secret string

	// HealthURL is asked until it shows the release; "" takes the receiver's word for it.
	HealthURL string
	Health    health.Check  // nil is health.Shows
	Timeout   time.Duration // of it all; 0 is 10 minutes

	Tries  int           // of the post: network errors, 429 and 5xx are tried again; 0 is 6
	Pause  time.Duration // before the second try, doubled for each one after it; 0 is a second
	Client *http.Client  // nil follows no redirect, and allows 30 seconds

	turn handover.Turn
}

var _ dynasette.Restarter = (*Restarter)(nil)

var client = &http.Client{
	Timeout: 30 * time.Second,
	// Go would follow with a GET, which tells nobody anything.
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Restart returns once the receiver has answered with success, and HealthURL shows r. An
// error is dynasette.ErrUnavailable, unless the receiver refused the release itself (400,
// 409 or 422), or HealthURL never showed it; or a dynasette.NewerError.
func (h *Restarter) Restart(ctx context.Context, r dynasette.Release) error {
	u, err := url.Parse(h.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%w: the webhook's URL has to start with http:// or https://", dynasette.ErrUnavailable)
	}
	done, err := h.turn.Take(ctx, r)
	if err != nil {
		return err
	}
	err = h.move(ctx, r)
	done(err)
	if later := (*dynasette.NewerError)(nil); err == nil || errors.As(err, &later) {
		return err
	}
	// Only the host is shown: many a webhook's path is a secret, too, and receivers repeat it.
	secrets := append(redact.Secrets(h.URL), u.RequestURI(), u.Path, h.Bearer, h.Secret)
	return fmt.Errorf("release %s: webhook at %s: %w", r.ID, u.Host, redact.Error(err, secrets...))
}

func (h *Restarter) move(ctx context.Context, r dynasette.Release) error {
	limit := cmp.Or(h.Timeout, 10*time.Minute)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("not serving within %v", limit))
	defer cancel()
	if h.HealthURL == "" {
		return h.post(ctx, r)
	}
	check := h.Health
	if check == nil {
		check = health.Shows
	}
	later := error(nil) // is served
	look := func(ctx context.Context) error {
		err := check(ctx, h.HealthURL, r.ID)
		if other := (*health.OtherError)(nil); errors.As(err, &other) {
			if later = r.Follows(other.Serves); later != nil {
				return nil
			}
		}
		return err
	}
	if look(ctx) == nil {
		return later
	}
	if err := h.post(ctx, r); err != nil {
		return err
	}
	if err := health.Wait(ctx, time.Second, look); err != nil {
		return err
	}
	return later
}

// SignatureHeader is where GitHub's webhooks have their signature.
const SignatureHeader = "X-Hub-Signature-256"

// Sign returns what is in the SignatureHeader of a body.
func Sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// post sends the release until it is accepted, refused for good, or out of tries.
func (h *Restarter) post(ctx context.Context, r dynasette.Release) error {
	body, err := json.Marshal(struct {
		Release  string `json:"release"`
		Location string `json:"location"`
		Store    string `json:"store,omitempty"`
	}{r.ID, r.Location, r.Store})
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		again, after, err := h.send(ctx, r, body)
		if err == nil || !again || try >= cmp.Or(h.Tries, 6) {
			return err
		}
		pause := max(after, backoff.Delay(try-1, cmp.Or(h.Pause, time.Second), time.Minute))
		if cause := backoff.Sleep(ctx, pause); cause != nil {
			return fmt.Errorf("%w (%w)", cause, err)
		}
	}
}

const maxSaid = 1 << 10 // bytes of an answer that are read

// send posts once. On an error, again says whether another try makes sense, after a while.
func (h *Restarter) send(ctx context.Context, r dynasette.Release, body []byte) (again bool, after time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return false, 0, err
	}
	for name, values := range h.Header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "dynasette")
	if h.Bearer != "" {
		req.Header.Set("Authorization", "Bearer "+h.Bearer)
	}
	if h.Secret != "" {
		req.Header.Set(SignatureHeader, Sign(h.Secret, body))
	}
	c := h.Client
	if c == nil {
		c = client
	}
	resp, err := c.Do(req)
	if err != nil {
		if asked := (*url.Error)(nil); errors.As(err, &asked) {
			err = asked.Err // without the URL
		}
		return ctx.Err() == nil, 0, dynasette.Unavailable(err)
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(resp.Body, maxSaid))
	if resp.StatusCode/100 == 2 {
		return false, 0, nil
	}
	err = fmt.Errorf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	if s := strings.TrimSpace(redact.Said(string(said), maxSaid)); s != "" {
		err = fmt.Errorf("%w: %s", err, s)
	}
	switch resp.StatusCode {
	case http.StatusConflict:
		var now struct{ Release string }
		if json.Unmarshal(said, &now) == nil {
			err = cmp.Or(r.Follows(now.Release), err)
		}
		return false, 0, err
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return false, 0, err
	}
	if hint := hint(resp.StatusCode); hint != "" {
		err = fmt.Errorf("%w (%s)", err, hint)
	}
	err = dynasette.Unavailable(err)
	again = resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode/100 == 5
	if seconds, e := strconv.Atoi(resp.Header.Get("Retry-After")); e == nil {
		after = time.Duration(min(max(seconds, 0), 60)) * time.Second
	}
	return again, after, err
}

// hint says what to do about an answer that is no word on the release.
func hint(status int) string {
	switch {
	case status/100 == 3:
		return "redirects are not followed: name the URL that it leads to"
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return "does it want a token, or another secret?"
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed, status == http.StatusGone:
		return "is the webhook's URL right?"
	}
	return ""
}
