package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/suggest"
)

func (a *app) accept() *cobra.Command {
	return a.moving(&cobra.Command{
		Use:   "accept SOURCE [DIR]",
		Short: "Serve a new version of an upload that a guard holds back",
		Long: `Lets the version of an upload through that a guard in dynasette.yaml holds back, as releases
failures has it, and makes a release of it. SOURCE is the upload's name, as in prices/2026.csv.
It was made already, and is served as it is; the version after it is held against it. If up is
running, it follows at once.`,
		Example: a.examples("releases accept prices.csv uploads"),
	}, "upload", a.letThrough)
}

func (a *app) letThrough(ctx context.Context, source, place string, restarter dynasette.Restarter) error {
	store, closer, err := a.servedStore(ctx, place)
	if err != nil {
		return err
	}
	defer closer.Close()
	p := &dynasette.Pipeline{Store: store, Formats: a.Formats, Restarter: restarter, Waiting: a.waiting}
	r, err := p.Accept(ctx, dynasette.Event{Name: source})
	switch {
	case errors.Is(err, dynasette.ErrNotHeld):
		return notHeld(ctx, p, source, err)
	case err != nil:
		return err
	case r.Err != nil:
		return r.Err
	}
	if a.json {
		return a.printJSON(map[string]string{"release": r.Release, "source": source, "database": r.Slug})
	}
	if !a.quiet {
		fmt.Fprintf(a.Stderr, "serving release %s, which has the new version of %s\n", r.Release, printable(source))
	}
	return nil
}

// notHeld says what is held back where something else was named.
func notHeld(ctx context.Context, p *dynasette.Pipeline, source string, err error) error {
	var held []string
	if listErr := p.Failures(ctx, func(f dynasette.Failure) error {
		if f.Held != nil {
			held = append(held, f.Source)
		}
		return nil
	}); listErr != nil {
		return err
	}
	switch meant := suggest.For(source, held); {
	case len(held) == 0:
		return fmt.Errorf("%w; nothing is", err)
	case slices.Contains(held, source):
		return err
	case meant != "":
		return fmt.Errorf("%w; %s is: is that meant?", err, meant)
	}
	return fmt.Errorf("%w; there are %s", err, some(held))
}
