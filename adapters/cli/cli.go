// Package cli is the command line of dynasette. A program that reads formats of its own
// besides the built-in ones is
//
//	formats := all.Formats()
//	formats.Register(env.Format, env.Converter{})
//	os.Exit(cli.Run(formats, os.Args[1:]))
//
// The help texts are the reference of its commands.
package cli

import (
	"context"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/dynasette/dynasette/converter"
)

// Run runs the command line args, without the program's name, and returns the exit code:
// 0 done, 1 failed, 2 wrong usage. SIGTERM and Ctrl-C end it cleanly, a second one at once.
func Run(formats *converter.Registry, args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the next signal is the system's again
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	return Program{name, formats, os.Stdin, os.Stdout, os.Stderr}.Run(ctx, args)
}

// A Program is the command line with a name and streams of its own: for tests, and for
// those who embed it.
type Program struct {
	Name    string // in help and messages
	Formats *converter.Registry
	Stdin   io.Reader
	Stdout  io.Writer // results
	Stderr  io.Writer // all that is for people
}

// Run runs the command line args until it is done or ctx ends, and returns the exit code.
func (p Program) Run(ctx context.Context, args []string) int {
	a := &app{Program: p}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(p.Stdin)
	root.SetOut(p.Stdout)
	root.SetErr(p.Stderr)
	defer func() { a.closers.Close() }()
	cmd, err := root.ExecuteContextC(ctx)
	return a.report(ctx, cmd, err)
}

// app is one run of a Program.
type app struct {
	Program
	json    bool
	quiet   bool
	plugins []string
	reading reading
	closers closers // what is open until the end
	running bool    // the command line is sound: what fails now is not the usage
}
