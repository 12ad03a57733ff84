package dynasette

import (
	"context"
	"errors"
	"strings"
)

// A Restarter makes the server see a release. sinks/restart/restarttest has the tests that
// every one has to pass.
type Restarter interface {
	// Restart returns once the server serves r, checked, or with an error if it can't be
	// brought to; then what was served before is still being served. It may be called
	// again for a release that is being served already, and does nothing then. If it can
	// tell that the server serves a release of a greater ID, it leaves that alone and
	// returns a NewerError.
	//
	// An error that is ErrUnavailable (or the context's) says nothing about the release:
	// it is tried again with the next event. Any other error refuses it: then the pipeline
	// finds out which of its databases is to blame, and goes on without that one.
	Restart(ctx context.Context, r Release) error
}

// An Announcer is a Restarter whose server follows the Store's pointer. Its Restart has the
// server try the release, and returns once that would be served; the server moves to it when
// the pointer names it.
type Announcer interface {
	Restarter
	// Announce tells the server that the pointer names r. It is a hint: a server that doesn't
	// hear it finds out by itself.
	Announce(ctx context.Context, r Release) error
}

// A Release is a set of databases that belong together, and what is known about them.
// Nothing of it ever changes.
type Release struct {
	ID       string    // sorts by age: later is larger; made of digits, a to z and "-"
	Location string    // the folder of its documents: a path or a gs:// URL
	Store    string    // what the objects that Manifest names are in: a path or a gs:// URL
	Manifest *Manifest // its databases, and what they are called; nil: they are in Location, too
}

// Follows returns nil if a server that says that it serves that ID, "" being none, may go to
// r, and else a NewerError. What is no ID, or does not begin as r's does, with a digit or
// without, is a placeholder of a deployment, and earlier than any release. Without an ID of
// its own, r is nothing to go to.
func (r Release) Follows(serves string) error {
	switch {
	case r.ID == "":
		return Unavailable(errors.New("a release without an ID"))
	case serves > r.ID && isID(serves) && digit(serves[0]) == digit(r.ID[0]):
		return &NewerError{Release: serves}
	}
	return nil
}

const maxID = 100 // bytes; longer than any of ours

func isID(s string) bool {
	odd := func(r rune) bool { return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') }
	return s != "" && len(s) <= maxID && !strings.ContainsFunc(s, odd)
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// RestarterFunc is a function that is a Restarter.
type RestarterFunc func(ctx context.Context, r Release) error

// Restart calls f.
func (f RestarterFunc) Restart(ctx context.Context, r Release) error { return f(ctx, r) }

// A NewerError says that the server was not moved, since it serves a later release.
type NewerError struct {
	Release string // which it serves
}

func (e *NewerError) Error() string { return "the server serves a later release: " + e.Release }

// newer returns the ID of the later release that the server serves, if err says so.
func newer(err error) string {
	if e := (*NewerError)(nil); errors.As(err, &e) {
		return e.Release
	}
	return ""
}
