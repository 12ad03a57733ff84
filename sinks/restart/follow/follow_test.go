package follow_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/restart/follow"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

const (
	first  = "20260101-000000-001-aaaaaa"
	second = "20260101-000000-002-aaaaaa"
	third  = "20260102-000000-000-aaaaaa"
)

// What a server that follows answers says something of the release only if it is of our kind.
func TestAnswers(t *testing.T) {
	const no = `{"error": "no such column"}`
	for _, test := range []struct {
		status int
		body   string
		want   string // "", "later", "refused" or "unavailable"
		again  bool
	}{
		{200, `{"release": "` + first + `"}`, "", false},
		{200, `{}`, "unavailable", false},
		{200, `<h1>It works!</h1>`, "unavailable", false},
		{409, `{"release": "` + third + `"}`, "later", false},
		{409, `{"release": "` + second + `"}`, "unavailable", false},
		{409, `{"release": "` + first + `"}`, "unavailable", false},
		{409, `{"release": "placeholder"}`, "unavailable", false},
		{409, no, "unavailable", false},
		{422, no, "refused", false},
		{422, `no such column`, "unavailable", false},
		{302, no, "unavailable", false},
		{404, no, "unavailable", false},
		{429, `slow down`, "unavailable", true},
		{503, no, "unavailable", true},
		{503, `no`, "unavailable", true},
	} {
		asked := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked++
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(test.status)
			w.Write([]byte(test.body))
		}))
		err := follow.Restarter{URL: server.URL, Pause: time.Microsecond}.Restart(t.Context(), dynasette.Release{ID: second})
		server.Close()
		got, later := "refused", (*dynasette.NewerError)(nil)
		switch {
		case err == nil:
			got = ""
		case errors.As(err, &later) && later.Release == third:
			got = "later"
		case errors.Is(err, dynasette.ErrUnavailable):
			got = "unavailable"
		}
		if got != test.want || (asked > 1) != test.again {
			t.Errorf("%d %s: %q (%v) after %d times, want %q", test.status, test.body, got, err, asked, test.want)
		}
	}
}

// A server counts how often it is moved, to what.
type server struct {
	moves []string
	fails error
}

func (s *server) Restart(_ context.Context, r dynasette.Release) error {
	s.moves = append(s.moves, r.ID)
	return s.fails
}

func (s *server) Try(context.Context, dynasette.Release) error { return s.fails }

// pointTo has the store's pointer name a release, of no databases.
func pointTo(t *testing.T, store dynasette.Store, id string) {
	t.Helper()
	write := func(name string, content any) {
		data, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		_, over, err := store.Read(t.Context(), name)
		if err != nil && !errors.Is(err, dynasette.ErrNotFound) {
			t.Fatal(err)
		}
		if _, err := store.Write(t.Context(), name, data, over, nil); err != nil {
			t.Fatal(err)
		}
	}
	write("releases/"+id+"/metadata.json", map[string]string{})
	write("releases/"+id+".json", dynasette.Manifest{Release: id})
	write("current.json", map[string]any{"layout": 2, "release": id})
}

// A server goes to later releases only. One that it can't be moved to is tried again, but not
// with every look, and one after it at once.
func TestFollower(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, s := new(sinktest.Memory), new(server)
		f := &follow.Follower{Releases: &dynasette.Pipeline{Store: store}, Server: s, Folder: follow.Folder{Scratch: t.TempDir()}}
		pointTo(t, store, second)
		if err := f.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{second, first} {
			pointTo(t, store, id)
			if err := f.Look(t.Context()); err != nil || f.Serves() != second || len(s.moves) != 1 {
				t.Errorf("to %s: %v, moved to %q", id, err, s.moves)
			}
		}
		pointTo(t, store, third)
		s.moves, s.fails = nil, errors.New("it doesn't get well")
		for range 10 * 60 { // ten a second
			if err := f.Look(t.Context()); !errors.Is(err, s.fails) || f.Serves() != second {
				t.Fatalf("%v, serves %s", err, f.Serves())
			}
			time.Sleep(100 * time.Millisecond)
		}
		if n := len(s.moves); n < 3 || n > 10 {
			t.Errorf("tried %d times in a minute", n)
		}
		s.fails = nil
		pointTo(t, store, third+"1")
		if err := f.Look(t.Context()); err != nil || f.Serves() != third+"1" {
			t.Errorf("%v, serves %s", err, f.Serves())
		}
	})
}

// Documents of the release before stay, since it may have requests to answer; others go.
func TestDocumentsStay(t *testing.T) {
	store, scratch := new(sinktest.Memory), t.TempDir()
	f := &follow.Follower{
		Releases: &dynasette.Pipeline{Store: store}, Server: new(server), Folder: follow.Folder{Mount: t.TempDir(), Scratch: scratch},
	}
	var all []string
	for _, id := range []string{first, second, third} {
		pointTo(t, store, id)
		if err := f.Look(t.Context()); err != nil {
			t.Fatal(err)
		}
		all = append(all, id)
		entries, err := os.ReadDir(filepath.Join(scratch, "documents"))
		var have []string
		for _, e := range entries {
			have = append(have, e.Name())
		}
		if want := all[max(0, len(all)-2):]; err != nil || !slices.Equal(have, want) {
			t.Errorf("%q, want %q, %v", have, want, err)
		}
	}
}
