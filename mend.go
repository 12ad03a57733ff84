package dynasette

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// A Report says what a Mend or Reconcile has found and done.
type Report struct {
	Uploads   int    `json:"uploads"`   // that were looked at; those that are one database together are one
	Current   int    `json:"current"`   // whose database was as it should be
	Converted int    `json:"converted"` // whose database was made
	Withdrawn int    `json:"withdrawn"` // databases whose upload is gone
	Failed    int    `json:"failed"`    // that can't be converted, also since long: see Failures
	Held      int    `json:"held"`      // whose new version a guard holds back, likewise
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
	case Held:
		r.Held++
	}
}

// Mend compares the uploads with the databases and makes the databases what the uploads
// say, without a release. If only is not nil, it looks at names for which only is true: so
// that the work can be split, by a hash of the name. An error about one upload doesn't
// keep Mend from the others.
func (p *Pipeline) Mend(ctx context.Context, only func(name string) bool) (Report, error) {
	p.start()
	m := &mender{p: p}
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
	about  string          // the file with rules that this is done for; whoever asks for it reports its faults
	broken map[string]bool // files with rules that were found to be
	unread map[string]bool // files with rules that somebody is writing
	idling *unmatched      // what there is for rules to speak of; nil is not known

	others []Event // about what another process is converting
	halves []Event // about what is still being written
}

// mend looks at all uploads, once more if meanwhile other rules count.
func (m *mender) mend(ctx context.Context, only func(name string) bool) error {
	for range tries {
		version, err := m.once(ctx, only)
		if err != nil || !m.looked {
			return err
		}
		if other, err := m.p.outdated(ctx, version); err != nil || !other {
			return err
		}
	}
	return fmt.Errorf("%s: %w again and again", rulesName, ErrChanged)
}

// once looks at all uploads. It returns which version of the rules counted.
func (m *mender) once(ctx context.Context, only func(name string) bool) (rules string, err error) {
	p := m.p
	m.report, m.errs, m.others, m.halves = Report{}, nil, nil, nil
	s, err := p.gather(ctx, true)
	if err != nil {
		return "", err
	}
	m.survey = s
	todo, later, incomplete, err := m.list(ctx, only)
	if err != nil {
		return "", err
	}
	if err = m.all(ctx, todo, len(later) == 0); err == nil && len(later) > 0 {
		m.busy(ctx)
		err = m.all(ctx, later, true)
	}
	m.busy(ctx)
	m.report.Unfinished = len(m.halves) + len(m.unread)
	if err == nil {
		err = p.Store.Sweep(ctx, time.Now().Add(-time.Hour))
		if incomplete != nil {
			err = errors.Join(incomplete, err)
		}
	}
	return m.survey.at.Rules, errors.Join(append(m.errs, err)...)
}

// all looks at all of these, several at a time; they may be the last ones.
func (m *mender) all(ctx context.Context, events []Event, last bool) (err error) {
	m.work = make(chan Event)
	var workers sync.WaitGroup
	for range min(cap(m.p.slots.all)+underWay, len(events)) {
		workers.Go(func() { m.run(ctx) })
	}
	for _, e := range events {
		e.mending = true
		select {
		case m.work <- e:
			continue
		case <-ctx.Done():
			err = ctx.Err()
		}
		break
	}
	m.given.Store(last)
	close(m.work)
	workers.Wait()
	return err
}

