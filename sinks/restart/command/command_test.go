package command

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/dynasette/dynasette"
)

// The test binary, run again, is the program.
func TestMain(m *testing.M) {
	switch os.Getenv("COMMAND_TEST_ROLE") {
	case "":
		os.Exit(m.Run())
	case "serve":
		fmt.Println(os.Args[1:], os.Getenv("DYNASETTE_RELEASE"), os.Getenv("DYNASETTE_LOCATION"))
	case "fail":
		for n := range 50 {
			fmt.Fprintln(os.Stderr, "line", n)
		}
		code, _ := strconv.Atoi(os.Args[1])
		os.Exit(code)
	case "move":
		move(os.Args[1], os.Args[2], os.Args[3], os.Args[4])
	case "child":
		child(os.Args[1])
	}
}

func restarter(t *testing.T, role string, args ...string) *Restarter {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &Restarter{Command: append([]string{self}, args...), Env: []string{"COMMAND_TEST_ROLE=" + role}}
}

var release = dynasette.Release{ID: "r1", Location: "/srv/releases/r1"}

func TestRunsWithoutAShell(t *testing.T) {
	var out bytes.Buffer
	c := restarter(t, "serve", "$(id)", "a b", "*")
	c.Output = &out
	if err := c.Restart(t.Context(), release); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "[$(id) a b *] r1 /srv/releases/r1\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestErrorsSayWhatTheProgramSaid(t *testing.T) {
	err := restarter(t, "fail", "75").Restart(t.Context(), release)
	if !errors.Is(err, dynasette.ErrUnavailable) {
		t.Error(err)
	}
	err = restarter(t, "fail", "7").Restart(t.Context(), release)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 7 || errors.Is(err, dynasette.ErrUnavailable) {
		t.Fatal(err)
	}
	if s := err.Error(); !strings.Contains(s, "release r1") || !strings.HasSuffix(s, "line 48\nline 49") || strings.Contains(s, "line 3\n") {
		t.Error(s)
	}
	if err := (&Restarter{Command: []string{"dynasette-no-such-program"}}).Restart(t.Context(), release); !errors.Is(err, exec.ErrNotFound) || !errors.Is(err, dynasette.ErrUnavailable) {
		t.Error(err)
	}
	if err := (&Restarter{}).Restart(t.Context(), release); err == nil {
		t.Error("nothing was run, and that was fine")
	}
}
