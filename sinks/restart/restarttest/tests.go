package restarttest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dynasette/dynasette"
)

func testMoves(t *trial) {
	if got := t.Serves(); got != "" {
		t.Fatalf("before the first release, %q is served", got)
	}
	for _, id := range []string{first, second, third} {
		t.restart(t.release(id, Sound))
	}
}

func testAgain(t *trial) {
	r := t.release(first, Sound)
	t.restart(r)
	moves, running := t.moves(), t.running()
	for range 3 {
		t.restart(r)
	}
	t.unmoved(moves)
	eventually(t.T, "more programs run than serve", func() bool { return t.running() <= running })
	if t.Other != nil {
		if err := t.Other.Restart(t.Context(), r); err != nil {
			t.Errorf("another process: %v", err)
		}
		t.unmoved(moves)
	}
}

func testRefused(t *trial) {
	a := t.release(first, Sound)
	t.restart(a)
	running, others := t.running(), t.others()
	bad := t.release(second, Refused)
	for range 2 { // it stays refused
		err := t.Restarter.Restart(t.Context(), bad)
		t.fault(err, second, false)
		if !strings.Contains(err.Error(), Reason) {
			t.Fatalf("the error does not say what the server said, %s: %v", Reason, err)
		}
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("nobody has given up: %v", err)
		}
		t.serves(first)
	}
	eventually(t.T, "the programs of the refused release run", func() bool { return t.running() <= running })
	moves := t.moves()
	t.restart(a) // a server's control, after it refused something
	t.unmoved(moves)
	t.drop(bad)
	t.restart(t.release(third, Sound))
	t.leftNothing(second, others)
}

// leftNothing fails the test if a release that was not served and is dropped has left
// something behind, beside those others.
func (t *trial) leftNothing(id string, others []string) {
	t.Helper()
	t.nothingOf(id)
	if got := t.others(); !slices.Equal(got, others) {
		t.Errorf("left in the store: %q, before: %q", got, others)
	}
}

func testRefusedFirst(t *trial) {
	t.fault(t.Restarter.Restart(t.Context(), t.release(first, Refused)), first, false)
	t.serves("")
	t.restart(t.release(second, Sound))
}

func testUnreachable(t *trial) {
	t.restart(t.release(first, Sound))
	r := t.release(second, Unreachable)
	for range 2 {
		t.fault(t.Restarter.Restart(t.Context(), r), second, true)
		t.serves(first)
	}
	t.drop(r)
	t.restart(t.release(second, Sound)) // the same, once it can be reached
}

// errGivenUp is why a caller gives up.
var errGivenUp = errors.New("restarttest: the caller has given up")

// cancelled fails the test unless err says that the caller has given up.
func (t *trial) cancelled(err error) {
	t.Helper()
	if !errors.Is(err, context.Canceled) && !errors.Is(err, errGivenUp) {
		t.Fatalf("error %v, want the context's", err)
	}
	t.shown(err)
}

func testCancelledBefore(t *trial) {
	t.restart(t.release(first, Sound))
	moves := t.moves()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errGivenUp)
	r := t.release(second, Sound)
	for range 10 { // whatever a select chooses
		t.cancelled(t.Restarter.Restart(ctx, r))
		t.serves(first)
		t.unmoved(moves)
	}
	t.restart(r)
}

func testCancelled(t *trial) {
	t.restart(t.release(first, Sound))
	quiet, running, others := watchGoroutines(), t.running(), t.others()
	r := t.release(second, Hangs)
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	ended := start(ctx, t.Restarter, r)
	t.Await(t.Context(), second)
	if got := t.Serves(); got != first {
		t.Errorf("the release %q is served before the next one does, want %q", got, first)
	}
	cancel(errGivenUp)
	t.cancelled(<-ended)
	t.serves(first)
	eventually(t.T, "the programs of the release that was given up run", func() bool { return t.running() <= running })
	quiet(t.T)
	t.drop(r)
	t.restart(t.release(third, Sound))
	t.leftNothing(second, others)
}

// start calls Restart, and returns what will have its result.
func start(ctx context.Context, r dynasette.Restarter, to dynasette.Release) <-chan error {
	ended := make(chan error, 1)
	go func() { ended <- r.Restart(ctx, to) }()
	return ended
}

func testCancelledBeside(t *trial) {
	t.restart(t.release(first, Sound))
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	r := t.release(second, Hangs)
	ended := start(ctx, t.Restarter, r)
	t.Await(t.Context(), second)

	waits, giveUp := context.WithCancelCause(t.Context())
	looked := make(chan struct{})
	waiting := start(&seen{Context: waits, looked: looked}, t.Restarter, r)
	<-looked
	giveUp(errGivenUp)
	select {
	case err := <-waiting:
		t.cancelled(err)
	case <-time.After(patience):
		t.Fatal("who waits for another caller does not give up")
	}

	beside := start(t.Context(), t.Restarter, t.release(third, Sound))
	cancel(errGivenUp)
	err := <-ended
	if later := (*dynasette.NewerError)(nil); !errors.As(err, &later) { // it may have been overtaken
		t.cancelled(err)
	}
	if err := <-beside; err != nil {
		t.Fatal(err)
	}
	t.serves(third)
}

