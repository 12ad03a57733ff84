package process

import (
	"errors"
	"strings"
	"testing"

	"github.com/dynasette/dynasette"
)

// What was tried gets no requests until a Restart, which then need not start it again.
func TestTry(t *testing.T) {
	s := standinServer(t)
	url := serve(t, s)
	restart(t, s, release(t, "a", behaviour{}))
	b, c := release(t, "b", behaviour{}), release(t, "c", behaviour{})
	for range 2 { // the second finds that it has been done
		if err := s.Try(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	first := s.tried.child
	if _, body := get(t, url); body != "a" {
		t.Errorf("while b is tried, %s is served", body)
	}
	if err := s.Try(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if !first.ended() {
		t.Error("the one before is kept, too")
	}
	second := s.tried.child
	restart(t, s, c)
	if now, _ := s.current.Current(); now.child != second || s.tried != nil {
		t.Error("it was started again")
	}
	if _, body := get(t, url); body != "c" {
		t.Errorf("%s is served", body)
	}
	var newer *dynasette.NewerError
	if err := s.Try(t.Context(), b); !errors.As(err, &newer) || newer.Release != "c" {
		t.Errorf("an earlier one: %v", err)
	}
	if err := s.Try(t.Context(), c); err != nil || s.tried != nil {
		t.Errorf("the one that is served: %v", err)
	}
}

func TestTryRefused(t *testing.T) {
	s := standinServer(t)
	url := serve(t, s)
	restart(t, s, release(t, "a", behaviour{}))
	err := s.Try(t.Context(), release(t, "b", behaviour{Exit: 1}))
	if err == nil || errors.Is(err, dynasette.ErrUnavailable) || !strings.Contains(err.Error(), "file is not a database") || s.tried != nil {
		t.Error(err)
	}
	if _, body := get(t, url); body != "a" {
		t.Errorf("%s is served", body)
	}
}

// A release other than the one that was tried is started, and the one that was tried ends; so
// does one that is never asked for, at the end.
func TestTriedInVain(t *testing.T) {
	s := standinServer(t)
	url := serve(t, s)
	if err := s.Try(t.Context(), release(t, "a", behaviour{})); err != nil {
		t.Fatal(err)
	}
	a := s.tried.child
	restart(t, s, release(t, "b", behaviour{}))
	if _, body := get(t, url); body != "b" || !a.ended() {
		t.Errorf("%s is served, a has ended: %v", body, a.ended())
	}
	if err := s.Try(t.Context(), release(t, "c", behaviour{})); err != nil {
		t.Fatal(err)
	}
	c := s.tried.child
	s.Close()
	if !c.ended() {
		t.Error("it goes on after Close")
	}
}
