//go:build !unix

package dynasette

import (
	"os"
	"os/exec"
)

// detach has nothing to do here.
func detach(*exec.Cmd) {}

// wasKilled can't tell here: whoever ends a process from outside says how it exits.
func wasKilled(*os.ProcessState) bool { return false }
