package dynasette

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/dynasette/dynasette/converter"
)

// A Work is what this process is doing about an upload.
type Work struct {
	Since time.Time `json:"since"`
	Size  int64     `json:"size"`            // of the upload, in bytes
	Read  int64     `json:"read"`            // of these, in this run
	Rows  int64     `json:"rows"`            // likewise
	Again bool      `json:"again,omitempty"` // it is read once more, since types were known only at its end
	Speed int64     `json:"bytes_a_second"`  // of all that was read
	Pace  int64     `json:"rows_a_second"`   // of this run
}

// works are what this process is doing, by the upload.
type works struct {
	mu      sync.Mutex
	all     map[string]*work
	written map[string]Upload // that somebody is writing; at most maxWritten
}

const maxWritten = 1000

type work struct {
	rows atomic.Int64 // see converter.Options.Rows

	mu    sync.Mutex
	phase Phase
	since time.Time
	run   time.Time // began
	size  int64
	parts map[*converter.Input]int64 // what is read of each
	read  int64                      // of all of these
	ever  int64                      // in all runs
	again bool
}

// begin notes that an upload waits to be converted, until the function returned is called.
func (p *Pipeline) begin(name string, up Upload) (end func()) {
	w := &work{phase: PhaseWaiting, since: time.Now(), size: up.Size}
	p.works.mu.Lock()
	if p.works.all == nil {
		p.works.all = map[string]*work{}
	}
	p.works.all[name] = w
	p.works.mu.Unlock()
	p.watchers.tell()
	return func() {
		p.works.mu.Lock()
		if p.works.all[name] == w {
			delete(p.works.all, name)
		}
		p.works.mu.Unlock()
		p.watchers.tell()
	}
}

// converting notes that an upload that waited is being converted.
func (p *Pipeline) converting(name string) *work {
	p.works.mu.Lock()
	w := p.works.all[name]
	p.works.mu.Unlock()
	if w == nil {
		w = &work{}
	}
	w.mu.Lock()
	w.phase, w.since = PhaseConverting, time.Now()
	w.run = w.since
	w.mu.Unlock()
	p.watchers.tell()
	return w
}

// written notes whether somebody is writing an upload.
func (p *Pipeline) written(up Upload) {
	p.works.mu.Lock()
	was, known := p.works.written[up.Name]
	switch {
	case !up.Unfinished:
		delete(p.works.written, up.Name)
	case known || len(p.works.written) < maxWritten:
		if p.works.written == nil {
			p.works.written = map[string]Upload{}
		}
		p.works.written[up.Name] = up
	}
	p.works.mu.Unlock()
	if known != up.Unfinished || known && was.Size != up.Size {
		p.watchers.tell()
	}
}

// progress is a converter.Options.Progress.
func (w *work) progress(in *converter.Input, read int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.parts == nil {
		w.parts = map[*converter.Input]int64{}
	}
	before := w.parts[in]
	w.parts[in] = read
	w.read += read - before
	w.ever += max(read-before, 0)
	if read < before/2 {
		w.again, w.run = true, time.Now()
	}
}

// now returns what is being done.
func (w *work) now() (Phase, *Work) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := &Work{Since: w.since.UTC(), Size: w.size, Read: w.read, Rows: w.rows.Load(), Again: w.again}
	now.Speed, now.Pace = perSecond(w.ever, w.since), perSecond(now.Rows, w.run)
	return w.phase, now
}

func perSecond(n int64, since time.Time) int64 {
	const soon = 0.05 // in which nothing is known of the speed
	if took := time.Since(since).Seconds(); took > soon && n > 0 {
		return int64(float64(n) / took)
	}
	return 0
}

// of returns what is being done about an upload, if anything is.
func (k *works) of(name string) (Phase, *Work, bool) {
	k.mu.Lock()
	w, up := k.all[name], k.written[name]
	k.mu.Unlock()
	switch {
	case w != nil:
		phase, now := w.now()
		return phase, now, true
	case up.Unfinished:
		return PhaseWritten, &Work{Since: up.Updated, Size: up.Size}, true
	}
	return "", nil, false
}

// names returns the uploads about which something is being done.
func (k *works) names() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var names []string
	for name := range k.all {
		names = append(names, name)
	}
	for name := range k.written {
		if k.all[name] == nil {
			names = append(names, name)
		}
	}
	return names
}

// Working returns what this process is doing at the moment, by the upload. It asks nothing of the Store.
func (p *Pipeline) Working() map[string]Work {
	all := map[string]Work{}
	for _, name := range p.works.names() {
		if _, w, ok := p.works.of(name); ok {
			all[name] = *w
		}
	}
	return all
}

// watchers want to know that something has changed.
type watchers struct {
	mu  sync.Mutex
	all map[chan struct{}]bool
}

// Watch returns a channel from which something can be received once States may say something else than
// before, as far as that is this process's doing, and a function that ends it. However much has changed, that is one
// word; only progress is none: see Working.
func (p *Pipeline) Watch() (changed <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	p.watchers.mu.Lock()
	defer p.watchers.mu.Unlock()
	if p.watchers.all == nil {
		p.watchers.all = map[chan struct{}]bool{}
	}
	p.watchers.all[c] = true
	return c, func() {
		p.watchers.mu.Lock()
		defer p.watchers.mu.Unlock()
		delete(p.watchers.all, c)
	}
}

func (k *watchers) tell() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for c := range k.all {
		select {
		case c <- struct{}{}:
		default: // it has not looked yet
		}
	}
}
