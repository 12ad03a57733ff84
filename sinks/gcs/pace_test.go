package gcs

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// Writes to one name are a second apart, and those to others wait for nobody.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pace{interval: time.Second}
		write := func(name string) time.Duration {
			began := time.Now()
			if err := p.wait(t.Context(), name); err != nil {
				t.Fatal(err)
			}
			waited := time.Since(began)
			time.Sleep(100 * time.Millisecond) // as long as it takes
			p.note(name)
			return waited
		}
		for i, want := range []time.Duration{0, time.Second, time.Second} {
			if got := write("current.json"); got != want {
				t.Errorf("write %d waited for %v, want %v", i, got, want)
			}
		}
		if got := write("lease.json"); got != 0 {
			t.Errorf("another name waited for %v", got)
		}
		time.Sleep(300 * time.Millisecond)
		if got := write("current.json"); got != 600*time.Millisecond {
			t.Errorf("waited for %v", got)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := p.wait(ctx, "current.json"); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		for i := range 3 * maxPaced {
			p.note(fmt.Sprint(i))
			time.Sleep(10 * time.Millisecond)
		}
		if n := len(p.wrote); n > maxPaced+1 {
			t.Errorf("%d names are remembered", n)
		}
	})
}
