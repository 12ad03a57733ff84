package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/places"
	"github.com/dynasette/dynasette/converter/rules"
	"github.com/dynasette/dynasette/sinks/dir"
)

// splits reports whether databases are to be written to a folder of this machine, each by its name.
func splits(out string) bool {
	name, local, err := places.Path(out)
	return err == nil && local && (strings.HasSuffix(out, "/") || strings.HasSuffix(name, string(os.PathSeparator)))
}

// A share is the documents of one database.
type share struct {
	source    string // as publishing knows it
	called    string // by rules; "": as what it is made of
	order     bool   // by one of ours
	documents []document
}

// split returns the databases that documents become when they are published, in the order of their
// first documents. What rules have to be told goes with the documents that they speak of.
func (c *conversion) split(documents []document) []*share {
	none := rules.Read(nil, nil, c.Formats)
	var all []*share
	var told []document
	known := map[[2]string]*share{}
	for _, d := range documents {
		if d.as != nil {
			told = append(told, d)
			continue
		}
		set, within := d.rules, d.within
		if set == nil {
			set = none
		}
		if within == "" {
			within = d.name
		}
		s := &share{source: within}
		if into := set.Into(within); into != "" {
			var given bool
			s.source = into + "/"
			if given, s.order = set.Gives(into); given {
				s.called = path.Base(into)
			}
		}
		id := [2]string{d.folder, s.source}
		if known[id] == nil {
			known[id] = s
			all = append(all, s)
		}
		known[id].documents = append(known[id].documents, d)
	}
	for _, s := range all {
		for _, d := range told {
			if slices.ContainsFunc(s.documents, func(of document) bool {
				return of.rules != nil && of.folder == d.folder && of.rules.Speaks(d.within, of.within)
			}) {
				s.documents = append(s.documents, d)
			}
		}
	}
	return all
}

// one refuses to make one database of what our rules put into several.
func one(shares []*share) error {
	names := map[string]bool{}
	for _, s := range shares {
		if s.order {
			names[s.called] = true
		}
	}
	if len(names) < 2 {
		return nil
	}
	return usagef("rules put these documents into %d databases (into: %s): name a folder with -o, as in -o out/, and each is written by its name",
		len(names), printable(some(slices.Sorted(maps.Keys(names)))))
}

// runSplit writes each database to a file of the folder. One that fails keeps none of the others.
func (c *convertCommand) runSplit(ctx context.Context, documents []document, left aside, folder string) error {
	folder, _, err := places.Path(folder)
	if err != nil {
		return misnamed(err)
	}
	if err := os.Mkdir(folder, 0o777); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	shares := c.split(documents)
	sources, called := []string{}, map[string]string{}
	for i, s := range shares {
		source := s.source
		if _, taken := called[source]; taken { // of another folder
			source = fmt.Sprintf("%d/%s", i, source)
		}
		sources, called[source] = append(sources, source), s.called
	}
	slugs := dynasette.Slugs(sources, called)
	var results []result
	var errs []error
	for i, s := range shares {
		r, err := c.make(ctx, s.documents, filepath.Join(folder, slugs[sources[i]]+".db"), i > 0)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if results = append(results, r); !c.json {
			c.printResult(r, left)
			left = aside{}
		}
	}
	if c.json && len(results) > 0 {
		errs = append(errs, c.printJSON(results))
	}
	return errors.Join(errs...)
}

// make makes one database. Of several in one folder, the others than the first have it swept.
func (c *convertCommand) make(ctx context.Context, documents []document, out string, swept bool) (result, error) {
	start := time.Now()
	documents, err := without(documents, out)
	if err != nil {
		return result{}, err
	}
	dst, err := c.createOutput(ctx, out, dir.FileOptions{PageSize: c.pageSize, Replace: c.force, Swept: swept})
	if err != nil {
		return result{}, err
	}
	defer dst.Close()
	summary, err := c.conversion.run(ctx, documents, dst, c.accept)
	if err != nil {
		return result{}, existsError(err, out)
	}
	return result{Database: out, Summary: summary, Seconds: time.Since(start).Seconds()}, nil
}
