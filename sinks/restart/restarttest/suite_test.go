package restarttest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/redact"
)

// A memory is a server that is a variable, and its Restarter, which does one thing wrong.
type memory struct {
	script Script
	wrong  string

	turn   chan struct{} // full while somebody moves
	mu     sync.Mutex
	serves string
	moves  int
	tried  string // the last release that it was to go to
}

// faults are what a Restarter may do wrong, each of them found by the suite.
var faults = []string{
	"moves again", "moves for each caller", "goes back", "goes back to what is refused", "remembers what it refused",
	"blames the release for an outage", "blames an outage for the release", "blames the release for its caller",
	"serves what it refuses", "serves before it is ready", "returns before it serves", "does not say which",
	"does not say why", "says it raw", "says all of it", "does not look at its context", "forgets a goroutine",
	"forgets a folder", "keeps a folder", "believes anybody", "serves the dead", "needs no ID", "calls it a success",
	"gives up for all", "waits although its caller has given up", "says that nothing is newer",
}

func (m *memory) Restart(ctx context.Context, r dynasette.Release) error {
	if ctx.Err() != nil && m.wrong != "does not look at its context" {
		return context.Cause(ctx)
	}
	if m.wrong != "moves for each caller" {
		givenUp := ctx.Done()
		if m.wrong == "waits although its caller has given up" {
			givenUp = nil
		}
		select {
		case m.turn <- struct{}{}:
			defer func() { <-m.turn }()
		case <-givenUp:
			return context.Cause(ctx)
		}
	}
	now := m.Serves()
	switch m.wrong {
	case "remembers what it refused", "serves the dead":
		now = m.tried
	}
	if now == r.ID && m.wrong == "moves for each caller" {
		m.move(r.ID)
		return nil
	}
	back := m.wrong == "goes back" || m.wrong == "goes back to what is refused" && m.script.Of(r.ID) == Refused
	noID := r.ID == "" && m.wrong == "needs no ID"
	if err := r.Follows(now); err != nil && !back && !noID {
		if m.wrong == "says that nothing is newer" {
			return errors.Join(dynasette.ErrUnavailable, errors.New(now))
		}
		return err
	}
	if now == r.ID && m.wrong != "moves again" {
		return nil
	}
	err := m.bring(ctx, r)
	if err == nil || m.wrong == "remembers what it refused" {
		m.tried = r.ID
	}
	if err == nil || m.wrong == "does not say which" {
		return err
	}
	return fmt.Errorf("release %s: %w", r.ID, err)
}

// bring is for whose turn it is.
func (m *memory) bring(ctx context.Context, r dynasette.Release) error {
	said := errors.New(redact.Said(Rant, 1000))
	switch b := m.script.Of(r.ID); b {
	case Refused:
		switch m.wrong {
		case "serves what it refuses":
			m.move(r.ID)
		case "blames an outage for the release":
			return dynasette.Unavailable(said)
		case "does not say why":
			return errors.New("refused")
		case "says it raw":
			return errors.New(Rant[:len(Rant)/2])
		case "says all of it":
			return errors.New(redact.Said(Rant, len(Rant)))
		case "keeps a folder":
			os.MkdirAll(filepath.Join(r.Store, ".links", r.ID), 0o777)
		case "calls it a success":
			return nil
		}
		return said
	case Unreachable:
		if m.wrong == "blames the release for an outage" {
			return said
		}
		return dynasette.Unavailable(said)
	case Hangs:
		return m.hang(ctx, r)
	case Impostor:
		m.script.Begun(r.ID)
		if m.wrong == "believes anybody" {
			return nil
		}
		return errors.New("somebody else answers")
	}
	if m.wrong == "returns before it serves" {
		time.AfterFunc(50*time.Millisecond, func() { m.move(r.ID) })
		return nil
	}
	m.move(r.ID)
	return nil
}

func (m *memory) hang(ctx context.Context, r dynasette.Release) error {
	switch m.wrong {
	case "serves before it is ready":
		now := m.Serves()
		m.move(r.ID)
		defer func() { m.serves = now }()
	case "forgets a goroutine":
		go func() { select {} }()
	case "forgets a folder":
		os.MkdirTemp(r.Store, ".half-")
	}
	m.script.Begun(r.ID)
	<-ctx.Done()
	switch m.wrong {
	case "blames the release for its caller":
		return errors.New("not served in time")
	case "gives up for all":
		m.script.Set(third, Unreachable)
	}
	return context.Cause(ctx)
}

func (m *memory) Serves() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.serves
}

func (m *memory) move(to string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.serves = to
	m.moves++
}

func (m *memory) Moves() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.moves
}

const faultVariable = "RESTARTTEST_FAULT"

func TestSuite(t *testing.T) {
	wrong := os.Getenv(faultVariable)
	if wrong != "" {
		patience = 2 * time.Second
	}
	Run(t, func(t *testing.T) Server {
		m := &memory{wrong: wrong, turn: make(chan struct{}, 1)}
		return Server{
			Restarter: m,
			Other:     dynasette.RestarterFunc(m.Restart),
			Prepare: func(r dynasette.Release, b Behaviour) dynasette.Release {
				m.script.Set(r.ID, b)
				return r
			},
			Await:  m.script.Await,
			Serves: m.Serves,
			Moves:  m.Moves,
			Crash:  func() { m.move("") },
		}
	})
}

// Each fault is found, in this program run once more with it.
func TestEachFaultIsFound(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range faults {
		t.Run(wrong, func(t *testing.T) {
			cmd := exec.Command(self, "-test.run=^TestSuite$")
			cmd.Env = append(os.Environ(), faultVariable+"="+wrong)
			out, err := cmd.CombinedOutput()
			if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) {
				t.Errorf("%v: %s", err, out)
			}
			for line := range strings.Lines(string(out)) {
				if strings.HasPrefix(line, "    --- FAIL") {
					t.Log(strings.TrimSpace(line))
				}
			}
			if strings.Contains(string(out), "panic:") {
				t.Errorf("%s", out)
			}
		})
	}
}
