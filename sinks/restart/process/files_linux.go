package process

import (
	"os"

	"golang.org/x/sys/unix"
)

// mostFiles returns how many files a program may have open that this one starts; 0 if that is
// not known.
func mostFiles() uint64 {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) != nil {
		return 0
	}
	return limit.Max
}

// shareFiles is not needed: raiseFiles is for one program alone.
func shareFiles() {}

// raiseFiles lets a program that was just started have as many files open as it may. It
// begins with fewer: Go gives programs the limit that it had itself before it raised that.
func raiseFiles(p *os.Process) {
	if n := mostFiles(); n > 0 {
		// One of another user can't be helped; it has what it has.
		_ = unix.Prlimit(p.Pid, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: n, Max: n}, nil)
	}
}
