package dynasette_test

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

// TestUnmatched: what rules speak of and is not there is said of their file and in every report, and logged once, until
// it is there. What may be called by its slug, by what it is skipped as, or with others, is there.
func TestUnmatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var log bytes.Buffer
		w.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
		w.put("2024/rivers.csv", "a\n1\n")
		w.put("towns.csv", "a\n1\n")
		w.put("skipped.csv", "a\n1\n")
		w.put("dynasette.yaml", `resources:
  - {path: Towns.csv, name: t}
  - {path: skipped.csv, skip: true}
  - {path: "2024/*.csv", into: {database: water}}
databases:
  towns: {title: T}
  water: {title: W}
  tonws: {title: T}
  skipped: {title: S}
`)
		says := func(want ...string) {
			t.Helper()
			w.reconcile()
			w.reconcile()
			got := w.Unmatched()
			if st, err := w.State(t.Context(), "dynasette.yaml"); err != nil || !slices.Equal(st.Unmatched, got) || len(got) != len(want) {
				t.Fatalf("%q of the file, %v; %q reported, want %q", st.Unmatched, err, got, want)
			}
			for i := range want {
				if !strings.Contains(got[i], want[i]) {
					t.Errorf("%q, want %q", got[i], want[i])
				}
				if n := strings.Count(log.String(), want[i]); n != 1 {
					t.Errorf("%q is logged %d times:\n%s", want[i], n, &log)
				}
			}
		}
		says("path Towns.csv matches no file; case matters, and there is towns.csv", "no database is called tonws")
		w.put("other.csv", "a\n1\n")
		says("path Towns.csv matches no file", "no database is called tonws")
		w.put("Towns.csv", "a\n1\n")
		says("no database is called tonws")
		w.put("sub/tonws.csv", "a\n1\n")
		says()
	})
}
