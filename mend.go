package dynasette

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// A Report says what a Mend or Reconcile has found and done.
type Report struct {
	Uploads   int    `json:"uploads"`   // that were looked at
	Current   int    `json:"current"`   // whose database was as it should be
	Converted int    `json:"converted"` // whose database was made
	Withdrawn int    `json:"withdrawn"` // databases whose upload is gone
	Failed    int    `json:"failed"`    // that can't be converted, also since long: see Failures
	Release   string `json:"release,omitempty"`

	Unfinished int `json:"unfinished,omitempty"` // that somebody is still writing
}

func (r *Report) count(a Action) {
	switch a {
	case Current:
		r.Current++
	case Converted:
		r.Converted++
	case Withdrawn:
		r.Withdrawn++
	case Failed:
		r.Failed++
	}
}

// Mend compares the uploads with the databases and makes the databases what the uploads
// say, without a release. If only is not nil, it looks at names for which only is true: so
// that the work can be split, by a hash of the name. An error about one upload doesn't
// keep Mend from the others.
func (p *Pipeline) Mend(ctx context.Context, only func(name string) bool) (Report, error) {
	p.start()
	m := &mender{p: p, work: make(chan Event)}
	err := m.mend(ctx, only)
	return m.report, err
}

// underWay is how many uploads are looked at at a time, beside those that are being converted:
// most of them wait for the Store, some of which take one write a second to a record.
const underWay = 64

// A mender looks at uploads, several at a time.
type mender struct {
	p     *Pipeline
	work  chan Event
	given atomic.Bool // all there is to do is under way

	mu     sync.Mutex
	survey *survey // what there was at first
	looked bool    // at an upload, of which there may be something else since
	report Report
	errs   []error
	others []Event // about what another process is converting
	halves []Event // about what is still being written
}

func (m *mender) mend(ctx context.Context, only func(name string) bool) error {
	p := m.p
	s, err := p.gather(ctx, true)
	if err != nil {
		return err
	}
	have, lost := s.inventory(only)
	m.survey = s
	var workers sync.WaitGroup
	for range cap(p.slots.all) + underWay {
		workers.Go(func() { m.run(ctx) })
	}
	give := func(e Event) error {
		select {
		case m.work <- e:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	_, live := p.Source.(LiveSource)
	err = p.Source.List(ctx, func(up Upload) error {
		if p.ignores(up.Name) || only != nil && !only(up.Name) {
			return nil
		}
		h, there := have[up.Name]
		delete(have, up.Name)
		m.see()
		if action, ok := p.verdict(h, up); ok && !lost[h.object] {
			m.count(action)
			return nil
		}
		e := Event{Name: up.Name, lost: lost[h.object]}
		if live && !there {
			e.listed = &up
		}
		return give(e)
	})
	var incomplete *IncompleteError
	if errors.As(err, &incomplete) || err == nil { // else the listing may lack what is there
		for name := range have {
			if incomplete.lacks(name) {
				continue
			}
			if stop := give(Event{Name: name}); stop != nil {
				err = stop
				break
			}
		}
	}
	m.given.Store(true)
	close(m.work)
	workers.Wait()
	m.busy(ctx)
	m.report.Unfinished = len(m.halves)
	if err == nil || incomplete != nil {
		err = errors.Join(err, p.Store.Sweep(ctx, time.Now().Add(-time.Hour)))
	}
	return errors.Join(append(m.errs, err)...)
}

// inventory returns what the Store has, by the upload's name, and the databases that records
// name and that may be gone.
func (s *survey) inventory(only func(string) bool) (have map[string]head, lost map[string]bool) {
	have, lost = map[string]head{}, map[string]bool{}
	for _, h := range s.heads {
		if only == nil || only(h.source) {
			have[h.source] = h
			lost[h.object] = h.object != ""
		}
	}
	for _, o := range s.listed {
		delete(lost, o.Name)
	}
	return have, lost
}

// idle reports whether all is as it should be, and was all the time, but for what nobody needs, which
// it collects: what was read at first is a survey like another, so nothing has to be read again.
func (m *mender) idle(ctx context.Context) (release string, fault error, idle bool) {
	if m.looked || m.survey == nil {
		return "", nil, false
	}
	s := m.survey
	if m.p.decide(ctx, s, true) != nil || s.elsewhere || !s.same() || s.at.Trying != "" {
		return "", nil, false
	}
	if s.served != nil && m.p.serve(ctx, s.served) != nil {
		return "", nil, false
	}
	mk := &maker{p: m.p, s: s, at: s.at, served: s.served}
	return s.at.Release, s.fault(), mk.tidy(ctx, false) == nil
}

// busy looks again at what other processes were converting, until they are done, or gone, and
// for a while at what is still being written.
func (m *mender) busy(ctx context.Context) {
	began := time.Now()
	for wait := m.p.lease() / 30; len(m.others) > 0 || len(m.halves) > 0 && time.Since(began) < m.p.burst(); wait = min(2*wait, m.p.lease()) {
		if err := sleep(ctx, wait); err != nil {
			m.errs = append(m.errs, err)
			return
		}
		again := append(m.others, m.halves...)
		m.others, m.halves = nil, nil
		for _, e := range again {
			m.look(ctx, e)
		}
	}
}

func (m *mender) see() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.report.Uploads++
}

func (m *mender) count(a Action) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.report.count(a)
}

func (m *mender) run(ctx context.Context) {
	for e := range m.work {
		m.look(ctx, e)
	}
}

func (m *mender) look(ctx context.Context, e Event) {
	r, _, err := m.p.bring(ctx, e)
	if !errors.Is(err, errBusy) {
		m.p.report(ctx, r, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.looked = true
	switch {
	case errors.Is(err, errBusy):
		m.others = append(m.others, e)
	case errors.Is(err, ErrUnfinished):
		m.halves = append(m.halves, e)
	case err != nil:
		m.errs = append(m.errs, err)
	default:
		m.report.count(r.Action)
	}
}
