package dynasette_test

import (
	"context"
	"regexp"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// second returns another process on the same uploads, store and server.
func (w *world) second() *world {
	other := newWorld(w.t)
	other.uploads, other.store, other.server = w.uploads, w.store, w.server
	other.Source, other.Store, other.Restarter = w.uploads, w.store, w.server
	return other
}

// hooked is a Source that calls after when a Stat is done, before its answer is given. It
// keeps all generations.
type hooked struct {
	*sinktest.Uploads
	after func()
}

func (h *hooked) Open(ctx context.Context, u dynasette.Upload) (dynasette.Document, error) {
	old := new(sinktest.Uploads)
	old.Put(u.Name, "a\n1\n")
	kept, err := old.Stat(ctx, u.Name)
	if err != nil {
		return nil, err
	}
	return old.Open(ctx, kept)
}

func (h *hooked) Stat(ctx context.Context, name string) (dynasette.Upload, error) {
	u, err := h.Uploads.Stat(ctx, name)
	h.after()
	return u, err
}

// TestOlderNeverReplacesNewer: a process has just looked at generation 1 when another one
// publishes generation 2. From then on the database is of generation 2.
func TestOlderNeverReplacesNewer(t *testing.T) {
	for _, before := range []bool{false, true} { // is there a database already?
		for call := 1; call <= 2; call++ { // of Stat: the first look, and the one after a conversion
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				if before {
					w.put("x.csv", "a\n0\n")
					w.Wait()
				}
				events := w.uploads.Put("x.csv", "a\n1\n")
				other, calls, newest := w.second(), 0, ""
				w.Source = &hooked{w.uploads, func() {
					if calls++; calls == call {
						e := w.uploads.Put("x.csv", "a\n2\n")
						other.process(e[0])
						newest = e[0].Generation
					}
				}}
				w.Store = &sinktest.Faulty{Store: w.store, Fault: func(ctx context.Context, op, name string) sinktest.Fault {
					if newest != "" {
						if got := sources(servedNow(t, w.store)); got != "x.csv@"+newest {
							t.Errorf("before %s %s: served %s, want %s", op, name, got, newest)
						}
					}
					return sinktest.None
				}}
				w.process(events[0])
				w.is("x.csv@" + newest)
			})
		}
	}
}

// stall makes a process stop before the first operation that the pattern matches ("op
// name"), and before all on the lease, until after its lease has expired; meanwhile is
// called when it has.
func stall(w *world, pattern string, meanwhile func()) {
	first := regexp.MustCompile(pattern)
	var stopped atomic.Bool
	var until atomic.Pointer[time.Time]
	w.Store = &sinktest.Faulty{Store: w.store, Fault: func(ctx context.Context, op, name string) sinktest.Fault {
		if first.MatchString(op+" "+name) && stopped.CompareAndSwap(false, true) {
			end := time.Now().Add(time.Hour)
			until.Store(&end)
			time.Sleep(time.Minute)
			meanwhile()
			time.Sleep(time.Until(end.Add(-time.Millisecond)))
		}
		if end := until.Load(); end != nil && name == "lease.json" {
			time.Sleep(time.Until(*end))
		}
		return sinktest.None
	}}
}

// TestStoppedMaker: a process is stopped while it makes a release, anywhere, and another one
// takes over. When the first one goes on, it does no harm.
func TestStoppedMaker(t *testing.T) {
	for _, at := range []string{
		"^list sources/", "^list base/", "^read sources/", "^write releases/.*/metadata.json", "^write releases/[^/]*$",
		"^write current.json", "^restart", "^delete releases/",
	} {
		t.Run(at, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.server.naive = true
				for _, name := range []string{"a.csv", "b.csv", "c.csv", "d.csv"} {
					w.put(name, "a\n1\n") // so that there is something to prune
				}
				w.Wait()
				time.Sleep(time.Hour)
				other, stopped := w.second(), false
				stall(w, at, func() {
					stopped = true
					other.put("y.csv", "a\n1\n")
					other.Wait()
				})
				w.Restarter = dynasette.RestarterFunc(func(ctx context.Context, r dynasette.Release) error {
					w.Store.(*sinktest.Faulty).Fault(ctx, "restart", r.ID)
					// It is too late to take back a restart that is under way.
					return w.server.Restart(context.WithoutCancel(ctx), r)
				})
				w.put("x.csv", "a\n1\n")
				w.Wait()
				if !stopped {
					t.Fatal("never stopped")
				}
				w.is("a.csv@1 b.csv@2 c.csv@3 d.csv@4 x.csv@5 y.csv@6")
				list, err := other.Releases(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range list {
					if _, err := whole(w.store, r.Release); err != nil {
						t.Errorf("release %s: %v", r.Release, err)
					}
				}
			})
		})
	}
}
