package dynasette_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
)

var kills = flag.Int("kills", 20, "how often to kill a process that publishes")

const (
	killed = "DYNASETTE_TEST_TO_BE_KILLED" // names the folder
	lonely = "DYNASETTE_TEST_ALONE"        // names the upload that is converted in a process of its own
)

// TestMain is also the process that tests kill.
func TestMain(m *testing.M) {
	if root := os.Getenv(killed); root != "" {
		toBeKilled(root, os.Getenv(lonely))
	}
	os.Exit(m.Run())
}

// toBeKilled publishes a folder again and again, or converts one upload of it.
func toBeKilled(root, alone string) {
	f := newFolders(dummy{}, root)
	f.mortal()
	ctx := context.Background()
	if alone != "" {
		if err := f.Alone(ctx, alone, os.Stdin); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	f.Restarter = dynasette.RestarterFunc(func(ctx context.Context, r dynasette.Release) error {
		if err := f.server.Restart(ctx, r); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(f.uploads, ".serves"), []byte(r.ID), 0o666)
	})
	f.Resume(ctx)
	for {
		if _, err := f.Reconcile(ctx); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

// start starts a process that publishes the folder, or converts one upload of it.
func (f *folders) start(alone string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		f.t.Skip(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), killed+"="+f.uploads, lonely+"="+alone)
	return cmd
}

// mortal adds a format whose documents say what becomes of the process, and has uploads that are
// under suspicion converted in a process of their own.
func (f *folders) mortal() {
	f.Formats = f.Formats.Clone()
	f.Formats.Register(converter.Format{Name: "mortal", Extensions: []string{".mortal"}}, converter.Func(
		func(_ context.Context, in *converter.Input, out *converter.Writer) error {
			what, err := io.ReadAll(in.Reader())
			if err != nil {
				return err
			}
			switch fate, rest, _ := strings.Cut(string(what), " "); fate {
			case "panic":
				go func() { panic(rest) }()
				select {}
			case "exit":
				os.Exit(3)
			case "killed":
				self, _ := os.FindProcess(os.Getpid())
				self.Kill()
				select {}
			default: // it takes its time
				time.Sleep(200 * time.Millisecond)
			}
			return out.Table("t", "a").Append(converter.Text(string(what)))
		}))
	f.Child = f.start
}

// dummy is a testing.TB for a process that is not a test.
type dummy struct{ testing.TB }

func (dummy) Helper()                   {}
func (dummy) Cleanup(func())            {}
func (dummy) Fatal(args ...any)         { panic(fmt.Sprint(args...)) }
func (dummy) Errorf(f string, a ...any) { panic(fmt.Sprintf(f, a...)) }

// lockedWriter is a writer for several processes.
type lockedWriter struct {
	*sync.Mutex
	w io.Writer
}

func (l lockedWriter) Write(p []byte) (int, error) {
	l.Lock()
	defer l.Unlock()
	return l.w.Write(p)
}

// TestKill kills a process that publishes, at random moments. Whenever that is, what is
// served is whole, and in the end all is published.
func TestKill(t *testing.T) {
	rounds := *kills
	if testing.Short() {
		rounds = 5
	}
	root := t.TempDir()
	f := newFolders(t, root)
	f.mortal()
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	f.put(rulesFile, "resources: [{path: 's/*.csv', into: {table: s}}]\n")
	want, together := map[string]string{}, map[string]string{}
	for round := range rounds {
		var cmds []*exec.Cmd
		var stderr strings.Builder
		var stderrLock sync.Mutex
		for range 1 + round%2 { // one process, or two on the same folder
			cmd := f.start("")
			cmd.Stderr = lockedWriter{&stderrLock, &stderr}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			cmds = append(cmds, cmd)
		}
		for range 5 {
			name := fmt.Sprintf("f%02d.csv", random.IntN(20))
			if random.IntN(5) == 0 { // which is under way when the process ends, again and again
				name = fmt.Sprintf("f%d.mortal", random.IntN(3))
			}
			of := want
			if random.IntN(4) == 0 {
				name, of = fmt.Sprintf("s/%d.csv", random.IntN(5)), together
			}
			if random.IntN(4) == 0 {
				os.Remove(filepath.Join(root, name))
				delete(of, name)
			} else {
				of[name] = fmt.Sprint(random.Int64())
				f.put(name, "a\nv"+of[name]+"\n")
			}
			time.Sleep(time.Duration(random.IntN(60)) * time.Millisecond)
		}
		time.Sleep(time.Duration(random.IntN(150)) * time.Millisecond)
		for _, cmd := range cmds {
			cmd.Process.Kill()
		}
		for _, cmd := range cmds {
			cmd.Wait()
		}
		if strings.Contains(stderr.String(), "panic") {
			t.Fatal(stderr.String())
		}
		servedNow(t, f.Store)
		if id, err := os.ReadFile(filepath.Join(f.uploads, ".serves")); err == nil && len(id) > 0 {
			if _, err := whole(f.Store, string(id)); err != nil {
				t.Fatalf("round %d: the server serves release %s: %v", round, id, err)
			}
		}
	}
	if _, err := f.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.Linger = 1
	left := &play{t: t, store: f.Store}
	for n, before := math.MaxInt, 0; n != before && n > 0; { // each collects some of what was left
		if _, err := f.Reconcile(t.Context()); err != nil {
			t.Fatal(err)
		}
		n, before = len(left.garbage()), n
	}
	left.leftovers()
	m := servedNow(t, f.Store)
	if n := len(want) + min(len(together), 1); len(m.Databases) != n {
		t.Errorf("served: %s, want %d databases", names(m), n)
	}
	for _, d := range m.Databases {
		data := read(t, f.Store, d.Object)
		if d.Source == playSet {
			for name, text := range together {
				if !strings.Contains(string(data), "v"+text) {
					t.Errorf("%s is not in the set", name)
				}
			}
			if d.Tables[0].Rows != int64(len(together)) {
				t.Errorf("%d rows of %d files", d.Tables[0].Rows, len(together))
			}
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, d.Source))
		if err != nil || want[d.Source] == "" || string(text) != "a\nv"+want[d.Source]+"\n" || len(data) == 0 {
			t.Errorf("%s: %v", d.Source, err)
		}
		if up, err := f.Source.Stat(t.Context(), d.Source); err != nil || up.Generation != d.SourceGeneration {
			t.Errorf("%s: served is %s, there is %s (%v)", d.Source, d.SourceGeneration, up.Generation, err)
		}
	}
	if drafts, _ := os.ReadDir(filepath.Join(f.store, ".tmp")); len(drafts) > 0 {
		t.Errorf("left: %v", drafts)
	}
	list, err := f.Releases(t.Context())
	if err != nil || len(list) == 0 || list[0].Release != m.Release {
		t.Errorf("%v %v", list, err)
	}
	for _, r := range list {
		if _, err := whole(f.Store, r.Release); err != nil {
			t.Errorf("release %s: %v", r.Release, err)
		}
	}
	if err := f.Failures(t.Context(), func(failure dynasette.Failure) error { return &failure }); err != nil {
		t.Errorf("condemned by kills from outside: %v", err)
	}
}

