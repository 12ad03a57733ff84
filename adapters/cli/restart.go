package cli

import (
	"context"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/service"
)

// restartFlags say how a server learns of a release.
type restartFlags struct{ config service.Config }

func (r *restartFlags) addFlags(cmd *cobra.Command) {
	cmd.Flags().SortFlags = false
	addSettings(cmd, r.config.Restarting())
	cmd.MarkFlagsMutuallyExclusive("restart", "webhook", "service")
}

// addSettings adds the flags of settings, of those that have one.
func addSettings(cmd *cobra.Command, settings []service.Setting) {
	for _, s := range settings {
		if s.Flag != "" {
			cmd.Flags().Var(s, s.Flag, s.Usage)
			if s.IsBoolFlag() {
				cmd.Flags().Lookup(s.Flag).NoOptDefVal = "true"
			}
		}
	}
}

// restarter returns what the flags ask for, or else the environment, or nil, and what to close
// after use. What must not be on a command line is in the environment anyway.
func (r *restartFlags) restarter(ctx context.Context, a *app) (dynasette.Restarter, io.Closer, error) {
	given := r.config.Restart+r.config.Webhook+r.config.Service != ""
	for _, s := range r.config.Restarting() {
		if text := os.Getenv(s.Env); text != "" && (s.Flag == "" || !given && s.String() == "") {
			if err := s.Set(text); err != nil {
				return nil, nil, usagef("%s: %w", s.Env, err)
			}
		}
	}
	restarter, closer, err := r.config.Restarter(ctx, a.Places, a.Stderr)
	return restarter, closer, misnamed(err)
}
