// Package cli is the command line of dynasette. A program that reads formats of its own
// besides the built-in ones is
//
//	formats := all.Formats()
//	formats.Register(env.Format, env.Converter{})
//	os.Exit(cli.Run(formats, os.Args[1:]))
//
// It works with folders and the web. One that works with Google Cloud as well is
//
//	os.Exit(cli.Program{Formats: formats, Places: gcp.Places()}.Main(os.Args[1:]))
//
// The help texts are the reference of its commands.
package cli

import (
	"context"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/dynasette/dynasette/adapters/places"
	"github.com/dynasette/dynasette/converter"
)

// Run is the Main of a Program with these formats and the places that need no cloud.
func Run(formats *converter.Registry, args []string) int {
	return Program{Formats: formats}.Main(args)
}

// A Program is the command line with what it works with: for a main that has more than Run
// gives, for tests, and for those who embed it.
type Program struct {
	Name    string // in help and messages
	Formats *converter.Registry
	Places  places.Places // what can be named by URL; the zero value is this machine and the web
	Stdin   io.Reader
	Stdout  io.Writer // results
	Stderr  io.Writer // all that is for people
}

// Main runs the command line args, without the program's name, and returns the exit code:
// 0 done, 1 failed, 2 wrong usage. Name and streams that are not set are the process's.
// SIGTERM and Ctrl-C end it cleanly, a second one at once.
func (p Program) Main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the next signal is the system's again
	if p.Name == "" {
		p.Name = strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	}
	if p.Stdin == nil {
		p.Stdin = os.Stdin
	}
	if p.Stdout == nil {
		p.Stdout = os.Stdout
	}
	if p.Stderr == nil {
		p.Stderr = os.Stderr
	}
	return p.run(ctx, args, slices.Equal(args, os.Args[1:]))
}

// Run runs the command line args until it is done or ctx ends, and returns the exit code.
func (p Program) Run(ctx context.Context, args []string) int { return p.run(ctx, args, false) }

func (p Program) run(ctx context.Context, args []string, own bool) int {
	a := &app{Program: p, own: own}
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
	own     bool    // the process is this program: its arguments are those of the process
	running bool    // the command line is sound: what fails now is not the usage
}
