package dynasette

import (
	"errors"
	"syscall"
)

// processEnded reports whether there is no process of that number.
func processEnded(pid int) bool {
	const synchronize, invalidParameter = 0x100000, syscall.Errno(87)
	h, err := syscall.OpenProcess(synchronize, false, uint32(pid))
	if err != nil {
		return errors.Is(err, invalidParameter)
	}
	defer syscall.CloseHandle(h)
	event, err := syscall.WaitForSingleObject(h, 0) // which succeeds once it has ended
	return err == nil && event == syscall.WAIT_OBJECT_0
}
