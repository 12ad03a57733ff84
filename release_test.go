package dynasette_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// TestUnavailableRestart: that a server can't be asked is not the release's fault.
func TestUnavailableRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.server.fail = func(dynasette.Release) error { return fmt.Errorf("no answer: %w", dynasette.ErrUnavailable) }
		e := w.uploads.Put("x.csv", "a\n1\n")[0]
		if _, err := w.Process(t.Context(), e); !errors.Is(err, dynasette.ErrUnavailable) {
			t.Fatal(err)
		}
		w.Wait()
		w.server.fail = nil
		r := w.process(e)
		m := w.is("x.csv@1")
		w.Wait()
		list, err := w.Releases(t.Context())
		if err != nil || len(list) != 1 || r.Release != m.Release || len(m.Bad) != 0 {
			t.Errorf("%+v %v", list, err)
		}
	})
}

func TestRollback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		back := func(id string) string {
			t.Helper()
			now, err := w.Rollback(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			return now
		}
		w.put("x.csv", "a\n1\n")
		first := w.is("x.csv@1").Release
		w.put("x.csv", "a\n2\n")
		second := w.is("x.csv@2").Release
		third := back(first)
		if m := w.is("x.csv@1"); m.Release != third || third <= second || m.Of != first {
			t.Errorf("%+v", m)
		}
		// It stays there.
		w.process(dynasette.Event{Name: "x.csv"})
		for range 2 {
			w.reconcile()
			if m := w.is("x.csv@1"); m.Release != third {
				t.Errorf("%s, not %s", m.Release, third)
			}
		}
		fourth := back(second)
		w.is("x.csv@2")
		w.reconcile()
		if n := w.server.count(); n != 4 {
			t.Errorf("%d restarts: %v", n, w.server.restarts)
		}
		// Until something is new.
		back(third)
		w.is("x.csv@1")
		w.put("y.csv", "a\n3\n")
		if m := w.is("x.csv@2 y.csv@3"); m.Release < fourth {
			t.Errorf("release %s is not later than %s", m.Release, fourth)
		}
		for _, none := range []string{"20000101-000000-000-none", first} { // that one is no longer kept
			if _, err := w.Rollback(t.Context(), none); !errors.Is(err, dynasette.ErrNotFound) {
				t.Errorf("to one that isn't there: %v", err)
			}
		}
	})
}

func TestKeep(t *testing.T) {
	for keep, want := range map[int]int{0: 3, 1: 1, 2: 2, 5: 5} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			w.Keep = keep
			for i := range 7 {
				w.put("x.csv", fmt.Sprintf("a\n%d\n", i))
				w.Wait()
				time.Sleep(time.Hour)
			}
			w.reconcile()
			list, err := w.Releases(t.Context())
			if err != nil || len(list) != want || !list[0].Current {
				t.Errorf("keep %d: %d releases, %v", keep, len(list), err)
			}
			files := 0
			w.store.List(t.Context(), "releases/", func(o dynasette.Object) error { files++; return nil })
			databases := 0
			w.store.List(t.Context(), "databases/", func(o dynasette.Object) error { databases++; return nil })
			if files != want*6 || databases != want {
				t.Errorf("keep %d: %d files, %d databases", keep, files, databases)
			}
		})
	}
}

// TestSecondProcess: while one process makes releases, another one waits, and learns that
// what it has was served without making a release of its own.
func TestSecondProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		other := w.second()
		w.server.fail = func(dynasette.Release) error { time.Sleep(20 * time.Second); return nil }
		done := make(chan dynasette.Result)
		for i, p := range []*world{w, other} {
			e := p.uploads.Put(fmt.Sprintf("%d.csv", i), "a\n1\n")[0]
			go func() { done <- p.process(e) }()
		}
		for range 2 {
			if r := <-done; r.Action != dynasette.Converted || r.Release == "" {
				t.Errorf("%+v", r)
			}
		}
		w.Wait()
		other.Wait()
		w.is("0.csv@1 1.csv@2")
		if n := w.server.count(); n > 2 {
			t.Errorf("%d releases", n)
		}
	})
}

// TestExpiredLease: a process that died with the lease is waited for, not for ever.
func TestExpiredLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		lease := fmt.Sprintf(`{"process": "elsewhere/1/x", "until": %q}`, time.Now().Add(10*time.Second).Format(time.RFC3339))
		if _, err := w.store.Write(t.Context(), "lease.json", []byte(lease), dynasette.Absent, nil); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		w.put("x.csv", "a\n1\n")
		if d := time.Since(began); d < 10*time.Second || d > 13*time.Second {
			t.Errorf("waited %v", d)
		}
		w.Wait()
		if data, _, err := w.store.Read(t.Context(), "lease.json"); err != nil || strings.Contains(string(data), "process") {
			t.Errorf("the lease was not given back: %s %v", data, err)
		}
	})
}

