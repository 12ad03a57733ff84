// Package ordered runs work in parallel whose results must come in order. It is the only
// place of the converter with channels.
package ordered

import (
	"context"
	"sync"
)

// A Task is one piece of work. Prepare and Finish of different tasks run at the same time;
// Admit runs for one task at a time, in the order of Go, and so does Emit. Within a task
// they run one after the other. Any of them may be nil.
type Task struct {
	Prepare func() error
	Admit   func() error
	Finish  func() error
	Emit    func() error
}

// A Queue runs tasks. Use Go and Wait from one goroutine.
type Queue struct {
	ctx   context.Context
	slots chan struct{}
	last  turn // of the task begun last
	group sync.WaitGroup

	mu  sync.Mutex
	err error
}

// turn says that a task is through with its Admit, and with its Emit.
type turn struct{ admitted, emitted chan struct{} }

// NewQueue returns a Queue that has at most parallel tasks under way. It stops at the
// first error and when ctx ends.
func NewQueue(ctx context.Context, parallel int) *Queue {
	done := make(chan struct{})
	close(done)
	return &Queue{ctx: ctx, slots: make(chan struct{}, max(parallel, 1)), last: turn{done, done}}
}

// Go begins a task, or waits until there is room for it. It returns the first error of the
// tasks before it that is known by now; the task is not begun then.
func (q *Queue) Go(t Task) error {
	if err := q.ctx.Err(); err != nil {
		return q.fail(err)
	}
	select {
	case q.slots <- struct{}{}:
	case <-q.ctx.Done():
		return q.fail(q.ctx.Err())
	}
	if err := q.Err(); err != nil {
		<-q.slots
		return err
	}
	before, mine := q.last, turn{make(chan struct{}), make(chan struct{})}
	q.last = mine
	q.group.Add(1)
	go func() {
		defer q.group.Done()
		defer func() { <-q.slots }()
		q.run(t, before, mine)
	}()
	return nil
}

// run does the steps of one task. After an error in it or in one before, only the turns
// are passed on.
func (q *Queue) run(t Task, before, mine turn) {
	err := step(t.Prepare, q.Err())
	<-before.admitted
	// An error of a task before this one is the one to report, so look again.
	if earlier := q.Err(); earlier != nil {
		err = earlier
	}
	if err = step(t.Admit, err); err != nil {
		q.fail(err)
	}
	close(mine.admitted)
	err = step(t.Finish, err)
	<-before.emitted
	if earlier := q.Err(); earlier != nil {
		err = earlier
	}
	if err = step(t.Emit, err); err != nil {
		q.fail(err)
	}
	close(mine.emitted)
}

func step(f func() error, err error) error {
	if err != nil || f == nil {
		return err
	}
	return f()
}

// Wait waits for all tasks and returns the first error.
func (q *Queue) Wait() error {
	q.group.Wait()
	if err := q.Err(); err != nil {
		return err
	}
	return q.ctx.Err()
}

// Err returns the first error so far.
func (q *Queue) Err() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.err
}

func (q *Queue) fail(err error) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil {
		q.err = err
	}
	return q.err
}
