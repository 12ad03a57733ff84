package dynasette_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// diesTrying has another process handle an event, or release what is new without one, and die
// while the server goes to the release. It returns that one's ID.
func (w *world) diesTrying(e ...dynasette.Event) (id string) {
	w.t.Helper()
	dying := w.second()
	ctx, kill := context.WithCancel(w.t.Context())
	dying.Restarter = dynasette.RestarterFunc(func(ctx context.Context, r dynasette.Release) error {
		id = r.ID
		kill()
		<-ctx.Done()
		return ctx.Err()
	})
	var err error
	if len(e) > 0 {
		_, err = dying.Process(ctx, e[0])
	} else {
		_, err = dying.Release(ctx)
	}
	if err == nil || id == "" {
		w.t.Fatalf("release %q was tried: %v", id, err)
	}
	dying.Wait()
	if at := pointerOf(w.t, w.store); at.Trying != id {
		w.t.Fatalf("%+v, and %s was tried", at, id)
	}
	return id
}

// filesOf returns what the store has that belongs to a release, or is called so.
func filesOf(t testing.TB, store dynasette.Store, names ...string) (found []string) {
	t.Helper()
	if err := store.List(context.Background(), "", func(o dynasette.Object) error {
		if slices.ContainsFunc(names, func(name string) bool { return strings.Contains(o.Name, name) }) {
			found = append(found, o.Name)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

// news are what a process dies over that tries a release: a change of an upload, or of base
// documents, of which no database is left.
var news = map[string]func(w *world) (tried string, takeBack func()){
	"an upload": func(w *world) (string, func()) {
		return w.diesTrying(w.uploads.Put("z.csv", "a\n2\n")[0]), func() {
			if _, err := w.second().Bring(w.t.Context(), w.uploads.Delete("z.csv")[0]); err != nil { // but releases nothing
				w.t.Fatal(err)
			}
		}
	},
	"a base document": func(w *world) (string, func()) {
		w.base("metadata.json", `{"title": "new"}`)
		return w.diesTrying(), func() {
			const name = "base/metadata.json"
			if err := w.store.Delete(w.t.Context(), name, stat(w.t.(*testing.T), w.store, name).Generation); err != nil {
				w.t.Fatal(err)
			}
		}
	},
}

// TestTriedLingers: a server may be on its way to a release that was tried by a process that has
// died, so that stays for as long as any other, with all that it has, whatever is released
// meanwhile. Then a reconcile removes it, also if nothing is new.
func TestTriedLingers(t *testing.T) {
	for what, new := range news {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			w.put("x.csv", "a\n1\n")
			tried, takeBack := new(w)
			if _, err := whole(w.store, tried); err != nil {
				t.Fatal(err)
			}
			takeBack()
			w.put("x.csv", "a\n3\n")
			superseded := time.Now()
			for time.Since(superseded) < 9*time.Minute {
				if _, err := whole(w.store, tried); err != nil {
					t.Fatalf("%s: %v after another was released: %v", what, time.Since(superseded), err)
				}
				w.put("y.csv", "a\n4\n")
				w.reconcile()
				time.Sleep(time.Minute)
			}
			at := pointerOf(t, w.store)
			for range len(at.Left) { // each of them removes one at least
				time.Sleep(time.Hour)
				w.reconcile()
			}
			at = pointerOf(t, w.store)
			if left := filesOf(t, w.store, tried, "z.csv"); len(left) > 0 || len(at.Left) > 0 || at.Trying != "" {
				t.Errorf("%s: left: %q, %+v", what, left, at)
			}
		})
	}
}

// TestReconcileEndsTrying: that nothing is new does not mean that there is nothing to do: a release
// that is being tried by nobody any more keeps deletes from being acknowledged, and takes room.
func TestReconcileEndsTrying(t *testing.T) {
	for what, new := range news {
		for _, naive := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.server.naive = naive
				w.put("x.csv", "a\n1\n")
				tried, takeBack := new(w)
				takeBack()
				w.reconcile()
				w.is("x.csv@1")
				if at := pointerOf(t, w.store); at.Trying != "" {
					t.Errorf("%s: %+v", what, at)
				}
				time.Sleep(time.Hour)
				w.reconcile()
				if left := filesOf(t, w.store, tried, "z.csv"); len(left) > 0 {
					t.Errorf("%s: left: %q", what, left)
				}
			})
		}
	}
}

