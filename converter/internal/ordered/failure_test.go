package ordered

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
)

// After a step has failed, no task behind it goes on, however far it has come by then, and the
// tasks before it are not touched.
func TestNothingAfterFailure(t *testing.T) {
	steps := []string{"prepare", "admit", "finish", "emit"}
	broken := errors.New("broken")
	for _, failing := range steps {
		// The tasks behind have done all that they may before their turn.
		ready := map[string]string{"prepare": "prepare", "admit": "prepare", "finish": "finish", "emit": "finish"}[failing]
		var mu sync.Mutex
		done := map[string]bool{}
		var waiting sync.WaitGroup
		waiting.Add(2)
		q := NewQueue(context.Background(), 4)
		for i := range 4 {
			do := func(name string) func() error {
				return func() error {
					if i == 1 && name == failing {
						waiting.Wait()
						return broken
					}
					mu.Lock()
					done[fmt.Sprint(i, name)] = true
					mu.Unlock()
					if i > 1 && name == ready {
						waiting.Done()
					}
					return nil
				}
			}
			if err := q.Go(Task{Prepare: do("prepare"), Admit: do("admit"), Finish: do("finish"), Emit: do("emit")}); err != nil {
				t.Fatal(err)
			}
		}
		if err := q.Wait(); err != broken {
			t.Fatalf("%s fails: %v", failing, err)
		}
		for _, name := range steps {
			if !done["0"+name] {
				t.Errorf("%s fails: the task before was not done: no %s", failing, name)
			}
			for i := 2; i < 4; i++ {
				if done[fmt.Sprint(i, name)] && slices.Index(steps, name) > slices.Index(steps, ready) {
					t.Errorf("%s fails: task %d went on with %s", failing, i, name)
				}
			}
		}
	}
}

// What is begun just as another task fails does nothing but pass on the turn.
func TestBegunAtFailure(t *testing.T) {
	q := NewQueue(context.Background(), 1)
	q.fail(errors.New("broken"))
	called := false
	call := func() error { called = true; return nil }
	mine := turn{make(chan struct{}), make(chan struct{})}
	q.run(Task{call, call, call, call}, q.last, mine)
	<-mine.admitted
	<-mine.emitted
	if called {
		t.Error("it was run")
	}
}
