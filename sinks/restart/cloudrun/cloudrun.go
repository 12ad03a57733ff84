// Package cloudrun moves a Datasette service on Cloud Run to a release.
//
// A release is named in one environment variable of the service's container. Changing it
// makes a new revision; Cloud Run starts it beside the old one and sends requests to it
// once it is ready. Everything else in the service stays as it is, also what this version
// of the API's client does not know: the service is read and written over gRPC, which
// carries unknown fields along, and written only if nobody has changed it meanwhile.
//
// It needs the permissions run.services.get and run.services.update on the service, and
// iam.serviceAccounts.actAs on the account that it runs as.
package cloudrun

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	run "cloud.google.com/go/run/apiv2"
	"cloud.google.com/go/run/apiv2/runpb"
	"github.com/googleapis/gax-go/v2"
	"google.golang.org/api/option"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/redact"
	"github.com/dynasette/dynasette/sinks/restart/health"
)

// DefaultVariable is the environment variable that names the release.
const DefaultVariable = "DYNASETTE_RELEASE"

// Options say what to change and how long to wait; the zero value is right for most.
type Options struct {
	Container string        // name of the container; empty: the one that takes the requests
	Variable  string        // environment variable that names the release; empty: DefaultVariable
	Timeout   time.Duration // for the new revision to be ready, and once more for the old one to be back; 0: 5 minutes
	Poll      time.Duration // between two looks at the service; 0: 2 seconds

	// HealthURL is asked, once Cloud Run says that the revision is ready, until it shows the
	// release; "" takes Cloud Run's word for it. A path, "/-/versions.json", is one of the
	// service's own URL.
	HealthURL string
	Health    health.Check // nil is health.Note; a service that not everybody may call needs its own
}

// A Restarter moves one service to a release. Several may do so at once, in one process or
// many: the newest release wins.
type Restarter struct {
	client  client
	close   func() error
	service string
	opts    Options
}

// client is what a Restarter uses of the Services API.
type client interface {
	GetService(context.Context, *runpb.GetServiceRequest, ...gax.CallOption) (*runpb.Service, error)
	UpdateService(context.Context, *runpb.UpdateServiceRequest, ...gax.CallOption) (*run.UpdateServiceOperation, error)
}

var fullName = regexp.MustCompile(`^projects/[^/]+/locations/[^/]+/services/[^/]+$`)

var _ dynasette.Restarter = (*Restarter)(nil)

// New returns a Restarter of the service of that full name:
// projects/PROJECT/locations/REGION/services/NAME. Close it after use.
func New(ctx context.Context, service string, opts Options, clientOpts ...option.ClientOption) (*Restarter, error) {
	if !fullName.MatchString(service) {
		return nil, fmt.Errorf("cloud run: %q is not a service's full name, projects/PROJECT/locations/REGION/services/NAME", service)
	}
	c, err := run.NewServicesClient(ctx, clientOpts...)
	if err != nil {
		return nil, fmt.Errorf("cloud run: %w", err)
	}
	if opts.Variable == "" {
		opts.Variable = DefaultVariable
	}
	if opts.Timeout == 0 {
		opts.Timeout = 5 * time.Minute
	}
	if opts.Poll == 0 {
		opts.Poll = 2 * time.Second
	}
	if opts.Health == nil {
		opts.Health = health.Note
	}
	return &Restarter{client: c, close: c.Close, service: service, opts: opts}, nil
}

// Close closes the connection.
func (r *Restarter) Close() error { return r.close() }

// Sentinel errors, for errors.Is.
var (
	// ErrNotReady: the revision did not get ready, or did not show the release.
	ErrNotReady = errors.New("the new revision does not get ready")
	// ErrPinned: the service's traffic is pinned to a revision, so that no other serves.
	ErrPinned = errors.New("a new revision would not serve")
)

