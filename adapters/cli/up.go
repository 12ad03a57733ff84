package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/web/access"
	"github.com/dynasette/dynasette/adapters/web/publish"
	"github.com/dynasette/dynasette/sinks/dir"
	"github.com/dynasette/dynasette/sinks/restart/pages"
	"github.com/dynasette/dynasette/sources/shelf"
)

// storeFolder is where up keeps databases and releases, in the folder that it serves.
const storeFolder = ".dynasette"

// upCommand is up with its flags.
type upCommand struct {
	*app
	host    string
	port    int
	server  string
	health  string
	store   string
	every   time.Duration
	verbose bool
	token   string
	anybody bool
	hosts   []string
	visiting
}

func (a *app) up() *cobra.Command {
	c := &upCommand{app: a}
	cmd := &cobra.Command{
		Use:     "up DIR",
		GroupID: groupPublish,
		Short:   "Serve a folder's files as they change",
		Long: `Converts all files in DIR and below, serves them together as one release, and goes on to
the next release when files come, change or go. No request fails meanwhile. A file that
can't be read, or whose database the server can't serve, leaves the last good version
served; why is said here, and by releases failures DIR. What is served lies in
DIR/.dynasette; files in its folder base are for you: metadata.json (or .yaml),
settings.json, datasette.yaml. They may name the file or the database. What they name that
is not there is left out and said here; of one with a typo, the last good text is used.

A file that is being written is read once it is closed; where the system doesn't tell that
(Linux does), once it has been left alone for half a second.

What has become of each file is at /-/dynasette/.

With datasette on PATH, Datasette serves; without it, built-in pages do. --server takes
another command, in which {location}, {id}, {host} and {port} stand for the release's
folder and ID, and for where to listen.

Ctrl-C ends it.`,
		Example: a.examples(
			"up uploads",
			"up uploads --port 8080 --server pages",
			"up uploads --server 'datasette {location} -h {host} -p {port} --version-note {id}'"),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("name the one folder to serve")
			}
			return nil
		},
		RunE:              a.do(func(ctx context.Context, args []string) error { return c.run(ctx, args[0]) }),
		ValidArgsFunction: completeFolders,
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&c.host, "host", "127.0.0.1", "`ADDRESS` to listen on; 0.0.0.0 lets other machines in")
	f.IntVarP(&c.port, "port", "p", 8001, "`PORT` to listen on; 0 takes a free one")
	f.StringVar(&c.server, "server", serverAuto, "`NAME` auto, datasette or pages, or a command")
	f.StringVar(&c.health, "health", "", "`PATH` that --server answers once it serves (default /-/versions.json)")
	f.StringVar(&c.store, "store", "", "`FOLDER` for databases and releases (default DIR/"+storeFolder+")")
	f.DurationVar(&c.every, "every", 30*time.Second, "look at all files every `DURATION`, whatever was heard of them")
	f.StringVar(&c.token, "token", "", "`TEXT` that lets who shows it publish in a browser (default one of each start, which is printed)")
	f.BoolVar(&c.anybody, "anybody", false, "let everybody publish who reaches the address")
	f.StringSliceVar(&c.hosts, "allow-host", nil, "answer requests for a `NAME` besides this machine's own; * is any")
	c.visiting.addFlags(f)
	f.BoolVarP(&c.verbose, "verbose", "v", false, "log every step, and what the server prints")
	cmd.RegisterFlagCompletionFunc("server", cobra.FixedCompletions([]string{serverAuto, serverDatasette, serverPages}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func completeFolders(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveFilterDirs
}

func (c *upCommand) run(ctx context.Context, folder string) error {
	if err := isFolder(folder); err != nil {
		return err
	}
	if c.every < time.Second {
		return usagef("--every %v: want a second or more", c.every)
	}
	if c.store == "" {
		c.store = filepath.Join(folder, storeFolder)
	}
	source, _, err := c.openSource(ctx, folder)
	if err != nil {
		return err
	}
	store, err := dir.Open(c.store)
	if err != nil {
		return err
	}
	u := &upkeep{app: c.app, news: news{app: c.app}, every: c.every, wake: make(chan struct{}, 1)}
	var output io.Writer
	var log *slog.Logger
	if c.verbose {
		output = printableWriter{c.Stderr}
		log = slog.New(slog.NewTextHandler(output, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	srv, called, err := c.newServer(c.server, c.health, output, func(r dynasette.Release, err error) {
		u.complain("server", fmt.Errorf("the server of release %s: %w; it is being started again", r.ID, err))
	})
	if err != nil {
		return err
	}
	u.pipeline = &dynasette.Pipeline{
		Source: source, Store: store, Formats: c.Formats, Log: log, Uploaded: u.uploaded, Waiting: c.waiting,
		Child: c.child(folder, c.store), Linger: time.Minute, // the one server is here
	}
	who := c.access(log)
	desk := &publish.Handler{Pipeline: u.pipeline, Access: who, Data: "/", Log: log}
	if k, ok := source.(shelf.Keeper); ok {
		desk.Shelf = k.Shelf()
	}
	if built, ok := srv.(*pages.Server); ok {
		built.Publish, built.Notices = publish.Path, desk.Notices
	} else {
		desk.Silent = called
	}
	site, err := openSite(ctx, c.host, c.port, who.Here(&front{publish: desk, data: srv, empty: func() bool { return u.news.last() == "" }}))
	if err != nil {
		return err
	}
	defer srv.Close() // after the requests
	defer site.close(2 * time.Second)
	defer desk.Close() // else pages that listen hold the site up
	u.news.url = site.url
	u.pipeline.Restarter = dynasette.RestarterFunc(func(ctx context.Context, r dynasette.Release) error {
		if err := srv.Restart(ctx, r); err != nil {
			return err
		}
		u.news.serves(r.Manifest)
		return nil
	})
	if !c.quiet {
		fmt.Fprintf(c.Stderr, "Serving %s on %s (%s). Ctrl-C ends it.\n", printable(folder), site.url, called)
		if c.token == "" && who.Token != "" {
			fmt.Fprintf(c.Stderr, "To publish in a browser: %s?token=%s\n", strings.TrimSuffix(site.url, "/")+publish.LoginPath, who.Token)
		}
	}
	return u.keep(ctx, folder, c.store, site.done)
}

// access says who may publish.
func (c *upCommand) access(log *slog.Logger) *access.Access {
	if log == nil { // every change is a line
		log = slog.New(slog.NewTextHandler(printableWriter{c.Stderr}, &slog.HandlerOptions{Level: slog.LevelInfo}))
	}
	a := &access.Access{Token: c.token, Open: c.anybody, Hosts: c.hosts, Log: log}
	if a.Token == "" && !a.Open {
		a.Token = access.NewToken()
	}
	return a
}

// isFolder returns an error that says what to do if there is no such folder.
func isFolder(name string) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("there is no folder %s: make it first (mkdir %s)", name, shellQuote(name))
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder", name)
	}
	return nil
}
