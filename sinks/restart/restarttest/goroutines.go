package restarttest

import (
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// watchGoroutines returns a function that fails a test unless all goroutines end, within
// reason, that were not there when watchGoroutines was called.
func watchGoroutines() func(*testing.T) {
	before := map[string]bool{}
	for _, g := range goroutines() {
		before[number(g)] = true
	}
	return func(t *testing.T) {
		t.Helper()
		var left []string
		eventually(t, "goroutines are left", func() bool {
			left = nil
			for _, g := range goroutines() {
				if !before[number(g)] && !idle(g) {
					left = append(left, g)
				}
			}
			return len(left) == 0
		})
		if len(left) > 0 {
			t.Errorf("%d goroutines are left:\n%s", len(left), strings.Join(left, "\n\n"))
		}
	}
}

// goroutines returns what every other goroutine does.
func goroutines() []string {
	buf := make([]byte, 1<<20)
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) {
			return strings.Split(string(buf[:n]), "\n\n")[1:] // the first is this one
		}
		buf = make([]byte, 2*len(buf))
	}
}

var numbered = regexp.MustCompile(`^goroutine \d+`)

func number(g string) string { return numbered.FindString(g) }

// idle reports whether a goroutine waits for use in a pool that others own: connections that
// are kept open, and the testing package.
func idle(g string) bool {
	for _, of := range []string{"net/http.(*persistConn).", "net/http.setRequestCancel", "testing.(*T).Run(", "os/signal."} {
		if strings.Contains(g, of) {
			return true
		}
	}
	return false
}
