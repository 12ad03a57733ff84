package exec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	osexec "os/exec"
	"strings"
	"time"

	"github.com/dynasette/dynasette/converter"
)

// A process is a program to be run to its end, within limits.
type process struct {
	path string
	args []string
	dir  string
	env  []string

	stdin  string // a file's path; "" is no input
	stdout string // a file's path; "" throws it away

	timeout   time.Duration
	maxOutput int64
	maxMemory int64
}

var errTooMuch = errors.New("wrote too much")

// drain is how long output is waited for that an escaped process may hold open.
const drain = 2 * time.Second

// run runs the process. An error has the end of what it wrote to standard error.
func (p process) run(ctx context.Context) error {
	stdin, err := os.Open(cmp(p.stdin, os.DevNull))
	if err != nil {
		return err
	}
	defer stdin.Close()
	out, err := os.OpenFile(cmp(p.stdout, os.DevNull), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()

	ctx, cancel := context.WithTimeoutCause(ctx, p.timeout, errTimeout)
	defer cancel()
	cmd := osexec.Command(p.path, p.args...)
	cmd.Dir, cmd.Env, cmd.Stdin = p.dir, p.env, stdin
	inGroup(cmd)
	stdout, err := pipe(&cmd.Stdout)
	if err != nil {
		return err
	}
	stderr, err := pipe(&cmd.Stderr)
	if err != nil {
		stdout.close()
		return err
	}
	err = cmd.Start()
	stdout.started()
	stderr.started()
	if err != nil {
		stdout.close()
		stderr.close()
		return err
	}
	kill := func() { killGroup(cmd.Process) }
	// One byte more than is allowed: some systems' limit is reached by a write of nothing, and
	// whoever looks at the file sees that it is too large.
	unlimited := limit(cmd.Process.Pid, p.maxMemory, p.maxOutput+1)
	if unlimited != nil {
		kill()
	}
	var tail tail
	written := stdout.copy(&bounded{out, p.maxOutput}, kill)
	said := stderr.copy(&tail, kill)
	stop := context.AfterFunc(ctx, kill)
	err = cmd.Wait()
	stop()
	kill() // what it has left behind
	failed := stdout.wait(written)
	stderr.wait(said)

	switch {
	case unlimited != nil:
		return unlimited
	case context.Cause(ctx) == errTimeout:
		return tail.add(fmt.Errorf("not done after %v: %w", p.timeout, converter.ErrLimit))
	case ctx.Err() != nil:
		return ctx.Err()
	case failed != nil:
		return failed
	case outgrown(cmd.ProcessState):
		return errTooMuch
	case err != nil:
		return tail.add(&failure{err})
	}
	return nil
}

var errTimeout = errors.New("timeout")

func cmp(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// A failure is a program's: it does not get along with the document.
type failure struct{ err error }

func (f *failure) Error() string        { return f.err.Error() }
func (f *failure) Unwrap() error        { return f.err }
func (f *failure) Is(target error) bool { return target == converter.ErrCorrupt }

// An output is our end of a pipe that the process writes to, and its own.
type output struct{ ours, its *os.File }

func pipe(end *io.Writer) (output, error) {
	r, w, err := os.Pipe()
	*end = w
	return output{r, w}, err
}

// started closes the end of the process: it has its own copy.
func (o output) started() { o.its.Close() }
func (o output) close()   { o.ours.Close() }

// copy copies what the process writes until all who could are gone, and kills it if w
// takes no more.
func (o output) copy(w io.Writer, kill func()) <-chan error {
	done := make(chan error, 1)
	go func() {
		_, err := io.Copy(w, o.ours)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = nil
		}
		if err != nil {
			kill()
		}
		done <- err
	}()
	return done
}

// wait waits for the copy. The process has ended: what it wrote is in the pipe, so it is
// only waited for those that have left its group.
func (o output) wait(copied <-chan error) error {
	o.ours.SetReadDeadline(time.Now().Add(drain))
	err := <-copied
	o.close()
	return err
}

// bounded takes only so much.
type bounded struct {
	w    io.Writer
	left int64
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= int64(len(p)); b.left < 0 {
		return 0, errTooMuch
	}
	return b.w.Write(p)
}

// tail keeps the last of what is written to it.
type tail struct{ text []byte }

const tailSize = 2 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p[max(0, len(p)-tailSize):]...)
	if len(t.text) > 2*tailSize {
		t.text = append(t.text[:0], t.text[len(t.text)-tailSize:]...)
	}
	return len(p), nil
}

// add adds what the program has said to an error.
func (t *tail) add(err error) error {
	text := t.text[max(0, len(t.text)-tailSize):]
	if len(text) < len(t.text) || len(text) == tailSize {
		_, text, _ = bytes.Cut(text, []byte("\n")) // the first line is not whole
	}
	said := strings.TrimSpace(strings.ToValidUTF8(string(text), "\ufffd"))
	if said == "" {
		return err
	}
	return fmt.Errorf("%w: it said: %s", err, said)
}
