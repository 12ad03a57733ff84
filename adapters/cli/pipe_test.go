//go:build unix

package cli_test

import (
	"context"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A named pipe that nobody writes to does not keep the program from ending.
func TestPipeThatNobodyWrites(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "x.csv")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan string, 1)
	go func() {
		code, _, stderr := run(ctx, "convert", pipe, "-o", filepath.Join(dir, "x.db"))
		if code != 1 {
			stderr += " (exit code is not 1)"
		}
		done <- stderr
	}()
	time.Sleep(50 * time.Millisecond) // to be in the middle of it; it is right at any moment
	cancel()
	select {
	case stderr := <-done:
		if !strings.HasSuffix(stderr, "interrupted\n") {
			t.Error(stderr)
		}
	case <-time.After(time.Minute):
		t.Fatal("it waits for somebody to write")
	}
	// The goroutine that opens the pipe ends with it.
	if f, err := syscall.Open(pipe, syscall.O_RDWR|syscall.O_NONBLOCK, 0); err == nil {
		syscall.Close(f)
	}
}
