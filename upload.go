package dynasette

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
)

// tries is how often an upload is looked at that keeps changing, before the event is
// refused.
const tries = 6

// bring makes the database of one upload what the live upload says, whatever the event
// was. It returns what to wait for, if there is something.
func (p *Pipeline) bring(ctx context.Context, e Event) (Result, *want, error) {
	r := Result{Name: e.Name, Action: Skipped}
	switch {
	case e.mending, e.set:
		return p.bringOne(ctx, e)
	case p.ignores(e.Name):
		return r, nil, nil
	}
	switch follows, err := p.follows(ctx, e.Name); {
	case err != nil:
		return r, nil, err
	case follows:
		r, err := p.follow(ctx, e.Name)
		return r, nil, err
	}
	return p.bringUpload(ctx, e)
}

// bringOne is bring of what has a record: of an upload by itself, or of a set.
func (p *Pipeline) bringOne(ctx context.Context, e Event) (Result, *want, error) {
	r := Result{Name: e.Name, Action: Skipped}
	unlock, err := p.names.lock(ctx, e.Name)
	if err != nil {
		return r, nil, err
	}
	defer unlock()
	var done Action // what was done, even if it is no longer so
	for try := range tries {
		if err := pause(ctx, try); err != nil {
			return r, nil, err
		}
		found, want, err := p.look(ctx, e)
		e.listed = nil
		if done == "" && (found.Action == Converted || found.Action == Withdrawn) {
			done = found.Action
		}
		if moved(err) {
			continue
		}
		if done == Withdrawn && found.Action == Skipped && want != nil {
			found.Action = done
		}
		return found, want, err
	}
	return r, nil, fmt.Errorf("%s: %w again and again", e.Name, ErrChanged)
}

// pause waits a little before another try.
func pause(ctx context.Context, try int) error {
	if try == 0 {
		return ctx.Err()
	}
	return sleep(ctx, 10*time.Millisecond<<(2*try))
}

func (p *Pipeline) ignores(name string) bool {
	if p.Ignored != nil {
		return isSet(name) || p.Ignored(name)
	}
	return Ignored(name)
}

// look compares the upload with its record once and acts on the difference. An error that
// is ErrChanged or ErrNotFound means that either has changed meanwhile.
func (p *Pipeline) look(ctx context.Context, e Event) (Result, *want, error) {
	r := Result{Name: e.Name, Action: Skipped}
	ruling, err := p.ruling(ctx)
	if err != nil {
		return r, nil, err
	}
	r.rules = ruling.version
	if set := ruling.setOf(e.Name); set != "" && !e.set {
		r.Action, err = p.join(ctx, e, set)
		return r, gone(e.Name), err
	}
	rec, up, err := p.recordAndUpload(ctx, ruling, e)
	if err != nil && rec == nil {
		return r, nil, err
	}
	if err == nil && !up.Unfinished || errors.Is(err, ErrNotFound) {
		p.written(Upload{Name: e.Name})
	}
	switch {
	case err == nil && !e.set && ruling.omits(e.Name):
		r.Action, err = p.withdraw(ctx, rec)
		return r, gone(e.Name), err
	case errors.Is(err, ErrNotFound):
		r.Action, err = p.withdraw(ctx, rec)
		return r, gone(e.Name), err
	case err != nil:
		return r, nil, err
	case e.Deleted, e.Generation != "" && e.Generation != up.Generation:
		// About another generation: the live one has, or will have, an event of its own.
		return r, nil, nil
	case p.upToDate(rec, up) && !(e.lost && p.lost(ctx, rec.Current)):
		r.Action = Current
		return r, serves(e.Name, rec.Current.Object), p.tidy(ctx, rec)
	case p.holds(rec, up) && !(e.lost && p.lost(ctx, &rec.Held.Made)):
		return p.reconsider(ctx, rec, up)
	case p.hopeless(rec, up):
		r.Action, r.Err, r.known = Failed, rec.Failed, true
		return r, nil, p.untry(ctx, rec)
	case up.Unfinished:
		p.written(up)
		return r, nil, fmt.Errorf("%s %w", e.Name, ErrUnfinished)
	}
	if err := rec.count(p, up); err != nil {
		return r, nil, fmt.Errorf("%s: %w", e.Name, err)
	}
	if err := rec.busy(p); err != nil {
		return r, nil, err
	}
	r.mended = rec.Failed != nil
	defer p.begin(e.Name, up)()
	r.Summary, err = p.convert(ctx, rec, up)
	switch {
	case err == nil && p.holds(rec, up):
		r.Action, r.Err = Held, rec.hold()
		return r, nil, nil
	case err == nil:
		r.Action = Converted
		return r, serves(e.Name, rec.Current.Object), nil
	case moved(err), ctx.Err() != nil, !converter.Permanent(err):
		return r, nil, err
	}
	if e.set {
		err = holding(err, up)
	}
	p.busy.touch(p.quiet())
	r.Action, r.Err = Failed, err
	return r, nil, p.recordFailure(ctx, rec, up, err)
}

