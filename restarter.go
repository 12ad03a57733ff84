package dynasette

import "context"

// A Restarter makes the server see a release.
type Restarter interface {
	// Restart returns once the server serves r, checked, or with an error if it can't be
	// brought to; then what was served before is still being served. It may be called
	// again for a release that is being served already, and does nothing then.
	//
	// An error that is ErrUnavailable (or the context's) says nothing about the release:
	// the same one is tried again with the next event. Any other error marks the release
	// as bad, and one of the same content is not tried again.
	Restart(ctx context.Context, r Release) error
}

// A Release is an immutable folder of databases and what is known about them.
type Release struct {
	ID       string // sorts by age: later is larger; made of digits, a to z and "-"
	Location string // a folder's path or a gs:// URL: where its files are
	Back     bool   // somebody chose this one: go there even from a later release
}

// RestarterFunc is a function that is a Restarter.
type RestarterFunc func(ctx context.Context, r Release) error

// Restart calls f.
func (f RestarterFunc) Restart(ctx context.Context, r Release) error { return f(ctx, r) }
