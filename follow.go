package dynasette

import (
	"context"
	"fmt"

	"github.com/dynasette/dynasette/converter/rules"
)

// follows reports whether an upload is a file with rules, so that what they say of others is to be
// done, and nothing is to be made of it. Only what its name leaves open is read.
func (p *Pipeline) follows(ctx context.Context, name string) (bool, error) {
	r, err := p.ruling(ctx)
	if err != nil {
		return false, err
	}
	if !r.mayRule(name) {
		return false, nil
	}
	if r.isRules(name) {
		return true, nil
	}
	return p.sniff(ctx, name)
}

// follow does what rules say now, after an event about a file of them: it looks at all uploads
// that should be something else by them.
func (p *Pipeline) follow(ctx context.Context, name string) (Result, error) {
	r := Result{Name: name, Action: Followed, followed: true}
	m, err := p.follower.run(ctx, func() (*mender, error) {
		m := &mender{p: p, about: name}
		return m, m.mend(ctx, nil)
	})
	if err != nil {
		return r, err
	}
	ruling, err := p.ruling(ctx)
	if err != nil {
		return r, err
	}
	r.rules = ruling.version
	if f := ruling.book.find(name); f != nil && len(f.Faults) > 0 {
		r.Action, r.Err, r.known = Failed, f.fault(), !m.broken[name]
	}
	if m.unread[name] {
		return r, fmt.Errorf("%s %w", name, ErrUnfinished)
	}
	return r, nil
}

// documents returns the uploads that have names as files with rules may have, and were found to be
// documents: the generation of each.
func (s *survey) documents() map[string]string {
	found := map[string]string{}
	for _, h := range s.heads {
		if rules.Named(h.source) && (h.state == stateCurrent || h.state == stateHeld || h.state == stateFailed) {
			found[h.source] = h.generation
		}
	}
	return found
}

// mayRuleBeside reports whether a listed upload has to be looked into for rules: not if it is a
// document, as it was found to be.
func (r *ruling) mayRuleBeside(documents map[string]string, up Upload) bool {
	if !r.mayRule(up.Name) {
		return false
	}
	if rules.Only(up.Name) || r.book.find(up.Name) != nil {
		return true
	}
	generation, known := documents[up.Name]
	return !known || generation != up.Generation
}
