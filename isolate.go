package dynasette

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

// A change is one of the things that are new in a release, and may be what the server
// refuses: a database, or the operator's documents.
type change struct {
	database *Database
	base     bool
}

// bring brings out all that should be served. If the server refuses that, it is halved until
// it is found which change is to blame, and that one is left out. Blame needs three things:
// that the change is refused by itself, that meanwhile something without it was accepted, and
// that it is refused once more; so an outage of the server blames nobody.
func (m *maker) bring(ctx context.Context) error {
	all := m.changes()
	if len(all) > 0 {
		if err := m.p.respite.now(m.s.base.identity); err != nil {
			return err
		}
	}
	left, err := m.sound(ctx, all)
	for first := true; err == nil && (first || len(left) > 0); first = false {
		var done bool
		if done, err = m.try(ctx, left, left); err != nil || done {
			return err
		}
		if len(left) == 0 {
			return m.down() // without anything new
		}
		if left, err = m.isolate(ctx, left); err == nil && len(left) > 0 && m.attempts >= enough {
			return m.giveUp(ctx, left)
		}
	}
	if err == nil && !m.recorded() {
		return m.must(ctx, nil, nil)
	}
	return err
}

// isolate finds one change to blame, or none, and returns what then is left to bring out.
func (m *maker) isolate(ctx context.Context, left []change) ([]change, error) {
	suspect, own, err := m.halve(ctx, left)
	if err != nil {
		return nil, err
	}
	alone := []change{suspect}
	after := false // something without it was accepted since it was refused by itself
	if rest := m.missing(left, suspect); len(rest) > 0 {
		if after, err = m.try(ctx, rest, left); err != nil {
			return nil, err
		}
	}
	if !own {
		after = false
		if done, err := m.try(ctx, alone, left); err != nil || done {
			return m.missing(left), err
		}
	}
	if !after {
		if err := m.must(ctx, nil, left); err != nil {
			return nil, err
		}
	}
	done, err := m.try(ctx, alone, left)
	if err == nil && !done {
		m.blame(ctx, suspect, m.why)
	}
	return m.missing(left, suspect), err
}

// enough is how often the server is moved in search of what it refuses, before the rest has to
// wait. Two culprits of a thousand are found by then; a fault of the server's that looks like one of
// every database may not keep it busy for hours.
const enough = 32

// giveUp leaves the rest for another time. Where nothing at all was accepted, that is not soon.
func (m *maker) giveUp(ctx context.Context, left []change) error {
	if !m.recorded() {
		if err := m.must(ctx, nil, left); err != nil {
			return err
		}
	}
	err := fmt.Errorf("%w: %d of what is new wait, since the server has refused %d of %d releases; the last time it said: %w",
		ErrUnavailable, len(left), m.refusals, m.attempts, m.why)
	if !m.gained {
		err = m.p.respite.begin(m.s.base.identity, err)
	}
	m.p.log().ErrorContext(ctx, "the server refuses too much", "waiting", len(left), "error", err)
	return err
}

// A respite is what a server is given that refuses everything that is new.
type respite struct {
	mu    sync.Mutex
	base  string // the operator's documents that it had: with others it may do better
	why   error
	until time.Time
	pause time.Duration // the last one; the next is twice as long
}

const (
	shortestRespite = time.Minute
	longestRespite  = time.Hour
)

// begin begins one, and returns why, and until when.
func (r *respite) begin(base string, why error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pause = min(max(shortestRespite, 2*r.pause), longestRespite)
	r.until = time.Now().Add(r.pause)
	r.base, r.why = base, fmt.Errorf("%w (it is tried again in %v)", why, r.pause)
	return r.why
}

// now returns why nothing new is tried now, or nil.
func (r *respite) now(base string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.base == base && time.Now().Before(r.until) {
		return r.why
	}
	return nil
}

// end ends it: the server has accepted something new, or somebody asks it to try again.
func (r *respite) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.until, r.pause = time.Time{}, 0
}

// must brings out what the server accepted before.
func (m *maker) must(ctx context.Context, some, of []change) error {
	done, err := m.try(ctx, some, of)
	if err == nil && !done {
		return m.down()
	}
	return err
}

// down is the error of a server that refuses also what it served.
func (m *maker) down() error {
	return fmt.Errorf("%w: the server refuses also what it serves, without anything new: %w", ErrUnavailable, m.why)
}

// recorded reports whether the manifest that is served tells all that was blamed.
func (m *maker) recorded() bool {
	if m.served == nil || m.s.badBase != nil && (m.served.BadBase == nil || m.served.BadBase.Identity != m.s.badBase.Identity) {
		return false
	}
	return !slices.ContainsFunc(m.s.bad, func(b Bad) bool { return m.served.refusal(b.Object) == nil })
}

// halve finds a change without which the others may be accepted, and brings out those that
// are accepted on the way. own tells that it was refused by itself.
func (m *maker) halve(ctx context.Context, left []change) (suspect change, own bool, err error) {
	among := left
	own = len(among) == 1
	for len(among) > 1 {
		half := among[:(len(among)+1)/2]
		own = false
		done, err := m.try(ctx, half, left)
		switch {
		case err != nil:
			return suspect, false, err
		case done:
			among = among[len(half):]
		default:
			among, own = half, len(half) == 1
		}
	}
	return among[0], own, nil
}

