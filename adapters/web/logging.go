package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"

	"github.com/dynasette/dynasette/internal/redact"
)

// NewLog returns a logger of JSON lines as Cloud Logging reads them: "severity" and
// "message", and "logging.googleapis.com/trace" for what is logged with the context of a
// Server's request, by the Server or its Pipeline. URLs are without queries and passwords.
func NewLog(w io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(traced{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		switch v := a.Value.Any().(type) {
		case string:
			a.Value = slog.StringValue(redact.Text(v))
		case error:
			a.Value = slog.StringValue(redact.Text(v.Error()))
		}
		if len(groups) > 0 {
			return a
		}
		switch a.Key {
		case slog.LevelKey:
			a.Key = "severity"
			if level, ok := a.Value.Any().(slog.Level); ok {
				a.Value = slog.StringValue(severity(level))
			}
		case slog.MessageKey:
			a.Key = "message"
		case slog.TimeKey:
			a.Key = "timestamp"
		}
		return a
	}})})
}

// severity is Cloud Logging's word for a level.
func severity(l slog.Level) string {
	switch {
	case l >= slog.LevelError:
		return "ERROR"
	case l >= slog.LevelWarn:
		return "WARNING"
	case l >= slog.LevelInfo:
		return "INFO"
	}
	return "DEBUG"
}

type traceKey struct{}

// withTrace keeps the request's trace: "TRACE/SPAN;o=1" of X-Cloud-Trace-Context, or W3C's
// traceparent.
func withTrace(ctx context.Context, r *http.Request) context.Context {
	trace, _, _ := strings.Cut(r.Header.Get("X-Cloud-Trace-Context"), "/")
	if parts := strings.Split(r.Header.Get("traceparent"), "-"); trace == "" && len(parts) == 4 {
		trace = parts[1]
	}
	if trace == "" {
		return ctx
	}
	if project := os.Getenv("GOOGLE_CLOUD_PROJECT"); project != "" {
		trace = "projects/" + project + "/traces/" + trace
	}
	return context.WithValue(ctx, traceKey{}, trace)
}

// traced adds the request's trace to what is logged.
type traced struct{ slog.Handler }

func (t traced) Handle(ctx context.Context, r slog.Record) error {
	if trace, ok := ctx.Value(traceKey{}).(string); ok {
		r.AddAttrs(slog.String("logging.googleapis.com/trace", trace))
	}
	return t.Handler.Handle(ctx, r)
}

func (t traced) WithAttrs(attrs []slog.Attr) slog.Handler { return traced{t.Handler.WithAttrs(attrs)} }

func (t traced) WithGroup(name string) slog.Handler { return traced{t.Handler.WithGroup(name)} }
