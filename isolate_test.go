package dynasette_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/tries"
)

// poisoned is a server that refuses releases with a database of an upload whose name says so,
// and counts how often it was asked.
func poisoned(w *world) (attempts *atomic.Int64) {
	attempts = new(atomic.Int64)
	w.server.fail = func(r dynasette.Release) error {
		time.Sleep(time.Second) // those are told who were served by the one before
		attempts.Add(1)
		for _, d := range r.Manifest.Databases {
			if strings.HasPrefix(d.Source, "evil") {
				return errors.New("it doesn't get well")
			}
		}
		return nil
	}
	return attempts
}

// failures returns the uploads that it is recorded of that they failed, sorted.
func failures(t testing.TB, p *dynasette.Pipeline) (names []string) {
	t.Helper()
	if err := p.Failures(context.Background(), func(f dynasette.Failure) error {
		names = append(names, f.Source)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}

// TestOneBadDatabase: what came with it is served after few attempts, and acknowledged then.
func TestOneBadDatabase(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 7, 8, 16, 33} {
		for _, served := range []int{0, 2} {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				for i := range served {
					w.put(fmt.Sprintf("served%d.csv", i), "a\n1\n")
				}
				w.Wait()
				attempts := poisoned(w)
				evil := rand.IntN(n)
				var mu sync.Mutex
				var late []string
				done := make(chan string)
				for i := range n {
					name := fmt.Sprintf("x%02d.csv", i)
					if i == evil {
						name = "evil.csv"
					}
					e := w.uploads.Put(name, "a\n1\n")[0]
					go func() {
						r, err := w.Process(t.Context(), e)
						switch {
						case err != nil, (r.Err != nil) != (name == "evil.csv"):
							t.Errorf("%s: %+v, %v", name, r, err)
						case name != "evil.csv" && attempts.Load() > int64(math.Ceil(math.Log2(float64(n))))+2:
							mu.Lock()
							late = append(late, name)
							mu.Unlock()
						case name != "evil.csv" && database(servedNow(t, w.store), name) == nil:
							t.Errorf("%s was acknowledged and is not served", name)
						}
						done <- name
					}()
				}
				for range n {
					<-done
				}
				w.Wait()
				if len(late) > 0 {
					t.Errorf("%d of %d: %q are served late", evil, n, late)
				}
				if got := failures(t, w.Pipeline); !slices.Equal(got, []string{"evil.csv"}) {
					t.Errorf("recorded: %q", got)
				}
				if m := servedNow(t, w.store); len(m.Databases) != served+n-1 {
					t.Errorf("served: %s", sources(m))
				}
				// It is left alone until something else is served, however often it is looked at.
				before := attempts.Load()
				w.reconcile()
				if r := w.process(dynasette.Event{Name: "evil.csv"}); r.Action != dynasette.Failed || attempts.Load() != before {
					t.Errorf("%+v after %d more attempts", r, attempts.Load()-before)
				}
			})
		}
	}
}

// TestBadVersion: of an upload that was served, what was served stays, until it is mended.
func TestBadVersion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("x.csv", "a\n1\n")
		bad := ""
		w.server.fail = func(r dynasette.Release) error {
			for _, d := range r.Manifest.Databases {
				if d.SourceGeneration == bad {
					return errors.New("it doesn't get well")
				}
			}
			return nil
		}
		events := w.uploads.Put("x.csv", "a\n2\n")
		bad = events[0].Generation
		r := w.process(events[0])
		refused := (*dynasette.Refused)(nil)
		if r.Action != dynasette.Failed || !errors.As(r.Err, &refused) || refused.Reason != "it doesn't get well" {
			t.Errorf("%+v", r)
		}
		w.is("x.csv@1")
		if err := w.Failures(t.Context(), func(f dynasette.Failure) error {
			if f.Source != "x.csv" || f.Generation != bad || !strings.Contains(f.Message, "get well") {
				t.Errorf("%+v", f)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
		w.put("x.csv", "a\n3\n")
		w.is("x.csv@3")
		if got := failures(t, w.Pipeline); len(got) > 0 {
			t.Errorf("still recorded: %q", got)
		}
	})
}

