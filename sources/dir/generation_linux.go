package dir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"
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

// changed returns when a file was last changed in any way: written to, renamed, or given
// another time.
func changed(info fs.FileInfo) time.Time {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(st.Ctim.Unix())
	}
	return info.ModTime()
}

// beingWritten reports whether some program has the file open for writing: then the system
// refuses a lease to read it. It can't tell of files of other users, nor on every file system.
func beingWritten(f *os.File) (writing, known bool) {
	const setLease = 1024
	raw, err := f.SyscallConn()
	if err != nil {
		return false, false
	}
	raw.Control(func(fd uintptr) {
		_, _, e := syscall.Syscall(syscall.SYS_FCNTL, fd, setLease, syscall.F_RDLCK)
		writing = errors.Is(e, syscall.EAGAIN)
		if known = writing || e == 0; e == 0 {
			syscall.Syscall(syscall.SYS_FCNTL, fd, setLease, syscall.F_UNLCK)
		}
	})
	return writing, known
}
