package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/places"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/rules"
	"github.com/dynasette/dynasette/internal/turns"
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
	var outs []string
	for _, source := range sources {
		outs = append(outs, filepath.Join(folder, slugs[source]+".db"))
	}
	var results []result
	var errs []error
	defer frugal()()
	_ = turns.Each(c.beside(shares, outs), len(shares), func(i int, turn func()) error {
		one := *c
		one.turn = turn
		r, err := one.make(ctx, shares[i].documents, outs[i], i > 0)
		turn()
		if err != nil {
			errs = append(errs, err)
			return nil
		}
		if results = append(results, r); !c.json {
			c.printResult(r, left)
			left = aside{}
		}
		return nil
	})
	if c.json && len(results) > 0 {
		errs = append(errs, c.printJSON(results))
	}
	return errors.Join(errs...)
}

// beside returns how many databases may be under way at a time: one, if one is made of what
// another one is to replace.
func (c *convertCommand) beside(shares []*share, outs []string) int {
	workers := c.workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	written := map[string]bool{}
	for _, out := range outs {
		written[absolute(out)] = true
	}
	for _, s := range shares {
		if slices.ContainsFunc(s.documents, func(d document) bool { return written[absolute(d.place)] }) {
			return 1
		}
	}
	if workers == 1 {
		return 1
	}
	return 2 * workers // some wait for their turn
}

// absolute returns the absolute path of a file, or the path as it is if there is none.
func absolute(file string) string {
	if path, err := filepath.Abs(file); err == nil {
		return path
	}
	return file
}

// small reports whether documents that become one database take so little memory that others
// may be made beside it.
func small(jobs []converter.Job) bool {
	const most = 1 << 20 // bytes
	size := int64(0)
	for i := range jobs {
		if size += jobs[i].Input.Size; !jobs[i].Small() || size > most {
			return false
		}
	}
	return true
}

// away reports whether a document has to be brought here before it can be looked at.
func (d document) away() bool {
	return d.object != nil || d.size < 0 || d.place == standardInput || isWeb(d.place)
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
