package dynasette

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
)

// unmatched finds what rules speak of that is not there, in what there is when nothing is left to be done.
type unmatched struct {
	ruling *ruling
	names  []string // of all uploads but files with rules
}

func (u *unmatched) add(name string) {
	if len(u.ruling.book.Files) > 0 && !u.ruling.isRules(name) {
		u.names = append(u.names, name)
	}
}

// Bounds of what is compared, each document with each path, and of what is said of a file.
const (
	maxCompared  = 20_000_000
	maxUnmatched = 20
)

// match looks for what rules speak of in vain, if anything is other than when it last did, and logs what is found.
// Whoever may upload decides how much there is to compare; of too much, nothing is said.
func (p *Pipeline) match(ctx context.Context, m *mender) {
	u := m.idling
	if u == nil {
		return
	}
	if paths := max(1, u.ruling.set.Paths()); len(u.names) > maxCompared/paths {
		u.names, u.ruling = nil, &ruling{set: new(rulebook).set(p.Formats)}
	}
	hash := sha256.New()
	for _, name := range u.names {
		fmt.Fprintf(hash, "%s\x00", name)
	}
	is := fmt.Sprintf("%s %s %x", u.ruling.version, m.survey.at.Release, hash.Sum(nil))
	p.rulings.mu.Lock()
	known := p.rulings.matched == is
	p.rulings.mu.Unlock()
	if known {
		return
	}
	found := u.find(m.survey.served)
	p.rulings.mu.Lock()
	before := p.rulings.unmatched
	p.rulings.matched, p.rulings.unmatched = is, found
	p.rulings.mu.Unlock()
	for _, file := range slices.Sorted(maps.Keys(found)) {
		for _, text := range found[file] {
			if !slices.Contains(before[file], text) {
				p.log().WarnContext(ctx, "rules speak of what is not there", "source", file, "what", text)
			}
		}
	}
	if !maps.EqualFunc(before, found, slices.Equal[[]string]) {
		p.watchers.tell()
	}
}

// find returns what is found, by the file that speaks.
func (u *unmatched) find(served *Manifest) map[string][]string {
	called := map[string][]string{}
	call := func(source, slug string) {
		plain, names := namesOf(source, slug)
		for _, name := range names {
			called[name] = append(called[name], plain)
		}
	}
	for _, name := range u.names {
		if set := u.ruling.setOf(name); set != "" {
			call(set, "")
		} else {
			call(name, "")
		}
	}
	if served != nil {
		for i := range served.Databases {
			call(served.Databases[i].Source, served.Databases[i].Slug)
		}
	}
	found := map[string][]string{}
	for _, f := range append(u.ruling.set.Check(u.names), u.ruling.set.Uncalled(called)...) {
		switch n := len(found[f.File]); {
		case n < maxUnmatched:
			found[f.File] = append(found[f.File], bounded(f.Error()))
		case n == maxUnmatched:
			found[f.File] = append(found[f.File], f.File+": and more")
		}
	}
	return found
}

// unmatchedOf returns what a file with rules speaks of in vain.
func (k *rulings) unmatchedOf(file string) []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.unmatched[file]
}

// Unmatched returns what rules among the uploads speak of and is not there, as was so when Reconcile
// last found nothing left to do.
func (p *Pipeline) Unmatched() (all []string) {
	p.rulings.mu.Lock()
	defer p.rulings.mu.Unlock()
	for _, file := range slices.Sorted(maps.Keys(p.rulings.unmatched)) {
		all = append(all, p.rulings.unmatched[file]...)
	}
	return all
}
