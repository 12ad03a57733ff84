package dynasette

import (
	"errors"
	"fmt"
)

// Sentinel errors, for errors.Is.
var (
	// ErrNotFound: there is no such upload, object or release.
	ErrNotFound = errors.New("not found")
	// ErrChanged: what is there is not of the generation that was expected.
	ErrChanged = errors.New("changed meanwhile")
	// ErrUnfinished: an upload is still being written. It is looked at again once that has
	// come to an end.
	ErrUnfinished = errors.New("is still being written")
	// ErrUnavailable: a server could not be asked; trying again may help.
	ErrUnavailable = errors.New("unavailable")
)

// Unavailable marks an error as ErrUnavailable: one of a Restarter that says nothing about the
// release.
func Unavailable(err error) error { return fmt.Errorf("%w: %w", ErrUnavailable, err) }
