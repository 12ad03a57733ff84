package dynasette

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

const leaseName = "lease.json"

// errLeaseLost: another process makes releases now.
var errLeaseLost = fmt.Errorf("%w: another process has taken over the making of releases", ErrUnavailable)

// leaseRecord says who may make releases, and until when. The lease spares work; that no
// release is ever a mixture does not depend on it. The clocks of the machines should agree
// to within a fraction of Pipeline.Lease.
type leaseRecord struct {
	Holder  string    `json:"holder"` // host, process and a random word
	Expires time.Time `json:"expires"`
}

func newHolder() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s/%d/%s", host, os.Getpid(), rand.Text()[:10])
}

// dead reports whether the holder is known to be no more: a process of this machine that
// has ended. (Instances of Cloud Run are all called localhost.)
func (r leaseRecord) dead(self string) bool {
	host, rest, _ := strings.Cut(r.Holder, "/")
	own, _, _ := strings.Cut(self, "/")
	pid, _, _ := strings.Cut(rest, "/")
	n, err := strconv.Atoi(pid)
	if err != nil || host != own || host == "localhost" || n == os.Getpid() {
		return false
	}
	return processEnded(n)
}

// withLease runs fn as the only one who makes releases. While it waits for that, it calls
// waiting now and then. fn's context ends when the lease is lost.
func (p *Pipeline) withLease(ctx context.Context, waiting func(context.Context) error, fn func(context.Context) error) error {
	generation, err := p.acquire(ctx, waiting)
	if err != nil {
		return err
	}
	held, lose := context.WithCancelCause(ctx)
	renewed := make(chan string)
	go func() { renewed <- p.renew(held, lose, generation) }()
	err = fn(held)
	if cause := context.Cause(held); cause != nil && err != nil {
		err = cause
	}
	lose(nil)
	// Let go even if ctx has ended, so that nobody has to wait.
	final, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if generation = <-renewed; generation != Absent {
		if err := p.Store.Delete(final, leaseName, generation); err != nil && !errors.Is(err, ErrNotFound) {
			p.log().WarnContext(ctx, "lease not given back; it will expire", "error", err)
		}
	}
	return err
}

// acquire waits until this process holds the lease.
func (p *Pipeline) acquire(ctx context.Context, waiting func(context.Context) error) (string, error) {
	for {
		data, over, err := p.Store.Read(ctx, leaseName)
		var r leaseRecord
		switch {
		case errors.Is(err, ErrNotFound):
			over = Absent
		case err != nil:
			return "", err
		case json.Unmarshal(data, &r) != nil: // not ours: replace it
		}
		if over == Absent || !time.Now().Before(r.Expires) || r.dead(p.id) {
			generation, err := p.writeLease(ctx, over)
			if !errors.Is(err, ErrChanged) {
				return generation, err
			}
		}
		if err := waiting(ctx); err != nil {
			return "", err
		}
		if err := sleep(ctx, p.lease()/30); err != nil {
			return "", err
		}
	}
}

func (p *Pipeline) lease() time.Duration { return orDefault(p.Lease, 15*time.Second) }

func (p *Pipeline) writeLease(ctx context.Context, over string) (string, error) {
	data, err := json.Marshal(leaseRecord{Holder: p.id, Expires: time.Now().Add(p.lease())})
	if err != nil {
		return "", err
	}
	return p.putGeneration(ctx, leaseName, data, over)
}

// renew keeps the lease until ctx ends, and returns its last generation, or Absent if it
// is no longer held.
func (p *Pipeline) renew(ctx context.Context, lose context.CancelCauseFunc, generation string) string {
	expires := time.Now().Add(p.lease())
	for {
		select {
		case <-ctx.Done():
			return generation
		case <-time.After(p.lease() / 3):
		}
		began := time.Now()
		// A write that ctx cuts off might be done or not, so it gets its own time.
		write, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.lease()/3)
		next, err := p.writeLease(write, generation)
		cancel()
		switch {
		case err == nil:
			generation, expires = next, began.Add(p.lease())
		case errors.Is(err, ErrChanged):
			lose(errLeaseLost)
			return Absent
		case time.Now().After(expires.Add(-p.lease() / 3)):
			lose(errLeaseLost)
			return generation
		}
	}
}