// TestUnbelievableLease: an expiry that nobody writes is not believed. But who renews the
// lease holds it, whatever the clock there says.
func TestUnbelievableLease(t *testing.T) {
	for _, test := range []struct {
		name    string
		until   time.Duration // from now
		renewed int           // times, each third of a lease
		atLeast time.Duration
	}{
		{"a hundred years", 100 * 365 * 24 * time.Hour, 0, 15 * time.Second},
		{"a bit too far", 31 * time.Second, 0, 15 * time.Second},
		{"twice a lease", 30 * time.Second, 0, 30 * time.Second},
		{"a clock that is an hour ahead", time.Hour, 20, 20*5*time.Second + 15*time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				generation := dynasette.Absent
				hold := func() {
					lease := fmt.Sprintf(`{"process": "elsewhere/1/x", "until": %q}`, time.Now().Add(test.until).Format(time.RFC3339Nano))
					var err error
					if generation, err = w.store.Write(t.Context(), "lease.json", []byte(lease), generation, nil); err != nil {
						t.Errorf("the lease was taken: %v", err)
					}
				}
				began := time.Now()
				hold()
				var holder sync.WaitGroup
				holder.Go(func() {
					for range test.renewed {
						time.Sleep(5 * time.Second)
						hold()
					}
				})
				w.put("x.csv", "a\n1\n")
				if d := time.Since(began); d < test.atLeast || d > test.atLeast+3*time.Second {
					t.Errorf("waited %v, want %v", d, test.atLeast)
				}
				holder.Wait()
				w.Wait()
			})
		})
	}
}

// TestWhoIsWaitedFor: who waits for long is told for whom.
func TestWhoIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		other := w.second()
		host, _ := os.Hostname()
		began := time.Now()
		var told []dynasette.Holder
		other.Waiting = func(h dynasette.Holder) {
			if d := time.Since(began); d < 5*time.Second || d > 8*time.Second {
				t.Errorf("told after %v", d)
			}
			told = append(told, h)
		}
		w.Waiting = func(h dynasette.Holder) { t.Errorf("%v is waited for", h) }
		w.server.fail = func(dynasette.Release) error { time.Sleep(40 * time.Second); return nil }
		var both sync.WaitGroup
		both.Go(func() { w.process(w.uploads.Put("a.csv", "a\n1\n")[0]) })
		time.Sleep(time.Second)
		both.Go(func() { other.process(other.uploads.Put("b.csv", "a\n1\n")[0]) })
		both.Wait()
		if len(told) != 1 || told[0].Host != host || told[0].Process != os.Getpid() || told[0].Since.Sub(began) > 2*time.Second || told[0].Since.Before(began) {
			t.Errorf("told %+v", told)
		}
		if text := told[0].String(); !strings.Contains(text, fmt.Sprintf("process %d on %s, at it since 20", os.Getpid(), host)) {
			t.Error(text)
		}
		w.Wait()
		other.Wait()
	})
}

// TestCancelled: whoever stops waiting stops nobody else, and the last one stops all.
func TestCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		ctx, cancel := context.WithCancel(t.Context())
		entered := make(chan bool)
		w.Restarter = dynasette.RestarterFunc(func(ctx context.Context, r dynasette.Release) error {
			entered <- true
			<-ctx.Done()
			return ctx.Err()
		})
		e := w.uploads.Put("x.csv", "a\n1\n")[0]
		done := make(chan error)
		go func() { _, err := w.Process(ctx, e); done <- err }()
		<-entered
		second, cancelSecond := context.WithCancel(t.Context())
		go func() { _, err := w.Process(second, e); done <- err }()
		time.Sleep(time.Second)
		cancelSecond()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if data, _, err := w.store.Read(t.Context(), "lease.json"); err != nil || strings.Contains(string(data), "process") {
			t.Errorf("the lease was not given back: %s %v", data, err)
		}
		w.Restarter = w.server
		w.process(e)
		w.is("x.csv@1")
	})
}

// TestLostAnswers: every answer of the store is lost once.
func TestLostAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var lost sync.Map // the store is used by several goroutines at a time
		faulty := &sinktest.Faulty{Store: w.store, Fault: func(ctx context.Context, op, name string) sinktest.Fault {
			if op != "write" && op != "commit" && op != "delete" {
				return sinktest.None
			}
			folder, _, _ := strings.Cut(name, "/")
			if _, before := lost.LoadOrStore(op+folder+path.Ext(name), true); before {
				return sinktest.None
			}
			return sinktest.After
		}}
		w.Store = faulty
		e := w.uploads.Put("x.csv", "a\n1\n")[0]
		for try := 0; ; try++ {
			_, err := w.Process(t.Context(), e)
			w.Wait()
			if err == nil {
				break
			}
			if !errors.Is(err, sinktest.ErrFault) || try > 50 {
				t.Fatal(err)
			}
		}
		w.is("x.csv@1")
	})
}

