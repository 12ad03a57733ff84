//go:build unix

package exec

import (
	"os"
	osexec "os/exec"
	"syscall"
)

// inGroup has the command start as the leader of a process group.
func inGroup(cmd *osexec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills the leader of a process group and all processes that have stayed in it.
func killGroup(leader *os.Process) { _ = syscall.Kill(-leader.Pid, syscall.SIGKILL) }

// outgrown reports whether a process was killed for writing too large a file.
func outgrown(state *os.ProcessState) bool {
	status, ok := state.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGXFSZ
}
