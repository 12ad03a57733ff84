package dynasette_test

import (
	"context"
	"flag"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/tries"
	sinkdir "github.com/dynasette/dynasette/sinks/dir"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

var (
	seeds = flag.Int("seeds", 150, "how many random interleavings to try")
	seed  = flag.Int("seed", -1, "try this one only")
)

// TestInterleavings tries random interleavings of uploads, overwrites and deletes, of
// events that are doubled, late, lost and out of order, of several processes that handle
// them, of a store that fails, or does its work and loses the answer, of processes that are
// stopped for a while, or die, in any operation, and of databases that the server refuses,
// beside outages of it. All the time the protocol's invariants hold; in the end the sound
// uploads are served, and it is recorded why the others are not.
func TestInterleavings(t *testing.T) {
	interleave(t, tries.Of(*seeds), func(t *testing.T) dynasette.Store { return new(sinktest.Memory) })
}

// TestInterleavingsInAFolder is the same with files.
func TestInterleavingsInAFolder(t *testing.T) {
	interleave(t, tries.Of(*seeds/15), func(t *testing.T) dynasette.Store {
		store, err := sinkdir.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		store.NoSync = true
		return store
	})
}

// TestInterleavingsOfSets is the same with uploads that rules put into one database and take out of
// it. In the end it is what the files are that are there.
func TestInterleavingsOfSets(t *testing.T) {
	interleave(t, tries.Of(*seeds/3), func(t *testing.T) dynasette.Store { return new(sinktest.Memory) }, (*play).playSets)
}

func interleave(t *testing.T, seeds int, store func(t *testing.T) dynasette.Store, with ...func(*play)) {
	first, last := 0, seeds
	if *seed >= 0 {
		first, last = *seed, *seed+1
	}
	for n := first; n < last; n++ {
		ok := t.Run(strconv.Itoa(n), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPlay(t, uint64(n), store(t))
				for _, set := range with {
					set(p)
				}
				p.run()
			})
		})
		if !ok {
			t.Fatalf("repeat with -run %s -seed %d", t.Name(), n)
		}
	}
}

var playNames = []string{"x.csv", "x.CSV", "a.b.csv", "a-b.csv", "dir/y.csv", "../y.csv", "z.csv"}

func (p *play) run() {
	for range 1 + p.intn(3) {
		p.actors = append(p.actors, p.newActor(nil))
	}
	names := 1 + p.intn(len(playNames))
	if p.sets {
		names = len(playNames)
	}
	ended, watched := make(chan bool), make(chan bool)
	go func() { // at any time
		defer close(watched)
		for {
			select {
			case <-ended:
				return
			case <-time.After(time.Duration(1+p.intn(300)) * time.Millisecond):
				p.invariants()
			}
		}
	}()
	for range 5 + p.intn(25) {
		name := playNames[p.intn(names)]
		if p.sets && p.intn(4) > 0 {
			name = playMembers[p.intn(len(playMembers))]
		}
		for _, e := range p.upload(name) {
			for range p.intn(3) { // none: it is lost
				p.group.Go(func() { p.deliver(e) })
			}
		}
		if p.intn(5) == 0 {
			for _, e := range p.rule() {
				for range p.intn(3) {
					p.group.Go(func() { p.deliver(e) })
				}
			}
		}
		if p.intn(8) == 0 {
			p.group.Go(func() { p.actor().Reconcile(context.Background()) })
		}
		if p.intn(15) == 0 {
			p.group.Go(func() { p.rollback(p.actor(), p.intn) })
		}
		if p.intn(6) == 0 {
			p.group.Go(func() { a := p.actor(); a.Accept(a.ctx, dynasette.Event{Name: playNames[p.intn(names)]}) })
		}
		if p.intn(10) == 0 {
			p.mu.Lock()
			p.down = !p.down
			p.mu.Unlock()
		}
		time.Sleep(time.Duration(p.intn(p.gap)) * time.Millisecond)
		p.invariants()
	}
	p.group.Wait()
	close(ended)
	<-watched
	p.mu.Lock()
	p.calm = true
	all := p.all
	p.mu.Unlock()
	for _, a := range all {
		a.Wait()
	}
	p.invariants()
	p.finish()
}

// upload puts, replaces or deletes an upload.
func (p *play) upload(name string) []dynasette.Event {
	if p.intn(4) == 0 {
		return p.remove(name)
	}
	switch p.intn(10) {
	case 0, 1:
		return p.put(name, broken)
	case 2:
		if !isMember(name) {
			return p.put(name, poison)
		}
	}
	return p.put(name, sound)
}