// changes returns what is new in what should be served, in any order: by whoever's name comes
// first, bad ones could keep sound ones waiting.
func (m *maker) changes() []change {
	var all []change
	for i := range m.s.wanted {
		d := &m.s.wanted[i]
		if was := m.served.of(d.Source); was == nil || was.Object != d.Object {
			all = append(all, change{database: d})
		}
	}
	if m.s.base.identity != m.served.base().identity {
		all = append(all, change{base: true})
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// has reports whether a change is served.
func (m *maker) has(c change) bool {
	if c.base {
		return m.s.base.identity == m.served.base().identity
	}
	d := m.served.of(c.database.Source)
	return d != nil && d.Object == c.database.Object
}

// missing returns those of the changes that are not served, but one.
func (m *maker) missing(all []change, but ...change) []change {
	return slices.DeleteFunc(slices.Clone(all), func(c change) bool { return m.has(c) || slices.Contains(but, c) })
}

// try brings out what is served with some of the changes, and without what is gone.
func (m *maker) try(ctx context.Context, some, of []change) (accepted bool, err error) {
	chosen := map[change]bool{}
	for _, c := range some {
		chosen[c] = true
	}
	to := plan{base: m.s.base}
	held := map[string]bool{}
	for _, c := range of {
		switch {
		case chosen[c] || m.has(c):
		case c.base:
			to.base = m.served.base()
		default:
			held[c.database.Source] = true
		}
	}
	to.databases = m.s.wanted // which is never written to
	if len(held) > 0 {
		to.databases = nil
		for _, d := range m.s.wanted {
			if held[d.Source] {
				was := m.served.of(d.Source)
				if was == nil {
					continue
				}
				slug := d.Slug
				d = *was
				d.Slug = slug
			}
			to.databases = append(to.databases, d)
		}
	}
	to.part = m.s.fingerprint(to.databases, to.base) != m.s.fingerprint(m.s.wanted, m.s.base)
	if m.s.same() && m.s.at.InsteadOf != "" { // somebody's choice stays
		to = plan{databases: m.s.served.Databases, base: m.s.served.base(), insteadOf: m.s.at.InsteadOf, of: m.s.served.Of}
	}
	refused, err := m.attempt(ctx, to)
	if refused != nil {
		m.why = refused
	}
	accepted = refused == nil && err == nil
	m.gained = m.gained || accepted && len(some) > 0
	return accepted, err
}

// blame leaves a change out of what should be served, and records why.
func (m *maker) blame(ctx context.Context, c change, why error) {
	text := bounded(why.Error())
	if c.base {
		m.p.log().ErrorContext(ctx, "documents in base/ refused; the last good ones are used", "error", text)
		m.s.badBase = &BadBase{Identity: m.s.base.identity, Why: text}
		m.s.base = m.served.base()
		return
	}
	d := c.database
	m.p.log().ErrorContext(ctx, "database refused; it is left out", "upload", d.Source, "error", text)
	m.s.bad = append(m.s.bad, Bad{
		Source: d.Source, SourceGeneration: d.SourceGeneration, Build: d.Build, Object: d.Object,
		Why: text, Since: time.Now().UTC(),
	})
	was := m.served.of(d.Source)
	slug := d.Slug
	m.s.wanted = slices.DeleteFunc(slices.Clone(m.s.wanted), func(w Database) bool { return w.Object == d.Object })
	if was != nil {
		old := *was
		old.Slug = slug
		m.s.ruling.describe(&old)
		m.s.wanted = append(m.s.wanted, old)
		slices.SortFunc(m.s.wanted, bySlug)
	}
}

// bounded keeps what a server said short enough to be kept.
func bounded(text string) string {
	const longest = 4000
	if len(text) > longest {
		text = text[:longest/2] + " … " + text[len(text)-longest/2:]
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// sound leaves out at once what is new and can't be served. A database was looked at before it got
// its name, so one that this process has made, or that was listed as it was made, is not read again.
func (m *maker) sound(ctx context.Context, all []change) ([]change, error) {
	there := map[string]Object{}
	for _, o := range m.s.listed {
		there[o.Name] = o
	}
	faults := make([]error, len(all))
	if err := parallel(ctx, len(all), func(ctx context.Context, i int) error {
		d := all[i].database
		if d == nil { // documents that can't be used are not tried
			return nil
		}
		if o := there[d.Object]; m.p.described.made(d.Object) || o.Generation == d.Generation && o.Size == d.Size {
			return nil
		}
		fault, err := m.p.openFault(ctx, d)
		if fault != "" {
			faults[i] = errors.New(fault)
		}
		return err
	}); err != nil {
		return nil, err
	}
	var left []change
	for i, c := range all {
		if faults[i] == nil {
			left = append(left, c)
		} else {
			m.blame(ctx, c, faults[i])
		}
	}
	return left, nil
}

// fault is the error of whoever asks for a release and does not get the operator's documents
// as they are now.
func (s *survey) fault() error { return errors.Join(faults(s.faults), s.badBase.fault()) }

func (b *BadBase) fault() error {
	if b == nil {
		return nil
	}
	return fmt.Errorf("the documents in base/ are not used as they are, but the last good ones: %s", b.Why)
}
