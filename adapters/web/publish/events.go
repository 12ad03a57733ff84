package publish

import (
	"fmt"
	"net/http"
	"time"

	_ "embed"

	"github.com/dynasette/dynasette/internal/look"
)

//go:embed static/state.js
var stateJS string

// stateScript keeps a page as it would be if it were loaded again.
var stateScript = look.NewAsset(Path+"static/state.js", stateJS, "text/javascript; charset=utf-8")

const (
	eventsPath   = Path + "events"
	maxListeners = 100
	heartbeat    = 15 * time.Second       // proxies end what is silent
	atMost       = 250 * time.Millisecond // between two words
	progressing  = time.Second            // between two words on the progress of conversions
	streamFor    = 10 * time.Minute       // a browser asks again; a service is paid for by the second
)

// events tells a page, in server-sent events, to look again: "changed" when something has, or while something is
// under way, and now and then in any case, since others may change things too.
func (h *Handler) events(w http.ResponseWriter, r *http.Request) {
	select {
	case h.listeners <- struct{}{}:
		defer func() { <-h.listeners }()
	default:
		w.Header().Set("Retry-After", "30")
		http.Error(w, "too many pages listen", http.StatusServiceUnavailable)
		return
	}
	changed, stop := h.Pipeline.Watch()
	defer stop()
	head := w.Header()
	head.Set("Content-Type", "text/event-stream")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(w)
	say := func(text string) bool {
		_ = out.SetWriteDeadline(time.Now().Add(2 * heartbeat)) // where there can be none, the connection ends some day
		_, err := fmt.Fprint(w, text)
		return err == nil && out.Flush() == nil
	}
	const word = "event: changed\ndata: \n\n"
	if !say("retry: 2000\n\n" + word) { // what has changed since the page was made
		return
	}
	end, beat, progress := time.NewTimer(streamFor), time.NewTicker(heartbeat), time.NewTicker(progressing)
	defer end.Stop()
	defer beat.Stop()
	defer progress.Stop()
	for {
		ok := true
		select {
		case <-r.Context().Done():
			return
		case <-h.done:
			return
		case <-end.C:
			return
		case <-changed:
			ok = say(word)
			select {
			case <-time.After(atMost):
			case <-r.Context().Done():
			}
		case <-progress.C:
			if len(h.Pipeline.Working()) > 0 {
				ok = say(word)
			}
		case <-beat.C:
			ok = say(word)
		}
		if !ok {
			return
		}
	}
}

// Close ends what pages listen to. A server that is shut down waits for that.
func (h *Handler) Close() error {
	h.once.Do(h.start)
	h.closing.Do(func() { close(h.done) })
	return nil
}