// TestReconcileCollects: what processes have left that died is removed, also if nothing is new;
// what is nobody's stays.
func TestReconcileCollects(t *testing.T) {
	for name, ours := range map[string]bool{
		"databases/x.csv-abcdefghijkl.db":                   true,
		"databases/gone.csv-abcdefghijkl.db":                true,
		"releases/20200101-000000-000-abcdef/metadata.json": true,
		"releases/20200101-000000-000-abcdef.json":          true,
		"databases/notes.txt":                               false,
		"databases/x.db":                                    false,
		"databases/x.csv-ABCDEFGHIJKL.db":                   false,
		"base/metadata.json":                                false,
		"elsewhere/databases/x.csv-abcdefghijkl.db":         false,
		"databases/folder/gone.csv-abcdefghijkl.db":         false,
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			w.put("x.csv", "a\n1\n")
			if strings.HasPrefix(name, "base/") {
				w.reconcile() // what is new there is released
			}
			if _, err := w.store.Write(t.Context(), name, []byte("{}"), dynasette.Absent, nil); err != nil {
				t.Fatal(err)
			}
			before := servedNow(t, w.store).Release
			w.reconcile()
			left := filesOf(t, w.store, name)
			if (len(left) == 0) != ours {
				t.Errorf("%s: left: %q", name, left)
			}
			if now := servedNow(t, w.store).Release; now != before && !strings.HasPrefix(name, "base/") {
				t.Errorf("%s: release %s was made for it", name, now)
			}
		})
	}
}

// TestReconcileWaitsForOthers: what other processes convert meanwhile is released, too, whenever
// they have begun: nobody else may do so.
func TestReconcileWaitsForOthers(t *testing.T) {
	for _, first := range []bool{true, false} { // have they begun before the reconcile has?
		for _, takes := range []time.Duration{time.Second, 3 * time.Second, 7 * time.Second, time.Minute} {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				other := w.second()
				w.Formats = new(converter.Registry)
				w.Formats.Register(converter.Format{Name: "csv", Extensions: []string{".csv"}}, converter.Func(
					func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
						if in.Name == "slow.csv" {
							time.Sleep(takes)
						}
						return out.Table("t", "a").Append(converter.Int(1))
					}))
				other.Formats = w.Formats
				w.put("x.csv", "a\n1\n")
				w.Wait()
				slow := w.uploads.Put("slow.csv", "a\n2\n")[0]
				brought := make(chan error, 1)
				bring := func() {
					go func() { _, err := other.Bring(t.Context(), slow); brought <- err }()
					time.Sleep(time.Millisecond)
				}
				if first {
					bring()
				} else {
					w.Source = &listed{w.uploads, sync.OnceFunc(bring)}
				}
				report := w.reconcile()
				if m := w.is("slow.csv@2 x.csv@1"); report.Release != m.Release {
					t.Errorf("%+v, and %s is served", report, m.Release)
				}
				if err := <-brought; err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// listed is a Source that calls before when it is to be listed.
type listed struct {
	*sinktest.Uploads
	before func()
}

func (l *listed) List(ctx context.Context, fn func(dynasette.Upload) error) error {
	l.before()
	return l.Uploads.List(ctx, fn)
}

// TestReconcileServes: a server that has come up with something else is moved to what the pointer
// names, though nothing is new.
func TestReconcileServes(t *testing.T) {
	for _, at := range []string{"", "20000101"} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			release := w.put("x.csv", "a\n1\n").Release
			w.Wait()
			w.server.serves = at
			report := w.reconcile()
			if m := w.is("x.csv@1"); m.Release != release || report.Release != release {
				t.Errorf("%+v, and %s is served, not %s", report, m.Release, release)
			}
		})
	}
}
