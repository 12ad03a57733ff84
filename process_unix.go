//go:build unix

package dynasette

import (
	"errors"
	"syscall"
)

// processEnded reports whether there is no process of that number.
func processEnded(pid int) bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }
