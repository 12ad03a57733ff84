package dir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// generation identifies what a file holds: it changes with every write, and when another
// file takes its place.
func generation(info fs.FileInfo) string {
	var inode, changed uint64
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		inode, changed = uint64(st.Ino), uint64(st.Ctim.Nano())
	}
	return fmt.Sprintf("%x-%x-%x-%x", info.ModTime().UnixNano(), changed, info.Size(), inode)
}

// beingWritten reports whether some program has the file open for writing: then the system
// refuses a lease to read it. If it can't tell, nobody has.
func beingWritten(f *os.File) bool {
	const setLease = 1024
	raw, err := f.SyscallConn()
	if err != nil {
		return false
	}
	refused := false
	raw.Control(func(fd uintptr) {
		_, _, e := syscall.Syscall(syscall.SYS_FCNTL, fd, setLease, syscall.F_RDLCK)
		if refused = errors.Is(e, syscall.EAGAIN); e == 0 {
			syscall.Syscall(syscall.SYS_FCNTL, fd, setLease, syscall.F_UNLCK)
		}
	})
	return refused
}
