package dir

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A told is what the system says of a file.
type told struct {
	fs.FileInfo
	modified time.Time
	size     int64
	system   syscall.Stat_t
}

func (i told) ModTime() time.Time { return i.modified }
func (i told) Size() int64        { return i.size }
func (i told) Sys() any           { return &i.system }

// Any of these is another one where something else is in a file: programs that copy and unpack set
// its time, so two that come one after the other may have the same; inodes are used again.
func TestGeneration(t *testing.T) {
	when := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	of := func(modified time.Time, changed int64, size int64, inode uint64) string {
		return generation(told{modified: modified, size: size, system: syscall.Stat_t{
			Ino: inode, Ctim: syscall.NsecToTimespec(when.UnixNano() + changed),
		}})
	}
	seen := map[string]string{}
	for what, g := range map[string]string{
		"as it was": of(when, 0, 10, 1), "modified": of(when.Add(1), 0, 10, 1), "changed, with its time set back": of(when, 1, 10, 1),
		"longer": of(when, 0, 11, 1), "another file": of(when, 0, 10, 2),
	} {
		if other, taken := seen[g]; taken {
			t.Errorf("%s and %s: %s", what, other, g)
		}
		seen[g] = what
	}
	if once, again := of(when, 0, 10, 1), of(when, 0, 10, 1); once != again {
		t.Error("the same file has another generation each time")
	}
}

// A file that is written to, and given the time that it had, has another generation all the same.
func TestTimeSetBack(t *testing.T) {
	root := t.TempDir()
	name, when := filepath.Join(root, "x.csv"), time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	s := &Source{Root: root, Settle: -1}
	write := func(text string) string {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, when, when); err != nil {
			t.Fatal(err)
		}
		u, err := s.Stat(t.Context(), "x.csv")
		if err != nil {
			t.Fatal(err)
		}
		return u.Generation
	}
	before := write("0123456789")
	for range 100 { // the system's clock may be as coarse as that: hence Settle
		if write("9876543210") != before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Error("the generation is the same")
}
