package dynasette

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dynasette/dynasette/converter"
)

// A Pipeline turns the uploads of a Source into releases of a Store and has a Restarter
// move a server on to them. Source, Store and Formats must be set (Store is enough for
// Releases, Failures, Rollback and Accept); the zero value of the rest is right for most. Its methods
// may be called from many goroutines, and any number of processes may run a Pipeline on one
// Source and Store. Fields don't change while it is in use.
type Pipeline struct {
	Source    Source
	Store     Store
	Formats   *converter.Registry
	Restarter Restarter // nil if no server has to be told

	Options converter.Options      // of every conversion; ChooseIndexes is set
	Version string                 // of converters of your own: another one converts everything anew, as other converter.Rules do
	Ignored func(name string) bool // which names are no uploads; nil is Ignored

	Conversions int           // at a time; 0 is one for two processors
	Quiet       time.Duration // a burst of uploads is over when nothing was new for this long, or a fifth of it after a lone one; 0 is 500 ms
	Patience    time.Duration // for a burst to end, at first; 0 is 15 s
	Lease       time.Duration // a process that makes releases and dies is waited for this long; 0 is 15 s. The same for all of one Store
	Keep        int           // releases, the served one included; 0 is 3
	Linger      time.Duration // a release stays for at least this long once another is served, however many come; 0 is 10 minutes

	// Child returns a command that calls Alone for an upload, in a process of its own that has
	// the same Source, Store, Formats and Options, and exits with 0, or after an error with 1.
	// With it, an upload over which a process died is converted there; without it (nil), in this one.
	Child func(name string) *exec.Cmd

	Log      *slog.Logger    // nil is silent
	Uploaded func(Result)    // called after an upload was looked at, unless nothing was to be done; optional
	Released func(*Manifest) // called after the server serves a release that this process made; optional
	Waiting  func(Holder)    // called once another process has been waited for that makes releases, for five seconds; optional

	once       sync.Once
	id         string // of the process, for the lease
	build      string // what is made of a document depends on nothing but this and the document
	slots      slots
	names      keyed // one name is looked at by one goroutine at a time
	busy       activity
	releaser   releaser
	known      manifests
	described  described
	remembered heads
	bases      bases
	rulings    rulings
	follower   joint[*mender]
	sets       sets
	works      works
	watchers   watchers
	reasons    reasons
	floor      highest
	respite    respite
	leavings   leavings
	isChild    bool
	forgiven   atomic.Bool // what was refused is to be tried again
	astray     atomic.Bool // the server was moved to a release that the pointer may never name
}

// An Event is a hint to look at one upload. It may be late, doubled, out of order or about
// something that is no longer so.
type Event struct {
	Name       string
	Generation string // that the event is about, if it says so
	Deleted    bool   // that generation was deleted or replaced

	mending bool    // all uploads are looked at, and so are rules
	set     bool    // it is about a set, of that name
	member  bool    // it is about what there is by itself of a member of a set
	was     string  // set that it was about, by rules that may no longer count
	lost    bool    // the database that the record names may be gone
	listed  *Upload // as it was listed, after it was found that it has no record
}

// An Action says what was done about an upload.
type Action string

const (
	Converted Action = "converted" // a database was made, and is served
	Current   Action = "current"   // the database was there already, and is served
	Withdrawn Action = "withdrawn" // the upload is gone, and so is its database
	Skipped   Action = "skipped"   // not an upload, or a newer event will come
	Followed  Action = "followed"  // it has rules, by which what they speak of is served
	Failed    Action = "failed"    // Result.Err says why; what was served before still is
	Held      Action = "held"      // a guard holds the new version back: Result.Err is a *Hold; what was served before still is
)

// A Result says what has become of an upload.
type Result struct {
	Name    string
	Set     string // what Database.Source says, if the upload is one of several that are one database
	Slug    string
	Action  Action
	Release string             // the release that is served, unless nothing was to be released
	Summary *converter.Summary // of a conversion
	Base    []BaseFinding      // what base documents say of it that does not fit
	Err     error              // permanent and recorded: the document's own fault, or the release's, or a *Hold

	fresh    bool   // what is wanted was made just now, or something is to go
	mended   bool   // it could not be converted before
	rules    string // version of the rules by which it was looked at
	followed bool   // it has rules
	known    bool   // Err, if there is one, was recorded before
}

