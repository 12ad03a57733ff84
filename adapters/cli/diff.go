package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter/sqlite"
	"github.com/dynasette/dynasette/internal/pattern"
)

// Words for releases, beside their IDs.
const (
	wordServed   = "served"
	wordPrevious = "previous"
)

func (a *app) diff() *cobra.Command {
	return &cobra.Command{
		Use:   "diff [RELEASE [RELEASE]] [DIR]",
		Short: "What differs between two releases",
		Long: `Says what the data of the second release has that differs from that of the first: databases,
tables, columns and their types, numbers of rows. RELEASE is an ID that releases lists,
served, or previous, which is what was served before. Without the second, it is served;
without the first, previous. A folder of such a name is ./served.`,
		Example: a.examples("releases diff uploads", "releases diff 20260102-150405-123-x4bqzz uploads",
			"releases diff previous served uploads --json"),
		Args: func(_ *cobra.Command, args []string) error {
			_, _, err := diffArgs(args)
			return err
		},
		RunE: a.do(func(ctx context.Context, args []string) error {
			releases, rest, err := diffArgs(args)
			if err != nil {
				return err
			}
			return a.printDiff(ctx, releases, placeIn(rest, 0))
		}),
		ValidArgsFunction: completeFolders,
	}
}

// looksLikeID is how the IDs of releases begin.
var looksLikeID = pattern.New(`^[0-9]{8}-[0-9]{6}`)

// diffArgs tells the two releases from the folder behind them.
func diffArgs(args []string) (releases [2]string, rest []string, err error) {
	n := 0
	for n < len(args) && n < 2 && (args[n] == wordServed || args[n] == wordPrevious || looksLikeID().MatchString(args[n])) {
		n++
	}
	releases = [2]string{wordPrevious, wordServed}
	copy(releases[:], args[:n])
	if rest = args[n:]; len(rest) > 1 {
		return releases, nil, usagef("%s is no release: name one or two by the IDs that releases lists, or as %s and %s, and then one folder",
			rest[0], wordServed, wordPrevious)
	}
	return releases, rest, nil
}

func (a *app) printDiff(ctx context.Context, releases [2]string, place string) error {
	store, closer, err := a.servedStore(ctx, place)
	if err != nil {
		return err
	}
	defer closer.Close()
	p := &dynasette.Pipeline{Store: store, Formats: a.Formats}
	list, err := p.Releases(ctx)
	if err != nil {
		return err
	}
	var both [2]*dynasette.Manifest
	for i, word := range releases {
		if both[i], err = releaseIn(list, word); err != nil {
			return err
		}
	}
	d, err := p.Diff(ctx, both[0], both[1], sqlite.Schema)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(d)
	}
	lines := d.Lines()
	if !a.quiet {
		fmt.Fprintf(a.Stderr, "from release %s to %s:\n", d.From, d.To)
		if len(lines) == 0 {
			fmt.Fprintln(a.Stderr, "no data differs")
		}
	}
	for _, line := range lines {
		fmt.Fprintln(a.Stdout, line)
	}
	return nil
}

// releaseIn returns the release that a word or an ID means.
func releaseIn(list []dynasette.Served, word string) (*dynasette.Manifest, error) {
	at := slices.IndexFunc(list, func(r dynasette.Served) bool {
		switch word {
		case wordServed:
			return r.Current
		case wordPrevious:
			return !r.Current // the latest comes first
		}
		return r.Release == word
	})
	switch {
	case at >= 0:
		return &list[at].Manifest, nil
	case len(list) == 0:
		return nil, errors.New("nothing is served yet, so there is no release")
	case word == wordPrevious:
		return nil, fmt.Errorf("no release is kept beside the one that is served, %s", list[0].Release)
	}
	return nil, noRelease(list, word)
}

// noRelease is the error of an ID that no release has.
func noRelease(list []dynasette.Served, id string) error {
	var known []string
	for _, r := range list {
		known = append(known, r.Release)
	}
	return fmt.Errorf("there is no release %s; there are %s", id, strings.Join(known, ", "))
}
