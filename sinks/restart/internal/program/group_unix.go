//go:build unix

package program

import (
	"os"
	"syscall"
)

// A group that is gone is what they are called for: their errors say no more than that.

// Terminate asks the group that p leads to end.
func Terminate(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGTERM) }

// Kill ends the group that p leads, or led.
func Kill(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }
