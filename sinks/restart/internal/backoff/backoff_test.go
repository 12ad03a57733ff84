package backoff

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestDelay(t *testing.T) {
	for n, want := range []time.Duration{1, 2, 4, 8, 10, 10} {
		d := Delay(n, time.Second, 10*time.Second)
		if most := want * time.Second; d > most || d < most*3/4 {
			t.Errorf("%d: %v, want up to %v", n, d, most)
		}
	}
	if d := Delay(1000, time.Hour, time.Minute); d > time.Minute || d < 45*time.Second {
		t.Error(d)
	}
}

func TestSleepEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stop")
	cancel(stop)
	if err := Sleep(ctx, time.Hour); err != stop {
		t.Error(err)
	}
	if err := Sleep(t.Context(), time.Nanosecond); err != nil {
		t.Error(err)
	}
}
