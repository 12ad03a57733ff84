package exec

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// limit bounds the data of a process and of those that it will start, each for itself,
// and the size of the files that they write. It takes effect just after the start.
//
// RLIMIT_DATA counts what a process can write to, and not the address space that the
// runtimes of Java, JavaScript or Go reserve in advance.
func limit(pid int, memory, file int64) error {
	for resource, n := range map[int]int64{unix.RLIMIT_DATA: memory, unix.RLIMIT_FSIZE: file, unix.RLIMIT_CORE: 0} {
		var old unix.Rlimit
		err := unix.Prlimit(pid, resource, nil, &old)
		if err == nil {
			most := min(uint64(n), old.Max)
			err = unix.Prlimit(pid, resource, &unix.Rlimit{Cur: most, Max: most}, nil)
		}
		if err != nil && err != unix.ESRCH { // it may have ended already
			return fmt.Errorf("its limits can't be set: %w", err)
		}
	}
	return nil
}