// TestOutage: a server that refuses everything, for a while, makes nobody bad.
func TestOutage(t *testing.T) {
	for from := range 8 {
		for to := from + 1; to < 10; to++ {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.put("x.csv", "a\n1\n")
				w.Wait()
				n := 0
				w.server.fail = func(dynasette.Release) error {
					if n++; n > from && n <= to {
						return errors.New("no memory")
					}
					return nil
				}
				var events []dynasette.Event
				for i := range 4 {
					events = append(events, w.uploads.Put(fmt.Sprintf("%d.csv", i), "a\n1\n")...)
				}
				for _, e := range events {
					for {
						r, err := w.Process(t.Context(), e)
						if err == nil {
							if r.Err != nil {
								t.Errorf("outage of %d to %d: %+v", from, to, r)
							}
							break
						}
						time.Sleep(time.Second)
					}
				}
				w.Wait()
				if got := failures(t, w.Pipeline); len(got) > 0 {
					t.Errorf("outage of %d to %d: blamed %q", from, to, got)
				}
			})
		}
	}
}

// TestManyBadDatabases: any of them, in any number, are found, and nothing else is.
func TestManyBadDatabases(t *testing.T) {
	for seed := range uint64(tries.Of(60)) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 5))
			w := newWorld(t)
			poisoned(w)
			var sound, evil []string
			for i := range 1 + random.IntN(20) {
				name := fmt.Sprintf("x%02d.csv", i)
				if random.IntN(3) == 0 {
					name = "evil-" + name
					evil = append(evil, name)
				} else {
					sound = append(sound, name)
				}
				w.uploads.Put(name, "a\n1\n")
			}
			for {
				_, err := w.Reconcile(t.Context())
				if err == nil {
					break
				}
				if !errors.Is(err, dynasette.ErrUnavailable) {
					t.Fatal(err)
				}
				time.Sleep(time.Minute) // there are too many to find them at once
			}
			if got := failures(t, w.Pipeline); !slices.Equal(got, evil) {
				t.Errorf("seed %d: recorded %q, want %q", seed, got, evil)
			}
			var got []string
			for _, d := range servedNow(t, w.store).Databases {
				got = append(got, d.Source)
			}
			if slices.Sort(got); !slices.Equal(got, sound) {
				t.Errorf("seed %d: served %q, want %q", seed, got, sound)
			}
			// Once what they are is no longer bad, it is enough to ask.
			w.server.fail = nil
			next := w.second()
			if _, err := next.Resume(t.Context()); err != nil {
				t.Fatal(err)
			}
			next.reconcile()
			if m := servedNow(t, w.store); len(m.Databases) != len(sound)+len(evil) || len(failures(t, next.Pipeline)) > 0 {
				t.Errorf("seed %d: served %s", seed, sources(m))
			}
		})
	}
}

// TestEverythingRefused: a server that accepts nothing but the empty release is not moved for
// ever, and whoever waits is told. Once it is well again, everything is served.
func TestEverythingRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		attempts, broken := 0, true
		w.server.fail = func(r dynasette.Release) error {
			time.Sleep(10 * time.Second)
			attempts++
			if broken && len(r.Manifest.Databases) > 0 {
				return errors.New("no such module")
			}
			return nil
		}
		const n = 60
		for i := range n {
			w.uploads.Put(fmt.Sprintf("x%03d.csv", i), "a\n1\n")
		}
		began, long := time.Now(), 6*time.Hour
		if testing.Short() {
			long = time.Hour
		}
		for round := 0; time.Since(began) < long; round++ {
			before := attempts
			_, err := w.Reconcile(t.Context())
			if !errors.Is(err, dynasette.ErrUnavailable) || !strings.Contains(err.Error(), "no such module") {
				t.Fatalf("round %d: %v", round, err)
			}
			if n := attempts - before; n > 32+9+4 {
				t.Fatalf("round %d: %d attempts", round, n)
			}
			time.Sleep(30 * time.Second)
		}
		if attempts > 500 { // a dozen rounds
			t.Errorf("%d attempts in %v", attempts, long)
		}
		broken = false
		if _, err := w.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.reconcile()
		if m := servedNow(t, w.store); len(m.Databases) != n || len(failures(t, w.Pipeline)) > 0 {
			t.Errorf("%d are served, %d recorded", len(m.Databases), len(failures(t, w.Pipeline)))
		}
	})
}