// Process looks at one upload and returns when what has become of it is served. A nil
// error acknowledges the event: the upload's database is in the release that is served (or
// gone from it), or Result.Err says why it never will be, which is recorded in the Store.
// Any other error means that the same event should be delivered again.
func (p *Pipeline) Process(ctx context.Context, e Event) (Result, error) {
	p.start()
	r, err := p.process(ctx, e)
	p.report(ctx, r, err)
	return r, err
}

func (p *Pipeline) process(ctx context.Context, e Event) (r Result, err error) {
	done := Result{}
	for range tries {
		var want *want
		if r, want, err = p.bringByRules(ctx, e); err != nil || want == nil && r.Action != Followed && !(r.Action == Failed && r.followed) {
			return r, err
		}
		if done.Action == Converted && r.Action == Current || done.Action == Withdrawn && r.Action == Skipped {
			r.Action, r.Summary = done.Action, done.Summary
		}
		done = r
		fresh := r.fresh || r.Action == Converted || r.Action == Withdrawn
		var bad error
		r.Release, bad, err = p.publish(ctx, want, fresh)
		if r.known = r.known || !fresh && want != nil; want != nil {
			r.Err = bad
		}
		if err == nil && p.overruled(r.rules) {
			err = fmt.Errorf("%s: %w", rulesName, ErrChanged)
		}
		if err == nil || !errors.Is(err, ErrChanged) {
			break
		}
		e = e.again(r) // it was replaced meanwhile: what should be served is something else
	}
	return p.placed(r, r.Err), err
}

// placed completes a result by the release that is served, and why it has nothing of it.
func (p *Pipeline) placed(r Result, bad error) Result {
	if r.Err = bad; bad != nil {
		r.Action = Failed
	}
	if m := p.known.get(r.Release); m != nil {
		source := cmp.Or(r.Set, r.Name)
		r.Slug, r.Base = m.slugOf(source), m.FindingsOf(source)
	}
	return r
}

// Bring is Process without the release: for those who want that as a step of its own.
func (p *Pipeline) Bring(ctx context.Context, e Event) (Result, error) {
	p.start()
	r, _, err := p.bringByRules(ctx, e)
	if err == nil && (r.Action == Converted || r.Action == Withdrawn) {
		if other, outErr := p.outdated(ctx, r.rules); outErr != nil || other {
			r, _, err = p.bringByRules(ctx, e.again(r))
		}
	}
	p.report(ctx, r, err)
	return r, err
}

// bringByRules is bring by the rules that count in the end: whoever has failed to convert an
// upload reads no pointer any more, and so has to ask.
func (p *Pipeline) bringByRules(ctx context.Context, e Event) (r Result, w *want, err error) {
	for range tries {
		r, w, err = p.bring(ctx, e)
		if err != nil || r.Action != Failed && r.Action != Held || r.known || r.followed {
			return r, w, err
		}
		if other, err := p.outdated(ctx, r.rules); err != nil || !other {
			return r, w, err
		}
		e = e.again(r)
	}
	return r, w, fmt.Errorf("%s: %w again and again", rulesName, ErrChanged)
}

// Reconcile compares all uploads with all databases, mends every difference, and releases
// what is new: Mend, then Release. Uploads that are still being written are waited for, though
// not for ever, and the others are released meanwhile.
func (p *Pipeline) Reconcile(ctx context.Context) (Report, error) {
	p.start()
	m := &mender{p: p}
	var mendErr error
	mended := make(chan struct{})
	go func() {
		defer close(mended)
		mendErr = m.mend(ctx, nil)
	}()
	for wait := 4 * p.quiet(); ; wait *= 2 {
		select {
		case <-mended:
			if id, fault, idle := m.idle(ctx); idle && mendErr == nil {
				p.match(ctx, m)
				m.report.Release = id
				return m.report, fault
			}
			id, err := p.Release(ctx)
			m.report.Release = id
			return m.report, errors.Join(mendErr, err)
		case <-time.After(wait):
			if m.given.Load() && p.busy.quiet() {
				p.Release(ctx) // an error will come again
			}
		}
	}
}

// Release makes a release of all databases there are, unless the one that is served has
// the same, and returns the ID of the one that is served, if any. Whoever calls it while a
// release is being made gets the next one.
func (p *Pipeline) Release(ctx context.Context) (string, error) {
	p.start()
	id, bad, err := p.publish(ctx, nil, false)
	p.Wait()
	return id, errors.Join(bad, err)
}

