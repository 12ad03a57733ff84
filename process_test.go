package dynasette

import (
	"os"
	"os/exec"
	"testing"
)

func TestProcessEnded(t *testing.T) {
	if processEnded(os.Getpid()) || processEnded(os.Getppid()) {
		t.Error("a process that lives has ended")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	other := exec.Command(self, "-test.run=^$")
	if err := other.Run(); err != nil {
		t.Fatal(err)
	}
	if !processEnded(other.Process.Pid) {
		t.Error("a process that has ended lives")
	}
}