// seen is a context that tells when somebody looks whether it has ended.
type seen struct {
	context.Context
	once   sync.Once
	looked chan struct{}
}

func (s *seen) Done() <-chan struct{} {
	s.once.Do(func() { close(s.looked) })
	return s.Context.Done()
}

func (s *seen) Err() error {
	defer s.once.Do(func() { close(s.looked) })
	return s.Context.Err()
}

func testTwoCallers(t *trial) {
	t.restart(t.release(first, Sound))
	moves, running := t.moves(), t.running()
	r := t.release(second, Sound)
	var callers sync.WaitGroup
	for i := range 4 {
		restarter := t.Restarter
		if i%2 == 1 && t.Other != nil {
			restarter = t.Other
		}
		callers.Go(func() {
			if err := restarter.Restart(t.Context(), r); err != nil {
				t.Error(err)
			}
		})
	}
	callers.Wait()
	t.serves(second)
	if got := t.moves() - moves; got > 1 {
		t.Errorf("the server was moved %d times to one release", got)
	}
	eventually(t.T, "more programs run than serve", func() bool { return t.running() <= running })
}

func testManyCallers(t *trial) {
	t.restart(t.release(first, Sound))
	const last = 5
	moves, running := t.moves(), t.running()
	var callers sync.WaitGroup
	for i, n := range rand.Perm(last + 1) {
		restarter := t.Restarter
		if i%2 == 1 && t.Other != nil {
			restarter = t.Other
		}
		r := t.release(fmt.Sprint(third, n), Sound)
		callers.Go(func() {
			err := restarter.Restart(t.Context(), r)
			switch later := (*dynasette.NewerError)(nil); {
			case err == nil:
			case n == last:
				t.Errorf("the last of all: %v", err)
			case !errors.As(err, &later) || later.Release <= r.ID:
				t.Errorf("release %s: error %v, want none or a NewerError of a later one", r.ID, err)
			}
		})
	}
	callers.Wait()
	t.serves(fmt.Sprint(third, last))
	if got := t.moves() - moves; got > last+1 {
		t.Errorf("the server was moved %d times to %d releases", got, last+1)
	}
	eventually(t.T, "more programs run than serve", func() bool { return t.running() <= running })
}

func testEarlier(t *trial) {
	a, bad := t.release(first, Sound), t.release(second, Refused)
	t.restart(a)
	t.restart(t.release(third, Sound))
	moves := t.moves()
	for _, r := range []dynasette.Release{a, bad} { // nobody asks whether it could be served
		t.later(t.Restarter.Restart(t.Context(), r), third)
		if t.Other != nil {
			t.later(t.Other.Restart(t.Context(), r), third)
		}
		t.serves(third)
		t.unmoved(moves)
	}
}

func testEarlierThanRefused(t *trial) {
	t.restart(t.release(first, Sound))
	t.fault(t.Restarter.Restart(t.Context(), t.release(third, Refused)), third, false)
	t.restart(t.release(second, Sound))
}

func testImpostor(t *trial) {
	t.restart(t.release(first, Sound))
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	ended := start(ctx, t.Restarter, t.release(second, Impostor))
	waiting := make(chan struct{})
	go func() {
		defer close(waiting)
		t.Await(ctx, second)
		cancel(errGivenUp) // it would be asked for ever
	}()
	err := <-ended
	cancel(nil)
	<-waiting
	if err == nil {
		t.Fatal("another program was taken for the server")
	}
	t.shown(err)
	eventually(t.T, "the release before does not serve", func() bool { return t.Serves() == first })
	t.serves(first)
	t.restart(t.release(third, Sound))
}

func testCrashed(t *trial) {
	if t.Crash == nil {
		t.Skip("nothing can end what serves and leave the Restarter alive")
	}
	r := t.release(first, Sound)
	t.restart(r)
	t.Crash()
	t.restart(r) // which looks at what is served then
	t.Crash()
	t.restart(t.release(second, Sound))
}

func testNoID(t *trial) {
	t.restart(t.release(first, Sound))
	moves := t.moves()
	r := t.release(second, Sound)
	r.ID = ""
	if err := t.Restarter.Restart(t.Context(), r); err == nil || !errors.Is(err, dynasette.ErrUnavailable) {
		t.Errorf("error %v, want one that blames no upload", err)
	}
	t.serves(first)
	t.unmoved(moves)
}
