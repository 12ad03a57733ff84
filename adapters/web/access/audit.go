package access

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// A deed is what a request changes.
type deed struct {
	by string

	mu    sync.Mutex
	notes []any
}

type deedKey struct{}

// Caller returns who asks for a change, for people; "" if the request is not one of Protect's.
func Caller(ctx context.Context) string {
	if d, ok := ctx.Value(deedKey{}).(*deed); ok {
		return d.by
	}
	return ""
}

// Note adds to the audit line of a change, in pairs as slog has them: what it is about.
func Note(ctx context.Context, pairs ...any) {
	if d, ok := ctx.Value(deedKey{}).(*deed); ok {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.notes = append(d.notes, pairs...)
	}
}

// audit logs a change. The pieces of an upload are many, and of interest to few.
func (a *Access) audit(r *http.Request, d *deed, status int, took time.Duration) {
	level := slog.LevelInfo
	if r.Method == http.MethodPatch || r.Method == http.MethodHead {
		level = slog.LevelDebug
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	a.log().With(d.notes...).Log(r.Context(), level, "change", "by", d.by, "from", address(r),
		"method", r.Method, "path", r.URL.Path, "status", status, "took", took.Round(time.Millisecond))
}
