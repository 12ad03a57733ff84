package dynasette

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// publish returns once a release is served that is what is wanted, or once it is recorded
// why there never will be one (bad). fresh says that what is wanted was made just now. A nil
// want is the next release, for which all is looked at.
func (p *Pipeline) publish(ctx context.Context, want *want, fresh bool) (release string, bad, err error) {
	if want != nil && !fresh {
		at, m, err := p.served(ctx)
		if err != nil {
			return "", nil, err
		}
		ok, refused := want.met(m)
		if ok && want.object == "" {
			// Some survey may have seen the upload: from now on it leads to no release.
			if ok = at.Trying == ""; ok {
				_, err := p.point(ctx, at, at)
				if ok = err == nil; !ok && !moved(err) {
					return "", nil, err
				}
			}
		}
		if ok {
			return at.Release, refused, nil
		}
	}
	o := p.releaser.wait(ctx, want)
	return o.release, o.bad, o.err
}

// release makes releases until there is nothing new.
func (p *Pipeline) release(ctx context.Context) error {
	// While another process makes releases, look whether it has made ours.
	errServed := errors.New("nobody waits any more")
	waiting := func(ctx context.Context) error {
		if _, m, err := p.served(ctx); err == nil {
			p.releaser.seen(m)
		}
		if p.releaser.idle() {
			return errServed
		}
		return nil
	}
	var err error
	for again := true; again; again = errors.Is(err, errLeaseLost) && ctx.Err() == nil {
		err = p.withLease(ctx, waiting, p.releaseAll)
	}
	if errors.Is(err, errServed) {
		return nil
	}
	return err
}

// releaseAll makes releases under the lease.
func (p *Pipeline) releaseAll(ctx context.Context) error {
	releases := 0
	for {
		s, asked, err := p.settled(ctx, releases)
		if err != nil {
			return err
		}
		o, err := p.bringOut(ctx, s, asked)
		switch {
		case moved(err) || newer(err) != "": // what was surveyed is no longer so
			p.floor.raise(newer(err))
			if err := sleep(ctx, p.quiet()); err != nil {
				return err
			}
			continue
		case err != nil:
			return err
		}
		if o.made {
			releases++
		}
		p.releaser.done(asked.mark, o)
		if p.releaser.idle() {
			return nil
		}
	}
}

func (p *Pipeline) quiet() time.Duration { return orDefault(p.Quiet, 500*time.Millisecond) }

// burst is how long the end of a burst is waited for, at first.
func (p *Pipeline) burst() time.Duration { return orDefault(p.Patience, 15*time.Second) }

// settled waits for the end of a burst, but not for ever, and returns what there is then, and
// what was asked for before. The more releases it has taken already, the more patient it is.
func (p *Pipeline) settled(ctx context.Context, releases int) (*survey, asked, error) {
	patience := p.burst() << (2 * min(releases, 4))
	for began := time.Now(); ; {
		for rest := p.busy.rest(p.quiet()); rest > 0 && time.Since(began) < patience; rest = p.busy.rest(p.quiet()) {
			if err := sleep(ctx, rest); err != nil {
				return nil, asked{}, err
			}
		}
		asked := p.releaser.asked()
		s, err := p.survey(ctx, asked.all)
		late := time.Since(began) >= patience
		if err == nil && (late || !s.elsewhere || s.same()) || err != nil && (late || !moved(err)) {
			return s, asked, err
		}
		if err := sleep(ctx, p.quiet()); err != nil {
			return nil, asked, err
		}
	}
}

// bringOut makes a release of what should be served, if it isn't. It relies on preconditions
// alone: that it runs under the lease only spares work.
func (p *Pipeline) bringOut(ctx context.Context, s *survey, asked asked) (outcome, error) {
	m := &maker{p: p, s: s, at: s.at, served: s.served}
	made, err := false, error(nil)
	if s.same() && s.at.Trying == "" {
		made, err = m.leave(ctx, asked)
	} else {
		made, err = true, m.bring(ctx)
	}
	if err != nil {
		return outcome{}, err
	}
	if made {
		p.forgiven.Store(false)
	}
	if m.gained {
		p.respite.end()
	}
	return outcome{release: m.at.Release, served: m.served, chosen: m.at.InsteadOf != "", made: made, fault: s.fault()}, nil
}

// A maker makes releases from one survey. What it writes over the pointer begins with what
// was read before the survey.
type maker struct {
	p      *Pipeline
	s      *survey
	at     pointer   // as it is now
	served *Manifest // what it names
	part   bool      // that was a step on the way to what should be served
	failed []string  // releases of this maker that were refused
	why    error     // the last of them was

	attempts int  // to move the server
	refusals int  // of these
	gained   bool // something new was accepted
}

// leave leaves what is served as it is, and collects what nobody needs. made tells that the
// server was elsewhere, so a release was made all the same.
func (m *maker) leave(ctx context.Context, asked asked) (made bool, err error) {
	if (asked.all || m.p.astray.Load()) && m.served != nil {
		switch err := m.p.serve(ctx, m.served); {
		case newer(err) != "":
			m.p.floor.raise(newer(err))
			return true, m.bring(ctx)
		case err != nil:
			return false, Unavailable(err) // it was served before
		}
		m.p.astray.Store(false)
	}
	return false, m.tidy(ctx, asked.gone)
}