// Resume has the server serve the current release as it is, if there is one, and gives what
// was refused another chance: what a program does at its start that runs the server itself.
func (p *Pipeline) Resume(ctx context.Context) (string, error) {
	p.start()
	p.forgiven.Store(true)
	p.respite.end()
	at, m, err := p.served(ctx)
	if err != nil || m == nil {
		return "", err
	}
	if err := p.serve(ctx, m); newer(err) == "" {
		return at.Release, err
	}
	return at.Release, nil // the next release is a later one
}

// Wait returns when nothing goes on any more behind what was called: the last look around
// after a release, and giving back the lease. Call it before the program ends, so that no
// other process has to wait for the lease to expire.
func (p *Pipeline) Wait() { p.releaser.rest() }

// start fills in what the zero value leaves open.
func (p *Pipeline) start() {
	p.once.Do(func() {
		p.id = newHolder()
		p.build = p.fingerprint(converter.Rules)
		n := p.Conversions
		if n <= 0 {
			n = max(1, runtime.GOMAXPROCS(0)/2)
		}
		p.slots = newSlots(n)
		p.releaser.run = p.release
	})
}

// options returns the options of every conversion.
func (p *Pipeline) options() converter.Options {
	o := p.Options
	o.ChooseIndexes = true
	return o
}

// fingerprint identifies everything but the document that a database depends on: rules, and
// not what the program is called.
func (p *Pipeline) fingerprint(rules int) string {
	o := p.options()
	formats := []string{}
	if p.Formats != nil { // else it is not here to convert
		for _, f := range p.Formats.Formats() {
			formats = append(formats, f.Name)
		}
	}
	all := []any{o.Rule, o.PageSize, o.Statistics, o.DescribeColumns, o.ChooseIndexes, formats, p.Version}
	choices, err := json.Marshal(all)
	if err != nil {
		panic(err) // what people say can be encoded
	}
	sum := sha256.Sum256(choices)
	return fmt.Sprintf("%d-%x", rules, sum[:4])
}

func (p *Pipeline) log() *slog.Logger {
	if p.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return p.Log
}

// report tells people what has become of an upload.
func (p *Pipeline) report(ctx context.Context, r Result, err error) {
	log := p.log().With("upload", r.Name)
	switch {
	case errors.Is(err, ErrUnfinished):
		log.DebugContext(ctx, "upload is being written")
		return
	case err != nil:
		log.WarnContext(ctx, "upload not served yet", "error", err)
		return
	case r.Err != nil && r.known:
		log.DebugContext(ctx, "upload was refused before", "error", r.Err)
	case r.Action == Failed && r.followed:
		log.ErrorContext(ctx, "rules refused; the last good ones are followed", "error", r.Err)
	case r.Action == Failed:
		log.ErrorContext(ctx, "upload refused", "error", r.Err)
	case r.Action == Held:
		log.WarnContext(ctx, "upload held back", "error", r.Err)
	case r.Action == Followed:
		log.InfoContext(ctx, "rules followed", "release", r.Release)
	case r.Action == Converted, r.Action == Withdrawn:
		log.InfoContext(ctx, "upload "+string(r.Action), "database", r.Slug, "release", r.Release, r.found())
	default:
		log.DebugContext(ctx, "upload "+string(r.Action), "database", r.Slug)
		return
	}
	if p.Uploaded != nil {
		p.Uploaded(r)
	}
}

// found says what was found in an upload that was converted, in a few words.
func (r *Result) found() slog.Attr {
	if r.Summary == nil {
		return slog.Attr{} // which is none
	}
	const few = 3
	n, first := 0, []string{}
	for name, f := range r.Summary.Findings() {
		if n++; n <= few {
			first = append(first, fmt.Sprintf("%s: %s: %s", f.Severity, name, f))
		}
	}
	if n == 0 {
		return slog.Attr{}
	}
	c := r.Summary.Counts()
	return slog.Group("findings", "count", n, "rejected", c.Rejected, "losses", c.Losses, "doubts", c.Doubts, "first", first)
}

func orDefault[T int | time.Duration](value, standard T) T {
	if value <= 0 {
		return standard
	}
	return value
}
