//go:build !unix

package program

import (
	"os"
	"syscall"
)

// Where there are no process groups and no SIGTERM, only the program itself is ended.

// Leader does nothing here.
func Leader() *syscall.SysProcAttr { return nil }

// Tied does nothing here.
func Tied() *syscall.SysProcAttr { return nil }

// Terminate ends p at once.
func Terminate(p *os.Process) { _ = p.Kill() }

// Kill ends p at once.
func Kill(p *os.Process) { _ = p.Kill() }
