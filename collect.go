package dynasette

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// waste is what nobody needs: a database, or a release with all that it has.
type waste struct {
	object  Object
	release string
}

// grace is how long a release stays that was superseded while another process tried it: the
// server may still be moved to it, if nothing compares IDs.
const grace = 10 * time.Minute

// retire completes a manifest with what only the releases have that are kept beside it, and
// returns those.
func (m *maker) retire(ctx context.Context, next *Manifest) ([]kept, error) {
	keep := m.at.keeping(orDefault(m.p.Keep, 3)-1, m.part)
	own, retired := next.objects(), map[string]bool{}
	for _, k := range keep {
		old, err := m.p.manifest(ctx, k.Release)
		if err != nil {
			return nil, err
		}
		for object, generation := range old.objects() {
			if own[object] == "" && !retired[object] {
				retired[object] = true
				next.Retired = append(next.Retired, Retired{object, generation})
			}
		}
	}
	slices.SortFunc(next.Retired, func(a, b Retired) int { return strings.Compare(a.Object, b.Object) })
	return keep, nil
}

// garbage returns what nobody needs now that a release is served, and not what the pointer
// named that was: of what the release before had or retired, and of what was listed. What a record names is needed, and what a release has
// that is kept; the rest will never be named again.
func (m *maker) garbage(ctx context.Context, was pointer, now, before *Manifest) ([]waste, error) {
	needed := now.objects()
	if now != nil {
		for _, r := range now.Retired {
			needed[r.Object] = r.Generation
		}
	}
	for _, h := range m.s.heads {
		needed[h.object], needed[h.attempt] = "named", "named"
	}
	releases := map[string]bool{m.at.Release: true, m.at.Trying: true}
	for _, k := range m.at.Kept {
		releases[k.Release] = true
	}
	listed := m.s.listed
	m.s.listed = nil                             // once is enough
	passed := map[string]bool{was.Release: true} // served, or refused to this maker: nobody tries them
	for _, k := range was.Kept {
		passed[k.Release] = true
	}
	for _, id := range m.failed {
		passed[id] = true
	}
	young, err := m.young(ctx, listed, func(id string) bool { return releases[id] || passed[id] })
	if err != nil {
		return nil, err
	}
	var all []waste
	seen := map[string]bool{}
	object := func(o Object) {
		if _, ok := needed[o.Name]; !ok && !young[o.Name] && !seen[o.Name] {
			seen[o.Name] = true
			all = append(all, waste{object: o})
		}
	}
	release := func(id string) {
		if id != "" && !releases[id] && !seen[id] && !slices.Contains(m.failed, id) {
			seen[id] = true
			all = append(all, waste{release: id})
		}
	}
	if before != nil {
		for _, d := range before.Databases {
			object(Object{Name: d.Object, Generation: d.Generation})
		}
		for _, r := range before.Retired {
			object(Object{Name: r.Object, Generation: r.Generation})
		}
		release(before.Release)
	}
	for _, k := range was.Kept {
		release(k.Release)
	}
	for _, o := range listed {
		if _, ours := keyOf(o.Name); ours && strings.HasPrefix(o.Name, databasesFolder) {
			object(o)
		}
		if id, ok := releaseOf(o.Name); ok && !young[id] {
			release(id)
		}
	}
	return all, nil
}

// young returns the releases, and what they have, that another process may be trying.
func (m *maker) young(ctx context.Context, listed []Object, known func(id string) bool) (map[string]bool, error) {
	young := map[string]bool{}
	oldest := newReleaseID(time.Now().Add(-grace), "", "")
	for _, o := range listed {
		id, ok := releaseOf(o.Name)
		if !ok || known(id) || id < oldest || o.Name != manifestName(id) {
			continue
		}
		manifest, err := m.p.manifest(ctx, id)
		if err != nil {
			return nil, err
		}
		young[id] = true
		for object := range manifest.objects() {
			young[object] = true
		}
	}
	return young, nil
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
		if id := all[i].release; id != "" {
			err = p.drop(ctx, id)
		} else {
			err = p.collectObject(ctx, all[i].object)
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
		if h := r.head(); h.object == o.Name || h.attempt == o.Name {
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

// drop deletes a release, its manifest first: without one nobody goes back to it.
func (p *Pipeline) drop(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	var all []Object
	if err := p.Store.List(ctx, releasesFolder+id, func(o Object) error {
		if of, ok := releaseOf(o.Name); ok && of == id {
			all = append(all, o)
		}
		return nil
	}); err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b Object) int { return strings.Compare(a.Name, b.Name) }) // "." comes before "/"
	for _, o := range all {
		if err := p.Store.Delete(ctx, o.Name, o.Generation); err != nil && !moved(err) {
			return err
		}
	}
	return nil
}
