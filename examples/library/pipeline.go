package library

import (
	"context"
	"fmt"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter/all"
	sinkdir "github.com/dynasette/dynasette/sinks/dir"
	sourcedir "github.com/dynasette/dynasette/sources/dir"
)

// Publish makes a release of all files in the folder uploads, in the folder serving, and
// tells a server of one's own about it.
func Publish(ctx context.Context, uploads, serving string, serve func(dynasette.Release) error) (string, error) {
	store, err := sinkdir.Open(serving)
	if err != nil {
		return "", err
	}
	p := &dynasette.Pipeline{
		Source:  &sourcedir.Source{Root: uploads},
		Store:   store,
		Formats: all.Formats(),
		Restarter: dynasette.RestarterFunc(func(ctx context.Context, r dynasette.Release) error {
			return serve(r)
		}),
	}
	defer p.Wait()
	report, err := p.Reconcile(ctx)
	if err != nil {
		return "", fmt.Errorf("%d of %d uploads are published: %w", report.Current+report.Converted, report.Uploads, err)
	}
	return report.Release, nil
}
