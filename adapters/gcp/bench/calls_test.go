package main

import (
	"strings"
	"testing"
	"time"
)

// What one operation asks of Cloud Storage, listings and deletes included, grows by no more than
// pages of listings with what there is besides; and a first conversion asks for little a file. These
// are requests of the real client, counted by the stand-in. A reconcile that takes long beside Quiet releases what it has so far.
func TestCalls(t *testing.T) {
	bursts := map[int]int{200: 40, 3000: 6} // by how many sources there are
	if testing.Short() {
		bursts = map[int]int{50: 10}
	}
	for n, burst := range bursts {
		s, err := newSystem(t.Context(), options{quiet: 50 * time.Millisecond, burst: burst})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		all, err := run(t.Context(), s, n, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(all) < 2*len(operations) {
			t.Fatalf("%d operations", len(all))
		}
		for _, m := range all {
			most := 32 + 3*n/1000
			switch what := strings.TrimSuffix(m.what, anew); what {
			case first:
				most = 6 * n
			case "the same event again":
				most = 5
			case "a broken upload": // is not recorded by rules that somebody has changed meanwhile
				most = 7
			}
			if m.Calls() > most || m.Calls() == 0 {
				t.Errorf("%s, among %d: %d calls, want at most %d: %v", m.what, n, m.Calls(), most, m.By)
			}
			t.Logf("%d: %s: %d", n, m.what, m.Calls())
		}
	}
}