// recordAndUpload reads the record, and then the upload: whoever replaces the record after this
// did so knowing at least what we are about to see, and our preconditions will then fail. If the
// error is about the upload, there is a record.
func (p *Pipeline) recordAndUpload(ctx context.Context, by *ruling, e Event) (rec *record, up Upload, err error) {
	if e.listed != nil {
		rec, up = noRecord(e.Name), *e.listed
		rec.build = by.build(p, e.Name)
	} else {
		if rec, err = p.readRecord(ctx, e.Name); err != nil {
			return nil, up, err
		}
		up, rec.build, err = p.stat(ctx, by, e.Name)
	}
	rec.ruling = by
	return rec, up, err
}

// lost reports whether the database that a record names is gone: somebody has deleted it.
func (p *Pipeline) lost(ctx context.Context, c *made) bool {
	_, err := p.Store.Stat(ctx, c.Object)
	return errors.Is(err, ErrNotFound)
}

// withdraw removes the record of an upload that is gone. What it named is collected with the
// releases that name it.
func (p *Pipeline) withdraw(ctx context.Context, rec *record) (Action, error) {
	if rec.generation != Absent {
		p.busy.touch(p.quiet())
		action := Skipped
		if rec.Current != nil {
			action = Withdrawn
		}
		err := p.Store.Delete(ctx, recordName(rec.key), rec.generation)
		if err == nil {
			p.watchers.tell()
			for _, c := range rec.databases() {
				p.leavings.add(c)
			}
		}
		return action, err
	}
	// Somebody may just have seen the upload, before it was deleted.
	switch _, err := p.readRecordOf(ctx, rec.key); {
	case errors.Is(err, ErrNotFound):
		return Skipped, nil
	case err != nil:
		return Skipped, err
	}
	return Skipped, fmt.Errorf("%s: %w", rec.Source, ErrChanged)
}

// tidy removes from a record what a process has left that died over another generation, or over
// the same by other rules.
func (p *Pipeline) tidy(ctx context.Context, rec *record) error {
	if rec.Failed == nil && rec.Held == nil {
		return p.untry(ctx, rec)
	}
	was := *rec
	rec.Failed, rec.Held, rec.Trying = nil, nil, nil
	return p.replace(ctx, rec, was)
}

// untry is tidy where the failure is of that generation, by the rules that count.
func (p *Pipeline) untry(ctx context.Context, rec *record) error {
	if t := rec.Trying; t == nil || !p.overdue(t.Holder, t.Until) {
		return nil
	}
	rec.Trying = nil
	return p.writeRecord(ctx, rec)
}

// convert makes the database of an upload and makes it the current one, or has it held back, and rec what
// is then in the record.
func (p *Pipeline) convert(ctx context.Context, rec *record, up Upload) (*converter.Summary, error) {
	if !utf8.ValidString(up.Name) {
		return nil, fmt.Errorf("%q: %w: its name is not UTF-8", up.Name, converter.ErrUnsupported)
	}
	alone := rec.suspect(p, up)
	if alone {
		if d := rec.Deaths; d.Alone >= deadly || d.Together >= deadlyTogether {
			return nil, d.dead(up.Name)
		}
		give, err := p.takeAlone(ctx, up)
		if err != nil {
			return nil, err
		}
		defer give()
		if p.Child != nil && !p.isChild {
			s, err := p.convertInChild(ctx, rec, up)
			if !errors.Is(err, errNoChild) {
				return s, err
			}
		}
	}
	if err := p.intend(ctx, rec, up, alone); err != nil {
		return nil, err
	}
	attempt := rec.Trying.Object
	work, stop := p.renewing(ctx, rec)
	c, err := p.make(work, rec, up, attempt)
	cause := context.Cause(work)
	stop()
	if cause != nil && err != nil && ctx.Err() == nil {
		err = cause // the record was replaced
	}
	if err != nil {
		if !moved(err) && (ctx.Err() != nil || !converter.Permanent(err)) {
			p.desist(ctx, rec)
		}
		return nil, err
	}
	if err := p.settle(ctx, rec, c, up); err != nil {
		if errors.Is(err, ErrChanged) {
			p.discard(ctx, Object{Name: c.Object, Generation: c.ObjectIs})
		}
		return nil, err
	}
	if rec.Current == c {
		p.described.add(c.database(rec.Source)) // whoever makes the release next need not read it
	}
	return &c.Summary, nil
}

