package dynasette_test

import (
	"slices"
	"testing"
	"testing/synctest"

	"github.com/dynasette/dynasette"
)

// TestRollbackKeepsNames: to go back to older databases changes nothing of what others are called
// meanwhile, and of what is known to be bad.
func TestRollbackKeepsNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.Keep = 9
		w.put("x.csv", "a\n1\n")
		first := w.is("x.csv@1").Release
		w.put("x!.csv", "a\n1\n") // the plain name is taken
		second := w.is("x.csv@1 x!.csv@2")
		name := database(second, "x!.csv").Slug
		for _, e := range w.uploads.Delete("x.csv") {
			w.process(e)
		}
		w.Wait()
		poisoned(w)
		if r := w.put("evil.csv", "a\n1\n"); r.Action != dynasette.Failed {
			t.Fatalf("%+v", r)
		}
		w.Wait()
		for _, to := range []string{second.Release, first} {
			if _, err := w.Rollback(t.Context(), to); err != nil {
				t.Fatal(err)
			}
			m := servedNow(t, w.store)
			if got := m.Names["x!.csv"]; got != name {
				t.Errorf("x!.csv was called %q, and is %q", name, got)
			}
			if got := failures(t, w.Pipeline); !slices.Equal(got, []string{"evil.csv"}) {
				t.Errorf("recorded: %q", got)
			}
		}
		w.put("y.csv", "a\n1\n") // back to what there is now
		if d := database(servedNow(t, w.store), "x!.csv"); d == nil || d.Slug != name {
			t.Errorf("x!.csv was called %q, and is %+v", name, d)
		}
	})
}
