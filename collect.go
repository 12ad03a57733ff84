package dynasette

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// waste is what nobody needs: a database, or a release with all that it has.
type waste struct {
	object  Object
	release string
	made    []Object // what the release is made of, if it was listed
}

func (p *Pipeline) linger() time.Duration { return orDefault(p.Linger, 10*time.Minute) }

// retire completes a manifest with what other releases have that stay beside it, and returns
// those of them that are kept. No manifest of theirs has to be read, unless an earlier program
// wrote it; nor of the ones that only linger: what they had was served until then, and is no
// longer since then or later.
func (m *maker) retire(ctx context.Context, next *Manifest) ([]kept, error) {
	keep := m.at.keeping(orDefault(m.p.Keep, 3)-1, m.part)
	own, retired := next.objects(), map[string]Retired{}
	if m.served != nil {
		for _, r := range m.served.Retired {
			r.Kept, r.Since = false, m.since(r)
			retired[r.Object] = r
		}
		for object, generation := range m.served.objects() {
			retired[object] = Retired{Object: object, Generation: generation, Last: m.served.Release}
		}
	}
	add := func(release string, kept bool) error {
		old, err := m.p.manifest(ctx, release)
		for object, generation := range old.objects() {
			r, ok := retired[object]
			if r.Object, r.Generation = object, generation; kept {
				r.Kept = true
			} else if !ok || r.known() {
				r.Tried = max(r.Tried, release)
			}
			retired[object] = r
		}
		return err
	}
	// What is no later than the last release that has a database may have it, too: so nothing has to
	// be read, and at worst something stays for as long as another release.
	known := m.served != nil
	for object, r := range retired {
		known = known && r.known()
		r.Kept = slices.ContainsFunc(keep, func(k kept) bool { return k.Release <= r.Last })
		retired[object] = r
	}
	for _, k := range keep {
		if known {
			break
		}
		if err := add(k.Release, true); err != nil {
			return nil, err
		}
	}
	at := m.at.try("", m.failed).serve(next.Release, keep, m.p.linger())
	for _, l := range at.Left {
		if l.Tried {
			if err := add(l.Release, false); err != nil {
				return nil, err
			}
		}
	}
	next.Retired = m.stay(retired, own, at)
	return keep, nil
}

// known reports whether it is known which releases may have it.
func (r *Retired) known() bool { return r.Last != "" || r.Tried != "" }

// stay returns what of retired databases stays beside a release that has its own: what some release may
// have that the pointer then knows, and what is more than may be collected with this one.
func (m *maker) stay(retired map[string]Retired, own map[string]string, at pointer) (all []Retired) {
	var over []Retired
	most := few.databases
	for object, r := range retired {
		switch {
		case own[object] != "":
		case at.mayHave(r, r.Since, m.p.linger()):
			all = append(all, r)
			if r.Since.IsZero() { // it is this release that has something else
				most++
			}
		default:
			over = append(over, r)
		}
	}
	slices.SortFunc(over, func(a, b Retired) int {
		return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.Object, b.Object))
	})
	all = append(all, over[min(most, len(over)):]...)
	slices.SortFunc(all, func(a, b Retired) int { return strings.Compare(a.Object, b.Object) })
	return all
}

// since returns since when what the served release calls retired is no longer served.
func (m *maker) since(r Retired) time.Time {
	if r.Since.IsZero() {
		return m.at.Since
	}
	return r.Since
}

// leavings are databases that were replaced before they were served, or withdrawn: nobody but
// the process that did it knows, unless all is listed.
type leavings struct {
	mu  sync.Mutex
	all map[string]Object
}

func (l *leavings) add(c *made) {
	if c == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all == nil {
		l.all = map[string]Object{}
	}
	l.all[c.Object] = Object{Name: c.Object, Generation: c.ObjectIs}
}

func (l *leavings) get() []Object {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Values(l.all))
}

// drop forgets those that are known to be needed, or collected.
func (l *leavings) drop(all []Object) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, o := range all {
		delete(l.all, o.Name)
	}
}

