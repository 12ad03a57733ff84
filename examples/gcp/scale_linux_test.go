package gcp_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

var scale = flag.Int("sources", 1000, "how many sources BenchmarkScale has")

// BenchmarkScale is what so many sources cost, with the real pipeline on a store and a source in
// memory: what README says about a million. It says what a source takes of the process's memory, and
// no times that a network takes.
//
//	go test -run '^$' -bench Scale -benchtime 1x -timeout 0 ./examples/gcp -sources 100000
func BenchmarkScale(b *testing.B) {
	for range b.N {
		w := newWide(*scale)
		var steps []measured
		step := func(what string, do func() error) {
			m, err := w.measure(do)
			if err != nil {
				b.Fatal(err)
			}
			m.what = what
			steps = append(steps, m)
		}
		p := w.pipeline()
		reconcile := func() error {
			_, err := p.Reconcile(b.Context())
			p.Wait()
			return err
		}
		change := func() error {
			r, err := p.Process(b.Context(), w.source.replace(*scale/2))
			p.Wait()
			return errors.Join(err, r.Err)
		}
		step("first conversion", reconcile)
		step("idle reconcile", reconcile)
		for range 3 { // until something is collected with every release
			step("one change", change)
		}
		p = w.pipeline()
		step("a server's look", func() error { _, err := p.Pointed(b.Context()); return err })
		p = w.pipeline()
		step("one change, another process", change)
		p = w.pipeline()
		step("idle, another process", reconcile)
		p = nil
		w.print(steps, live())
	}
}

// measured is what a step takes.
type measured struct {
	what       string
	time, cpu  time.Duration
	calls      calls
	written    int
	peak, kept int64 // bytes that are reachable, those of the store included
	held       int64 // bytes of documents in the store
}

// measure does something.
func (w *wide) measure(do func() error) (m measured, err error) {
	runtime.GC()
	watch, began, used := newWatch(), time.Now(), cpu()
	err = do()
	m.time, m.cpu = time.Since(began), cpu()-used
	m.peak, m.kept = watch.stop(), live()
	m.calls, m.written, m.held = w.store.taken()
	m.calls.a += float64(w.source.pages())
	return m, err
}

// print prints all steps; the store takes rest of the memory in the end.
func (w *wide) print(steps []measured, rest int64) {
	n := int64(w.source.n)
	_, _, end := w.store.taken()
	fmt.Printf("%-30s %10s %9s %9s %9s %9s %10s %8s %8s\n", fmt.Sprint(n, " sources"), "time", "CPU", "A", "B", "$", "written MB", "peak B/s", "kept B/s")
	for _, m := range steps {
		fmt.Printf("%-30s %9.2fs %8.2fs %9.0f %9.0f %9.4f %10.1f %8d %8d\n", m.what, m.time.Seconds(), m.cpu.Seconds(), m.calls.a, m.calls.b,
			m.calls.a*perClassA+m.calls.b*perClassB, float64(m.written)/1e6, (m.peak-rest+end-m.held)/n, (m.kept-rest+end-m.held)/n)
	}
	var last string // release
	for name := range w.store.folder("releases/").objects {
		last = max(last, strings.TrimSuffix(name, ".json"))
	}
	last, _, _ = strings.Cut(strings.TrimPrefix(last, "releases/"), "/")
	w.store.List(context.Background(), "releases/"+last, func(o dynasette.Object) error {
		fmt.Printf("%-60s %9.1f MB\n", o.Name, float64(o.Size)/1e6)
		return nil
	})
}

// cpu returns what the process has used of processors.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// live returns the bytes of all objects that are reachable.
func live() int64 {
	runtime.GC()
	return heap("/gc/heap/live:bytes")
}

func heap(name string) int64 {
	s := []metrics.Sample{{Name: name}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64())
}

// A watch follows how much is reachable, at the end of each collection.
type watch struct {
	end  chan struct{}
	peak chan int64
}

func newWatch() watch {
	w := watch{make(chan struct{}), make(chan int64)}
	go func() {
		peak := int64(0)
		for tick := time.NewTicker(10 * time.Millisecond); ; {
			peak = max(peak, heap("/gc/heap/live:bytes"))
			select {
			case <-tick.C:
			case <-w.end:
				tick.Stop()
				w.peak <- peak
				return
			}
		}
	}()
	return w
}

