package handover

import (
	"sync"
	"testing"
)

func TestOldValueIsLetGoOfWhenItsLastUserLeaves(t *testing.T) {
	var h Handover[string]
	if _, _, ok := h.Acquire(); ok {
		t.Fatal("the zero value holds something")
	}
	h.Swap("blue")
	v, done, _ := h.Acquire()
	_, done2, _ := h.Acquire()
	old, idle, had := h.Swap("green")
	if v != "blue" || old != "blue" || !had {
		t.Fatalf("got %q, old %q, %v", v, old, had)
	}
	if now, _ := h.Current(); now != "green" {
		t.Fatalf("current is %q", now)
	}
	done()
	select {
	case <-idle:
		t.Fatal("idle while one user is left")
	default:
	}
	done2()
	<-idle

	_, idle, had = h.Clear()
	<-idle // never used: idle at once
	if _, ok := h.Current(); ok || !had {
		t.Fatal("a cleared handover still holds something")
	}
}

func TestNobodyUsesWhatWasLetGoOf(t *testing.T) {
	type server struct{ closed bool }
	var h Handover[*server]
	h.Swap(&server{})
	stop := make(chan struct{})
	var users, closers sync.WaitGroup
	for range 4 {
		users.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				s, done, _ := h.Acquire()
				if s.closed { // also a data race if it ever happens
					t.Error("in use after it was closed")
				}
				done()
			}
		})
	}
	for range 500 {
		old, idle, _ := h.Swap(&server{})
		closers.Go(func() { <-idle; old.closed = true })
	}
	closers.Wait()
	close(stop)
	users.Wait()
}
