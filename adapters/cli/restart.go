package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/restart/command"
	"github.com/dynasette/dynasette/sinks/restart/webhook"
)

// restartFlags say how a server learns of a release.
type restartFlags struct {
	command string
	webhook string
	health  string
}

func (r *restartFlags) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&r.command, "restart", "", "`COMMAND` that moves a server to the release in $DYNASETTE_LOCATION")
	f.StringVar(&r.webhook, "webhook", "", "`URL` to post the release to")
	f.StringVar(&r.health, "webhook-health", "", "`URL` that shows the release's ID once it is served")
	cmd.MarkFlagsMutuallyExclusive("restart", "webhook")
}

// restarter returns what the flags ask for, or nil.
func (r *restartFlags) restarter(a *app) (dynasette.Restarter, error) {
	switch {
	case r.command != "":
		words, err := shellSplit(r.command)
		if err == nil && len(words) == 0 {
			err = errors.New("no command")
		}
		if err != nil {
			return nil, usagef("--restart %s: %w", r.command, err)
		}
		return command.Restarter{Command: words, Output: a.Stderr}, nil
	case r.webhook != "":
		return webhook.Restarter{URL: r.webhook, HealthURL: r.health}, nil
	case r.health != "":
		return nil, usagef("--webhook-health goes with --webhook")
	}
	return nil, nil
}
