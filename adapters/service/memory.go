package service

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

// Where Linux says how much memory a container may use: cgroup v2, then v1.
var limitFiles = []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}

// LimitMemory has Go keep to nine tenths of what the container may use, unless GOMEMLIMIT
// says something else. It returns the limit in bytes, or 0 if there is none.
func LimitMemory() int64 {
	if os.Getenv("GOMEMLIMIT") != "" {
		return debug.SetMemoryLimit(-1)
	}
	for _, name := range limitFiles {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		if limit := memoryLimit(string(text)); limit > 0 {
			debug.SetMemoryLimit(limit)
			return limit
		}
	}
	return 0
}

// memoryLimit returns nine tenths of the number of bytes in text, or 0 if that means no
// limit: "max", or v1's numbers beyond any machine.
func memoryLimit(text string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || n <= 0 || n >= 1<<50 {
		return 0
	}
	return n / 10 * 9
}
