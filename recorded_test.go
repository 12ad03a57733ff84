package dynasette_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
)

// lines keeps what is logged, as JSON.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(line)
}

func (l *lines) logger() *slog.Logger { return slog.New(slog.NewJSONHandler(l, nil)) }

// about counts the lines about an upload of at least a severity, and forgets all.
func (l *lines) about(t *testing.T, upload string, least slog.Level) (n int) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for d := json.NewDecoder(&l.b); d.More(); {
		var line struct {
			Level  slog.Level
			Upload string
		}
		if err := d.Decode(&line); err != nil {
			t.Fatal(err)
		}
		if line.Upload == upload && line.Level >= least {
			n++
		}
	}
	l.b.Reset()
	return n
}

// A failure that is recorded is not looked at again, nor told again, by any process, until
// something is different: the upload, the rules, the options, or what was served before it.
func TestRecordedFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		calls, log := counted(w), new(lines)
		rules := converter.Rules
		// another is a process that comes later.
		another := func(options converter.Options) *world {
			next := w.second()
			next.Source, next.Store, next.Log, next.Options = w.Source, w.Store, log.logger(), options
			next.UseRules(rules)
			return next
		}
		now := another(converter.Options{})
		for _, step := range []struct {
			what   string
			do     func()
			looked bool // at bad.csv
			failed int
		}{
			{"new", func() { w.uploads.Put("bad.csv", ""); w.uploads.Put("good.csv", "a\n1\n") }, true, 1},
			{"as before", func() {}, false, 1},
			{"another process", func() { now = another(converter.Options{}) }, false, 1},
			{"something else is new", func() { w.uploads.Put("good.csv", "a\n2\n") }, false, 1},
			{"another generation", func() { w.uploads.Put("bad.csv", "") }, true, 1},
			{"as before once more", func() {}, false, 1},
			{"new rules", func() { rules++; now = another(converter.Options{}) }, true, 1},
			{"old rules again", func() { rules--; now = another(converter.Options{}) }, false, 1},
			{"another option", func() { rules++; now = another(converter.Options{Rule: converter.TableRule{TextOnly: true}}) }, true, 1},
			{"mended", func() { w.uploads.Put("bad.csv", "a\n1\n") }, false, 0},
			{"broken again", func() { w.uploads.Put("bad.csv", "") }, true, 1},
			{"as before, with a version that is served", func() {}, false, 1},
		} {
			step.do()
			calls()
			report := now.reconcile()
			now.Wait()
			looked, told := calls()["source stat"], log.about(t, "bad.csv", slog.LevelError)
			if step.what == "something else is new" {
				looked -= 2 // before the intent, and after
			}
			if step.failed > 0 && step.looked != (looked > 0) || report.Failed != step.failed || report.Uploads != 2 {
				t.Errorf("%s: the source was asked %d times, %+v", step.what, looked, report)
			}
			if want := map[bool]int{true: 1}[step.looked]; told != want {
				t.Errorf("%s: told %d times, want %d", step.what, told, want)
			}
			if got := failures(t, now.Pipeline); (step.failed > 0) != slices.Equal(got, []string{"bad.csv"}) {
				t.Errorf("%s: listed: %q", step.what, got)
			}
		}
		// The event of a failure that is recorded is answered with it.
		if r := now.process(dynasette.Event{Name: "bad.csv"}); r.Action != dynasette.Failed || r.Err == nil {
			t.Errorf("%+v", r)
		}
		if n := log.about(t, "bad.csv", slog.LevelWarn); n != 0 {
			t.Errorf("told %d times by another event", n)
		}
		// What was served of it before is gone: that is worth a look.
		m := servedNow(t, w.store)
		d := database(m, "bad.csv")
		if err := w.store.Delete(t.Context(), d.Object, d.Generation); err != nil {
			t.Fatal(err)
		}
		calls()
		if r := now.reconcile(); r.Failed != 1 || calls()["source stat"] == 0 {
			t.Errorf("a database that is lost was not looked for: %+v", r)
		}
	})
}

// That the server refuses a database is told when it does, and not at every event about the upload.
func TestRefusedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		log := new(lines)
		w.Log = log.logger()
		w.put("good.csv", "a\n1\n")
		w.server.fail = func(r dynasette.Release) error {
			if database(r.Manifest, "bad.csv") != nil {
				return errors.New("it does not start")
			}
			return nil
		}
		first := w.uploads.Put("bad.csv", "a\n1\n")[0]
		if r := w.process(first); r.Action != dynasette.Failed {
			t.Fatalf("%+v", r)
		}
		if n := log.about(t, "bad.csv", slog.LevelError); n != 2 { // the database, by whoever makes the release; and the upload
			t.Errorf("told %d times", n)
		}
		for range 3 {
			if r := w.process(first); r.Action != dynasette.Failed || r.Err == nil {
				t.Fatalf("%+v", r)
			}
			w.reconcile()
		}
		if n := log.about(t, "bad.csv", slog.LevelWarn); n != 0 {
			t.Errorf("told %d times again", n)
		}
	})
}
