package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

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
	case "hang": // with a child, and neither heeds SIGTERM
		signal.Ignore(syscall.SIGTERM)
		child := exec.Command(os.Args[0], os.Args[1:]...)
		child.Env = append(os.Environ(), "COMMAND_TEST_ROLE=child")
		if err := child.Start(); err != nil {
			panic(err)
		}
		select {}
	case "child":
		signal.Ignore(syscall.SIGTERM)
		conn, err := net.Dial("tcp", os.Args[1])
		if err != nil {
			panic(err)
		}
		conn.Write([]byte("here"))
		select {}
	}
}

func restarter(t *testing.T, role string, args ...string) Restarter {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Restarter{Command: append([]string{self}, args...), Env: []string{"COMMAND_TEST_ROLE=" + role}}
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
	if err := (Restarter{Command: []string{"dynasette-no-such-program"}}).Restart(t.Context(), release); !errors.Is(err, exec.ErrNotFound) || !errors.Is(err, dynasette.ErrUnavailable) {
		t.Error(err)
	}
	if err := (Restarter{}).Restart(t.Context(), release); err == nil {
		t.Error("nothing was run, and that was fine")
	}
}

func TestATimeoutEndsTheChildrenToo(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := restarter(t, "hang", l.Addr().String())
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error)
	go func() { done <- c.Restart(ctx, release) }()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.ReadFull(conn, make([]byte, 4)) // the child is there, and deaf to SIGTERM
	stop := errors.New("enough")
	cancel(stop)
	if err := <-done; !errors.Is(err, stop) {
		t.Error(err)
	}
	conn.SetReadDeadline(time.Now().Add(time.Minute))
	if _, err := io.ReadAll(conn); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the program's child goes on")
	}
}
