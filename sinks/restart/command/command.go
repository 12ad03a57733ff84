// Package command moves a server on to a release with a program of the user's.
package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/restart/internal/handover"
	"github.com/dynasette/dynasette/sinks/restart/internal/program"
	"github.com/dynasette/dynasette/sinks/restart/links"
)

// A Restarter runs a program per release. The program is to return 0 once the server serves
// the release, also if it did already, and otherwise to leave served what was: with 75
// (EX_TEMPFAIL of sysexits.h) if that is not the release's fault, as when it finds that the
// server serves a later one. One program runs at a time, and none for a release that is
// earlier than one that was served. Change no field after the first call.
type Restarter struct {
	// Command is the program and its arguments. No shell reads them.
	Command []string
	// Env is added to the program's environment, as "NAME=value", beside DYNASETTE_RELEASE,
	// the release's ID, and DYNASETTE_LOCATION: a folder with all of it, which stays for as
	// long as the release is kept, or, if it is in a bucket, the gs:// URL of its documents,
	// of which files.txt says what each database is called and which object of
	// DYNASETTE_STORE it is. In Command, {id} and {location} stand for them.
	Env     []string
	Scratch string        // the folder in which releases become folders of links; "" is a hidden one in the store
	Timeout time.Duration // 0 is 5 minutes
	Output  io.Writer     // receives all that the program prints; nil discards it

	turn handover.Turn
}

var _ dynasette.Restarter = (*Restarter)(nil)

const temporary = 75

// Restart returns when the program has ended. On the timeout it is ended, with the processes
// that it started. An error has the last lines that the program wrote; it is
// dynasette.ErrUnavailable if the program could not be run, or not to its end.
func (c *Restarter) Restart(ctx context.Context, r dynasette.Release) error {
	if len(c.Command) == 0 {
		return fmt.Errorf("%w: there is no command", dynasette.ErrUnavailable)
	}
	done, err := c.turn.Take(ctx, r)
	if err != nil {
		return err
	}
	err = c.run(ctx, r)
	done(err)
	return err
}

func (c *Restarter) run(ctx context.Context, r dynasette.Release) error {
	limit := cmp.Or(c.Timeout, 5*time.Minute)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("not done within %v", limit))
	defer cancel()

	var said program.Tail
	var out io.Writer = &said
	if c.Output != nil {
		out = io.MultiWriter(&said, c.Output)
	}
	location := r.Location
	if r.Manifest != nil && !strings.Contains(location, "://") {
		var err error
		if location, err = links.Folder(r, c.Scratch); err != nil {
			return fmt.Errorf("release %s: %w", r.ID, err)
		}
	}
	argv := slices.Clone(c.Command)
	fill := strings.NewReplacer("{id}", r.ID, "{location}", location)
	for i := range argv {
		argv[i] = fill.Replace(argv[i])
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), "DYNASETTE_RELEASE="+r.ID, "DYNASETTE_LOCATION="+location, "DYNASETTE_STORE="+r.Store)
	cmd.Env = append(cmd.Env, c.Env...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = program.Leader()
	cmd.Cancel = func() error { program.Terminate(cmd.Process); return nil }
	cmd.WaitDelay = 2 * time.Second // a server that it left running may hold its output open

	err := cmd.Run()
	if ctx.Err() != nil && cmd.Process != nil {
		program.Kill(cmd.Process)
		err = context.Cause(ctx)
	}
	if err == nil || errors.Is(err, exec.ErrWaitDelay) {
		return nil
	}
	err = fmt.Errorf("release %s: %s: %w", r.ID, c.Command[0], program.Explain(err))
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() == temporary {
		err = dynasette.Unavailable(err)
	}
	if s := said.String(); s != "" {
		err = fmt.Errorf("%w; the last it said:\n%s", err, s)
	}
	return err
}
