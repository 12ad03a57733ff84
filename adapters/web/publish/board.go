package publish

import (
	"context"
	"sync"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/look"
)

// A board has what the pipeline said last of all sources, so that not every page asks the store.
type board struct {
	pipeline *dynasette.Pipeline

	mu      sync.Mutex
	watched <-chan struct{}
	last    dynasette.States
	asked   time.Time // zero if something has changed since
	notices map[string][]look.Notice
	asking  bool // behind a page that doesn't wait
}

// stale is how long others may have changed something unnoticed.
const stale = 10 * time.Second

// fresh reports whether nothing is known to have changed. mu is held.
func (b *board) fresh() bool {
	if b.watched == nil {
		b.watched, _ = b.pipeline.Watch()
	}
	select {
	case <-b.watched:
		b.asked = time.Time{}
	default:
	}
	return time.Since(b.asked) < stale
}

// states returns what is so now.
func (b *board) states(ctx context.Context) (dynasette.States, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.fresh() {
		now := time.Now()
		last, err := b.pipeline.States(ctx)
		if err != nil {
			return dynasette.States{}, err
		}
		b.last, b.asked, b.notices = last, now, noticesOf(last)
	}
	return b.current(), nil
}

// current is the last word, but for how far conversions are.
func (b *board) current() dynasette.States {
	all := b.last
	working := b.pipeline.Working()
	all.Sources = make([]dynasette.State, len(b.last.Sources))
	for i, s := range b.last.Sources {
		if w, ok := working[s.Source]; ok && s.Work != nil {
			s.Work = &w
		}
		all.Sources[i] = s
	}
	return all
}

// of returns what is to be said on a database's pages, as it was when somebody looked last: a page waits for no store.
func (b *board) of(database string) []look.Notice {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.fresh() && !b.asking {
		b.asking = true
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			last, err := b.pipeline.States(ctx)
			b.mu.Lock()
			defer b.mu.Unlock()
			b.asking = false
			if b.asked = time.Now(); err == nil {
				b.last, b.notices = last, noticesOf(last)
			}
		}()
	}
	return b.notices[database]
}

// noticesOf returns what is to be said on the pages of databases.
func noticesOf(all dynasette.States) map[string][]look.Notice {
	notices := map[string][]look.Notice{}
	for _, s := range all.Sources {
		d := s.Served
		if d == nil {
			continue
		}
		url := sourceURL(s.Source)
		switch {
		case s.Phase == dynasette.PhaseHeld:
			notices[d.Slug] = append(notices[d.Slug], look.Notice{Bad: true, Text: "A newer version is held back, and this is the one before.", Why: why(s), URL: url})
		case s.Phase.Troubled():
			notices[d.Slug] = append(notices[d.Slug], look.Notice{Bad: true, Text: "The newest version can't be served, and this is the one before.", Why: why(s), URL: url})
		case s.Phase == dynasette.PhaseBack:
			notices[d.Slug] = append(notices[d.Slug], look.Notice{Text: "Somebody has gone back to this version: there is a newer one.", URL: url})
		}
		if n := d.Rejects; n > 0 {
			text := look.Thousands(n) + " rows could not be read, and are in the table _rejects."
			if n == 1 {
				text = "1 row could not be read, and is in the table _rejects."
			}
			notices[d.Slug] = append(notices[d.Slug], look.Notice{Text: text, URL: url})
		}
	}
	return notices
}

func why(s dynasette.State) string {
	if s.Failure == nil {
		return ""
	}
	return s.Failure.Message
}

// Notices returns what visitors of a database's pages should know. It is quick, and asks the store at most
// now and then, in the background.
func (h *Handler) Notices(database string) []look.Notice {
	h.once.Do(h.start)
	return h.board.of(database)
}
