package cli

import (
	"context"
	"os"
	"os/exec"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette"
)

// alone is the process that converts an upload over which another one died: up and reconcile
// start it, and live on if it doesn't.
func (a *app) alone() *cobra.Command {
	return &cobra.Command{
		Use:    aloneCommand + " SRC DST UPLOAD",
		Short:  "Convert one upload, in a process of its own",
		Hidden: true,
		Args:   cobra.ExactArgs(3),
		RunE: a.do(func(ctx context.Context, args []string) error {
			source, closer, err := a.openSource(ctx, args[0])
			if err != nil {
				return err
			}
			defer closer.Close()
			store, closer, err := a.openStore(ctx, args[1])
			if err != nil {
				return err
			}
			defer closer.Close()
			p := &dynasette.Pipeline{Source: source, Store: store, Formats: a.Formats}
			return p.Alone(ctx, args[2], a.Stdin)
		}),
	}
}

const aloneCommand = "alone"

// child returns what starts alone for an upload. It is nil where this process may not be a
// program of which that is a command.
func (a *app) child(from, to string) func(name string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil || !a.own {
		return nil
	}
	args := []string{}
	for _, file := range a.plugins {
		args = append(args, "--plugin", file)
	}
	args = append(args, aloneCommand, "--", from, to)
	return func(name string) *exec.Cmd {
		cmd := exec.Command(self, slices.Concat(args, []string{name})...)
		cmd.Args[0] = os.Args[0] // by which a program of several names knows which it is
		return cmd
	}
}
