package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// report tells people what went wrong, if anything did, and returns the exit code.
func (a *app) report(ctx context.Context, cmd *cobra.Command, err error) int {
	if err == nil {
		return exitDone
	}
	var usage usageError
	isUsage := errors.As(err, &usage) || !a.running
	message := err.Error()
	if !isUsage && ctx.Err() != nil && errors.Is(err, context.Canceled) {
		message = "interrupted"
	}
	if a.json {
		a.printJSON(map[string]any{"error": describe(err, message)})
	}
	a.printError(message)
	if isUsage {
		if cmd.Hidden { // it has no help
			cmd = cmd.Parent()
		}
		fmt.Fprintf(a.Stderr, "Run '%s --help' for how to use it.\n", cmd.CommandPath())
		return exitUsage
	}
	return exitFailed
}

// printError prints an error for people, on a line or more.
func (a *app) printError(message string) {
	var text strings.Builder
	text.WriteString(a.Name + ": ")
	for i, line := range strings.Split(strings.TrimSpace(message), "\n") {
		if i > 0 {
			text.WriteString("\n  ")
		}
		text.WriteString(printable(line))
	}
	fmt.Fprintln(a.Stderr, text.String())
}

// waiting says who is waited for: a command that does nothing for long, and does not say why,
// is ended at the wrong moment.
func (a *app) waiting(h dynasette.Holder) {
	if !a.quiet {
		fmt.Fprintf(a.Stderr, "Waiting for %s, which makes releases of the same store: only one does so at a time.\n", h)
	}
}

// A fault is an error for machines.
type fault struct {
	Message string `json:"message"`
	Name    string `json:"name,omitempty"` // of the document
	Line    int64  `json:"line,omitempty"`
	Byte    int64  `json:"byte,omitempty"`
	Column  string `json:"column,omitempty"`
	Hint    string `json:"hint,omitempty"`
}

func describe(err error, message string) fault {
	f := fault{Message: message}
	var syntax *converter.SyntaxError
	if errors.As(err, &syntax) {
		f.Name, f.Line, f.Byte, f.Column, f.Hint = syntax.Name, syntax.Line, syntax.Offset, syntax.Column, syntax.Hint
	}
	if lost := (*lossError)(nil); errors.As(err, &lost) {
		f.Name, f.Line, f.Byte, f.Column = lost.name, lost.first.Line, lost.first.Offset, lost.first.Column
	}
	return f
}
