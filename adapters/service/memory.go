package service

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// Where Linux says how much memory a container may use: cgroup v2, then v1.
var limitFiles = []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}

// LimitMemory has Go keep to nine tenths of what the container may use, less what indexes may take
// beside it, unless GOMEMLIMIT says something else. It returns the limit in bytes, or 0 if there is none.
func LimitMemory() int64 {
	if os.Getenv("GOMEMLIMIT") != "" {
		return debug.SetMemoryLimit(-1)
	}
	limit := containerMemory()
	if limit > 0 {
		debug.SetMemoryLimit(limit - fitting(limit).SortMemory)
	}
	return limit
}

// containerMemory returns nine tenths of what the container may use, or 0 if there is no
// limit.
func containerMemory() int64 {
	for _, name := range limitFiles {
		if text, err := os.ReadFile(name); err == nil {
			if limit := memoryLimit(string(text)); limit > 0 {
				return limit
			}
		}
	}
	return 0
}

// reserved is the memory that the program itself needs, in bytes, beside files that lie in
// memory.
const reserved = 256 << 20

// room returns how large a file and its database may be for web.Server's /convert, so that
// as many as may be there at a time fit into the container's memory with all else: on Cloud
// Run, what is written to disk is memory. Without a limit it returns 0.
func room(memory int64, processors int) (upload, database int64) {
	if memory <= 0 {
		return 0, 0
	}
	share := max(memory-reserved, reserved/4) / int64(processors)
	return share / 4, share / 2 // two files come for each that is converted
}

// ConverterOptions returns the options of conversions that fit into the container: indexes are sorted
// without a file, where that is memory which nobody counts, and in two fifths of the memory at most.
func ConverterOptions() converter.Options { return fitting(containerMemory()) }

func fitting(memory int64) converter.Options {
	if memory > 0 {
		return converter.Options{SortFile: -1, SortMemory: min(memory/5*2, 192<<20)}
	}
	return converter.Options{}
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
