package restarttest

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"
)

// A Roll knows which of the programs run that a Restarter has started: each one calls Present
// when it begins.
type Roll struct {
	Address string // for Present

	mu      sync.Mutex
	started int
	running int
}

// NewRoll returns a Roll for one test.
func NewRoll(t *testing.T) *Roll {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &Roll{Address: l.Addr().String()}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			r.count(1)
			go func() {
				defer r.count(-1)
				defer conn.Close()
				conn.Write([]byte{1})
				io.Copy(io.Discard, conn) // ends when the system closes the other side
			}()
		}
	}()
	return r
}

func (r *Roll) count(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running += n
	r.started += max(n, 0)
}

// Started returns how many programs have begun.
func (r *Roll) Started() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.started
}

// Running is Server.Running.
func (r *Roll) Running() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.running
}

// Present counts this process on the Roll of that address, for as long as it lives.
func Present(address string) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	if n, err := conn.Read(make([]byte, 1)); n != 1 {
		return errors.Join(errors.New("restarttest: the roll is closed"), err)
	}
	go io.Copy(io.Discard, conn) // holds it: the collector would close it
	return nil
}
