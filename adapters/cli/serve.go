package cli

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette/adapters/service"
	"github.com/dynasette/dynasette/adapters/web"
	"github.com/dynasette/dynasette/internal/redact"
)

func (a *app) serve() *cobra.Command {
	var config service.Config
	cmd := &cobra.Command{
		Use:     "serve",
		GroupID: groupPublish,
		Short:   "Answer storage events over HTTP, as on Cloud Run",
		Long: `Answers POST /events (Eventarc, Pub/Sub push, background events), /process, /metadata and
/restart (the steps of a Workflow), /reconcile (a scheduled job), /convert (a file in, its
database out), and GET /health, /readyz and /metrics. An event is acknowledged when its
database is in the release that is served, or recorded as one that never will be.

Every flag is also an environment variable, for containers: its name in upper case after
DYNASETTE_ (DYNASETTE_UPLOADS), except PORT. DYNASETTE_WEBHOOK_SECRET is only a variable: it
signs what is posted to --webhook, as GitHub signs (the header X-Hub-Signature-256: sha256=
and the HMAC-SHA256 of the body). A server may also be named by --restart: a webhook's URL,
run:SERVICE, or a command, which may stand after exec:. Places at gs://, run: and --audience
need a program that has Google's clients: adapters/gcp/dynasette.

The log is JSON as Cloud Logging reads it; queries and passwords of URLs are not in it.
Memory is kept to nine tenths of the container's, unless GOMEMLIMIT says otherwise.
SIGTERM ends it once the requests are answered, after 8 seconds at the latest.`,
		Example: a.examples(
			"serve --uploads uploads --serving served",
			"serve --uploads gs://example-uploads --serving gs://example-serving --port 8080"),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("serve takes no arguments: places are named by flags")
			}
			return nil
		},
		RunE: a.do(func(ctx context.Context, _ []string) error {
			if err := config.Environment(os.Getenv); err != nil {
				return usageError{err}
			}
			return a.answer(ctx, config)
		}),
	}
	cmd.Flags().SortFlags = false
	addSettings(cmd, config.Settings())
	return cmd
}

// Cloud Run allows ten seconds between SIGTERM and the end.
const (
	answerTime = 8 * time.Second
	finalTime  = time.Second
)

// answer answers requests until ctx ends.
func (a *app) answer(ctx context.Context, config service.Config) error {
	level := slog.LevelInfo
	if a.quiet {
		level = slog.LevelWarn
	}
	log := web.NewLog(a.Stderr, level)
	if err := config.Check(); err != nil {
		return usageError{err}
	}
	host, port, err := splitAddress(config.Address())
	if err != nil {
		return usagef("--listen %s: %w", config.Address(), err)
	}
	if os.Getenv("K_SERVICE") == "" { // Cloud Run checks who may call
		if err := config.Exposed(); err != nil {
			return usageError{err}
		}
	}
	if err := folderIsThere(config.Uploads); err != nil {
		return err
	}
	s, err := service.New(context.WithoutCancel(ctx), config, a.Places, a.Formats, log)
	if err != nil {
		return misnamed(err)
	}
	site, err := openSite(ctx, host, port, s)
	if err == nil {
		log.Info("serving", "url", site.url, "uploads", redact.URL(config.Uploads), "serving", redact.URL(config.Serving), "memory", service.LimitMemory())
		select {
		case <-ctx.Done():
		case err = <-site.done:
		}
		s.Close()
		site.close(answerTime)
	}
	final, cancel := context.WithTimeout(context.WithoutCancel(ctx), finalTime)
	defer cancel()
	if closeErr := s.Shut(final); err == nil {
		err = closeErr
	}
	log.Info("ended")
	return err
}

func splitAddress(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, err
	}
	if port, err = strconv.Atoi(text); err != nil {
		return "", 0, fmt.Errorf("port %q is not a number", text)
	}
	return host, port, nil
}
