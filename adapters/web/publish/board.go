package publish

import (
	"cmp"
	"context"
	"strings"
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
	asking  chan struct{} // closed once the store has answered a page that didn't wait for it
	data    string        // Handler.Data
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
		b.last, b.asked, b.notices = last, now, noticesOf(last, b.data)
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

// patience is how long a page waits for its notices: it may be shown without.
const patience = 200 * time.Millisecond

// of returns what is to be said on a database's pages. If the store takes its time, that is what was so when somebody
// looked last.
func (b *board) of(database string) []look.Notice {
	b.mu.Lock()
	if !b.fresh() && b.asking == nil {
		b.asking = make(chan struct{})
		go b.ask()
	}
	if asking := b.asking; asking != nil {
		b.mu.Unlock()
		select {
		case <-asking:
		case <-time.After(patience):
		}
		b.mu.Lock()
	}
	defer b.mu.Unlock()
	return b.notices[database]
}

// ask looks behind a page.
func (b *board) ask() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	now := time.Now()
	last, err := b.pipeline.States(ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.asking)
	if b.asking, b.asked = nil, now; err == nil {
		b.last, b.notices = last, noticesOf(last, b.data)
	}
}

// noticesOf returns what is to be said on the pages of databases.
func noticesOf(all dynasette.States, data string) map[string][]look.Notice {
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
			notices[d.Slug] = append(notices[d.Slug], look.Notice{Text: text, URL: cmp.Or(item{s, data}.TableURL("_rejects"), url)})
		}
	}
	return notices
}

// why says what is the matter with a source.
func why(s dynasette.State) string {
	switch f := s.Failure; {
	case f == nil:
		return ""
	case f.Held != nil:
		return strings.Join(breaches(f.Held), "; ")
	default:
		return f.Message
	}
}

// breaches says why a version is held back.
func breaches(h *dynasette.Hold) (lines []string) {
	for i := range h.Breaches {
		lines = append(lines, h.Breaches[i].String())
	}
	if h.More > 0 {
		lines = append(lines, "and "+look.Thousands(int64(h.More))+" more")
	}
	return lines
}

// Notices returns what visitors of a database's pages should know. It is quick, and asks the store at most
// now and then, in the background.
func (h *Handler) Notices(database string) []look.Notice {
	h.once.Do(h.start)
	return h.board.of(database)
}
