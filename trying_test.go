package dynasette_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// mortal is a process that an upload may kill.
type mortal struct {
	*world
	dead  atomic.Bool
	ctx   context.Context
	alone bool // nothing else was being converted when it died
}

// newMortal returns another process on the same uploads, store and server, whose converter
// dies of uploads that say "kill".
func newMortal(w *world) *mortal {
	m := &mortal{world: w.second()}
	var kill context.CancelFunc
	m.ctx, kill = context.WithCancel(context.Background())
	m.Store = &sinktest.Faulty{Store: w.store, Fault: func(context.Context, string, string) sinktest.Fault {
		if m.dead.Load() {
			return sinktest.Before
		}
		return sinktest.None
	}}
	var running atomic.Int32
	m.Conversions = 4
	m.Formats = new(converter.Registry)
	m.Formats.Register(converter.Format{Name: "mortal", Extensions: []string{".csv"}}, converter.Func(
		func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
			running.Add(1)
			defer running.Add(-1)
			head := make([]byte, 4)
			in.ReadAt(head, 0)
			time.Sleep(time.Second / 2)
			if string(head) == "kill" { // while all that began with it are still at it
				m.alone = running.Load() == 1
				m.dead.Store(true)
				kill()
			}
			time.Sleep(time.Second / 2)
			if m.dead.Load() {
				<-ctx.Done()
				return ctx.Err()
			}
			return out.Table("t", "a").Append(converter.Int(1))
		}))
	return m
}

// TestDeadlyUpload: an upload that kills its process is tried alone, and then given up. Its
// neighbours are served.
func TestDeadlyUpload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		names := []string{}
		for i := range 6 {
			names = append(names, fmt.Sprintf("x%d.csv", i))
			w.uploads.Put(names[i], "live")
		}
		w.uploads.Put("deadly.csv", "kill")
		died, alone := 0, 0
		for {
			m := newMortal(w)
			_, err := m.Reconcile(m.ctx)
			if !m.dead.Load() {
				if err != nil {
					t.Fatal(err)
				}
				m.Wait()
				break
			}
			if died++; m.alone {
				alone++
			}
			if died > 10 {
				t.Fatal("it is tried for ever")
			}
			time.Sleep(time.Second)
		}
		if died != 4 || alone != 3 {
			t.Errorf("%d processes died, in %d of them it was alone", died, alone)
		}
		if got := failures(t, w.Pipeline); !slices.Equal(got, []string{"deadly.csv"}) {
			t.Errorf("recorded: %q", got)
		}
		var served []string
		for _, d := range servedNow(t, w.store).Databases {
			served = append(served, d.Source)
		}
		if slices.Sort(served); !slices.Equal(served, names) {
			t.Errorf("served: %q", served)
		}
		// Another version of it has another chance.
		w.uploads.Put("deadly.csv", "live")
		m := newMortal(w)
		if _, err := m.Reconcile(m.ctx); err != nil || len(failures(t, w.Pipeline)) > 0 {
			t.Error(err, failures(t, w.Pipeline))
		}
		m.Wait()
	})
}

// TestStoppedInTime: who is told to end says so, and nobody waits, or counts it.
func TestStoppedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		e := w.uploads.Put("x.csv", "live")[0]
		for range 10 {
			m := newMortal(w)
			ctx, cancel := context.WithTimeout(m.ctx, 100*time.Millisecond)
			if _, err := m.Process(ctx, e); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			cancel()
		}
		began := time.Now()
		m := newMortal(w)
		if r := m.process(e); r.Action != dynasette.Converted || time.Since(began) > 5*time.Second {
			t.Errorf("%+v after %v", r, time.Since(began))
		}
		m.Wait()
		if data := string(read(t, w.store, "sources/x.csv.json")); strings.Contains(data, "deaths") {
			t.Errorf("counted: %s", data)
		}
	})
}

// TestLongConversion: an intent is renewed for as long as it takes, so nobody else begins.
func TestLongConversion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		begun := atomic.Int32{}
		w.Formats = new(converter.Registry)
		w.Formats.Register(converter.Format{Name: "slow", Extensions: []string{".csv"}}, converter.Func(
			func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
				begun.Add(1)
				time.Sleep(time.Hour)
				return out.Table("t", "a").Append(converter.Int(1))
			}))
		e := w.uploads.Put("x.csv", "x")[0]
		other := w.second()
		other.Formats = w.Formats
		var group sync.WaitGroup
		group.Go(func() { w.process(e) })
		time.Sleep(30 * time.Minute)
		if _, err := other.Process(t.Context(), e); !errors.Is(err, dynasette.ErrUnavailable) {
			t.Error(err)
		}
		if r := other.reconcile(); r.Current != 1 { // it waits
			t.Errorf("%+v", r)
		}
		group.Wait()
		if n := begun.Load(); n != 1 {
			t.Errorf("converted %d times", n)
		}
		w.is("x.csv@1")
		other.Wait()
	})
}

// TestUnsaid: a process that gives an upload up and can't say so has not died over it.
func TestUnsaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		e := w.uploads.Put("x.csv", "live")[0]
		m := newMortal(w)
		var silent atomic.Bool
		m.Store = &sinktest.Faulty{Store: w.store, Fault: func(_ context.Context, op, name string) sinktest.Fault {
			if silent.Load() && op == "write" && name == "sources/x.csv.json" {
				return sinktest.Before
			}
			return sinktest.None
		}}
		for range 10 {
			ctx, cancel := context.WithTimeout(m.ctx, 100*time.Millisecond)
			time.AfterFunc(50*time.Millisecond, func() { silent.Store(true) })
			if _, err := m.Process(ctx, e); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			cancel()
			silent.Store(false)
		}
		if data := string(read(t, w.store, "sources/x.csv.json")); !strings.Contains(data, "trying") || strings.Contains(data, "deaths") {
			t.Errorf("recorded: %s", data)
		}
		if r := m.process(e); r.Action != dynasette.Converted {
			t.Errorf("%+v", r)
		}
		m.Wait()
	})
}
