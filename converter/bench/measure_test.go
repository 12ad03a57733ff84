package main

import (
	"os/exec"
	"strings"
	"testing"
	"time"
)

// A program that does not end is ended, and so is what holds its output open.
func TestPatience(t *testing.T) {
	for _, script := range []string{"exec sleep 60", "sleep 5 & wait"} {
		_, err := measure(exec.Command("sh", "-c", script), 10*time.Millisecond)
		if err == nil || !strings.HasSuffix(err.Error(), "takes longer than 10ms") {
			t.Errorf("%s: %v", script, err)
		}
	}
}
