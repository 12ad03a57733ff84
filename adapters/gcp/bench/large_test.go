package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
)

// What a large upload asks for beyond a small one is in proportion to its bytes: it is read in ranges of 8 MiB, and
// a database of more than that is sent in chunks of as much, which has to be begun, its first page apart; then it is
// composed, and the two parts are deleted.
func TestCallsOfLarge(t *testing.T) {
	s, err := newSystem(t.Context(), options{quiet: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var small int
	row := strings.Repeat("x", 999) + "\n"
	for _, megabytes := range []int{1, 20, 40} {
		text := "text\n" + strings.Repeat(row, megabytes<<20/len(row))
		if s.event, err = s.upload(t.Context(), fmt.Sprintf("large%d.csv", megabytes), text); err != nil {
			t.Fatal(err)
		}
		s.pipeline.Wait()
		s.meter.Take()
		if err := s.process(t.Context(), dynasette.Converted); err != nil {
			t.Fatal(err)
		}
		s.pipeline.Wait()
		u := s.meter.Take()
		if megabytes == 1 {
			small = u.Calls()
		} else if most := small + 4 + 2*(megabytes/8+1); u.Calls() > most || u.By["compose"] != 1 || u.By["delete"] != 2 {
			t.Errorf("%d MiB: %d calls, want at most %d, and %d for a small one: %v", megabytes, u.Calls(), most, small, u.By)
		}
	}
}
