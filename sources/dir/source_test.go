package dir_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/nobody"
	"github.com/dynasette/dynasette/sources/dir"
)

// folder makes files, with times long past.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		put(t, root, name, text)
	}
	return root
}

func put(t *testing.T, root, name, text string) {
	t.Helper()
	file := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	past := time.Now().Add(-time.Hour)
	if err := os.Chtimes(file, past, past); err != nil {
		t.Fatal(err)
	}
}

func list(t *testing.T, s *dir.Source) []string {
	t.Helper()
	var names []string
	if err := s.List(t.Context(), func(u dynasette.Upload) error {
		stat, err := s.Stat(t.Context(), u.Name)
		if err != nil || stat != u {
			t.Errorf("listed %+v\nstat   %+v (%v)", u, stat, err)
		}
		names = append(names, u.Name)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}

func TestList(t *testing.T) {
	root := folder(t, map[string]string{
		"x.csv": "a\n", "dir/y.csv": "b\n", "dir/deep/z.json": "[]", ".hidden/h.csv": "c\n", "dir/.git/config": "", ".x.csv": "d\n",
		"sp ace/ä.csv": "", "back\\slash.csv": "",
	})
	s := &dir.Source{Root: root}
	want := []string{".x.csv", "back\\slash.csv", "dir/deep/z.json", "dir/y.csv", "sp ace/ä.csv", "x.csv"}
	if got := list(t, s); !slices.Equal(got, want) {
		t.Errorf("listed %q\nwant   %q", got, want)
	}
	for _, prefix := range []string{"", "dir/", "dir/y", "d", "dir/deep", "dir/.git/", ".hidden/", "none/", "../", "sp ace/ä.csv", "x.csv/"} {
		var got, want []string
		if err := s.ListPrefix(t.Context(), prefix, func(u dynasette.Upload) error { got = append(got, u.Name); return nil }); err != nil {
			t.Errorf("%q: %v", prefix, err)
		}
		for _, name := range list(t, s) {
			if strings.HasPrefix(name, prefix) {
				want = append(want, name)
			}
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%q: listed %q\nwant   %q", prefix, got, want)
		}
	}
	stop := errors.New("stop")
	if err := s.List(t.Context(), func(dynasette.Upload) error { return stop }); err != stop {
		t.Errorf("error %v, want %v", err, stop)
	}
	for _, name := range []string{
		"none.csv", "dir", "dir/", "../" + filepath.Base(root) + "/x.csv", root + "/x.csv", "./x.csv", "x.csv/", "x.csv/y", "", ".", "dir//y.csv",
	} {
		if _, err := s.Stat(t.Context(), name); !errors.Is(err, dynasette.ErrNotFound) {
			t.Errorf("%q: %v, want not found", name, err)
		}
	}
}

// TestMissingFolder: a folder that is gone (not mounted, say) is not an empty one.
func TestMissingFolder(t *testing.T) {
	s := &dir.Source{Root: filepath.Join(t.TempDir(), "missing")}
	if err := s.List(t.Context(), func(dynasette.Upload) error { return nil }); err == nil {
		t.Error("listed as empty")
	}
	if _, err := s.Stat(t.Context(), "x.csv"); err == nil || errors.Is(err, dynasette.ErrNotFound) {
		t.Errorf("stat: %v", err)
	}
}

func TestLinks(t *testing.T) {
	secret := folder(t, map[string]string{"secret.csv": "a\n"})
	root := folder(t, map[string]string{"x.csv": "a\n"})
	for link, to := range map[string]string{
		"out.csv": filepath.Join(secret, "secret.csv"), "up.csv": "../" + filepath.Base(secret) + "/secret.csv", "outdir": secret,
		"in.csv": "x.csv", "nowhere.csv": "none.csv", "loop.csv": "loop.csv",
	} {
		if err := os.Symlink(to, filepath.Join(root, link)); err != nil {
			t.Skip(err)
		}
	}
	s := &dir.Source{Root: root}
	if got, want := list(t, s), []string{"in.csv", "x.csv"}; !slices.Equal(got, want) {
		t.Errorf("listed %q, want %q", got, want)
	}
	if _, err := s.Stat(t.Context(), "outdir/secret.csv"); !errors.Is(err, dynasette.ErrNotFound) {
		t.Errorf("through a link: %v", err)
	}
}

func TestOpen(t *testing.T) {
	root := folder(t, map[string]string{"dir/x.csv": "0123456789"})
	s := &dir.Source{Root: root}
	u, err := s.Stat(t.Context(), "dir/x.csv")
	if err != nil {
		t.Fatal(err)
	}
	if u.Size != 10 || u.Name != "dir/x.csv" || time.Since(u.Updated) < time.Minute {
		t.Errorf("%+v", u)
	}
	doc, err := s.Open(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4)
	if n, err := doc.ReadAt(buf, 3); n != 4 || err != nil || string(buf) != "3456" {
		t.Errorf("read %q, %v", buf[:n], err)
	}
	if n, err := doc.ReadAt(buf, 8); n != 2 || err != io.EOF || string(buf[:n]) != "89" {
		t.Errorf("read %q, %v", buf[:n], err)
	}
	// Another file in its place: its bytes can still be read.
	os.Rename(filepath.Join(root, "dir/x.csv"), filepath.Join(root, "dir/old.csv"))
	put(t, root, "dir/x.csv", "other")
	if n, err := doc.ReadAt(buf, 3); n != 4 || err != nil || string(buf) != "3456" {
		t.Errorf("read %q, %v", buf[:n], err)
	}
	if err := doc.Close(); err != nil {
		t.Error(err)
	}
	if _, err := s.Open(t.Context(), u); !errors.Is(err, dynasette.ErrChanged) {
		t.Errorf("opened an older generation: %v", err)
	}
	os.Remove(filepath.Join(root, "dir/x.csv"))
	if _, err := s.Open(t.Context(), u); !errors.Is(err, dynasette.ErrNotFound) {
		t.Errorf("opened what is gone: %v", err)
	}
}

// TestChangedWhileRead: whatever is written to an open file, its reader gets to know.
func TestChangedWhileRead(t *testing.T) {
	for what, change := range map[string]func(*os.File) error{
		"appended to": func(f *os.File) error { _, err := f.WriteAt([]byte("x"), 10); return err },
		"truncated":   func(f *os.File) error { return f.Truncate(3) },
		"appended to, with its time set back": func(f *os.File) error {
			was, err := f.Stat()
			if err == nil {
				_, err = f.WriteAt([]byte("x"), 10)
			}
			return errors.Join(err, os.Chtimes(f.Name(), was.ModTime(), was.ModTime()))
		},
		"written to": func(f *os.File) error { _, err := f.WriteAt([]byte("x"), 0); return err },
	} {
		root := folder(t, map[string]string{"x.csv": "0123456789"})
		s := &dir.Source{Root: root}
		u, err := s.Stat(t.Context(), "x.csv")
		if err != nil {
			t.Fatal(err)
		}
		doc, err := s.Open(t.Context(), u)
		if err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(filepath.Join(root, "x.csv"), os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(change(f), f.Close()); err != nil {
			t.Fatal(err)
		}
		if _, err := doc.ReadAt(make([]byte, 4), 5); !errors.Is(err, dynasette.ErrChanged) {
			t.Errorf("%s: read: %v", what, err)
		}
		if err := doc.Close(); !errors.Is(err, dynasette.ErrChanged) {
			t.Errorf("%s: close: %v", what, err)
		}
		if now, err := s.Stat(t.Context(), "x.csv"); err != nil || now.Generation == u.Generation {
			t.Errorf("%s: the generation is the same (%v)", what, err)
		}
	}
}

// TestBeingWritten: a file is not opened while it is being written.
func TestBeingWritten(t *testing.T) {
	root := t.TempDir()
	s := &dir.Source{Root: root, Settle: 50 * time.Millisecond}
	f, err := os.Create(filepath.Join(root, "x.csv"))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		for i := range 30 {
			if _, err := fmt.Fprintf(f, "line %d\n", i); err != nil {
				done <- err
				return
			}
			time.Sleep(2 * time.Millisecond)
		}
		done <- f.Close()
	}()
	for {
		u, err := s.Stat(t.Context(), "x.csv")
		if err != nil {
			t.Fatal(err)
		}
		doc, err := s.Open(t.Context(), u)
		if errors.Is(err, dynasette.ErrChanged) || errors.Is(err, dynasette.ErrUnfinished) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(io.NewSectionReader(doc, 0, u.Size))
		if err := errors.Join(err, doc.Close()); err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(string(text), "line 29\n") {
			t.Errorf("read half: %q", text)
		}
		break
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// TestOpenForWriting: a file is unfinished while somebody may go on writing, though not for
// ever.
func TestOpenForWriting(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux can tell who writes")
	}
	root := folder(t, map[string]string{"x.csv": "0123456789"})
	f, err := os.OpenFile(filepath.Join(root, "x.csv"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, step := range []struct {
		what   string
		settle time.Duration
		do     func() error
		want   bool
		opens  bool
	}{
		{"open for writing", time.Hour, func() error { return nil }, true, false},
		{"written to long ago", time.Nanosecond, func() error { return nil }, false, true},
		{"closed just now", time.Hour, f.Close, false, false},
		{"closed long ago", time.Nanosecond, func() error { return nil }, false, true},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		s := &dir.Source{Root: root, Settle: step.settle}
		u, err := s.Stat(t.Context(), "x.csv")
		if err != nil || u.Unfinished != step.want {
			t.Errorf("%s: unfinished %t, want %t, %v", step.what, u.Unfinished, step.want, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		doc, err := s.Open(ctx, u)
		cancel()
		if err == nil {
			doc.Close()
		}
		if errors.Is(err, dynasette.ErrUnfinished) != step.want || (err == nil) != step.opens {
			t.Errorf("%s: opened: %v", step.what, err)
		}
	}
}

// TestUnreadableFolder: what is in a folder that can't be read may be there or not; everything
// else is listed.
func TestUnreadableFolder(t *testing.T) {
	const asUser = "DYNASETTE_TEST_LIST"
	if root := os.Getenv(asUser); root != "" { // the process below
		err := (&dir.Source{Root: root}).List(context.Background(), func(u dynasette.Upload) error {
			fmt.Println("listed", u.Name)
			return nil
		})
		var incomplete *dynasette.IncompleteError
		if errors.As(err, &incomplete) {
			fmt.Println("incomplete", incomplete.Folders, errors.Is(err, fs.ErrPermission))
		} else {
			fmt.Println("error", err)
		}
		return
	}
	root := folder(t, map[string]string{"a.csv": "", "closed/b.csv": "", "dark/c.csv": "", "open/d.csv": "", "z.csv": ""})
	for name, mode := range map[string]fs.FileMode{"closed": 0, "dark": 0o444, "open": 0o755, ".": 0o755} { // dark: names can be seen, and no more
		if err := os.Chmod(filepath.Join(root, name), mode); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(filepath.Join(root, name), 0o755) })
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestUnreadableFolder$")
	cmd.Env = append(os.Environ(), asUser+"="+root)
	if err := nobody.Become(cmd, root); err != nil {
		t.Skip(err)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := "listed a.csv\nlisted open/d.csv\nlisted z.csv\nincomplete [closed dark] true\n"
	if got, _, _ := strings.Cut(string(out), "PASS"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
