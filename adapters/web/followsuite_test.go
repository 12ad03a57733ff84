package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/web"
	"github.com/dynasette/dynasette/sinks/restart/follow"
	"github.com/dynasette/dynasette/sinks/restart/restarttest"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// A Restarter that asks a server which follows passes the suite, together with what the
// pipeline does once a release is accepted: it moves the pointer, and says so.
func TestFollowSuite(t *testing.T) {
	restarttest.Run(t, func(t *testing.T) restarttest.Server {
		f := &followSite{t: t, store: new(sinktest.Memory)}
		f.Follower = &follow.Follower{
			Releases: &dynasette.Pipeline{Store: f.store}, Server: f, Folder: follow.Folder{Scratch: t.TempDir()},
		}
		f.Following.Site, f.Secret, f.Beside = http.HandlerFunc(f.visit), secret, true
		if err := f.Follower.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.moves = 0 // but for nothing
		front := httptest.NewServer(f)
		t.Cleanup(front.Close)
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // an idle connection is a goroutine
		open := func() dynasette.Restarter {
			asks := follow.Restarter{URL: front.URL, Authorize: signed, Pause: time.Microsecond, Client: client}
			return dynasette.RestarterFunc(func(ctx context.Context, r dynasette.Release) error {
				if err := asks.Restart(ctx, r); err != nil {
					return err
				}
				if err := f.point(r); err != nil {
					return err
				}
				return asks.Announce(ctx, r)
			})
		}
		return restarttest.Server{
			Restarter: open(),
			Other:     open(),
			Prepare:   f.prepare,
			Await:     f.script.Await,
			Serves: func() string {
				answer, err := client.Get(front.URL)
				if err != nil {
					return err.Error()
				}
				defer answer.Body.Close()
				id, _ := io.ReadAll(answer.Body)
				return string(id)
			},
			Moves: func() int { f.mu.Lock(); defer f.mu.Unlock(); return f.moves },
		}
	})
}

// followSite is a server that follows, and takes each release as the script has it.
type followSite struct {
	web.Following
	t      *testing.T
	store  *sinktest.Memory
	script restarttest.Script

	mu     sync.Mutex
	serves string
	moves  int
}

func (f *followSite) prepare(r dynasette.Release, b restarttest.Behaviour) dynasette.Release {
	f.script.Set(r.ID, b)
	data, err := json.Marshal(dynasette.Manifest{Release: r.ID})
	if err == nil {
		_, err = f.store.Write(f.t.Context(), "releases/"+r.ID+".json", data, dynasette.Absent, nil)
	}
	if err != nil && !errors.Is(err, dynasette.ErrChanged) {
		f.t.Error(err)
	}
	return r
}

// point moves the pointer to a release, unless it is at a later one.
func (f *followSite) point(r dynasette.Release) error {
	ctx := context.Background()
	for {
		data, generation, err := f.store.Read(ctx, "current.json")
		var at struct{ Release string }
		if err == nil {
			err = json.Unmarshal(data, &at)
		}
		if err != nil && !errors.Is(err, dynasette.ErrNotFound) {
			return err
		}
		if at.Release == r.ID {
			return nil
		}
		if err := r.Follows(at.Release); err != nil {
			return err
		}
		text := fmt.Sprintf(`{"layout": 2, "release": %q}`, r.ID)
		if _, err := f.store.Write(ctx, "current.json", []byte(text), generation, nil); !errors.Is(err, dynasette.ErrChanged) {
			return err
		}
	}
}

// act takes a release as the script has it.
func (f *followSite) act(ctx context.Context, r dynasette.Release) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	switch f.script.Of(r.ID) {
	case restarttest.Refused:
		return errors.New(restarttest.Rant)
	case restarttest.Unreachable:
		return fmt.Errorf("%w: %s", dynasette.ErrUnavailable, restarttest.Rant)
	case restarttest.Hangs:
		f.script.Begun(r.ID)
		<-ctx.Done()
		return context.Cause(ctx)
	}
	return nil
}

// Try is follow.Server's.
func (f *followSite) Try(ctx context.Context, r dynasette.Release) error { return f.act(ctx, r) }

// Restart is follow.Server's.
func (f *followSite) Restart(ctx context.Context, r dynasette.Release) error {
	if err := f.act(ctx, r); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.serves = r.ID
	f.moves++
	return nil
}

func (f *followSite) visit(w http.ResponseWriter, _ *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.serves != follow.Nothing {
		fmt.Fprint(w, f.serves)
	}
}

// ServeHTTP answers as the server does, or as another program that has its address.
func (f *followSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != follow.TryPath {
		f.Following.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	var ask follow.Ask
	if err == nil && json.Unmarshal(body, &ask) == nil && f.script.Of(ask.Release) == restarttest.Impostor {
		f.script.Begun(ask.Release)
		fmt.Fprintf(w, `{"datasette": {"version": "0", "note": %q}}`, ask.Release)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	f.Following.ServeHTTP(w, r)
}
