package dir

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestWatch(t *testing.T) {
	root := t.TempDir()
	for _, folder := range []string{"old/deep", ".hidden"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	w, err := Watch(root, func(name string) bool { return strings.HasPrefix(filepath.Base(name), ".") })
	if err != nil {
		t.Fatal(err)
	}
	changed, lost := make(chan string), make(chan error)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(ctx, Handlers{Changed: func(name string) {
			select {
			case changed <- name:
			case <-ctx.Done():
			}
		}, Lost: func(err error) {
			select {
			case lost <- err:
			case <-ctx.Done():
			}
		}})
	}()
	write := func(name string) {
		t.Helper()
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("a,b\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	wait := func(names ...string) {
		t.Helper()
		missing := map[string]bool{}
		for _, name := range names {
			missing[name] = true
		}
		deadline := time.After(20 * time.Second)
		for len(missing) > 0 {
			select {
			case name := <-changed:
				if strings.Contains(name, ".hidden") {
					t.Errorf("%s is hidden", name)
				}
				delete(missing, name)
			case <-deadline:
				t.Fatalf("no word of %v", missing)
			}
		}
	}

	write("a.csv")
	wait("a.csv")
	write(".hidden/x.csv")
	write("old/deep/b.csv")
	wait("old/deep/b.csv")

	// Folders that come with files in them, and files that come later.
	write("new/deep/deeper/c.csv")
	wait("new/deep/deeper/c.csv")
	write("new/deep/d.csv")
	write("new/e.csv")
	wait("new/deep/d.csv", "new/e.csv")

	// An editor writes beside the file and renames.
	write("a.csv.new")
	if err := os.Rename(filepath.Join(root, "a.csv.new"), filepath.Join(root, "a.csv")); err != nil {
		t.Fatal(err)
	}
	wait("a.csv")

	if err := os.Remove(filepath.Join(root, "a.csv")); err != nil {
		t.Fatal(err)
	}
	wait("a.csv")

	// A folder that goes away takes its files with it, without a word about them.
	if err := os.Rename(filepath.Join(root, "new"), filepath.Join(t.TempDir(), "new")); err != nil {
		t.Fatal(err)
	}
	for gone := false; !gone; {
		select {
		case err := <-lost:
			if err != nil {
				t.Fatal(err)
			}
			gone = true
		case <-changed:
		case <-time.After(20 * time.Second):
			t.Fatal("no word of the folder that is gone")
		}
	}
	write("new/f.csv")
	wait("new/f.csv")

	cancel()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("the watcher did not end")
	}
}

func TestDueNames(t *testing.T) {
	start := time.Now()
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	type event struct {
		ms   int
		name string
		sign sign
	}
	for _, test := range []struct {
		what   string
		events []event
		want   string // name@ms when it is due, in steps of 10 ms; (name)@ms when it has been written to for long
	}{
		{"closed", []event{{0, "a", made}, {1, "a", writing}, {2, "a", done}}, "a@60"},
		{"renamed", []event{{0, "a", done}}, "a@50"},
		{"linked", []event{{0, "a", made}}, "a@500"},
		{"given another time", []event{{0, "a", touched}}, "a@150"},
		{"closed, and given another time", []event{{0, "a", writing}, {10, "a", touched}, {20, "a", done}, {30, "a", touched}}, "a@180"},
		{"a slow copy", []event{{0, "a", made}, {10, "a", writing}, {400, "a", writing}, {6000, "a", writing}, {6100, "a", done}}, "(a)@2010 a@6150"},
		{"a copy that pauses", []event{{0, "a", writing}, {9000, "a", writing}, {9010, "a", done}}, "(a)@2000 a@9060"},
		{"never closed", []event{{0, "a", writing}, {500, "a", writing}}, "(a)@2000 a@10600"},
		{"written to by somebody else", []event{{0, "a", writing}, {40, "a", done}, {50, "a", writing}, {300, "a", done}}, "a@350"},
		{"each by itself", []event{{0, "b", done}, {20, "a", writing}, {30, "a", done}, {40, "c", done}}, "b@50 a@80 c@90"},
		{"at once", []event{{0, "b", done}, {0, "a", done}}, "a@50 b@50"},
	} {
		d := newDueNames()
		var got []string
		for ms, next := 0, 0; ms < 12_000; ms++ {
			for ; next < len(test.events) && test.events[next].ms == ms; next++ {
				d.touch(test.events[next].name, test.events[next].sign, at(ms))
			}
			if ms%10 > 0 {
				continue
			}
			if !d.next.IsZero() && d.next.After(at(ms)) {
				continue // the timer would not have fired
			}
			due, busy := d.take(at(ms))
			for _, name := range busy {
				got = append(got, fmt.Sprintf("(%s)@%d", name, ms))
			}
			for _, name := range due {
				got = append(got, fmt.Sprintf("%s@%d", name, ms))
			}
		}
		if got := strings.Join(got, " "); got != test.want {
			t.Errorf("%s: %s, want %s", test.what, got, test.want)
		}
	}

	// What never rests is due all the same.
	d := newDueNames()
	due := 0
	for ms := 0; ms < 10_000; ms += 20 {
		d.touch("busy", writing, at(ms))
		d.touch("busy", done, at(ms+1))
		names, _ := d.take(at(ms + 2))
		due += len(names)
	}
	if due < 5 || due > 7 {
		t.Errorf("what is written again and again was due %d times in ten seconds", due)
	}
}
