package dynasette

import "context"

// A Served is a release, and what it is.
type Served struct {
	Manifest
	Current bool // it is the one that is served
}

// Releases returns the release that is served and those that are kept, the latest first.
func (p *Pipeline) Releases(ctx context.Context) ([]Served, error) {
	p.start()
	at, m, err := p.served(ctx)
	if err != nil || m == nil {
		return nil, err
	}
	list := []Served{{*m, true}}
	for _, k := range at.Kept {
		if m, err = p.manifest(ctx, k.Release); err != nil {
			return nil, err
		}
		if m != nil {
			list = append(list, Served{*m, false})
		}
	}
	return list, nil
}
