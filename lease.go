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
// to within a fraction of Pipeline.Lease; where they don't, see watch.
type leaseRecord struct {
	Process string    `json:"process,omitempty"` // host, process and a random word; "" is nobody
	Since   time.Time `json:"since,omitzero"`
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

// A Holder is another process that makes releases.
type Holder struct {
	Host    string
	Process int       // its number there
	Since   time.Time // by its own clock; zero if it doesn't say
}

func (h Holder) String() string {
	text := fmt.Sprintf("process %d on %s", h.Process, h.Host)
	if !h.Since.IsZero() {
		text += ", at it since " + h.Since.Local().Format(time.DateTime)
	}
	return text
}

// parseHolder returns who it is whom newHolder called so. What it never did is process 0.
func parseHolder(name string) Holder {
	host, rest, _ := strings.Cut(name, "/")
	number, _, _ := strings.Cut(rest, "/")
	n, _ := strconv.Atoi(number)
	return Holder{Host: Printable(bounded(host)), Process: n}
}

// holderDead reports whether a process is known to be no more: one of this machine that has
// ended. (Instances of Cloud Run are all called localhost.)
func holderDead(holder, self string) bool {
	h, own := parseHolder(holder), parseHolder(self)
	return h.Host == own.Host && h.Host != "localhost" && h.Process > 0 && h.Process != own.Process && processEnded(h.Process)
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
	for w := (watch{p: p, began: time.Now()}); ; {
		data, over, err := p.Store.Read(ctx, leaseName)
		var r leaseRecord
		switch {
		case errors.Is(err, ErrNotFound):
			over = Absent
		case err != nil:
			return "", err
		case json.Unmarshal(data, &r) != nil: // not ours: replace it
		}
		if !w.held(r, over) {
			generation, err := p.writeLease(ctx, over, p.ownLease(time.Now()))
			if !errors.Is(err, ErrChanged) {
				return generation, err
			}
		}
		w.say(ctx, r)
		if err := waiting(ctx); err != nil {
			return "", err
		}
		if err := sleep(ctx, p.lease()/30); err != nil {
			return "", err
		}
	}
}

// A watch is kept by who waits for the lease.
type watch struct {
	p     *Pipeline
	began time.Time
	said  bool

	generation string    // of the lease, as seen last
	since      time.Time // it was seen first
}

// held reports whether somebody holds the lease. An expiry later than any that is ever
// written, two leases from now, is that of a clock which is wrong, there or here, or of no
// clock at all. It can't be told which, so it says nothing, and the lease is watched, by this
// process's clock alone: whoever holds it renews it three times in as long as it lasts.
func (w *watch) held(r leaseRecord, generation string) bool {
	now, lease := time.Now(), w.p.lease()
	if w.generation != generation {
		w.generation, w.since = generation, now
	}
	switch {
	case r.Process == "" || holderDead(r.Process, w.p.id):
		return false
	case r.Until.After(w.since.Add(2 * lease)):
		return now.Sub(w.since) < lease
	}
	return now.Before(r.Until)
}

// sayAfter is how long to wait for another process before people are told.
const sayAfter = 5 * time.Second

// say tells once who is waited for.
func (w *watch) say(ctx context.Context, r leaseRecord) {
	if w.said || time.Since(w.began) < sayAfter {
		return
	}
	w.said = true
	h := parseHolder(r.Process)
	h.Since = r.Since
	w.p.log().WarnContext(ctx, "waiting for another process that makes releases", "host", h.Host, "process", h.Process, "since", h.Since)
	if w.p.Waiting != nil {
		w.p.Waiting(h)
	}
}

func (p *Pipeline) lease() time.Duration { return orDefault(p.Lease, 15*time.Second) }

func (p *Pipeline) ownLease(since time.Time) leaseRecord {
	r := forOldPrograms
	r.Process, r.Since, r.Until = p.id, since, time.Now().Add(p.lease())
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
	since := time.Now()
	expires := since.Add(p.lease())
	for {
		select {
		case <-ctx.Done():
			return generation
		case <-time.After(p.lease() / 3):
		}
		began := time.Now()
		// A write that ctx cuts off might be done or not, so it gets its own time, as long as nobody
		// else may take the lease.
		write, cancel := context.WithTimeout(context.WithoutCancel(ctx), min(p.lease()/3, expires.Sub(began)))
		next, err := p.writeLease(write, generation, p.ownLease(since))
		cancel()
		switch {
		case err == nil:
			generation, expires = next, began.Add(p.lease())
		case errors.Is(err, ErrChanged):
			lose(errLeaseLost)
			return Absent
		case !time.Now().Before(expires.Add(-p.lease() / 3)):
			lose(errLeaseLost)
			return generation
		}
	}
}