// list compares the uploads with the records, by the rules that there are among them. It returns
// what is to be looked at: at first, and once that is done, so that nothing that goes into a set, or
// leaves one, is missing meanwhile.
func (m *mender) list(ctx context.Context, only func(name string) bool) (todo, later []Event, incomplete *IncompleteError, err error) {
	p := m.p
	_, live := p.Source.(LiveSource)
	for try := range tries {
		if err := pause(ctx, try); err != nil {
			return nil, nil, nil, err
		}
		r, err := m.rules(ctx, try > 0)
		if err != nil {
			return nil, nil, nil, err
		}
		have, lost := m.survey.inventory(only)
		files, documents, sets := map[string]Upload{}, m.survey.documents(), r.inlineSets()
		todo, later, incomplete, m.report = nil, nil, nil, Report{}
		seen := &unmatched{ruling: r}
		err = p.Source.List(ctx, func(up Upload) error {
			if p.ignores(up.Name) {
				return nil
			}
			if r.mayRuleBeside(documents, up) {
				files[up.Name] = up
			}
			seen.add(up.Name)
			h, there := have[up.Name]
			delete(have, up.Name)
			if set := r.setOf(up.Name); set != "" {
				if sets[set] = append(sets[set], up); there {
					later = append(later, Event{Name: up.Name})
				}
				return nil
			}
			if only != nil && !only(up.Name) {
				return nil
			}
			m.report.Uploads++
			if r.omits(up.Name) {
				if there {
					todo = append(todo, Event{Name: up.Name})
				}
				return nil
			}
			if action, ok := p.verdict(h, up, r.build(p, up.Name), r.version); ok && !lost[h.object] && !lost[h.held] {
				m.report.count(action)
				return nil
			}
			e := Event{Name: up.Name, lost: lost[h.object] || lost[h.held]}
			if live && !there {
				e.listed = &up
			}
			todo = append(todo, e)
			return nil
		})
		if err != nil && !errors.As(err, &incomplete) { // else the listing may lack what is there
			return nil, nil, nil, err
		}
		again, err := m.keepRules(ctx, r, files, incomplete)
		switch {
		case moved(err):
			continue
		case err != nil:
			return nil, nil, nil, err
		case !again:
			for _, f := range r.book.Files {
				if len(f.Faults) > 0 && (only == nil || only(f.Name)) {
					m.report.Failed++
				}
			}
			for set, members := range sets {
				if only != nil && !only(set) {
					continue
				}
				if members = r.complete(set, members); r.partsAlone(members) {
					continue
				}
				m.report.Uploads++
				h := have[set]
				delete(have, set)
				up, build := r.asOne(p, set, members)
				if action, ok := p.verdict(h, up, build, r.version); ok && !lost[h.object] && !lost[h.held] {
					m.report.count(action)
				} else {
					todo = append(todo, Event{Name: set, set: true, lost: lost[h.object] || lost[h.held]})
				}
			}
			for name := range have {
				switch {
				case isSet(name):
					later = append(later, Event{Name: name, set: true})
				case !incomplete.lacks(name):
					todo = append(todo, Event{Name: name})
				}
			}
			if m.idling = nil; incomplete == nil && only == nil {
				m.idling = seen
			}
			return todo, later, incomplete, nil
		}
	}
	return nil, nil, nil, fmt.Errorf("%s: %w again and again", rulesName, ErrChanged)
}

// rules returns those that count. Again: what there is in the Store is read once more.
func (m *mender) rules(ctx context.Context, again bool) (r *ruling, err error) {
	if !again {
		return m.p.rulingOf(ctx, m.survey.at.Rules)
	}
	if m.survey, err = m.p.gather(ctx, true); err != nil {
		return nil, err
	}
	if r, err = m.p.readRuling(ctx); err != nil {
		return nil, err
	}
	r.version = m.survey.at.Rules
	m.p.remember(r)
	return r, nil
}

// keepRules brings the rules up to date, and reports whether other ones count now than when the
// uploads were listed.
func (m *mender) keepRules(ctx context.Context, r *ruling, files map[string]Upload, left *IncompleteError) (again bool, err error) {
	was := m.survey.at.Rules
	k := &keeper{p: m.p, live: files, left: left}
	m.survey.at, err = k.keep(ctx, m.survey.at, r)
	if err != nil {
		return false, err
	}
	m.unread = k.unread
	if m.broken == nil {
		m.broken = map[string]bool{}
	}
	for _, f := range k.fresh {
		if m.broken[f.Name] = true; f.Name != m.about {
			m.p.report(ctx, Result{Name: f.Name, Action: Failed, Err: f.fault(), followed: true}, nil)
		}
	}
	if m.survey.at.Rules == was {
		return false, nil
	}
	m.looked = true
	return true, nil
}

// inventory returns what the Store has, by the upload's name, and the databases that records
// name and that may be gone.
func (s *survey) inventory(only func(string) bool) (have map[string]head, lost map[string]bool) {
	have, lost = map[string]head{}, map[string]bool{}
	for _, h := range s.heads {
		if only == nil || only(h.source) {
			have[h.source] = h
			lost[h.object], lost[h.held] = h.object != "", h.held != ""
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
	case errors.As(err, new(*IncompleteError)):
		// of a set, which stays as it was; the listing of all that there is says so, too
	case err != nil:
		m.errs = append(m.errs, err)
	default:
		m.report.count(r.Action)
	}
}