// tidy collects what nobody needs, and of what was listed more. The pointer is written for that, and if gone: so
// that no other survey leads to a release any more.
func (m *maker) tidy(ctx context.Context, gone bool) (err error) {
	most := few
	if m.s.listed != nil {
		most = more
	}
	next, needed := m.at.leave(m.p.linger(), most), m.served.objects()
	if m.served != nil {
		for _, r := range m.served.Retired {
			if next.mayHave(r, m.since(r), m.p.linger()) {
				needed[r.Object] = r.Generation
			}
		}
	}
	named, listed := m.garbage(m.at, next, needed, nil)
	garbage := append(named, most.less(named).of(listed)...)
	if len(garbage) == 0 && !gone {
		return nil
	}
	if m.at, err = m.p.point(ctx, m.at, next); err == nil {
		m.p.collect(ctx, garbage)
	}
	return err
}

// A plan is what a release is to be.
type plan struct {
	databases []Database // by slug
	base      base
	part      bool   // it is a step on the way
	insteadOf string // fingerprint of what somebody doesn't want
	of        string // the release that they want
}

// attempt makes a release as planned, has the server move to it, and moves the pointer: in
// this order, so that whenever the process dies, the old release is served or the new one.
// A refusal is the server's word on the release; then what was served still is.
func (m *maker) attempt(ctx context.Context, to plan) (refused, err error) {
	p := m.p
	after := max(m.at.last(), p.floor.get())
	next := m.s.manifest(newReleaseID(time.Now(), after, rand.Text()[:6]), to.databases, to.base)
	if next.Of = to.of; next.Release <= after {
		return nil, Unavailable(fmt.Errorf("the server serves %q, which is no release of this store", after))
	}
	keep, err := m.retire(ctx, next)
	if err != nil {
		return nil, err
	}
	documents, found, err := contents(next, to.base)
	if err != nil {
		return err, nil
	}
	next.History = m.served.history(next)
	next.BaseFindings = sortedBaseFindings(slices.Concat(m.s.faults, m.s.odd, found))
	if problems := lint(next, documents); len(problems) > 0 {
		return errors.New(joinProblems(problems)), nil
	}
	if err := p.write(ctx, next, documents); err != nil {
		p.drop(ctx, next.Release)
		return nil, err
	}
	trying, err := p.point(ctx, m.at, m.at.try(next.Release, m.failed))
	if err != nil {
		if moved(err) {
			p.drop(ctx, next.Release)
		}
		return nil, err
	}
	m.at = trying
	m.attempts++
	if err := p.serve(ctx, next); err != nil {
		if ctx.Err() != nil || errors.Is(err, ErrUnavailable) || newer(err) != "" {
			return nil, err
		}
		p.log().WarnContext(ctx, "release refused", "release", next.Release, "databases", len(next.Databases), "error", err)
		m.failed = append(m.failed, next.Release)
		m.refusals++
		return err, nil
	}
	was, before := m.at, m.served
	p.astray.Store(true)
	now := m.at.serve(next.Release, keep, p.linger())
	now.InsteadOf = to.insteadOf
	for i := range now.Left {
		now.Left[i].Tried = false // the manifest says what it has
	}
	if m.at, err = p.point(ctx, m.at, now); err != nil {
		return nil, err
	}
	p.astray.Store(false)
	p.announce(ctx, next)
	m.served, m.part = next, to.part
	p.log().InfoContext(ctx, "release served", "release", next.Release, "databases", len(next.Databases))
	p.logBase(ctx, next)
	if p.Released != nil {
		p.Released(next)
	}
	p.releaser.seen(next)
	needed := next.objects()
	for _, r := range next.Retired {
		needed[r.Object] = r.Generation
	}
	named, listed := m.garbage(was, m.at, needed, before)
	p.collect(ctx, append(named, few.of(listed)...))
	return nil, nil
}

// write writes a release: it is complete once its manifest is written.
func (p *Pipeline) write(ctx context.Context, m *Manifest, documents []document) error {
	written := make([]Object, len(documents))
	if err := parallel(ctx, len(documents), func(ctx context.Context, i int) error {
		name := folderName(m.Release) + documents[i].name
		generation, err := p.put(ctx, name, documents[i].data, Absent, nil)
		written[i] = Object{Name: name, Generation: generation}
		return err
	}); err != nil {
		return err
	}
	return p.writeManifest(ctx, m, written)
}

// serve has the server move to a release.
func (p *Pipeline) serve(ctx context.Context, m *Manifest) error {
	if p.Restarter == nil {
		return nil
	}
	return p.Restarter.Restart(ctx, p.toServe(m))
}

// announce tells a server that follows the pointer that it names another release now.
func (p *Pipeline) announce(ctx context.Context, m *Manifest) {
	a, ok := p.Restarter.(Announcer)
	if !ok {
		return
	}
	if err := a.Announce(ctx, p.toServe(m)); err != nil {
		p.log().WarnContext(ctx, "the server was not told; it looks by itself", "release", m.Release, "error", err)
	}
}

// highest is the greatest release ID that a server is known to serve.
type highest struct {
	mu sync.Mutex
	id string
}

func (h *highest) get() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.id
}

func (h *highest) raise(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.id = max(h.id, id)
}
