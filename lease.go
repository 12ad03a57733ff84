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

// leaseRecord says who makes releases, and until when. The lease spares work; that no
// release is ever a mixture does not depend on it. The clocks of the machines should agree
// to within a fraction of Pipeline.Lease.
type leaseRecord struct {
	Process string    `json:"process,omitempty"` // host, process and a random word; "" is nobody
	Until   time.Time `json:"until,omitzero"`

	// For programs of before this layout, which must make no releases here.
	Holder  string    `json:"holder"`
	Expires time.Time `json:"expires"`
}

var forOldPrograms = leaseRecord{
	Holder: "a later version of dynasette: the layout of this store is another one", Expires: time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC),
}

func newHolder() string {
	return holderOf(os.Getpid()) + rand.Text()[:10]
}

// holderOf returns what the names of holders begin with that are a process of this machine.
func holderOf(pid int) string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s/%d/", host, pid)
}

// holderDead reports whether a process is known to be no more: one of this machine that has
// ended. (Instances of Cloud Run are all called localhost.)
func holderDead(holder, self string) bool {
	host, rest, _ := strings.Cut(holder, "/")
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
		if _, err := p.writeLease(final, generation, forOldPrograms); err != nil && !moved(err) {
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
		if r.Process == "" || !time.Now().Before(r.Until) || holderDead(r.Process, p.id) {
			generation, err := p.writeLease(ctx, over, p.ownLease())
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

func (p *Pipeline) ownLease() leaseRecord {
	r := forOldPrograms
	r.Process, r.Until = p.id, time.Now().Add(p.lease())
	return r
}

func (p *Pipeline) writeLease(ctx context.Context, over string, r leaseRecord) (string, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	return p.put(ctx, leaseName, data, over, nil)
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
		next, err := p.writeLease(write, generation, p.ownLease())
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
