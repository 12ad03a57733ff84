package process

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"github.com/dynasette/dynasette/sinks/restart/internal/program"
)

// A child is a program that was started.
type child struct {
	cmd  *exec.Cmd
	said program.Tail
	done chan struct{} // closed once it has ended
	err  error         // how it ended, never nil; to be read after done
}

var errEnded = errors.New("it ended by itself")

// startChild starts argv as the leader of a process program. output may be nil.
func startChild(argv, env []string, output *lockedWriter) (*child, error) {
	c := &child{cmd: exec.Command(argv[0], argv[1:]...), done: make(chan struct{})}
	c.cmd.Env = env
	c.cmd.SysProcAttr = program.Tied()
	c.cmd.WaitDelay = time.Second // don't wait for a grandchild that holds the pipe open
	var out io.Writer = &c.said
	if output != nil {
		out = io.MultiWriter(&c.said, output)
	}
	c.cmd.Stdout, c.cmd.Stderr = out, out

	started := make(chan error)
	go func() {
		// Linux kills the child when the thread that started it ends, not the process.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		shareFiles()
		err := c.cmd.Start()
		if err == nil {
			raiseFiles(c.cmd.Process)
		}
		started <- err
		if err != nil {
			return
		}
		if c.err = c.cmd.Wait(); c.err == nil || errors.Is(c.err, exec.ErrWaitDelay) {
			c.err = errEnded
		}
		program.Kill(c.cmd.Process) // what it left behind
		close(c.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return c, nil
}

func (c *child) ended() bool {
	select {
	case <-c.done:
		return true
	default:
	}
	if !errors.Is(c.cmd.Process.Signal(syscall.Signal(0)), os.ErrProcessDone) {
		return false
	}
	<-c.done // Wait is about to return
	return true
}

// stop asks the child's group to end, forces it to after the timeout, and returns when the
// child has ended.
func (c *child) stop(timeout time.Duration) {
	if c.ended() {
		return
	}
	program.Terminate(c.cmd.Process)
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-c.done:
	case <-timer.C:
		program.Kill(c.cmd.Process)
		<-c.done
	}
}

// explain adds to err the program's name and what it said last.
func (c *child) explain(err error) error {
	err = fmt.Errorf("%s: %w", filepath.Base(c.cmd.Path), err)
	if said := c.said.String(); said != "" {
		err = fmt.Errorf("%w; the last it said:\n%s", err, said)
	}
	return err
}