func (w watch) stop() int64 {
	close(w.end)
	return <-w.peak
}

// wide is a world of many sources.
type wide struct {
	source *manySources
	store  *thinStore
}

func newWide(n int) *wide {
	return &wide{source: &manySources{n: n}, store: &thinStore{folders: map[string]*folder{}}}
}

func (w *wide) pipeline() *dynasette.Pipeline {
	billed := maps.Clone(billed)
	billed["commit"] = calls{a: 1} // all databases are small
	count := &sinktest.Faulty{Store: w.store, Fault: func(_ context.Context, op, name string) sinktest.Fault {
		if op != "list" { // counted by pages
			w.store.count(billed[op])
		}
		return sinktest.None
	}}
	return &dynasette.Pipeline{Source: w.source, Store: count, Formats: all.Formats(), Quiet: time.Millisecond, Linger: time.Nanosecond}
}

// manySources is a source of small files.
type manySources struct {
	n       int
	mu      sync.Mutex
	changed map[int]int
	listed  int
}

func (s *manySources) replace(i int) dynasette.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed == nil {
		s.changed = map[int]int{}
	}
	s.changed[i]++
	return dynasette.Event{Name: s.name(i)}
}

func (s *manySources) pages() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.listed
	s.listed = 0
	return n
}

func (s *manySources) name(i int) string { return fmt.Sprintf("measurements/station-%07d.csv", i) }

func (s *manySources) text(i int) string {
	return fmt.Sprintf("station,day,temperature,remark\n%d,2026-01-01,%d.5,\n", i, s.changed[i])
}

func (s *manySources) upload(i int) dynasette.Upload {
	return dynasette.Upload{
		Name: s.name(i), Generation: strconv.Itoa(1700000000000000 + s.changed[i]), Size: int64(len(s.text(i))), Updated: time.Unix(1700000000, 0),
	}
}

func (s *manySources) List(ctx context.Context, fn func(dynasette.Upload) error) error {
	for i := range s.n {
		s.mu.Lock()
		up := s.upload(i)
		if i%1000 == 0 {
			s.listed++
		}
		s.mu.Unlock()
		if err := fn(up); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (s *manySources) number(name string) (int, error) {
	return strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(name, "measurements/station-"), ".csv"))
}

func (s *manySources) Stat(_ context.Context, name string) (dynasette.Upload, error) {
	i, err := s.number(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.upload(i), err
}

func (s *manySources) Open(_ context.Context, up dynasette.Upload) (dynasette.Document, error) {
	i, err := s.number(up.Name)
	s.mu.Lock()
	defer s.mu.Unlock()
	return textDocument{strings.NewReader(s.text(i))}, err
}

type textDocument struct{ *strings.Reader }

func (textDocument) Close() error { return nil }

// headLen is how much is kept of a database: its header, and the kind of its first page.
const headLen = 112

// thinStore is a store in memory that keeps of a database only its head. It lists as a bucket
// does: what is under a prefix, in pages.
type thinStore struct {
	mu      sync.Mutex
	folders map[string]*folder
	last    int
	calls   calls
	written int
	held    int64 // bytes of documents
}

type folder struct {
	objects map[string]thin
	names   []string // in order, unless there are new ones
	unknown []string // new ones
}

type thin struct {
	dynasette.Object
	data []byte
}

func (s *thinStore) folder(name string) *folder {
	first, _, _ := strings.Cut(name, "/")
	f := s.folders[first]
	if f == nil {
		f = &folder{objects: map[string]thin{}}
		s.folders[first] = f
	}
	return f
}

func (s *thinStore) count(c calls) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = s.calls.plus(c)
}

// taken returns what was asked of it since the last time, how much was written, and how much it holds.
func (s *thinStore) taken() (c calls, written int, held int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, written = s.calls, s.written
	s.calls, s.written = calls{}, 0
	return c, written, s.held
}

func (s *thinStore) Location(prefix string) string { return "memory://store/" + prefix }

