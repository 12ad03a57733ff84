//go:build unix && !linux

package process

import (
	"os"
	"syscall"
)

// mostFiles returns how many files a program may have open that this one starts; 0 if that is
// not known. Go has raised its own limit as far as that goes here.
func mostFiles() uint64 {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil {
		return 0
	}
	return uint64(limit.Cur)
}

// shareFiles lets programs that are started from now on have as many files open as this one.
// Go would give them the limit that it had itself before it raised that, unless it is set.
func shareFiles() {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) == nil {
		_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit) // to what it is
	}
}

// raiseFiles need not do anything after shareFiles.
func raiseFiles(*os.Process) {}
