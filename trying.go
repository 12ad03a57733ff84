package dynasette

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dynasette/dynasette/converter"
)

// trying says who is making a database of which generation. It is in the record before the
// upload is opened: if the process dies over it, the next one knows.
type trying struct {
	Object     string    `json:"object"`
	Generation string    `json:"generation"` // the upload's
	Build      string    `json:"build"`
	Holder     string    `json:"holder"`          // host, process and a random word
	Alone      bool      `json:"alone,omitempty"` // nothing else is converted in that process
	Child      bool      `json:"child,omitempty"` // another process waits for that one
	Until      time.Time `json:"until"`           // renewed for as long as it takes
}

// deaths are how often a process died over one generation of an upload. Beside others it may
// have been the fault of one of them, so then it is tried alone.
type deaths struct {
	Generation string `json:"generation"`
	Build      string `json:"build"`
	Beside     int    `json:"beside,omitempty"`
	Alone      int    `json:"alone,omitempty"`
	Together   int    `json:"together,omitempty"` // alone, at once with the process that waited for it
	Why        string `json:"why,omitempty"`      // what the last one that was waited for has said
}

// deadly is how many processes have to die over an upload, alone, before it is given up. A
// process that is ended from outside counts as well, where it could not say so: hence not one.
// Where another one waits for it, that would have seen such a death; if both are gone, it is
// almost certainly not the upload's fault, but no upload may end processes for ever.
const (
	deadly         = 3
	deadlyTogether = 10
)

// errBusy: another process is at it; the event should come again.
var errBusy = fmt.Errorf("%w: another process is converting it", ErrUnavailable)

// dead returns the error of an upload that has ended processes again and again.
func (d *deaths) dead(name string) error {
	why := d.Why
	if why == "" {
		why = "too little memory?"
	}
	return fmt.Errorf("%s: %w: converting it has ended the process %d times, alone in it (%s)", name, converter.ErrUnsupported, d.Alone+d.Together, why)
}

func (p *Pipeline) patience() time.Duration { return 4 * p.lease() }

// overdue reports whether whoever was trying is gone.
func (p *Pipeline) overdue(holder string, until time.Time) bool {
	return holder == p.id || !time.Now().Before(until) || holderDead(holder, p.id)
}

// intend writes into the record who is about to make a database of the upload, and under
// which name.
func (p *Pipeline) intend(ctx context.Context, r *record, up Upload, alone bool) error {
	r.Trying = &trying{
		Object: newObject(r.key), Generation: up.Generation, Build: r.build, Holder: p.id, Alone: alone,
		Child: p.isChild, Until: time.Now().Add(p.patience()),
	}
	return p.writeRecord(ctx, r)
}

// count adds the death of whoever was trying the same, if so. It returns errBusy if that one
// is alive.
func (r *record) count(p *Pipeline, up Upload) error {
	t := r.Trying
	if t == nil || t.Generation != up.Generation || t.Build != r.build {
		return nil
	}
	if !p.overdue(t.Holder, t.Until) {
		return errBusy
	}
	r.Trying = nil
	if t.Holder == p.id {
		return nil // it lives, and could only not say that it had stopped
	}
	if d := r.Deaths; d == nil || d.Generation != up.Generation || d.Build != r.build {
		r.Deaths = &deaths{Generation: up.Generation, Build: r.build}
	}
	switch {
	case t.Child:
		r.Deaths.Together++ // who waited for it would have counted it
	case t.Alone:
		r.Deaths.Alone++
	default:
		r.Deaths.Beside++
	}
	return nil
}

// suspect reports whether a process died over this generation.
func (r *record) suspect(p *Pipeline, up Upload) bool {
	d := r.Deaths
	return d != nil && d.Generation == up.Generation && d.Build == r.build
}

// renewing keeps an intent from being overdue until stop is called, which returns when
// nothing is written any more. The context returned ends if somebody else has replaced the
// record.
func (p *Pipeline) renewing(ctx context.Context, r *record) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(p.patience() / 3):
			}
			r.Trying.Until = time.Now().Add(p.patience())
			write, end := context.WithTimeout(context.WithoutCancel(ctx), p.patience()/3)
			err := p.writeRecord(write, r)
			end()
			if errors.Is(err, ErrChanged) {
				cancel(fmt.Errorf("%s: %w", r.Source, ErrChanged))
				return
			}
		}
	})
	return ctx, func() {
		cancel(nil)
		done.Wait()
	}
}

// desist takes an intent back, also when ctx has ended: nobody has died.
func (p *Pipeline) desist(ctx context.Context, r *record) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	r.Trying = nil
	if err := p.writeRecord(ctx, r); err != nil && !errors.Is(err, ErrChanged) {
		p.log().WarnContext(ctx, "could not say that it was given up; others will wait", "upload", r.Source, "error", err)
	}
}

// slots are how many conversions there may be at a time, and how many databases that are being
// written, which are in memory in part.
type slots struct {
	all    chan struct{}
	solo   chan struct{} // held by whoever takes all of them
	drafts chan struct{}
}

func newSlots(n int) slots {
	return slots{make(chan struct{}, n), make(chan struct{}, 1), make(chan struct{}, n+2*atOnce)}
}

// draft waits for leave to begin a database. Whoever has it waits for no other slot.
func (s slots) draft(ctx context.Context) (give func(), err error) {
	select {
	case s.drafts <- struct{}{}:
		return func() { <-s.drafts }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// take waits for one slot, or for all of them.
func (s slots) take(ctx context.Context, alone bool) (give func(), err error) {
	n := 1
	if alone {
		select {
		case s.solo <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		n = cap(s.all)
	}
	taken := 0
	give = func() {
		for range taken {
			<-s.all
		}
		if alone {
			<-s.solo
		}
	}
	for range n {
		select {
		case s.all <- struct{}{}:
			taken++
		case <-ctx.Done():
			give()
			return nil, ctx.Err()
		}
	}
	return give, nil
}
