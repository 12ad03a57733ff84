//go:build unix && !linux

package program

import "syscall"

// Leader makes the program the leader of a process group.
func Leader() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// Tied is Leader: only Linux can tie a program to the process that started it.
func Tied() *syscall.SysProcAttr { return Leader() }
