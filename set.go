package dynasette

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dynasette/dynasette/converter"
)

// A set is uploads that are one database together: by rules, or since the documents of a folder
// are one. To the steps of the protocol it is like an upload, whose generation is a hash of
// what its members are, and whose name is the database's, as rules.Set.Into calls it, and a slash,
// which no upload's name ends with. So it has a record of its own, and its members have none.

// isSet reports whether a name is a set's.
func isSet(name string) bool { return strings.HasSuffix(name, "/") }

// setOf returns the set that an upload is a member of, or "".
func (r *ruling) setOf(name string) string {
	if isSet(name) || r.omits(name) {
		return ""
	}
	if into := r.set.Into(name); into != "" {
		return into + "/"
	}
	return ""
}

// nameOf returns what rules call the database of a set, or "".
func (r *ruling) nameOf(source string) string {
	into, ok := strings.CutSuffix(source, "/")
	if given, _ := r.set.Gives(into); ok && given {
		return path.Base(into)
	}
	return ""
}

// bringUpload is bring by the rules that count: of an upload by itself, or of the set that it is a
// member of.
func (p *Pipeline) bringUpload(ctx context.Context, e Event) (r Result, w *want, err error) {
	for range tries {
		ruling, err := p.ruling(ctx)
		if err != nil {
			return Result{Name: e.Name, Action: Skipped}, nil, err
		}
		set := ruling.setOf(e.Name)
		if set == "" {
			r, w, err = p.bringOne(ctx, e)
		} else {
			r, w, err = p.bringMember(ctx, e, set)
		}
		if errors.Is(err, errJoined) {
			continue
		}
		if err == nil && e.was != "" && e.was != set {
			_, _, err = p.bringSet(ctx, e.was) // by rules that counted then
			r.fresh = true
		}
		return r, w, err
	}
	return r, w, fmt.Errorf("%s: %w again and again", rulesName, ErrChanged)
}

// errJoined: an upload is a member of a set by the rules that count now.
var errJoined = errors.New("it is a member of a set")

// again is the event after what has come of it.
func (e Event) again(r Result) Event { return Event{Name: e.Name, set: e.set, was: r.Set} }

// bringMember is bring of an upload that is a member of a set: the set is looked at, and then what
// there is of the upload by itself. In this order what is served of it is never missing.
func (p *Pipeline) bringMember(ctx context.Context, e Event, set string) (Result, *want, error) {
	r, w, err := p.bringSet(ctx, set)
	if err != nil {
		return Result{Name: e.Name, Set: set, Action: Skipped}, nil, err
	}
	r.Name, r.Set = e.Name, set
	own, gone, err := p.bringOne(ctx, Event{Name: e.Name, member: true})
	if own.Action == Withdrawn {
		r.fresh, w = true, gone
	}
	return r, w, err
}

// join removes what there is of an upload by itself that is a member of a set now: unless it
// is all that is served of it, since the set is not made with it yet. Nothing is read of most.
func (p *Pipeline) join(ctx context.Context, e Event, set string) (Action, error) {
	if !e.member && !e.mending {
		return Skipped, errJoined
	}
	rec, err := p.readRecord(ctx, e.Name)
	if err != nil || rec.generation == Absent {
		return Skipped, err
	}
	if rec.Current != nil {
		of, err := p.readRecord(ctx, set)
		if err != nil {
			return Skipped, err
		}
		if !of.Current.has(e.Name) {
			if _, err := p.Source.Stat(ctx, e.Name); !errors.Is(err, ErrNotFound) {
				return Skipped, err
			}
		}
	}
	return p.withdraw(ctx, rec)
}

// joinAll is join of all members of a set that have records: while it could not be made, what is
// served of them has stayed.
func (p *Pipeline) joinAll(ctx context.Context, set string) error {
	ruling, err := p.ruling(ctx)
	if err != nil {
		return err
	}
	all, err := p.heads(ctx)
	for _, h := range all {
		if err == nil && ruling.setOf(h.source) == set {
			_, _, err = p.bringOne(ctx, Event{Name: h.source, member: true})
		}
	}
	return err
}

// has reports whether a database was made of a document, among others.
func (c *made) has(document string) bool {
	return c != nil && slices.ContainsFunc(c.Summary.Documents, func(d converter.DocumentSummary) bool { return d.Name == document })
}

// sets are those that somebody looks at.
type sets struct {
	mu  sync.Mutex
	all map[string]*seenSet
}

// A seenSet is one of them. Many events about its members are one look.
type seenSet struct {
	joint[looked]
	users int
	asked int // how many were users so far
}

// looked is what has come of a look.
type looked struct {
	Result
	want *want
}

func (s *sets) use(name string) (seen *seenSet, done func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[string]*seenSet{}
	}
	seen = s.all[name]
	if seen == nil {
		seen = &seenSet{}
		s.all[name] = seen
	}
	seen.users++
	seen.asked++
	return seen, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if seen.users--; seen.users == 0 {
			delete(s.all, name)
		}
	}
}

func (s *sets) asked(seen *seenSet) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return seen.asked
}

// bringSet looks at a set after an event about a member. Others are waited for first, but not
// for ever: of members that come together one database is to be made.
func (p *Pipeline) bringSet(ctx context.Context, set string) (Result, *want, error) {
	seen, done := p.sets.use(set)
	defer done()
	first := false
	found, err := seen.run(ctx, func() (looked, error) {
		first = true
		if err := p.gathered(ctx, seen); err != nil {
			return looked{}, err
		}
		r, w, err := p.bringOne(ctx, Event{Name: set, set: true})
		if err == nil && r.Action == Converted && r.mended {
			err = p.joinAll(ctx, set)
		}
		return looked{r, w}, err
	})
	r := found.Result
	if !first && r.Action == Converted {
		r.Action, r.Summary, r.fresh = Current, nil, true
	}
	r.known = r.known || !first
	return r, found.want, err
}

// gathered returns when no event about a set has come for a while.
func (p *Pipeline) gathered(ctx context.Context, seen *seenSet) error {
	began := time.Now()
	for rest := p.quiet() / lonePart; ; rest = p.quiet() {
		asked := p.sets.asked(seen)
		if err := sleep(ctx, rest); err != nil {
			return err
		}
		if p.sets.asked(seen) == asked || time.Since(began) >= p.burst() {
			return nil
		}
	}
}

// holding says what to do about a file that can't be converted. Which one ends processes is not known.
func holding(err error, set Upload) error {
	if strings.HasPrefix(err.Error(), set.Name+": ") {
		return fmt.Errorf("%w; it is one database of all its files: mend or delete the one to blame, or leave it out by a rule (skip: true)", err)
	}
	return fmt.Errorf("%w; it holds back %s, which is one database of all its files: mend it, delete it, or leave it out by a rule (skip: true)",
		err, strings.TrimSuffix(set.Name, "/"))
}

// busy returns errBusy if somebody is making the database of a set, of whatever members: whoever makes it
// anew for each that comes would never be done.
func (r *record) busy(p *Pipeline) error {
	if t := r.Trying; isSet(r.Source) && t != nil && !p.overdue(t.Holder, t.Until) {
		return fmt.Errorf("%s: %w", r.Source, errBusy)
	}
	return nil
}