// Restart moves the service to rel and returns once it serves it. If the service is at a
// newer release, or is moved to one meanwhile, that is a dynasette.NewerError once that one
// serves. If it can't be done, or ctx ends, the release before is put back. The error is
// ErrNotReady if the fault may be the release's, and dynasette.ErrUnavailable if not.
func (r *Restarter) Restart(ctx context.Context, rel dynasette.Release) error {
	if err := rel.Follows(""); err != nil {
		return fmt.Errorf("cloud run: %w", err)
	}
	own := rand.Text()
	changed, err := r.bring(ctx, rel, own)
	later := (*dynasette.NewerError)(nil)
	if err == nil || errors.As(err, &later) {
		return err
	}
	if !errors.Is(err, ErrNotReady) {
		err = fmt.Errorf("%w: %w%s", dynasette.ErrUnavailable, err, hint(err))
	}
	if changed {
		if back := r.putBack(ctx, own); back != nil {
			err = fmt.Errorf("%w; putting the release before back: %w", err, back)
		}
	}
	return fmt.Errorf("cloud run: %s: release %s: %w", r.service, rel.ID, redact.Error(err))
}

// maxChanges bounds how often one Restart writes the service while others write it too.
const maxChanges = 10

var errOvertaken = errors.New("others keep naming another release")

// bring does what is left to do until rel, or a newer release, serves. It reports whether
// it may have changed the service, under the mark own.
func (r *Restarter) bring(ctx context.Context, rel dynasette.Release, own string) (changed bool, err error) {
	var last error     // of writing
	left := maxChanges // to write
	err = r.follow(ctx, func(ctx context.Context, svc *runpb.Service) (done bool, err error) {
		if err := pinned(svc); err != nil {
			return true, err
		}
		have, err := r.release(svc)
		if err != nil {
			return true, err
		}
		now := state(svc)
		switch {
		case have != rel.ID && rel.Follows(have) == nil, have == rel.ID && now == failed && !changed:
			if left == 0 {
				return true, fmt.Errorf("given up after %d changes to the service: %w", maxChanges, cmp.Or(last, errOvertaken))
			}
			left--
			changed = true
			done, last = r.write(ctx, svc, rel.ID, mark{own, lastGood(svc, have)})
			return done, last
		case now == failed && have != rel.ID:
			return true, fmt.Errorf("it was moved to the release %s, which does not get ready: %s", have, condition(svc))
		case now == failed:
			return true, fmt.Errorf("%w: %s", ErrNotReady, condition(svc))
		case now == ready:
			err := r.healthy(ctx, svc, have)
			if err != nil && have == rel.ID && !errors.Is(err, dynasette.ErrUnavailable) {
				err = fmt.Errorf("%w: %w", ErrNotReady, err)
			}
			if err == nil && have != rel.ID {
				return true, &dynasette.NewerError{Release: have}
			}
			return err == nil, err
		}
		return false, errors.New(condition(svc))
	})
	return changed, err
}

// healthy asks the server whether it serves a release.
func (r *Restarter) healthy(ctx context.Context, svc *runpb.Service, release string) error {
	url := r.opts.HealthURL
	switch {
	case url == "":
		return nil
	case strings.HasPrefix(url, "/"):
		url = svc.Uri + url
	}
	return r.opts.Health(ctx, url, release)
}

// putBack undoes what the Restart of that mark has done, unless somebody else has changed
// the release since. It writes also when ctx has ended, but then does not wait for the end.
func (r *Restarter) putBack(ctx context.Context, undo string) error {
	own := rand.Text()
	return r.follow(context.WithoutCancel(ctx), func(work context.Context, svc *runpb.Service) (done bool, err error) {
		m := marked(svc)
		switch now := state(svc); {
		case m.id == undo:
			return r.write(work, svc, m.good, mark{own, m.good})
		case m.id != own, now == ready, ctx.Err() != nil:
			return true, nil
		case now == failed:
			return true, fmt.Errorf("%w: %s", ErrNotReady, condition(svc))
		}
		return false, errors.New(condition(svc))
	})
}
