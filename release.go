package dynasette

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A BadRelease is the error of a release that can't be served.
type BadRelease struct {
	Release string // what it is called; what was served before still is
	Reason  string
}

func (b *BadRelease) Error() string { return "release " + b.Release + " can't be served: " + b.Reason }

// publish returns once a release is served that fulfils want, or once it is recorded why
// there is none (bad).
func (p *Pipeline) publish(ctx context.Context, want want) (release string, bad, err error) {
	if m, err := p.served(ctx); err == nil && want(m) {
		return m.id(), nil, nil
	}
	o := p.releaser.wait(ctx, want)
	return o.release, o.bad, o.err
}

// release makes releases until there is nothing new.
func (p *Pipeline) release(ctx context.Context) error {
	// While another process makes releases, look whether it has made ours.
	errServed := errors.New("nobody waits any more")
	waiting := func(ctx context.Context) error {
		if m, err := p.served(ctx); err == nil {
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
	served, releases := "", 0 // what the server was moved to last, and how often it was moved
	for {
		s, mark, err := p.settled(ctx, releases)
		if err != nil {
			return err
		}
		var o outcome
		if s.same() && releases > 0 && s.current.Release == served {
			o.release = served
		} else if o, err = p.bringOut(ctx, s); moved(err) { // what was surveyed is no longer so
			if err := sleep(ctx, p.quiet()); err != nil {
				return err
			}
			continue
		} else if err != nil {
			return err
		}
		if o.bad != nil {
			p.releaser.seen(s.served) // whom the bad release doesn't matter
		} else if o.release != served {
			served = o.release
			releases++
		}
		p.releaser.done(mark, o)
		if (s.same() || o.bad != nil) && p.releaser.idle() {
			return nil
		}
	}
}

func (p *Pipeline) quiet() time.Duration { return orDefault(p.Quiet, 500*time.Millisecond) }

// settled waits for the end of a burst, but not for ever, and returns what there is then.
// The more releases it has taken already, the more patient it is. mark stands for those
// whose databases were there before.
func (p *Pipeline) settled(ctx context.Context, releases int) (s *state, mark int, err error) {
	patience := orDefault(p.Patience, 15*time.Second) << (2 * min(releases, 4))
	began := time.Now()
	for {
		mark = p.releaser.mark()
		quiet := p.busy.quiet() // asked first: what has just become quiet is in the survey
		next, err := p.survey(ctx, s)
		if err != nil && !moved(err) {
			return nil, 0, err
		}
		late := time.Since(began) >= patience
		if err == nil {
			over := s != nil && s.fingerprint == next.fingerprint && quiet
			if s = next; over || late || s.same() {
				return s, mark, nil
			}
		} else if late {
			return nil, 0, err
		}
		if err := sleep(ctx, p.quiet()); err != nil {
			return nil, 0, err
		}
	}
}

// bringOut makes a release of what should be served, has the server move to it, and moves
// the pointer: in this order, so that whenever the process dies, the old release is served
// or the new one. It runs under the lease, but relies on preconditions alone.
func (p *Pipeline) bringOut(ctx context.Context, s *state) (outcome, error) {
	shelf, err := p.readShelf(ctx)
	if err != nil {
		return outcome{}, err
	}
	if s.same() {
		if err := p.serve(ctx, s.current.Release, s.current.InsteadOf != ""); err != nil {
			return outcome{}, err
		}
		p.prune(ctx, shelf, s.current.Release, s.current.Previous)
		return outcome{release: s.current.Release}, p.unmark(ctx, s.current.Release)
	}
	m, err := p.pending(ctx, s, shelf)
	if err != nil {
		return outcome{}, err
	}
	if m == nil {
		if m, err = p.make(ctx, s, shelf); err != nil {
			return outcome{}, err
		}
	}
	if m.Bad != "" {
		return outcome{release: s.current.Release, bad: &BadRelease{m.Release, m.Bad}}, nil
	}
	next := current{Release: m.Release}
	if err := p.serve(ctx, next.Release, false); err != nil {
		if ctx.Err() != nil || errors.Is(err, ErrUnavailable) {
			return outcome{}, err
		}
		p.log().ErrorContext(ctx, "release can't be served", "release", m.Release, "error", err)
		bad, err := p.markBad(ctx, m, err)
		if err != nil {
			return outcome{}, err
		}
		return outcome{release: s.current.Release, bad: bad}, nil
	}
	if err := p.point(ctx, s.current, next); err != nil {
		return outcome{}, err // the next look puts right what the server serves
	}
	p.log().InfoContext(ctx, "release served", "release", m.Release, "databases", len(m.Databases))
	if p.Released != nil {
		p.Released(m)
	}
	p.prune(ctx, shelf, m.Release, s.current.Release)
	return outcome{release: m.Release}, nil
}

// serve has the server move to a release; back, if that may be an older one than it serves.
func (p *Pipeline) serve(ctx context.Context, id string, back bool) error {
	if p.Restarter == nil || id == "" {
		return nil
	}
	return p.Restarter.Restart(ctx, Release{ID: id, Location: p.Store.Location(folderName(id)), Back: back})
}

// pending returns a release of what should be served that was made but never served, if
// there is one, be it that its maker died or that it was found to be bad.
func (p *Pipeline) pending(ctx context.Context, s *state, shelf shelf) (*Manifest, error) {
	for _, id := range shelf.later(s.current.Release) {
		m, _, err := p.readManifest(ctx, id)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if m.Fingerprint != s.fingerprint {
			continue
		}
		if m.Bad != "" {
			if m.Since.UnixNano() > p.forgiven.Load() {
				return m, nil
			}
			continue
		}
		if problems, err := p.lint(ctx, m, nil); err != nil || len(problems) == 0 {
			return m, err
		}
	}
	return nil, nil
}

// make makes a release: it is complete once its manifest is written. One that can't be
// right has a manifest that says so.
func (p *Pipeline) make(ctx context.Context, s *state, shelf shelf) (*Manifest, error) {
	m := s.manifest(newReleaseID(time.Now(), shelf.last(), rand.Text()[:6]))
	folder := folderName(m.Release)
	err := p.fill(ctx, s, m)
	if err == nil {
		var problems []Problem
		if problems, err = p.lint(ctx, m, s.served); len(problems) > 0 {
			err = &BadRelease{m.Release, joinProblems(problems)}
		}
	}
	var bad *BadRelease
	switch {
	case errors.As(err, &bad):
		p.log().ErrorContext(ctx, "release is not right", "release", m.Release, "error", bad.Reason)
		m.Bad, m.Since = bad.Reason, time.Now().UTC()
		p.empty(ctx, folder)
	case err != nil:
		p.empty(ctx, folder)
		return nil, err
	}
	if err := p.writeManifest(ctx, m, Absent); err != nil {
		// Whoever has written one took this release for abandoned.
		return nil, fmt.Errorf("release %s: %w", m.Release, err)
	}
	return m, nil
}

// fill copies the databases and writes the documents of a release.
func (p *Pipeline) fill(ctx context.Context, s *state, m *Manifest) error {
	documents, err := contents(m, s.base)
	if err != nil {
		return &BadRelease{m.Release, err.Error()}
	}
	folder := folderName(m.Release)
	if err := parallel(ctx, len(s.databases), func(ctx context.Context, i int) error {
		d := s.databases[i]
		return p.Store.Copy(ctx, d.object, folder+d.Slug+".db")
	}); err != nil {
		return err
	}
	return parallel(ctx, len(documents), func(ctx context.Context, i int) error {
		return p.put(ctx, folder+documents[i].name, documents[i].data, Absent)
	})
}

// markBad records that a release can't be served. Its files are left to prune: some server
// might be about to look at them.
func (p *Pipeline) markBad(ctx context.Context, m *Manifest, cause error) (*BadRelease, error) {
	_, generation, err := p.readManifest(ctx, m.Release)
	if err != nil {
		return nil, err
	}
	marked := *m
	marked.Bad, marked.Since = cause.Error(), time.Now().UTC()
	if err := p.writeManifest(ctx, &marked, generation); err != nil {
		return nil, err
	}
	return &BadRelease{m.Release, marked.Bad}, nil
}

// unmark takes back the mark of a release that is served after all: it was given another
// try by a process that had lost the lease.
func (p *Pipeline) unmark(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	m, generation, err := p.readManifest(ctx, id)
	if err != nil || m.Bad == "" {
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	}
	m.Bad, m.Since = "", time.Time{}
	return p.writeManifest(ctx, m, generation)
}

// A shelf is all releases that there are, by ID, whole, half-made and marked ones.
type shelf map[string]*shelved

type shelved struct {
	manifest Object // zero if there is none
	files    []Object
}

func (p *Pipeline) readShelf(ctx context.Context) (shelf, error) {
	all := shelf{}
	err := p.Store.List(ctx, "releases/", func(o Object) error {
		id, file, inside := strings.Cut(strings.TrimPrefix(o.Name, "releases/"), "/")
		if !inside {
			id = strings.TrimSuffix(id, ".json")
		}
		s := all[id]
		if s == nil {
			s = new(shelved)
			all[id] = s
		}
		if inside && file != "" {
			s.files = append(s.files, o)
		} else {
			s.manifest = o
		}
		return nil
	})
	return all, err
}

// later returns the releases after one, the latest first.
func (s shelf) later(than string) []string {
	var ids []string
	for id, r := range s {
		if id > than && r.manifest.Name != "" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	slices.Reverse(ids)
	return ids
}

// last returns the latest ID in use.
func (s shelf) last() string {
	last := ""
	for id := range s {
		last = max(last, id)
	}
	return last
}
