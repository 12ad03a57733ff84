package dynasette

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

const pointerName = "current.json"

// pointer says which release is served, and which one the server is being moved to. It is
// only replaced against its generation, and whoever replaces it has read it before all that
// the new one rests on.
type pointer struct {
	Layout  int       `json:"layout"`
	Release string    `json:"release"`
	Trying  string    `json:"trying,omitempty"`
	Kept    []kept    `json:"kept,omitempty"` // releases that can be gone back to, the latest first
	Left    []left    `json:"left,omitempty"` // others that a server may still be at
	Since   time.Time `json:"since"`

	// InsteadOf is the fingerprint of what would be released, if somebody has gone back
	// to another set of databases: only something else makes a new release.
	InsteadOf string `json:"instead_of,omitempty"`

	Rules    string `json:"rules,omitempty"`     // which version of rules.json counts; "": there are none
	RulesAre int64  `json:"rules_are,omitempty"` // its number: it only grows

	Write string `json:"write"` // tells one write from another of the same

	generation string
}

// kept is a release that was served.
type kept struct {
	Release string `json:"release"`
	// Part is a step on the way to a release, made while a bad database was looked for.
	Part  bool      `json:"part,omitempty"`
	Since time.Time `json:"since,omitzero"` // it is no longer served
}

// left is a release that is neither served nor kept any more, or was tried by a process that
// others have overtaken. It stays for a while: a server that goes from release to release by itself
// may be on its way to it, and so may one that is told of it late and compares no IDs.
type left struct {
	Release string    `json:"release"`
	Tried   bool      `json:"tried,omitempty"` // it was never served, and no manifest says yet what it has
	Since   time.Time `json:"since"`
}

// layoutNow is what the store looks like, as this program has it.
const layoutNow = 2

// errOldLayout: the store is an earlier program's.
var errOldLayout = errors.New("the store was made by an earlier version of dynasette, whose layout is another one: " +
	"name an empty folder or prefix for databases and releases, or empty this one of all but base/ " +
	"once no server shows it any more; everything is converted anew from the uploads")

// readPointer returns the pointer; its zero value if there is none yet.
func (p *Pipeline) readPointer(ctx context.Context) (pointer, error) {
	data, generation, err := p.Store.Read(ctx, pointerName)
	if errors.Is(err, ErrNotFound) {
		p.rulings.see(pointer{})
		return pointer{}, nil
	}
	if err != nil {
		return pointer{}, err
	}
	var at pointer
	if err := decode(data, &at, pointerName); err != nil {
		return at, err
	}
	switch {
	case at.Layout < layoutNow:
		return at, fmt.Errorf("%s: %w", p.Store.Location(pointerName), errOldLayout)
	case at.Layout > layoutNow:
		return at, fmt.Errorf("%s: the store was made by a later version of dynasette: use that one", p.Store.Location(pointerName))
	}
	at.generation = generation
	p.rulings.see(at)
	return at, nil
}

// point writes the pointer over the one that was read, and returns it as it then is.
func (p *Pipeline) point(ctx context.Context, over, at pointer) (pointer, error) {
	at.Layout, at.Write = layoutNow, rand.Text()
	if at.Release != over.Release {
		at.Since = time.Now().UTC()
	}
	data, err := json.MarshalIndent(at, "", "  ")
	if err != nil {
		return over, err
	}
	generation, err := p.put(ctx, pointerName, data, over.generation, nil)
	if err != nil {
		return over, err
	}
	at.generation = generation
	p.rulings.see(at)
	p.watchers.tell()
	return at, nil
}

// ids returns the releases that the pointer knows.
func (at pointer) ids() []string {
	ids := []string{at.Release, at.Trying}
	for _, k := range at.Kept {
		ids = append(ids, k.Release)
	}
	for _, l := range at.Left {
		ids = append(ids, l.Release)
	}
	return ids
}

// last returns the greatest ID that the pointer knows.
func (at pointer) last() string { return slices.Max(at.ids()) }

// try returns the pointer while a release is tried. Others may be at the one that was until now.
func (at pointer) try(release string, own []string) pointer {
	if at.Trying != "" && !slices.Contains(own, at.Trying) {
		at.Left = append(slices.Clone(at.Left), left{at.Trying, true, time.Now().UTC()})
	}
	at.Trying = release
	return at
}

// serve returns the pointer once a release is served, beside which these are kept.
func (at pointer) serve(release string, keep []kept, linger time.Duration) pointer {
	now := time.Now().UTC()
	next := pointer{Release: release, Left: slices.Clone(at.Left), Rules: at.Rules, RulesAre: at.RulesAre}
	for _, k := range append([]kept{{Release: at.Release, Since: now}}, at.Kept...) {
		i := slices.IndexFunc(keep, func(other kept) bool { return other.Release == k.Release })
		switch {
		case i >= 0:
			next.Kept = append(next.Kept, kept{k.Release, keep[i].Part, k.Since})
		case k.Release != "":
			next.Left = append(next.Left, left{Release: k.Release, Since: k.Since})
		}
	}
	return next.leave(linger, few)
}

// keeping returns what is kept once another release is served: of those that are no steps on
// the way, as many as may be, and what was served until now in any case, since it may
// still have requests to answer.
func (at pointer) keeping(n int, part bool) []kept {
	if at.Release == "" || n <= 0 {
		return nil
	}
	all := []kept{{Release: at.Release, Part: part}}
	for _, parts := range []bool{false, true} {
		for _, k := range at.Kept {
			if k.Part == parts && len(all) < n {
				all = append(all, k)
			}
		}
	}
	slices.SortFunc(all, func(a, b kept) int { return strings.Compare(b.Release, a.Release) })
	return all
}
