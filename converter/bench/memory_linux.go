package main

import (
	"os"
	"syscall"
)

// mostMemory returns how many bytes of memory the process had at most.
func mostMemory(s *os.ProcessState) int64 { return s.SysUsage().(*syscall.Rusage).Maxrss << 10 }
