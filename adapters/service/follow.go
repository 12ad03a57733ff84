package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/places"
	"github.com/dynasette/dynasette/adapters/web"
	"github.com/dynasette/dynasette/sinks/restart/follow"
)

// A Follow says which store a server follows, and who may ask it to try a release. Serving
// must be set.
type Follow struct {
	Serving  string   // a folder, or a URL that the places know: gs://BUCKET/PREFIX
	Mount    string   // folder at which Serving is mounted, if that is a bucket
	Audience string   // of the identity tokens of whoever asks
	Invokers []string // service accounts that may ask, with such a token
	Secret   string   // that signs who may ask without a token
	Listen   string   // address to answer requests at
	Port     int      // to answer requests at on all addresses, instead of Listen; 0: none
}

// Settings are all fields of c.
func (c *Follow) Settings() []Setting {
	return append([]Setting{
		{"DYNASETTE_SERVING", "", "`PLACE` of databases and releases", &c.Serving},
		{"DYNASETTE_MOUNT", "mount", "`FOLDER` at which a bucket is mounted", &c.Mount},
		{"DYNASETTE_AUDIENCE", "audience", "whoever asks to try a release needs an identity token for this `URL`", &c.Audience},
		{"DYNASETTE_INVOKERS", "invokers", "`ACCOUNTS` that may ask, with a token for --audience, a comma between", &c.Invokers},
		{"DYNASETTE_WEBHOOK_SECRET", "", "`SECRET` that signs who may ask", &c.Secret},
	}, listening(&c.Listen, &c.Port)...)
}

// Environment sets those fields of c that are not set yet to what the environment says.
func (c *Follow) Environment(getenv func(string) string) error {
	return environment(c.Settings(), getenv)
}

// Address returns where to answer requests.
func (c *Follow) Address() string { return address(c.Listen, c.Port) }

// Check returns what is wrong with c, as somebody should be told who has set its flags or
// variables.
func (c *Follow) Check() error {
	_, local, err := places.Path(c.Serving)
	switch {
	case c.Serving == "":
		return errors.New("it is not said what to follow: name the place of the releases, or set DYNASETTE_SERVING")
	case err != nil:
		return err
	case local && c.Mount != "":
		return errors.New("--mount goes with a bucket: a folder is read where it is")
	case !local && c.Mount == "":
		return errors.New("databases are read from a folder: mount the bucket, and say where with --mount or DYNASETTE_MOUNT")
	}
	return checkCallers(c.Audience, c.Invokers)
}

// A Server serves releases, and finds out whether it could.
type Server interface {
	follow.Server
	http.Handler
}

// NewFollowing returns what answers requests for a server that follows. It asks nothing of
// the places yet; scratch is a folder for it alone.
func NewFollowing(ctx context.Context, c Follow, at places.Places, server Server, scratch string, every time.Duration, log *slog.Logger) (*web.Following, io.Closer, error) {
	if err := c.Check(); err != nil {
		return nil, nil, err
	}
	if err := canCheckTokens(c.Audience, at); err != nil {
		return nil, nil, err
	}
	store, closer, err := at.Store(ctx, c.Serving)
	if err != nil {
		return nil, nil, err
	}
	return &web.Following{
		Follower: &follow.Follower{
			Releases: &dynasette.Pipeline{Store: store}, Server: server,
			Folder: follow.Folder{Mount: c.Mount, Scratch: scratch}, Every: every, Log: log,
		},
		Site:     server,
		Identity: web.Identity{Audience: c.Audience, Emails: c.Invokers, Validate: at.Tokens},
		Secret:   c.Secret,
	}, closer, nil
}

// checkCallers returns what is wrong with who may call.
func checkCallers(audience string, invokers []string) error {
	switch {
	case len(invokers) > 0 && audience == "":
		return errors.New("--invokers goes with --audience: without tokens nobody is known")
	case audience != "" && len(invokers) == 0:
		return errors.New("--audience goes with --invokers: anybody can get a token, for any audience")
	}
	return nil
}

func canCheckTokens(audience string, at places.Places) error {
	if audience != "" && at.Tokens == nil {
		return places.Misnamed{Err: fmt.Errorf("--audience: this program can't check identity tokens; %s can", places.GoogleProgram)}
	}
	return nil
}
