//go:build unix

package dir

import (
	"errors"
	"syscall"
)

// crossesDevices reports whether a file could not be renamed because that leads to another file system.
func crossesDevices(err error) bool { return errors.Is(err, syscall.EXDEV) }