// garbage returns what nobody needs once a release is served, or left as it is, and the pointer
// is next: of what the pointer named until now, of what the release before had or retired, of what was
// replaced; and what else was found where all was listed. What a record names is needed besides; the rest will
// never be named again.
func (m *maker) garbage(was, next pointer, needed map[string]string, before *Manifest) (named, listed []waste) {
	for _, h := range m.s.heads {
		needed[h.object], needed[h.held], needed[h.attempt] = "named", "named", "named"
	}
	releases := map[string]bool{}
	for _, id := range next.ids() {
		releases[id] = true
	}
	var all []waste
	seen := map[string]int{} // where in all
	object := func(o Object) {
		if _, ok := needed[o.Name]; ok {
			return
		}
		if _, ok := seen[o.Name]; !ok {
			seen[o.Name] = len(all)
			all = append(all, waste{object: o})
		}
	}
	release := func(id string, made ...Object) {
		if id == "" || releases[id] {
			return
		}
		i, ok := seen[id]
		if !ok {
			i = len(all)
			seen[id] = i
			all = append(all, waste{release: id})
		}
		all[i].made = append(all[i].made, made...)
	}
	if before != nil {
		for _, d := range before.Databases {
			object(Object{Name: d.Object, Generation: d.Generation})
		}
		for _, r := range before.Retired {
			object(Object{Name: r.Object, Generation: r.Generation})
		}
	}
	for _, id := range was.ids() {
		release(id)
	}
	for _, id := range m.failed {
		release(id)
	}
	for _, o := range m.s.leavings {
		object(o)
	}
	m.p.leavings.drop(m.s.leavings)
	n := len(all)
	for _, o := range m.s.listed {
		if _, ours := keyOf(o.Name); ours && strings.HasPrefix(o.Name, databasesFolder) {
			object(o)
		}
		if id, ok := releaseOf(o.Name); ok {
			release(id, o)
		}
	}
	m.s.leavings, m.s.listed, m.failed = nil, nil, nil // once is enough
	return all[:n:n], all[n:]
}

// releaseOf returns the release that an object belongs to.
func releaseOf(name string) (id string, ok bool) {
	rest, ok := strings.CutPrefix(name, releasesFolder)
	id, _, inside := strings.Cut(rest, "/")
	if !inside {
		id = strings.TrimSuffix(id, ".json")
	}
	return id, ok && id != ""
}

// collect deletes what nobody needs, after a write of the pointer over the one that all of it
// was surveyed from. What it can't delete now, Reconcile finds later.
func (p *Pipeline) collect(ctx context.Context, all []waste) {
	err := parallel(ctx, len(all), func(ctx context.Context, i int) error {
		var err error
		switch w := all[i]; {
		case len(w.made) > 0:
			err = p.dropAll(ctx, w.made)
		case w.release != "":
			err = p.drop(ctx, w.release)
		default:
			err = p.collectObject(ctx, w.object)
		}
		if err != nil && ctx.Err() == nil {
			p.log().WarnContext(ctx, "not deleted; it will be collected later",
				"what", cmp.Or(all[i].release, all[i].object.Name), "error", err)
		}
		return ctx.Err()
	})
	if err != nil {
		p.log().WarnContext(ctx, "not all is collected", "error", err)
	}
}

// collectObject deletes a database unless its upload's record names it after all.
func (p *Pipeline) collectObject(ctx context.Context, o Object) error {
	key, ok := keyOf(o.Name)
	if !ok {
		return nil
	}
	r, err := p.readRecordOf(ctx, key)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if r != nil {
		if h := r.head(); slices.Contains([]string{h.object, h.held, h.attempt}, o.Name) {
			return nil
		}
	}
	err = p.Store.Delete(ctx, o.Name, o.Generation)
	if errors.Is(err, ErrChanged) { // a folder that was copied by hand
		if o, err = p.Store.Stat(ctx, o.Name); err == nil {
			err = p.Store.Delete(ctx, o.Name, o.Generation)
		}
	}
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// drop deletes a release.
func (p *Pipeline) drop(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	all, err := p.madeOf(ctx, id)
	if err != nil || len(all) == 0 {
		return err
	}
	return p.dropAll(ctx, all)
}

// dropAll deletes what a release is made of, its manifest first: without one nobody goes back to it.
func (p *Pipeline) dropAll(ctx context.Context, all []Object) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	slices.SortFunc(all, func(a, b Object) int { return strings.Compare(a.Name, b.Name) }) // "." comes before "/"
	remove := func(ctx context.Context, o Object) error {
		if err := p.Store.Delete(ctx, o.Name, o.Generation); !moved(err) {
			return err
		}
		return nil
	}
	if err := remove(ctx, all[0]); err != nil {
		return err
	}
	return parallel(ctx, len(all)-1, func(ctx context.Context, i int) error { return remove(ctx, all[i+1]) })
}

// madeOf returns what a release is made of.
func (p *Pipeline) madeOf(ctx context.Context, id string) ([]Object, error) {
	if m := p.known.get(id); m != nil && m.written != nil {
		return slices.Clone(m.written), nil
	}
	var all []Object
	err := p.Store.List(ctx, releasesFolder+id, func(o Object) error {
		if of, ok := releaseOf(o.Name); ok && of == id {
			all = append(all, o)
		}
		return nil
	})
	return all, err
}
