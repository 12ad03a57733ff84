// Package restarttest is the conformance suite of a dynasette.Restarter, with what tests of
// one need: a Script of how a server takes each release, a Site that is told of releases by
// HTTP, and a Roll of the programs that are running.
package restarttest

import (
	"context"
	"testing"

	"github.com/dynasette/dynasette"
)

// A Behaviour is how a server takes a release.
type Behaviour int

const (
	Sound       Behaviour = iota // it serves it
	Refused                      // it can't serve it, and says Rant
	Unreachable                  // it can't be asked to: what that needs is out of order
	Hangs                        // it neither serves it nor refuses it, for as long as the test goes on
	Impostor                     // it does not serve it, and another program answers in its place
)

// A Server is what one test has of a server: the Restarter that moves it, and ways to see what
// it does and to say how it behaves. Those that may be nil are for what not every server has.
type Server struct {
	Restarter dynasette.Restarter
	// Other moves the same server, as another process would. Nil if no other process can.
	Other dynasette.Restarter

	// Prepare has the server take a release so, from now on, and returns the release, which is
	// complete, in a folder of its own, and may be changed. For a Behaviour that can't be, it
	// skips the test, with the reason.
	Prepare func(r dynasette.Release, b Behaviour) dynasette.Release
	// Await returns once the server hangs on a release, or an impostor has been asked for it
	// several times, or when ctx ends.
	Await func(ctx context.Context, id string)

	// Serves returns the ID of the release that visitors get now; "" is none.
	Serves func() string
	// Set returns the ID of the release that the server would serve if it was started anew.
	// Nil if that is always what Serves returns.
	Set func() string
	// Moves counts how often the server was brought to a release. Nil if nobody can tell.
	Moves func() int
	// Running counts the programs that the Restarter has started and that still run. Nil if it
	// starts none.
	Running func() int
	// Crash ends what serves, as if by a fault of its own, and returns once it serves no
	// more. Nil if nothing can do so and leave the Restarter alive.
	Crash func()
}

// Run tests the Restarters of the servers that open returns, each of them before its first
// release and used by one subtest. What open starts is to be ended by t.Cleanup.
//
// Each subtest wants no goroutine to be left in the end, so nothing else may run beside the
// suite: no test that is parallel.
func Run(t *testing.T, open func(t *testing.T) Server) {
	for _, test := range []struct {
		name string
		run  func(*trial)
	}{
		{"it moves on", testMoves},
		{"the same release again does nothing", testAgain},
		{"a refused release changes nothing", testRefused},
		{"a refused first release changes nothing", testRefusedFirst},
		{"a server out of reach is not the release's fault", testUnreachable},
		{"who has given up changes nothing", testCancelledBefore},
		{"giving up changes nothing", testCancelled},
		{"giving up takes nobody along", testCancelledBeside},
		{"two callers with one release", testTwoCallers},
		{"many callers with many releases", testManyCallers},
		{"an earlier release is refused", testEarlier},
		{"a refused release is not served, so not later", testEarlierThanRefused},
		{"another program is not believed", testImpostor},
		{"a server that has died does not serve", testCrashed},
		{"a release without an ID is the caller's mistake", testNoID},
	} {
		t.Run(test.name, func(t *testing.T) {
			quiet := watchGoroutines()
			store := t.TempDir()
			var s Server
			t.Cleanup(func() { // the first to be registered, so the last to run
				if s.Running != nil {
					eventually(t, "programs are left", func() bool { return s.Running() == 0 })
				}
				quiet(t)
			})
			s = open(t)
			test.run(&trial{T: t, Server: s, store: store})
		})
	}
}

// IDs of releases, each later than the one before.
const (
	first  = "20260101-000000-001-aaaaaa"
	second = "20260101-000000-002-zzzzzz"
	third  = "20260102-000000-000-aaaaaa"
)
