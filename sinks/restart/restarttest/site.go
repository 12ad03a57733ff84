package restarttest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// Reason is what a server says that refuses a release.
const Reason = "restarttest: no such column: owls"

// Rant is how it says it: with all that may not get to a terminal or a log, and too much of it.
var Rant = Reason + "\n" + odd + strings.Repeat("x", 20_000) + odd + "\n" + Reason + "\n"

const odd = "\x1b]0;owned\x07\x1b[2J\u202e\u009b31m\x7f\x00\xff\r"

// A Script says how a server takes releases, by their IDs: those that it does not name are
// Sound. The zero value names none. It is safe for concurrent use.
type Script struct {
	mu    sync.Mutex
	acts  map[string]Behaviour
	begun map[string]chan struct{} // closed once the server hangs
}

// Set has the server take a release so from now on.
func (s *Script) Set(id string, b Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.acts == nil {
		s.acts = map[string]Behaviour{}
	}
	s.acts[id] = b
}

// Of returns how the server takes a release.
func (s *Script) Of(id string) Behaviour {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.acts[id]
}

func (s *Script) channel(id string) chan struct{} {
	if s.begun == nil {
		s.begun = map[string]chan struct{}{}
	}
	if s.begun[id] == nil {
		s.begun[id] = make(chan struct{})
	}
	return s.begun[id]
}

// Begun tells those who Await the release.
func (s *Script) Begun(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channel(id)
	select {
	case <-c:
	default:
		close(c)
	}
}

// Await is Server.Await.
func (s *Script) Await(ctx context.Context, id string) {
	s.mu.Lock()
	c := s.channel(id)
	s.mu.Unlock()
	select {
	case <-c:
	case <-ctx.Done():
	}
}

// A Site is a server that is told of a release by HTTP: POST {"release": ID} is answered with
// 200 once it is served, with 409 and {"release": ID} if a later one is, and with 422 or 503
// as the Script has it. /-/versions.json is as Datasette's. The zero value serves nothing.
type Site struct {
	Script Script

	mu       sync.Mutex
	release  string // that is served
	moves    int
	impostor string // the release that another program has answered to since
	asked    int    // how often it was asked
}

// Serves is Server.Serves.
func (s *Site) Serves() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.release
}

// Moves is Server.Moves.
func (s *Site) Moves() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.moves
}

// Crash is Server.Crash.
func (s *Site) Crash() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.release = ""
}

// ServeHTTP answers as the Script has it.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		s.show(w)
		return
	}
	var to struct{ Release string }
	if err := json.NewDecoder(r.Body).Decode(&to); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if now := s.Serves(); now > to.Release {
		w.WriteHeader(http.StatusConflict)
		fmt.Fprintf(w, `{"release": %q}`, now)
		return
	}
	switch s.Script.Of(to.Release) {
	case Sound:
		s.move(to.Release)
	case Refused:
		rant(w, "422 Unprocessable")
	case Unreachable:
		rant(w, "503 Unavailable")
	case Hangs:
		io.Copy(io.Discard, r.Body) // so that the server notices when its client goes
		s.Script.Begun(to.Release)
		<-r.Context().Done()
	case Impostor:
		s.mu.Lock()
		s.impostor, s.asked = to.Release, 0
		s.mu.Unlock()
	}
}

func (s *Site) move(to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.impostor = ""
	if s.release < to {
		s.release = to
		s.moves++
	}
}

// rant answers in a way that no server in Go would.
func rant(w http.ResponseWriter, status string) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer conn.Close()
	fmt.Fprintf(buffered, "HTTP/1.1 %s \x1b[31m%s\r\nConnection: close\r\n\r\n%s", status, strings.Repeat("y", 4000), Rant)
	buffered.Flush()
}

// show answers a visitor.
func (s *Site) show(w http.ResponseWriter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.impostor == "" {
		fmt.Fprintf(w, `{"datasette": {"version": "0", "note": %q}}`, s.release)
		return
	}
	if s.asked++; s.asked == 3 {
		s.Script.Begun(s.impostor)
	}
	switch s.asked % 3 { // what other programs say
	case 0:
		fmt.Fprintf(w, `{"datasette": {"version": "0", "note": %q}}`, Rant)
	case 1:
		fmt.Fprint(w, "<h1>It works!</h1>")
	case 2:
		w.Header().Set("Location", "/login?next="+s.impostor)
		w.WriteHeader(http.StatusFound)
		fmt.Fprint(w, s.impostor)
	}
}
