//go:build !unix

package exec

import (
	"os"
	osexec "os/exec"
)

// Elsewhere only the process itself is killed, not those that it has started.

func inGroup(*osexec.Cmd) {}

func killGroup(leader *os.Process) { _ = leader.Kill() }

func outgrown(*os.ProcessState) bool { return false }