// TestDeadlyInAChild: an upload that ends its process, in whatever way, ends one that
// publishes once; then it is tried in processes of its own, whose deaths are counted.
func TestDeadlyInAChild(t *testing.T) {
	for fate, why := range map[string]string{"panic": "panic: at the disco", "exit": "exit status 3"} {
		t.Run(fate, func(t *testing.T) {
			f := newFolders(t, t.TempDir())
			f.mortal()
			f.put("x.csv", "a\n1\n")
			f.put("y.mortal", fate+" at the disco")
			if err := f.start("").Run(); err == nil {
				t.Fatal("the process did not die")
			}
			if _, err := f.Reconcile(t.Context()); err != nil { // this one lives
				t.Fatal(err)
			}
			var said []string
			if err := f.Failures(t.Context(), func(failure dynasette.Failure) error {
				said = append(said, failure.Source+": "+failure.Message)
				return nil
			}); err != nil || len(said) != 1 || !strings.HasPrefix(said[0], "y.mortal: ") || !strings.Contains(said[0], "3 times") || !strings.Contains(said[0], why) {
				t.Errorf("recorded: %q, %v", said, err)
			}
			if got := names(servedNow(t, f.Store)); got != "x.csv" {
				t.Errorf("served: %s", got)
			}
			// Another version of it has another chance.
			f.put("y.mortal", "lives")
			if _, err := f.Reconcile(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := names(servedNow(t, f.Store)); got != "x.csv y.mortal" {
				t.Errorf("served: %s", got)
			}
		})
	}
}

// One of several files that are one database ends processes: the database is held as it was.
func TestDeadlyMember(t *testing.T) {
	f := newFolders(t, t.TempDir())
	f.mortal()
	f.put(rulesFile, "resources: [{path: 's/*', into: {database: s}}]\n")
	f.put("x.csv", "a\n1\n")
	f.put("s/1.csv", "a\n1\n")
	if _, err := f.Reconcile(t.Context()); err != nil {
		t.Fatal(err)
	}
	was := *database(servedNow(t, f.Store), playSet)
	f.put("s/2.mortal", "exit")
	if err := f.start("").Run(); err == nil {
		t.Fatal("the process did not die")
	}
	if _, err := f.Reconcile(t.Context()); err != nil { // this one lives
		t.Fatal(err)
	}
	var said []string
	if err := f.Failures(t.Context(), func(failure dynasette.Failure) error {
		said = append(said, failure.Message)
		return nil
	}); err != nil || len(said) != 1 || !strings.HasPrefix(said[0], "s/: ") || !strings.Contains(said[0], "3 times") || !strings.Contains(said[0], "the one to blame") {
		t.Errorf("recorded: %q, %v", said, err)
	}
	if got := names(servedNow(t, f.Store)); got != "s/ x.csv" || database(servedNow(t, f.Store), playSet).Object != was.Object {
		t.Errorf("served: %s", got)
	}
	f.put("s/2.mortal", "lives")
	if _, err := f.Reconcile(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := database(servedNow(t, f.Store), playSet); d == nil || len(d.Tables) != 3 {
		t.Errorf("%+v", d)
	}
}

// TestKilledOverAndOver: a sound upload during whose conversion the process is killed, with its
// child or without it, is not given up.
func TestKilledOverAndOver(t *testing.T) {
	f := newFolders(t, t.TempDir())
	f.mortal()
	f.put("x.mortal", "lives")
	record := func() string {
		data, _, err := f.Store.Read(t.Context(), "sources/x.mortal.json")
		if err != nil && !errors.Is(err, dynasette.ErrNotFound) {
			t.Fatal(err)
		}
		return string(data)
	}
	for round := range 8 {
		cmd := f.start("")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		before := record()
		for now := before; now == before || !strings.Contains(now, "trying"); now = record() {
			if strings.Contains(now, "current") || strings.Contains(now, "failed") {
				t.Fatalf("after %d rounds: %s", round, now)
			}
			time.Sleep(time.Millisecond)
		}
		cmd.Process.Kill()
		cmd.Wait()
		if holder := trying(record()); round > 0 && holder == cmd.Process.Pid {
			t.Error("it was not converted in a process of its own")
		}
	}
	if _, err := f.Reconcile(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := names(servedNow(t, f.Store)); got != "x.mortal" {
		t.Errorf("served: %s", got)
	}
}

// trying returns the number of the process that a record says is at it.
func trying(record string) (pid int) {
	var r struct{ Trying struct{ Holder string } }
	if json.Unmarshal([]byte(record), &r) == nil {
		_, rest, _ := strings.Cut(r.Trying.Holder, "/")
		fmt.Sscan(strings.Replace(rest, "/", " ", 1), &pid)
	}
	return pid
}

// TestChildKilled: where the system says how many processes ended for want of memory, one that is
// killed and was none of these was ended from outside.
func TestChildKilled(t *testing.T) {
	if data, err := os.ReadFile("/proc/vmstat"); err != nil || !strings.Contains(string(data), "oom_kill ") {
		t.Skip("the system does not say it")
	}
	f := newFolders(t, t.TempDir())
	f.mortal()
	f.put("x.mortal", "killed")
	if err := f.start("").Run(); err == nil {
		t.Fatal("the process did not die")
	}
	for range 5 {
		if _, err := f.Process(t.Context(), dynasette.Event{Name: "x.mortal"}); !errors.Is(err, dynasette.ErrUnavailable) {
			t.Error(err)
		}
	}
	if got := failures(t, f.Pipeline); len(got) > 0 {
		t.Errorf("recorded: %q", got)
	}
}
