package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/places"
)

func (a *app) releases() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "releases [DIR]",
		GroupID: groupPublish,
		Short:   "What is served, and what was",
		Long: `Lists the releases that are kept, the latest first, with a * before the one that is served.
DIR is the folder given to up, or the DST of reconcile; without it, what DYNASETTE_SERVING
says, or the current folder. What a guard holds back is named below. A server is told of a
rollback, or of what was accepted, by flags, or by the variables that serve has.`,
		Example: a.examples("releases uploads", "releases uploads --json", "releases rollback 20260102T150405-x4bq uploads"),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("name one folder")
			}
			return nil
		},
		RunE:              a.do(func(ctx context.Context, args []string) error { return a.listReleases(ctx, placeIn(args, 0)) }),
		ValidArgsFunction: completeFolders,
	}
	cmd.AddCommand(a.diff(), a.rollback(), a.accept(), a.failures())
	return cmd
}

func (a *app) failures() *cobra.Command {
	return &cobra.Command{
		Use:   "failures [DIR]",
		Short: "Uploads that are not served as they are, and why",
		Long: `Lists the uploads that can't be converted, those whose database the server can't serve, those
that a guard holds back (releases accept lets them through), and documents in base/ that can't be
used. Of all, what was served before still is.`,
		Example: a.examples("releases failures uploads", "releases failures uploads --json"),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("name one folder")
			}
			return nil
		},
		RunE:              a.do(func(ctx context.Context, args []string) error { return a.listFailures(ctx, placeIn(args, 0)) }),
		ValidArgsFunction: completeFolders,
	}
}

func (a *app) listFailures(ctx context.Context, place string) error {
	store, closer, err := a.servedStore(ctx, place)
	if err != nil {
		return err
	}
	defer closer.Close()
	all := []dynasette.Failure{}
	if err := (&dynasette.Pipeline{Store: store}).Failures(ctx, func(f dynasette.Failure) error {
		all = append(all, f)
		return nil
	}); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(all)
	}
	for _, f := range all {
		fmt.Fprintf(a.Stdout, "%s  %s\n", f.Time.Local().Format(time.DateTime), printable(f.Message))
	}
	return nil
}

func (a *app) rollback() *cobra.Command {
	return a.moving(&cobra.Command{
		Use:   "rollback ID [DIR]",
		Short: "Serve another release that is kept",
		Long: `Makes a release of the databases of another one, and stays there until something new is
published. The uploads stay what they are: replace or delete the one that is wrong, and a new
release is made. If up is running, it follows at once.`,
		Example: a.examples("releases rollback 20260102T150405-x4bq uploads"),
	}, "release", a.goBack)
}

// moving has a command take one thing by its name, and the folder, and move the server that flags say.
func (a *app) moving(cmd *cobra.Command, thing string, run func(ctx context.Context, name, place string, restarter dynasette.Restarter) error) *cobra.Command {
	var restart restartFlags
	cmd.Args = func(_ *cobra.Command, args []string) error {
		if len(args) < 1 || len(args) > 2 {
			return usagef("name the %s, and the folder", thing)
		}
		return nil
	}
	cmd.RunE = a.do(func(ctx context.Context, args []string) error {
		restarter, closer, err := restart.restarter(ctx, a)
		if err != nil {
			return err
		}
		defer closer.Close()
		return run(ctx, args[0], placeIn(args, 1), restarter)
	})
	restart.addFlags(cmd)
	return cmd
}

// placeIn returns the i-th argument, or what the environment says, or the current folder.
func placeIn(args []string, i int) string {
	if i < len(args) {
		return args[i]
	}
	return cmp.Or(os.Getenv("DYNASETTE_SERVING"), ".")
}

// servedStore opens the store that a folder is, or has from up. It makes none.
func (a *app) servedStore(ctx context.Context, place string) (dynasette.Store, io.Closer, error) {
	path, local, err := places.Path(place)
	if err != nil || !local {
		return a.openStore(ctx, place) // which knows why not
	}
	if err := isFolder(path); err != nil {
		return nil, nil, err
	}
	for _, folder := range []string{filepath.Join(path, storeFolder), path} {
		for _, sign := range []string{"releases", "sources"} {
			if info, err := os.Stat(filepath.Join(folder, sign)); err == nil && info.IsDir() {
				return a.openStore(ctx, folder)
			}
		}
	}
	return nil, nil, fmt.Errorf("%s has no releases: name the folder given to up, or the DST of reconcile", place)
}

// A servedRelease is a release for machines.
type servedRelease struct {
	dynasette.Manifest
	Current bool `json:"current"`
}

func (a *app) listReleases(ctx context.Context, place string) error {
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
	if a.json {
		all := []servedRelease{}
		for _, r := range list {
			r.History.Releases = r.History.Releases[:min(1, len(r.History.Releases))] // its own
			all = append(all, servedRelease{r.Manifest, r.Current})
		}
		return a.printJSON(all)
	}
	w := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	for _, r := range list {
		mark, note := " ", ""
		if r.Current {
			mark = "*"
		}
		if r.Of != "" {
			note = "as " + r.Of
		}
		for _, b := range r.Bad {
			note = strings.TrimPrefix(note+", without "+printable(b.Source), ", ")
		}
		if n := len(r.BaseFindings); n > 0 {
			note = strings.TrimPrefix(note+", "+count(int64(n), "finding")+" in base/", ", ")
		}
		fmt.Fprintf(w, "%s %s\t%s\t%s\t%s\t%s\n", mark, r.Release, r.Created.Local().Format(time.DateTime),
			count(int64(len(r.Databases)), "database"), count(rowsOf(r.Manifest), "row"), note)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return p.Failures(ctx, func(f dynasette.Failure) error {
		if f.Held != nil {
			fmt.Fprintln(a.Stdout, printable(f.Message))
		}
		return nil
	})
}

func (a *app) goBack(ctx context.Context, id, place string, restarter dynasette.Restarter) error {
	store, closer, err := a.servedStore(ctx, place)
	if err != nil {
		return err
	}
	defer closer.Close()
	p := &dynasette.Pipeline{Store: store, Formats: a.Formats, Restarter: restarter, Waiting: a.waiting}
	now, err := p.Rollback(ctx, id)
	if errors.Is(err, dynasette.ErrNotFound) {
		list, listErr := p.Releases(ctx)
		if listErr != nil {
			return err
		}
		return noRelease(list, id)
	} else if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(map[string]string{"release": now, "of": id})
	}
	if !a.quiet {
		fmt.Fprintf(a.Stderr, "serving release %s, which has the databases of %s\n", now, id)
	}
	return nil
}
