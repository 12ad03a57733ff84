package turns_test

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/dynasette/dynasette/internal/turns"
)

// What comes after turn is as if the calls came one by one, and no more than may be are under way.
func TestOrder(t *testing.T) {
	for _, parallel := range []int{0, 1, 2, 9} {
		var now atomic.Int32
		var order []int
		err := turns.Each(parallel, 300, func(i int, turn func()) error {
			if n := now.Add(1); int(n) > max(parallel, 1) {
				t.Errorf("%d under way, want at most %d", n, parallel)
			}
			defer now.Add(-1)
			for range i * 7919 % 50 {
				runtime.Gosched()
			}
			if i%3 > 0 {
				turn()
				turn()
				order = append(order, i)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		last := 0
		for _, i := range order {
			if i <= last {
				t.Fatalf("parallel %d: %d after %d", parallel, i, last)
			}
			last = i
		}
		if len(order) != 200 {
			t.Fatalf("parallel %d: %d had their turn", parallel, len(order))
		}
	}
}

// The error is that of the first call that fails, in order, and no call is begun once it is known.
func TestFirstError(t *testing.T) {
	for _, parallel := range []int{1, 2, 9} {
		var begun atomic.Int32
		err := turns.Each(parallel, 1000, func(i int, turn func()) error {
			begun.Add(1)
			if i < 5 {
				for range 200 {
					runtime.Gosched()
				}
				return nil
			}
			return fmt.Errorf("call %d", i)
		})
		if err == nil || err.Error() != "call 5" {
			t.Errorf("parallel %d: %v", parallel, err)
		}
		if n := int(begun.Load()); n > 6+parallel {
			t.Errorf("parallel %d: %d were begun", parallel, n)
		}
	}
}
