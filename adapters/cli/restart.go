package cli

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/service"
	"github.com/dynasette/dynasette/sinks/restart/command"
)

// restartFlags say how a server learns of a release.
type restartFlags struct {
	command string
	webhook string
	service string
	health  string
}

func (r *restartFlags) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&r.command, "restart", "", "`COMMAND` that moves a server to the release in $DYNASETTE_LOCATION")
	f.StringVar(&r.webhook, "webhook", "", "`URL` to post the release to")
	f.StringVar(&r.service, "service", "", "full `NAME` of the Cloud Run service to move to the release")
	f.StringVar(&r.health, "health", "", "`URL` that shows the release's ID once it is served")
	cmd.MarkFlagsMutuallyExclusive("restart", "webhook", "service")
}

// restarter returns what the flags ask for, or nil, and what to close after use.
func (r *restartFlags) restarter(ctx context.Context, a *app) (dynasette.Restarter, io.Closer, error) {
	if r.command != "" {
		words, err := shellSplit(r.command)
		if err == nil && len(words) == 0 {
			err = errors.New("no command")
		}
		if err != nil {
			return nil, nil, usagef("--restart %s: %w", r.command, err)
		}
		return command.Restarter{Command: words, Output: a.Stderr}, io.NopCloser(nil), nil
	}
	if r.health != "" && r.webhook == "" && r.service == "" {
		return nil, nil, usagef("--health goes with --webhook or --service")
	}
	c := service.Config{Service: r.service, Webhook: r.webhook, Health: r.health}
	return c.Restarter(ctx)
}
