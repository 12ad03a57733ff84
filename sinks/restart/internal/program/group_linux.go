package program

import "syscall"

// Leader makes the program the leader of a process group.
func Leader() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// Tied is Leader, and on Linux the kernel also kills the program when the thread that
// started it ends: lock that thread until the program has ended.
func Tied() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
