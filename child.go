package dynasette

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/dynasette/dynasette/converter"
)

// An upload over which a process died is converted in a child, where there can be one: its
// death is seen, and how it died, by a process that goes on; and when that one is ended
// from outside, the child takes back what it was about to do, and nobody has died. Only where both end
// at once does nobody know why.

// Alone converts one upload, and does nothing else: it is what the process does that
// Pipeline.Child starts. alive is that process's standard input, and ends when the one does
// that started it: then the upload is left as it was.
func (p *Pipeline) Alone(ctx context.Context, name string, alive io.Reader) error {
	p.start()
	p.isChild = true
	// Of all processes it is the one to be ended where there is too little memory.
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		io.Copy(io.Discard, alive)
		cancel(errors.New("the process that waited for it has ended"))
	}()
	_, err := p.Bring(ctx, Event{Name: name, set: isSet(name)})
	return err
}

// errNoChild: there was none, or it ended before it had begun.
var errNoChild = errors.New("no process of its own")

// Exit codes of a child that has said how it went, in the record or in an error.
const (
	childDone   = 0
	childFailed = 1
)

// childPatience is how long a child has to say that it gives up.
const childPatience = 10 * time.Second

// convertInChild has a child convert an upload, and makes rec what then is in the record. It counts
// the child's death, if it died over it.
func (p *Pipeline) convertInChild(ctx context.Context, rec *record, up Upload) (*converter.Summary, error) {
	defer p.busy.begin(p.quiet())()
	p.converting(up.Name)
	before, known := memoryKills()
	child, err := p.runChild(ctx, up.Name)
	if err != nil {
		return nil, err
	}
	now, err := p.readRecord(ctx, up.Name)
	if err != nil {
		return nil, err
	}
	now.ruling, now.build = rec.ruling, rec.build
	died := now.Trying != nil && now.Trying.Child && strings.HasPrefix(now.Trying.Holder, holderOf(child.pid))
	switch {
	case child.code == childDone || child.code == childFailed:
		if c := now.Current; p.upToDate(now, up) {
			*rec = *now
			return &c.Summary, nil
		}
		if p.holds(now, up) {
			*rec = *now
			return &now.Held.Made.Summary, nil
		}
		if child.code == childFailed && !p.hopeless(now, up) {
			return nil, fmt.Errorf("%s, converted in a process of its own: %s", up.Name, child.said)
		}
		return nil, fmt.Errorf("%s: %w", up.Name, ErrChanged)
	case !died:
		return nil, errNoChild
	}
	now.Trying = nil
	after, _ := memoryKills()
	outside := child.killed && known && after == before
	if !outside {
		now.Deaths.Alone++
		now.Deaths.Why = child.said
	}
	if err := p.writeRecord(ctx, now); err != nil {
		return nil, err
	}
	if outside {
		return nil, fmt.Errorf("%w: the process that converted %s was ended from outside", ErrUnavailable, up.Name)
	}
	p.log().WarnContext(ctx, "converting it alone has ended its process", "upload", up.Name, "why", child.said)
	return nil, fmt.Errorf("%s: %w", up.Name, ErrChanged) // look again
}

// ended is a child that has ended.
type ended struct {
	pid    int
	code   int    // its exit code
	killed bool   // by SIGKILL
	said   string // in a line
}

// runChild starts a child and waits until it has ended.
func (p *Pipeline) runChild(ctx context.Context, name string) (ended, error) {
	cmd := p.Child(name)
	if cmd == nil {
		return ended{}, errNoChild
	}
	said := &words{}
	cmd.Stdout, cmd.Stderr = nil, said
	cmd.WaitDelay = childPatience
	detach(cmd)
	alive, err := cmd.StdinPipe()
	if err != nil {
		return ended{}, errNoChild
	}
	if err := cmd.Start(); err != nil {
		p.log().WarnContext(ctx, "no process of its own for an upload that may be deadly", "upload", name, "error", err)
		return ended{}, errNoChild
	}
	stop := context.AfterFunc(ctx, func() {
		alive.Close()
		time.AfterFunc(childPatience, func() { cmd.Process.Kill() })
	})
	cmd.Wait() // its state says how it went
	if stop(); ctx.Err() != nil {
		return ended{}, context.Cause(ctx)
	}
	state := cmd.ProcessState
	e := ended{pid: cmd.Process.Pid, code: state.ExitCode(), killed: wasKilled(state), said: said.line()}
	if e.said == "" {
		e.said = state.String()
	}
	return e, nil
}

// words keeps the beginning of what is written to it.
type words struct{ bytes.Buffer }

func (h *words) Write(b []byte) (int, error) {
	const enough = 16 << 10
	h.Buffer.Write(b[:min(len(b), max(0, enough-h.Len()))])
	return len(b), nil
}

// line returns the line that says why a process ended, or else its last one.
func (h *words) line() string {
	last := ""
	for line := range strings.Lines(h.String()) {
		line = strings.TrimSpace(line)
		for _, why := range []string{"panic: ", "fatal error: ", "runtime: ", "SIG"} {
			if strings.HasPrefix(line, why) {
				return bounded(line)
			}
		}
		if line != "" {
			last = line
		}
	}
	return bounded(last)
}

// memoryKills returns how many processes of this machine were ended since its start because
// there was too little memory, if it says so.
func memoryKills() (n string, known bool) {
	data, err := os.ReadFile("/proc/vmstat")
	if err != nil {
		return "", false
	}
	_, rest, known := strings.Cut("\n"+string(data), "\noom_kill ")
	n, _, _ = strings.Cut(rest, "\n")
	return n, known
}
