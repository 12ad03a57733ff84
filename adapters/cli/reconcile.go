package cli

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/service"
)

func (a *app) reconcile() *cobra.Command {
	var restart restartFlags
	cmd := &cobra.Command{
		Use:     "reconcile SRC DST",
		GroupID: groupPublish,
		Short:   "Bring a release up to date with all uploads, once",
		Long: `Compares the uploads in SRC with the databases in DST, mends every difference, and makes a
release of what is new: what up does all the time, and what a scheduled job does. Uploads
that can't be converted are named, and recorded (releases failures DST); that is no failure of the
command. SRC and DST are folders or gs://BUCKET/PREFIX; that and run: need the program with
Google's clients, adapters/gcp/dynasette.

--restart is a command, which may stand after exec:, or the URL of a webhook, or run:SERVICE;
DYNASETTE_WEBHOOK_SECRET in the environment signs what a webhook is sent.

As a Cloud Run job with several tasks, each task takes its part of the uploads, and the last
one to be done makes the release.`,
		Example: a.examples(
			"reconcile uploads served",
			"reconcile uploads served --restart 'systemctl restart datasette'",
			"reconcile uploads served --webhook https://example.com/released",
			"reconcile gs://u gs://s --service projects/p/locations/l/services/s"),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usagef("name two places: where uploads are, and where databases and releases go")
			}
			return nil
		},
		RunE: a.do(func(ctx context.Context, args []string) error {
			restarter, closer, err := restart.restarter(ctx, a)
			if err != nil {
				return err
			}
			defer closer.Close()
			return a.reconcileOnce(ctx, args[0], args[1], restarter)
		}),
	}
	restart.addFlags(cmd)
	return cmd
}

func (a *app) reconcileOnce(ctx context.Context, from, to string, restarter dynasette.Restarter) error {
	service.LimitMemory() // as a job, it is in a container
	task, err := thisJob(os.Getenv)
	if err != nil {
		return usageError{err}
	}
	source, closer, err := a.openSource(ctx, from)
	if err != nil {
		return err
	}
	defer closer.Close()
	store, closer, err := a.openStore(ctx, to)
	if err != nil {
		return err
	}
	defer closer.Close()
	p := &dynasette.Pipeline{Source: source, Store: store, Formats: a.Formats, Restarter: restarter, Waiting: a.waiting, Options: service.ConverterOptions()}
	p.Uploaded = func(r dynasette.Result) {
		if r.Err != nil {
			a.printError(r.Err.Error())
		}
		a.printUploaded(r)
	}
	p.Released = func(m *dynasette.Manifest) {
		if !a.json {
			for _, line := range baseLines(m) {
				fmt.Fprintln(a.Stderr, line)
			}
		}
	}
	reconcile := p.Reconcile
	if task == nil { // in a job's container there is no memory for another process, and who ends it says so first
		p.Child = a.child(from, to)
	}
	if task != nil {
		reconcile = func(ctx context.Context) (dynasette.Report, error) { return task.run(ctx, p) }
	}
	report, err := reconcile(ctx)
	p.Wait()
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(report)
	}
	if !a.quiet {
		why := ""
		held := ""
		if report.Held > 0 {
			held = fmt.Sprintf(", %d held back", report.Held)
		}
		if report.Failed+report.Held > 0 { // some of them long since, which was said then
			why = " (releases failures says why)"
		}
		fmt.Fprintf(a.Stderr, "%s: %d converted, %d as they were, %d failed%s%s; %d withdrawn\n",
			count(int64(report.Uploads), "upload"), report.Converted, report.Current, report.Failed, held, why, report.Withdrawn)
	}
	if report.Release != "" {
		_, err = fmt.Fprintln(a.Stdout, report.Release)
	}
	return err
}
