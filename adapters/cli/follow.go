package cli

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/service"
	"github.com/dynasette/dynasette/adapters/web"
	"github.com/dynasette/dynasette/internal/redact"
	"github.com/dynasette/dynasette/sinks/restart/follow"
	"github.com/dynasette/dynasette/sinks/restart/process"
)

// followCommand is follow with its flags.
type followCommand struct {
	*app
	config service.Follow
	server string
	health string
	every  time.Duration
	behind bool
	visiting
}

func (a *app) follow() *cobra.Command {
	c := &followCommand{app: a}
	cmd := &cobra.Command{
		Use:     "follow STORE [-- COMMAND]",
		GroupID: groupPublish,
		Short:   "Serve what is published in a store, as it changes",
		Long: `Serves the release that is published in STORE, the DST of reconcile or the --serving of
serve, and goes on to the next one when there is one, in place: the new server is started
beside the old one, checked, and gets the requests from then on. Any number of them may
follow one store: in Datasette's container on Cloud Run, on a machine, in a compose file.

STORE is a folder, or a bucket that --mount says is mounted where. With datasette on PATH,
Datasette serves; without it, built-in pages do; COMMAND is another one, in which {location},
{id}, {host} and {port} stand for the release's folder and ID, and for where to listen.

Whoever makes releases asks one that follows to try each first: --restart follow:URL there,
and here either --audience and --invokers, or the same DYNASETTE_WEBHOOK_SECRET. Without,
nobody can ask, and what is published is taken as it is.

It looks every two seconds. On Cloud Run, which gives no processor between requests, it
looks within them, and believes what the front end says of visitors. While the store can't
be reached it serves what it has. Flags are also environment variables, as those of serve
are: DYNASETTE_SERVING, DYNASETTE_MOUNT.`,
		Example: a.examples(
			"follow uploads/.dynasette --port 8001",
			"follow gs://example-serving --mount /mnt/serving --port 8080",
			"follow data -- datasette serve {location} -h {host} -p {port} --version-note {id} --cors"),
		Args: func(cmd *cobra.Command, args []string) error {
			if n := cmd.ArgsLenAtDash(); n > 1 || n < 0 && len(args) > 1 {
				return usagef("name the one place to follow; a command stands after --")
			}
			return nil
		},
		ValidArgsFunction: completeFolders,
	}
	cmd.RunE = a.do(func(ctx context.Context, args []string) error {
		place, command := args, []string(nil)
		if n := cmd.ArgsLenAtDash(); n >= 0 {
			if place, command = args[:n], args[n:]; len(command) == 0 {
				return usagef("there is no command after --")
			}
		}
		if len(place) == 1 {
			c.config.Serving = place[0]
		}
		if err := c.config.Environment(os.Getenv); err != nil {
			return usageError{err}
		}
		return c.run(ctx, command)
	})
	f := cmd.Flags()
	f.SortFlags = false
	addSettings(cmd, c.config.Settings())
	f.StringVar(&c.server, "server", serverAuto, "`NAME` auto, datasette or pages")
	f.StringVar(&c.health, "health", "", "`PATH` that COMMAND answers once it serves (default /-/versions.json)")
	f.BoolVar(&c.behind, "behind-proxy", false, "a proxy in front sets X-Forwarded-Proto, -Host and -For: COMMAND may believe them")
	c.visiting.addFlags(f)
	f.DurationVar(&c.every, "every", 2*time.Second, "look every `DURATION`")
	cmd.RegisterFlagCompletionFunc("server", cobra.FixedCompletions([]string{serverAuto, serverDatasette, serverPages}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (c *followCommand) run(ctx context.Context, command []string) error {
	if c.every < 100*time.Millisecond {
		return usagef("--every %v: want a tenth of a second or more", c.every)
	}
	if err := c.config.Check(); err != nil {
		return usageError{err}
	}
	host, port, err := splitAddress(c.config.Address())
	if err != nil {
		return usagef("--listen %s: %w", c.config.Address(), err)
	}
	level := slog.LevelInfo
	if c.quiet {
		level = slog.LevelWarn
	}
	log := web.NewLog(c.Stderr, level)
	scratch, err := os.MkdirTemp("", "dynasette-follow-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	srv, called, err := c.newServer(command, scratch, log)
	if err != nil {
		return err
	}
	defer srv.Close()
	s, closer, err := service.NewFollowing(context.WithoutCancel(ctx), c.config, c.Places, srv, scratch, c.every, log)
	if err != nil {
		return misnamed(err)
	}
	defer closer.Close()
	s.Beside = !onCloudRun()
	site, err := openSite(ctx, host, port, http.Handler(s))
	if err != nil {
		return err
	}
	log.Info("following", "url", site.url, "store", redact.URL(c.config.Serving), "server", called)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	following := make(chan struct{})
	go func() {
		defer close(following)
		s.Follow(ctx)
	}()
	select {
	case <-ctx.Done():
	case err = <-site.done:
	}
	cancel()
	site.close(answerTime)
	<-following
	log.Info("ended")
	return err
}

// newServer returns the server of a command, or else of that name, and what to call it.
func (c *followCommand) newServer(command []string, scratch string, log *slog.Logger) (server, string, error) {
	crashed := func(r dynasette.Release, err error) {
		log.Error("the server ended; it is being started again", "release", r.ID, "error", err)
	}
	var srv server
	called := ""
	var err error
	if command != nil {
		if c.visiting != (visiting{}) {
			return nil, "", errVisiting
		}
		called = command[0]
		if srv, err = programServer(command, c.health, c.Stderr, crashed); err != nil {
			return nil, "", usageError{err}
		}
	} else if srv, called, err = c.visiting.newServer(c.server, c.health, c.Stderr, crashed); err != nil {
		return nil, "", err
	}
	if p, ok := srv.(*process.Server); ok {
		p.Scratch = (&follow.Folder{Scratch: scratch}).Links()
		p.Forwarded = c.behind || onCloudRun()
	}
	return srv, called, nil
}

// onCloudRun reports whether this is a service of Cloud Run, whose front end says whom a
// request is from.
func onCloudRun() bool { return os.Getenv("K_SERVICE") != "" }
