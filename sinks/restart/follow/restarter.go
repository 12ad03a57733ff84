package follow

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/redact"
	"github.com/dynasette/dynasette/sinks/restart/internal/backoff"
)

// Where a server that follows is asked.
const (
	TryPath  = "/-/dynasette/try"  // POST Ask: would you serve it?
	LookPath = "/-/dynasette/look" // POST: the pointer has moved
)

// An Ask is the body of a request to TryPath.
type Ask struct {
	Release string `json:"release"`
}

// An Answer is what a server that follows answers. To TryPath: 200 if it would serve the
// release, 409 if it serves a later one, which Release is, 422 if it can't serve it, and
// otherwise something that says nothing about the release.
type Answer struct {
	Release string `json:"release,omitempty"` // that it serves
	Error   string `json:"error,omitempty"`
}

// A Restarter asks one server, of any number behind one URL, to try each release. All of them
// follow the pointer by themselves.
type Restarter struct {
	URL string // of the server, without a path
	// Authorize completes each request, by an identity token for example. Nil: nothing to do.
	Authorize func(*http.Request, []byte) error
	Timeout   time.Duration // of one release, all tries together; 0 is 5 minutes
	Pause     time.Duration // before the second try, doubled for each one after it; 0 is half a second
	Client    *http.Client  // nil follows no redirect
}

var _ dynasette.Announcer = Restarter{}

var client = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Restart returns once a server has tried r and would serve it. An error is ErrUnavailable
// unless a server has said that it can't serve r.
func (f Restarter) Restart(ctx context.Context, r dynasette.Release) error {
	limit := cmp.Or(f.Timeout, 5*time.Minute)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("no word within %v", limit))
	defer cancel()
	for n := 0; ; n++ {
		again, err := f.ask(ctx, TryPath, r)
		if err == nil || !again || n >= tries {
			return err
		}
		if cause := backoff.Sleep(ctx, backoff.Delay(n, cmp.Or(f.Pause, 500*time.Millisecond), 10*time.Second)); cause != nil {
			return dynasette.Unavailable(fmt.Errorf("%w (%w)", cause, err))
		}
	}
}

// tries is how often a server is asked again that does not answer.
const tries = 5

// Announce has one server move to r at once.
func (f Restarter) Announce(ctx context.Context, r dynasette.Release) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	_, err := f.ask(ctx, LookPath, r)
	return err
}

// ask asks once. On an error, again says whether another try makes sense.
func (f Restarter) ask(ctx context.Context, path string, r dynasette.Release) (again bool, err error) {
	u, err := url.Parse(f.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return false, dynasette.Unavailable(errors.New("the URL of the server that follows has to start with http:// or https://"))
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("release %s: the server at %s: %w", r.ID, u.Host, redact.Error(err, redact.Secrets(f.URL)...))
		}
	}()
	body, err := json.Marshal(Ask{r.ID})
	if err != nil {
		return false, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(f.URL, "/")+path, bytes.NewReader(body))
	if err != nil {
		return false, dynasette.Unavailable(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "dynasette")
	if f.Authorize != nil {
		if err := f.Authorize(req, body); err != nil {
			return true, dynasette.Unavailable(err)
		}
	}
	resp, err := cmp.Or(f.Client, client).Do(req)
	if err != nil {
		if asked := (*url.Error)(nil); errors.As(err, &asked) {
			err = asked.Err // without the URL
		}
		return ctx.Err() == nil, dynasette.Unavailable(err)
	}
	defer resp.Body.Close()
	return judge(resp, path, r)
}

// maxSaid is how much of what a server says is in an error, in bytes.
const maxSaid = 1 << 10

// judge returns what an answer about r says.
func judge(resp *http.Response, path string, r dynasette.Release) (again bool, err error) {
	data, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return true, dynasette.Unavailable(err)
	}
	var said Answer
	ours := json.Unmarshal(data, &said) == nil && (said.Release != "" || said.Error != "")
	why := errors.New(redact.Said(resp.Status, maxSaid))
	if said.Error != "" {
		why = errors.New(redact.Said(said.Error, maxSaid))
	}
	switch {
	case !ours && resp.StatusCode == http.StatusNotFound:
		return false, dynasette.Unavailable(fmt.Errorf("%w for %s: does dynasette follow run there, with --audience and --invokers, or a secret?", why, path))
	case !ours:
		return resp.StatusCode/100 == 5 || resp.StatusCode == http.StatusTooManyRequests, dynasette.Unavailable(why)
	case resp.StatusCode == http.StatusOK:
		return false, nil
	case resp.StatusCode == http.StatusConflict:
		if later := r.Follows(said.Release); later != nil {
			return false, later
		}
	case resp.StatusCode == http.StatusUnprocessableEntity:
		return false, why
	}
	return resp.StatusCode/100 == 5, dynasette.Unavailable(why)
}
