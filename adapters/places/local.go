package places

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/redact"
	sinkdir "github.com/dynasette/dynasette/sinks/dir"
	"github.com/dynasette/dynasette/sinks/restart/command"
	"github.com/dynasette/dynasette/sinks/restart/follow"
	"github.com/dynasette/dynasette/sinks/restart/webhook"
	sourcedir "github.com/dynasette/dynasette/sources/dir"
)

// local returns the schemes that need no cloud.
func local() []Scheme {
	return []Scheme{
		{Name: "", Source: folderSource, Store: folderStore},
		{Name: "file", Source: folderSource, Store: folderStore},
		{Name: "http", Restarter: openWebhook},
		{Name: "https", Restarter: openWebhook},
		{Name: "exec", Restarter: openCommand},
		{Name: "follow", Restarter: openFollower},
	}
}

// Path returns the path that a place of this machine is: the place itself, unless it is a
// file:// URL. For other URLs, ok is false.
func Path(place string) (path string, ok bool, err error) {
	switch SchemeOf(place) {
	case "":
		return place, true, nil
	case "file":
		u, err := url.Parse(place)
		if err != nil || u.Host != "" && u.Host != "localhost" || u.Path == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			return "", false, misnamed("%s is not a path of this machine: want file:///PATH, with %%20 for a space", redact.URL(place))
		}
		path := u.Path
		if runtime.GOOS == "windows" {
			path = strings.TrimPrefix(path, "/")
		}
		return filepath.FromSlash(path), true, nil
	}
	return "", false, nil
}

func folderSource(_ context.Context, place string) (dynasette.Source, io.Closer, error) {
	path, _, err := Path(place)
	if err != nil {
		return nil, nil, err
	}
	return &sourcedir.Source{Root: path}, open{}, nil
}

func folderStore(_ context.Context, place string) (dynasette.Store, io.Closer, error) {
	path, _, err := Path(place)
	if err != nil {
		return nil, nil, err
	}
	s, err := sinkdir.Open(path)
	if err != nil {
		return nil, nil, err
	}
	return s, open{}, nil
}

func openWebhook(_ context.Context, url string, how Restart) (dynasette.Restarter, io.Closer, error) {
	return &webhook.Restarter{URL: url, Secret: how.Secret, HealthURL: how.Health}, open{}, nil
}

func openCommand(_ context.Context, line string, how Restart) (dynasette.Restarter, io.Closer, error) {
	words, err := command.Split(strings.TrimPrefix(line, "exec:"))
	switch {
	case err != nil:
		return nil, nil, misnamed("%s: %w", redact.Text(line), err)
	case len(words) == 0:
		return nil, nil, misnamed("there is no command")
	case how.Health != "":
		return nil, nil, misnamed("a health URL goes with a webhook or a service; a command says by its exit code whether the release is served")
	}
	return &command.Restarter{Command: words, Output: how.Output}, open{}, nil
}

// openFollower returns what asks a server that follows, by a signature.
func openFollower(_ context.Context, to string, how Restart) (dynasette.Restarter, io.Closer, error) {
	f, err := Follower(to, how)
	if err != nil {
		return nil, nil, err
	}
	if how.Secret == "" {
		return nil, nil, misnamed("%s has to know who asks: set DYNASETTE_WEBHOOK_SECRET here and there, or use %s, which has identity tokens", redact.Text(to), GoogleProgram)
	}
	f.Authorize = func(r *http.Request, body []byte) error {
		r.Header.Set(webhook.SignatureHeader, webhook.Sign(how.Secret, body))
		return nil
	}
	return f, open{}, nil
}

// Follower returns the restarter that follow:URL names, without a way to say who asks.
func Follower(to string, how Restart) (follow.Restarter, error) {
	at := strings.TrimPrefix(to, "follow:")
	if s := SchemeOf(at); s != "https" && s != "http" {
		return follow.Restarter{}, misnamed("%s: want follow:https://SERVER", redact.Text(to))
	}
	if how.Health != "" {
		return follow.Restarter{}, misnamed("a health URL goes with a webhook or a service; a server that follows says itself whether it can serve a release")
	}
	return follow.Restarter{URL: at}, nil
}

// open is what has nothing to close.
type open struct{}

func (open) Close() error { return nil }
