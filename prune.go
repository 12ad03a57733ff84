package dynasette

import (
	"context"
	"errors"
	"strings"
	"time"
)

// markedFor is how long the marks of releases that can't be served are kept.
const markedFor = 24 * time.Hour

// prune deletes releases that are no longer kept, and what half-made ones have left. It
// runs under the lease, after the new release serves. What it can't delete now it will
// delete later.
func (p *Pipeline) prune(ctx context.Context, all shelf, served, previous string) {
	keep := orDefault(p.Keep, 3) - 1
	if all[previous] != nil && keep > 0 {
		keep-- // it may still have requests to answer
	} else {
		previous = ""
	}
	for _, id := range append(all.later(""), all.halfMade()...) {
		if id == served || id == previous {
			continue
		}
		if err := p.pruneOne(ctx, id, all[id], id < served, &keep); err != nil {
			p.log().WarnContext(ctx, "old release not deleted", "release", id, "error", err)
		}
	}
}

// pruneOne deletes a release unless it is one of the latest that are kept.
func (p *Pipeline) pruneOne(ctx context.Context, id string, r *shelved, passed bool, keep *int) error {
	if r.manifest.Name == "" {
		return p.abandon(ctx, id)
	}
	if len(r.files) == 0 { // a mark
		if passed && time.Since(r.manifest.Updated) > markedFor {
			return p.remove(ctx, r.manifest)
		}
		return nil
	}
	m, _, err := p.readManifest(ctx, id)
	switch {
	case err != nil && !errors.Is(err, ErrNotFound):
		return err
	case err == nil && m.Bad != "":
		return p.removeAll(ctx, r.files)
	case *keep > 0:
		*keep--
		return nil
	}
	// Without a manifest nobody goes back to it.
	if err := p.remove(ctx, r.manifest); err != nil {
		return err
	}
	return p.removeAll(ctx, r.files)
}

func (s shelf) halfMade() []string {
	var ids []string
	for id, r := range s {
		if r.manifest.Name == "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// abandon deletes a half-made release. Its maker may be alive, though it has lost the
// lease; so a mark takes the place of the manifest, which the maker then can't write.
func (p *Pipeline) abandon(ctx context.Context, id string) error {
	m := &Manifest{Release: id, Bad: "abandoned", Since: time.Now().UTC()}
	if err := p.writeManifest(ctx, m, Absent); err != nil {
		if errors.Is(err, ErrChanged) {
			return nil // it was completed
		}
		return err
	}
	p.empty(ctx, folderName(id))
	return nil
}

// empty deletes all that lies in a folder.
func (p *Pipeline) empty(ctx context.Context, folder string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	var files []Object
	err := p.Store.List(ctx, folder, func(o Object) error {
		files = append(files, o)
		return nil
	})
	if err == nil {
		err = p.removeAll(ctx, files)
	}
	if err != nil {
		p.log().WarnContext(ctx, "not deleted; it will be swept", "folder", folder, "error", err)
	}
}

func (p *Pipeline) removeAll(ctx context.Context, files []Object) error {
	return parallel(ctx, len(files), func(ctx context.Context, i int) error { return p.remove(ctx, files[i]) })
}

func (p *Pipeline) remove(ctx context.Context, o Object) error {
	if err := p.Store.Delete(ctx, o.Name, o.Generation); !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}

// sweep deletes what processes that died have left beside the databases.
func (p *Pipeline) sweep(ctx context.Context) error {
	if err := p.Store.Sweep(ctx, time.Now().Add(-time.Hour)); err != nil {
		return err
	}
	described := map[string]bool{}
	var descriptions []Object
	if err := p.Store.List(ctx, "databases/", func(o Object) error {
		if slug, ok := strings.CutSuffix(strings.TrimPrefix(o.Name, "databases/"), ".db"); ok {
			described[descriptionName(slug, o.Metadata[metaBuild])] = true
		} else if strings.HasSuffix(o.Name, ".json") && time.Since(o.Updated) > time.Hour {
			descriptions = append(descriptions, o)
		}
		return nil
	}); err != nil {
		return err
	}
	for _, o := range descriptions {
		if !described[o.Name] {
			if err := p.remove(ctx, o); err != nil {
				return err
			}
		}
	}
	return nil
}
