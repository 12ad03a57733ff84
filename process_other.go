//go:build !unix && !windows

package dynasette

import (
	"os"
	"os/exec"
)

// processEnded can't tell here: the lease expires.
func processEnded(int) bool { return false }

// detach has nothing to do here.
func detach(*exec.Cmd) {}

// wasKilled can't tell here.
func wasKilled(*os.ProcessState) bool { return false }
