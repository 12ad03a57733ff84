package cli

import (
	"context"
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
	w, err := watch(root, func(name string) bool { return strings.HasPrefix(filepath.Base(name), ".") })
	if err != nil {
		t.Fatal(err)
	}
	changed, lost := make(chan string), make(chan error)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.run(ctx, time.Millisecond, func(name string) {
			select {
			case changed <- name:
			case <-ctx.Done():
			}
		}, func(err error) {
			select {
			case lost <- err:
			case <-ctx.Done():
			}
		})
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
	d := &dueNames{quiet: 100 * time.Millisecond}
	start := time.Now()
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	if d.wake() != nil {
		t.Error("wakes for nothing")
	}
	d.touch("b", at(0))
	d.touch("a", at(0))
	d.touch("c", at(50))
	steps := []struct {
		ms   int
		want string
	}{{99, ""}, {100, "a b"}, {149, ""}, {150, "c"}, {1000, ""}}
	for _, s := range steps {
		if got := strings.Join(d.take(at(s.ms)), " "); got != s.want {
			t.Errorf("after %d ms: %q, want %q", s.ms, got, s.want)
		}
	}
	// What never rests is due all the same.
	for ms := 0; ms < patience*100; ms += 50 {
		d.touch("busy", at(ms))
		if got := d.take(at(ms)); got != nil {
			t.Fatalf("after %d ms: %q", ms, got)
		}
	}
	d.touch("busy", at(patience*100))
	if got := d.take(at(patience * 100)); len(got) != 1 {
		t.Errorf("what never rests is never due")
	}
}