// takeAlone waits until the upload is complete, and then until nothing else is converted.
func (p *Pipeline) takeAlone(ctx context.Context, up Upload) (give func(), err error) {
	if !isSet(up.Name) {
		doc, err := p.Source.Open(ctx, up)
		if err != nil {
			return nil, err
		}
		if err := doc.Close(); err != nil {
			return nil, err
		}
	}
	return p.slots.take(ctx, true)
}

// make makes the database of an upload, which is opened only after the intent is recorded.
func (p *Pipeline) make(ctx context.Context, rec *record, up Upload, object string) (*made, error) {
	parts, err := p.parts(ctx, rec, up)
	if err != nil {
		return nil, err
	}
	defer p.busy.begin(p.quiet())()
	done := func() {}
	if !rec.Trying.Alone {
		give, err := p.slots.take(ctx, false)
		if err != nil {
			shut(parts)
			return nil, err
		}
		done = sync.OnceFunc(give)
		defer done()
	}
	give, err := p.slots.draft(ctx)
	if err != nil {
		shut(parts)
		return nil, err
	}
	defer give()
	draft, err := p.Store.Create(ctx, object)
	if err != nil {
		shut(parts)
		return nil, err
	}
	defer draft.Close()
	began := time.Now()
	dst := &heldBack{Draft: draft}
	format, summary, err := p.read(ctx, rec.ruling, parts, dst, p.converting(up.Name))
	if isSet(up.Name) {
		ofSet(&summary)
	}
	done() // others need not wait for the Store
	if err != nil {
		return nil, err
	}
	if err := hollow(rec.Current, &summary); err != nil {
		return nil, fmt.Errorf("%s: %w", up.Name, err)
	}
	if err := checkFirstPage(dst.first, dst.size()); err != nil {
		return nil, fmt.Errorf("%s: %w: %w", up.Name, converter.ErrCorrupt, err)
	}
	o, err := draft.Commit(dst.first, Absent)
	if err != nil {
		return nil, err
	}
	return &made{
		Object: o.Name, ObjectIs: o.Generation, Size: o.Size, SHA256: o.SHA256,
		Generation: up.Generation, Build: rec.build, Updated: up.Updated.UTC(), Format: format, Summary: summary, Took: time.Since(began),
	}, nil
}

// openLive opens an upload if it is still the live one.
func (p *Pipeline) openLive(ctx context.Context, up Upload) (Document, error) {
	if s, ok := p.Source.(LiveSource); ok {
		return s.OpenLive(ctx, up)
	}
	live, err := p.Source.Stat(ctx, up.Name)
	if err != nil {
		return nil, err
	}
	if live.Generation != up.Generation {
		return nil, fmt.Errorf("%s: %w", up.Name, ErrChanged)
	}
	return p.Source.Open(ctx, up)
}

// discard deletes a database of one's own that no record names. What can't be deleted is
// collected by Reconcile.
func (p *Pipeline) discard(ctx context.Context, o Object) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := p.Store.Delete(ctx, o.Name, o.Generation); err != nil && !moved(err) {
		p.log().WarnContext(ctx, "not deleted; it will be collected", "object", o.Name, "error", err)
	}
}

// A want is what somebody waits for: that a release is served which fulfils it.
type want struct {
	source string
	object string // that should be served; "": none of the upload's
}

// serves is to wait for a database of an upload.
func serves(source, object string) *want { return &want{source, object} }

// gone is to wait until no database of the upload is served, and none will be.
func gone(source string) *want { return &want{source, ""} }

// met reports whether a release is what is waited for, or says why it never will be.
func (w *want) met(m *Manifest) (ok bool, refused error) {
	d := m.of(w.source)
	if w.object == "" {
		return d == nil, nil
	}
	if d != nil && d.Object == w.object {
		return true, nil
	}
	if b := m.refusal(w.object); b != nil {
		return true, &Refused{Source: b.Source, Reason: b.Why}
	}
	return false, nil
}
