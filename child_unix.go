//go:build unix

package dynasette

import (
	"os"
	"os/exec"
	"syscall"
)

// detach keeps from a child what ends all programs of a terminal: it is told by its parent.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// wasKilled reports whether a process was ended by SIGKILL: from outside, or by the kernel.
func wasKilled(state *os.ProcessState) bool {
	status, ok := state.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}
