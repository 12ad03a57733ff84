package dir

import (
	"os"
	"strconv"
	"testing"

	"github.com/dynasette/dynasette"
)

// What is remembered is bounded, however many documents there are.
func TestMemoryIsBounded(t *testing.T) {
	var k known
	for i := range maxKnown + 10 {
		k.put(strconv.Itoa(i), nil)
		if len(k.all) > maxKnown {
			t.Fatalf("%d are known", len(k.all))
		}
	}
	var l later
	for i := 1; i <= maxLater; i++ {
		if much := l.note("folder", strconv.Itoa(i)); much != (i == maxLater) {
			t.Fatalf("%d wait to be synced: is that much? %t", i, much)
		}
	}
}

// A document is read whole, so there is a limit.
func TestLargeDocument(t *testing.T) {
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write(t.Context(), "x.json", []byte("{}"), dynasette.Absent, nil); err != nil {
		t.Fatal(err)
	}
	for size, fits := range map[int64]bool{1 << 20: true, maxDocument: true, maxDocument + 1: false, 1 << 40: false} {
		if err := os.Truncate(s.Location("x.json"), size); err != nil {
			t.Skip(err) // no files with holes
		}
		if data, _, err := s.Read(t.Context(), "x.json"); (err == nil) != fits || fits && int64(len(data)) != size {
			t.Errorf("of %d bytes: %d, %v", size, len(data), err)
		}
	}
}