// TestLinger: a release stays for ten minutes after another is served, however many come, with all
// that it has. Then each release removes one, so there never are more than have come within ten minutes; nothing has
// to be listed for that. Each reconcile removes more, until none is left.
func TestLinger(t *testing.T) {
	for _, keep := range []int{0, 1} { // with 1, what was served until now can't be gone back to, and lingers
		synctest.Test(t, func(t *testing.T) { testLinger(t, keep) })
	}
}

func testLinger(t *testing.T, keep int) {
	w := newWorld(t)
	w.Keep = keep
	reconciles := false
	w.Store = &sinktest.Faulty{Store: w.store, Fault: func(_ context.Context, op, name string) sinktest.Fault {
		if op == "list" && (name == "databases/" || name == "releases/") && !reconciles {
			t.Errorf("%s is listed", name)
		}
		return sinktest.None
	}}
	w.Quiet = time.Second
	type superseded struct {
		id   string
		at   time.Time
		gone bool // for good
	}
	var all []superseded
	var most int // have come within ten minutes
	for i := range 100 {
		w.put("x.csv", fmt.Sprintf("a\n%d\n", i))
		if i%7 == 0 { // comes and goes
			w.put("y.csv", "a\n1\n")
		} else if i%7 == 3 {
			w.process(w.uploads.Delete("y.csv")[0])
		}
		w.Wait()
		now := servedNow(t, w.store).Release
		if n := len(all); n > 0 {
			all[n-1].at = time.Now()
		}
		all = append(all, superseded{id: now})
		there, lingering := 1, 1
		for i := range all[:len(all)-1] {
			s := &all[i]
			if s.gone {
				continue
			}
			_, err := whole(w.store, s.id)
			if s.gone = err != nil; !s.gone {
				there++
			}
			if age := time.Since(s.at); age < 10*time.Minute-10*time.Second {
				lingering++
				if err != nil {
					t.Errorf("%v after it was served: %v", age, err)
				}
			}
		}
		if most = max(most, lingering); there > most+2 { // others that are kept
			t.Errorf("%d are there, of which %d linger, and never did more than %d", there, lingering, most)
		}
		time.Sleep(time.Duration(i) * time.Second)
	}
	reconciles = true
	kept := cmp.Or(keep, 3)
	for left := math.MaxInt; ; {
		time.Sleep(15 * time.Minute)
		w.reconcile()
		n := len(filesOf(t, w.store, "databases/", "releases/"))
		if n == left {
			break
		}
		if n > left {
			t.Fatalf("%d objects are left, and were %d", n, left)
		}
		left = n
	}
	if at, releases := pointerOf(t, w.store), filesOf(t, w.store, "metadata.json"); len(at.Left) > 0 || len(releases) != kept {
		t.Errorf("left: %q, %+v", releases, at)
	}
	(&play{t: t, store: w.store}).leftovers()
}

// TestReplacedUnserved: a database that is replaced or withdrawn before it is served is collected
// with the next release. What a process has tried to bring out and died, is no burden on later releases:
// each removes one. Nothing has to be listed for that.
func TestReplacedUnserved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("x.csv", "a\n0\n")
		w.Wait()
		databases := func() (all []string) {
			w.store.List(t.Context(), "databases/", func(o dynasette.Object) error { all = append(all, o.Name); return nil })
			return all
		}
		for i := range 5 {
			for _, name := range []string{"x.csv", "y.csv"} {
				if _, err := w.Bring(t.Context(), w.uploads.Put(name, fmt.Sprintf("a\n%d\n", i))[0]); err != nil {
					t.Fatal(err)
				}
			}
		}
		w.uploads.Delete("y.csv")
		if _, err := w.Bring(t.Context(), dynasette.Event{Name: "y.csv"}); err != nil {
			t.Fatal(err)
		}
		w.process(dynasette.Event{Name: "x.csv"})
		w.Wait()
		if all := databases(); len(all) != 2 { // what is served, and what was
			t.Errorf("left: %q", all)
		}
		w.diesTrying(w.uploads.Put("x.csv", "a\n9\n")[0])
		w.put("x.csv", "a\n10\n")
		w.Wait()
		for range 4 { // each removes as much as it leaves behind, and a database more
			time.Sleep(11 * time.Minute)
			w.put("x.csv", "a\n1\n")
			w.Wait()
		}
		if all := databases(); len(all) != 4 {
			t.Errorf("left: %q", all)
		}
		releases := map[string]bool{}
		w.store.List(t.Context(), "releases/", func(o dynasette.Object) error {
			id, _, _ := strings.Cut(strings.TrimSuffix(o.Name[len("releases/"):], ".json"), "/")
			releases[id] = true
			return nil
		})
		if len(releases) != 4 {
			t.Errorf("left: %v", releases)
		}
	})
}