func (s *thinStore) List(ctx context.Context, prefix string, fn func(dynasette.Object) error) error {
	s.mu.Lock()
	f := s.folder(prefix)
	slices.Sort(f.unknown)
	f.names = append(f.names, f.unknown...)
	slices.Sort(f.names)
	f.names, f.unknown = slices.Compact(f.names), nil
	names := f.names
	s.mu.Unlock()
	from, _ := slices.BinarySearch(names, prefix)
	n := 0
	for _, name := range names[from:] {
		if !strings.HasPrefix(name, prefix) {
			break
		}
		s.mu.Lock()
		o, ok := f.objects[name]
		s.mu.Unlock()
		if !ok {
			continue
		}
		if n++; n%1000 == 1 {
			s.count(calls{a: 1})
		}
		// A client makes these of an answer.
		o.Name, o.Generation, o.Metadata = strings.Clone(o.Name), strings.Clone(o.Generation), maps.Clone(o.Metadata)
		for k, v := range o.Metadata {
			o.Metadata[k] = strings.Clone(v)
		}
		if err := fn(o.Object); err != nil {
			return err
		}
	}
	if n == 0 {
		s.count(calls{a: 1})
	}
	return ctx.Err()
}

func (s *thinStore) get(name string) (thin, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.folder(name).objects[name]
	if !ok {
		return o, fmt.Errorf("%s: %w", name, dynasette.ErrNotFound)
	}
	return o, nil
}

func (s *thinStore) Stat(_ context.Context, name string) (dynasette.Object, error) {
	o, err := s.get(name)
	return o.Object, err
}

func (s *thinStore) Delete(_ context.Context, name, generation string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.folder(name)
	o, ok := f.objects[name]
	if !ok || o.Generation != generation {
		return fmt.Errorf("%s: %w", name, cmp.Or(map[bool]error{true: dynasette.ErrChanged}[ok], dynasette.ErrNotFound))
	}
	s.held -= int64(len(o.data))
	delete(f.objects, name)
	return nil
}

func (s *thinStore) Read(_ context.Context, name string) ([]byte, string, error) {
	o, err := s.get(name)
	return bytes.Clone(o.data), o.Generation, err
}

func (s *thinStore) put(o thin, over string) (dynasette.Object, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.folder(o.Name)
	was, there := f.objects[o.Name]
	if was.Generation != over {
		return o.Object, fmt.Errorf("%s: %w", o.Name, dynasette.ErrChanged)
	}
	if !there {
		f.unknown = append(f.unknown, o.Name)
	}
	s.last++
	o.Generation = strconv.Itoa(1700000000000000 + s.last)
	f.objects[o.Name] = o
	s.held += int64(len(o.data) - len(was.data))
	s.written += int(o.Size)
	return o.Object, nil
}

func (s *thinStore) Write(_ context.Context, name string, data []byte, over string, metadata map[string]string) (string, error) {
	o, err := s.put(thin{dynasette.Object{Name: name, Size: int64(len(data)), Metadata: maps.Clone(metadata)}, bytes.Clone(data)}, over)
	return o.Generation, err
}

func (s *thinStore) Open(_ context.Context, o dynasette.Object) (dynasette.Document, error) {
	t, err := s.get(o.Name)
	return headDocument(t.data), err
}

func (s *thinStore) Sweep(context.Context, time.Time) error { return nil }

func (s *thinStore) Create(_ context.Context, name string) (dynasette.Draft, error) {
	return &thinDraft{store: s, name: name}, nil
}

// headDocument is the beginning of a database, and zeros.
type headDocument []byte

func (d headDocument) Close() error { return nil }

func (d headDocument) ReadAt(p []byte, at int64) (int, error) {
	clear(p)
	if at < int64(len(d)) {
		copy(p, d[at:])
	}
	return len(p), nil
}

// thinDraft counts bytes.
type thinDraft struct {
	store *thinStore
	name  string
	size  int64
}

func (d *thinDraft) Write(p []byte) (int, error) { d.size += int64(len(p)); return len(p), nil }
func (d *thinDraft) Reset() error                { d.size = 0; return nil }
func (d *thinDraft) Close() error                { return nil }

func (d *thinDraft) Commit(first []byte, over string) (dynasette.Object, error) {
	return d.store.put(thin{dynasette.Object{Name: d.name, Size: d.size + int64(len(first))}, bytes.Clone(first[:headLen])}, over)
}
