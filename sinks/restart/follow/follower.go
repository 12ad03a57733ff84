// Package follow moves servers to releases in place. Each server follows the pointer of the
// store: a Follower runs beside it. Before the pointer moves, a Restarter asks one of them to
// try the release, so that what none can serve is never named.
package follow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/restart/internal/backoff"
)

// A Server serves releases, and can find out whether it could.
type Server interface {
	dynasette.Restarter
	// Try returns nil if Restart would move the server to r, and otherwise its error. What
	// is served stays.
	Try(ctx context.Context, r dynasette.Release) error
}

// A Follower keeps a Server on the release that the pointer of a store names. Its fields are
// set before the first call, and its methods may be called concurrently.
type Follower struct {
	Releases *dynasette.Pipeline // where releases are: only its Store is needed
	Server   Server
	Folder   Folder        // where the server finds them
	Every    time.Duration // between two looks of Look's; 0 is 2 seconds
	Log      *slog.Logger  // nil is silent

	moving sync.Mutex // held while the server is moved or tries something

	mu      sync.Mutex
	serves  string    // the release, "" before the first
	looked  time.Time // when a look began last
	failed  string    // the release that the server could not be moved to
	why     error     // because of
	tries   int       // how often
	after   time.Time // not before then again
	trouble string    // what was logged last
}

// Nothing is the release of a store that has none yet.
const Nothing = "0"

// Start has the server serve the release that the pointer names, or Nothing. It goes on
// trying until ctx ends: a server that came up without its data would look healthy.
func (f *Follower) Start(ctx context.Context) error {
	for n := 0; ; n++ {
		err := f.move(ctx)
		if err == nil || ctx.Err() != nil {
			return err
		}
		f.log().WarnContext(ctx, "can't start yet", "error", err)
		if err := backoff.Sleep(ctx, backoff.Delay(n, 100*time.Millisecond, 5*time.Second)); err != nil {
			return err
		}
	}
}

// Serves returns the release that the server is at, "" before Start has ended.
func (f *Follower) Serves() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.serves
}

// Due reports whether it is time for a look, and takes it on: whoever is told so is the only
// one until Every has passed.
func (f *Follower) Due() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if time.Since(f.looked) < cmp.Or(f.Every, 2*time.Second) {
		return false
	}
	f.looked = time.Now()
	return true
}

// Look reads the pointer and moves the server if it names a later release. An error leaves
// what is served; it is tried again with a later look.
func (f *Follower) Look(ctx context.Context) error {
	f.mu.Lock()
	f.looked = time.Now()
	f.mu.Unlock()
	err := f.move(ctx)
	f.said(ctx, err)
	return err
}

// said logs what keeps the server where it is, once for as long as it is the same.
func (f *Follower) said(ctx context.Context, err error) {
	text := ""
	if err != nil && ctx.Err() == nil {
		text = err.Error()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if text != "" && text != f.trouble {
		f.log().WarnContext(ctx, "what was served still is", "release", f.serves, "error", err)
	}
	f.trouble = text
}

// Try has the server try the release of that ID. The error is a NewerError if it serves a
// later one, ErrUnavailable if nothing is known of the release, and otherwise why it can't
// be served.
func (f *Follower) Try(ctx context.Context, id string) error {
	f.moving.Lock()
	defer f.moving.Unlock()
	switch serves := f.Serves(); {
	case serves == id:
		return nil
	case serves == "":
		return dynasette.Unavailable(errors.New("it has not started yet"))
	case serves > id:
		return &dynasette.NewerError{Release: serves}
	}
	r, err := f.Releases.ReleaseOf(ctx, id)
	if err == nil {
		r, err = f.Folder.show(ctx, f.Releases.Store, r)
	}
	if err != nil {
		return dynasette.Unavailable(err)
	}
	return f.visible(ctx, func() error { return f.Server.Try(ctx, r) })
}

// move moves the server to what the pointer names, if that is later.
func (f *Follower) move(ctx context.Context) error {
	f.moving.Lock()
	defer f.moving.Unlock()
	serves := f.Serves()
	r, err := f.Releases.Pointed(ctx)
	switch {
	case errors.Is(err, dynasette.ErrNotFound) && serves == "":
		r, err = f.Folder.nothing()
	case errors.Is(err, dynasette.ErrNotFound) && serves == Nothing:
		return nil
	case err == nil && r.ID <= serves:
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.mayTry(r.ID); err != nil {
		return err
	}
	shown, err := f.Folder.show(ctx, f.Releases.Store, r)
	if err == nil {
		err = f.visible(ctx, func() error { return f.Server.Restart(ctx, shown) })
	}
	if err := f.remember(ctx, r.ID, err); err != nil {
		return err
	}
	f.log().InfoContext(ctx, "release served", "release", r.ID)
	f.Folder.forget(r.ID, serves)
	return nil
}

// mayTry returns an error while it is too early to try a release again.
func (f *Follower) mayTry(id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failed == id && f.serves != "" && time.Now().Before(f.after) {
		return f.why // it is tried again from time to time
	}
	return nil
}

// remember remembers how it went.
func (f *Follower) remember(ctx context.Context, id string, err error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case err == nil:
		f.serves, f.failed = id, ""
		return nil
	case ctx.Err() != nil: // that says nothing
		return err
	case f.failed != id:
		f.failed, f.tries = id, 0
	}
	f.why = fmt.Errorf("release %s: %w", id, err)
	f.after = time.Now().Add(backoff.Delay(f.tries, 2*time.Second, time.Minute))
	f.tries++
	return f.why
}

// patience is how long a mounted bucket may take to show what is in it.
const patience = 20 * time.Second

// visible calls serve until it finds the files of the release: a mounted bucket may not show
// them at once.
func (f *Follower) visible(ctx context.Context, serve func() error) error {
	for n, end := 0, time.Now().Add(patience); ; n++ {
		err := serve()
		switch {
		case !f.Folder.mounted() || !errors.Is(err, fs.ErrNotExist):
			return err
		case time.Now().After(end):
			return dynasette.Unavailable(fmt.Errorf("the mounted bucket does not show it: %w", err))
		}
		if cause := backoff.Sleep(ctx, backoff.Delay(n, 50*time.Millisecond, 2*time.Second)); cause != nil {
			return fmt.Errorf("%w (%w)", cause, err)
		}
	}
}

func (f *Follower) log() *slog.Logger {
	if f.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return f.Log
}
