package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"google.golang.org/api/iterator"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/gcstest"
)

// Measured is what an operation came to.
type measured struct {
	what string
	gcstest.Usage
	served time.Duration // until it was done for whoever waits
	whole  time.Duration // until nothing went on behind that
}

// An operation is one row of the table of calls. It is measured in a process that has been at work,
// and in one that has just begun.
type operation struct {
	what    string
	sources int // that it needs at least
	prepare func(ctx context.Context, s *system) error
	do      func(ctx context.Context, s *system) error
}

// Run fills a system with n uploads and measures the first conversion, then each operation
// among them.
func run(ctx context.Context, s *system, n int, delay time.Duration) ([]measured, error) {
	if err := s.fill(ctx, n); err != nil {
		return nil, err
	}
	var all []measured
	measure := func(what string, do func(context.Context, *system) error) error {
		s.pipeline.Wait()
		if s.interval > 0 { // names are not of a moment ago
			time.Sleep(s.interval)
		}
		s.meter.Delay.Store(int64(delay))
		s.meter.Take()
		began := time.Now()
		err := do(ctx, s)
		served := time.Since(began)
		s.pipeline.Wait()
		whole := time.Since(began)
		all = append(all, measured{what, s.meter.Take(), served, whole})
		s.meter.Delay.Store(0)
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		return nil
	}
	if err := measure(first, reconcile(n)); err != nil {
		return nil, err
	}
	for i := range 3 { // until each release collects something
		if err := change.prepare(ctx, s); err != nil {
			return nil, err
		}
		if err := change.do(ctx, s); err != nil {
			return nil, fmt.Errorf("change %d: %w", i, err)
		}
		s.pipeline.Wait()
	}
	for _, op := range operations {
		if n < op.sources {
			continue
		}
		for _, cold := range []bool{false, true} {
			if op.prepare != nil {
				if err := op.prepare(ctx, s); err != nil {
					return nil, fmt.Errorf("before %s: %w", op.what, err)
				}
			}
			what := op.what
			if cold {
				what += anew
				if err := s.start(ctx); err != nil {
					return nil, err
				}
			}
			if err := measure(what, op.do); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

const (
	first = "first conversion"
	anew  = ", by a process that has just begun"
)

// base are documents of the operator's, so that those of a release have something in them.
var base = map[string]string{
	"settings.json":  `{"default_page_size": 50}`,
	"datasette.yaml": "permissions: {debug-menu: false}\n",
}

// fill puts uploads and the operator's documents into the buckets.
func (s *system) fill(ctx context.Context, n int) error {
	s.sources = n
	for name, text := range base {
		if _, err := put(ctx, s.serving.Object("base/"+name), text); err != nil {
			return err
		}
	}
	if err := s.say(ctx, "title: The town\n"); err != nil {
		return err
	}
	const atOnce = 16
	var workers sync.WaitGroup
	errs := make(chan error, atOnce)
	for worker := range atOnce {
		workers.Go(func() {
			for i := worker; i < n; i += atOnce {
				if _, err := s.upload(ctx, nameOf(i), small(0)); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	workers.Wait()
	close(errs)
	return <-errs
}

// say replaces what the operator says about the data.
func (s *system) say(ctx context.Context, text string) error {
	_, err := put(ctx, s.serving.Object("base/metadata.yaml"), text)
	return err
}

func nameOf(i int) string { return fmt.Sprintf("f%04d.csv", i) }

// replace puts another version of a file into the bucket of uploads.
func (s *system) replace(ctx context.Context, name string) (err error) {
	s.version++
	s.event, err = s.upload(ctx, name, small(s.version))
	return err
}

// change is one small file that is replaced.
var change = operation{
	what:    "a change",
	prepare: func(ctx context.Context, s *system) error { return s.replace(ctx, nameOf(0)) },
	do:      func(ctx context.Context, s *system) error { return s.process(ctx, dynasette.Converted) },
}

// operations are those of the protocol.
var operations = []operation{
	change,
	{
		what: "the same event again",
		do:   func(ctx context.Context, s *system) error { return s.process(ctx, dynasette.Current) },
	},
	{
		what: "a broken upload",
		prepare: func(ctx context.Context, s *system) (err error) {
			s.event, err = s.upload(ctx, "broken.csv", "")
			return err
		},
		do: func(ctx context.Context, s *system) error { return s.process(ctx, dynasette.Failed) },
	},
	{
		what:    "a delete",
		sources: 3, // of which two are deleted
		prepare: func(ctx context.Context, s *system) error {
			s.deleted++
			s.event = dynasette.Event{Name: nameOf(s.deleted), Deleted: true}
			return s.uploads.Object(s.event.Name).Delete(ctx)
		},
		do: func(ctx context.Context, s *system) error { return s.process(ctx, dynasette.Withdrawn) },
	},
	{
		what: "a rollback",
		prepare: func(ctx context.Context, s *system) error {
			all, err := s.pipeline.Releases(ctx)
			if err != nil {
				return err
			}
			if len(all) < 2 {
				return errors.New("no release is kept")
			}
			s.back = all[len(all)-1].Release
			return nil
		},
		do: func(ctx context.Context, s *system) error {
			_, err := s.pipeline.Rollback(ctx, s.back)
			return err
		},
	},
	{
		what: "other documents in base/",
		prepare: func(ctx context.Context, s *system) error {
			s.version++
			return s.say(ctx, fmt.Sprintf("title: The town %d\n", s.version))
		},
		do: func(ctx context.Context, s *system) error {
			_, err := s.pipeline.Release(ctx)
			return err
		},
	},
	{
		what: "a collection of a release and its database",
		prepare: func(ctx context.Context, s *system) error {
			return s.changes(ctx, 1)
		},
		do: reconcile(0),
	},
	{
		what: "a change after a burst",
		prepare: func(ctx context.Context, s *system) error {
			if err := s.changes(ctx, s.burst); err != nil {
				return err
			}
			s.burst = 0 // of which most is left for others
			return change.prepare(ctx, s)
		},
		do: change.do,
	},
	{what: "a reconcile after a burst", do: reconcile(0)},
	{what: "an idle reconcile", prepare: settle, do: reconcile(0)},
}

// changes makes so many changes, one soon after another: what they replace all lingers until then.
func (s *system) changes(ctx context.Context, n int) error {
	s.pipeline.Wait()
	s.pipeline.Linger = time.Hour
	defer func() { s.pipeline.Wait(); s.pipeline.Linger = 1 }()
	for range n {
		if err := change.prepare(ctx, s); err != nil {
			return err
		}
		if err := change.do(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// settle reconciles until nothing is left of a burst: each removes some of it.
func settle(ctx context.Context, s *system) error {
	for before := math.MaxInt; ; {
		if err := reconcile(0)(ctx, s); err != nil {
			return err
		}
		n := 0
		for all := s.serving.Objects(ctx, nil); ; n++ {
			if _, err := all.Next(); err == iterator.Done {
				break
			} else if err != nil {
				return err
			}
		}
		switch releases, err := s.pipeline.Releases(ctx); {
		case err != nil:
			return err
		case n > before:
			return fmt.Errorf("a reconcile leaves %d objects of %d", n, before)
		case n < before:
			before = n
		default:
			if most := 6*len(releases) + 2*(s.sources+len(releases)) + 10; n > most {
				return fmt.Errorf("%d objects are left, want at most %d", n, most)
			}
			return nil
		}
	}
}

// reconcile looks at all uploads, so many of which are to be converted.
func reconcile(n int) func(context.Context, *system) error {
	return func(ctx context.Context, s *system) error {
		r, err := s.pipeline.Reconcile(ctx)
		if err == nil && r.Converted != n {
			err = fmt.Errorf("%d were converted, not %d", r.Converted, n)
		}
		return err
	}
}
