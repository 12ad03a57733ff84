package dynasette_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dynasette/dynasette"
)

// What comes alone after a rest is served at once, nearly; a burst is one release.
func TestLoneUploadsAndBursts(t *testing.T) {
	const quiet = 500 * time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.Wait()
		w.put("first.csv", "a\n1\n")
		took := func(do func()) time.Duration {
			w.Wait()
			began := time.Now()
			do()
			return time.Since(began)
		}
		time.Sleep(time.Minute)
		if d := took(func() { w.put("lone.csv", "a\n1\n") }); d > quiet/4 {
			t.Errorf("a lone upload is served after %v", d)
		}
		if d := took(func() { w.put("next.csv", "a\n1\n") }); d < quiet {
			t.Errorf("the next one is served after %v already", d)
		}

		time.Sleep(time.Minute)
		before := w.server.count()
		d := took(func() {
			var burst sync.WaitGroup
			for i := range 200 {
				for _, e := range w.uploads.Put(fmt.Sprintf("f%d.csv", i), "a\n1\n") {
					burst.Go(func() {
						if r, err := w.Process(context.Background(), e); err != nil || r.Action != dynasette.Converted {
							t.Errorf("%+v %v", r, err)
						}
					})
				}
				time.Sleep(20 * time.Millisecond)
			}
			burst.Wait()
		})
		if n := w.server.count() - before; n != 1 {
			t.Errorf("%d releases of a burst", n)
		}
		if most := 200*20*time.Millisecond + 2*quiet; d > most {
			t.Errorf("a burst is served after %v, want %v at most", d, most)
		}

		time.Sleep(time.Minute)
		if d := took(func() { w.uploads.Delete("lone.csv"); w.process(dynasette.Event{Name: "lone.csv"}) }); d > quiet/4 {
			t.Errorf("a lone delete is served after %v", d)
		}
	})
}
