package ordered

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"runtime"
	"testing"
)

func TestOrder(t *testing.T) {
	for _, parallel := range []int{1, 2, 8} {
		q := NewQueue(context.Background(), parallel)
		var admitted, emitted []int
		for i := range 500 {
			spin := rand.Intn(50)
			yield := func() error {
				for range spin {
					runtime.Gosched()
				}
				return nil
			}
			err := q.Go(Task{
				Prepare: yield,
				Admit:   func() error { admitted = append(admitted, i); return nil },
				Finish:  yield,
				Emit:    func() error { emitted = append(emitted, i); return nil },
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := q.Wait(); err != nil {
			t.Fatal(err)
		}
		for i := range 500 {
			if admitted[i] != i || emitted[i] != i {
				t.Fatalf("parallel %d: out of order at %d", parallel, i)
			}
		}
	}
}

// The error reported is that of the earliest task that failed, whatever the timing.
func TestFirstErrorInOrder(t *testing.T) {
	for round := range 50 {
		q := NewQueue(context.Background(), 8)
		for i := range 40 {
			err := q.Go(Task{Prepare: func() error {
				if i >= 3 {
					return fmt.Errorf("task %d", i)
				}
				for range 100 * (round % 5) {
					runtime.Gosched()
				}
				return nil
			}})
			if err != nil {
				break
			}
		}
		if err := q.Wait(); err == nil || err.Error() != "task 3" {
			t.Fatalf("got %v, want task 3", err)
		}
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	q := NewQueue(ctx, 1)
	block := make(chan struct{})
	if err := q.Go(Task{Prepare: func() error { <-block; return nil }}); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := q.Go(Task{}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	close(block)
	if err := q.Wait(); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}
