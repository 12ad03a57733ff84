package pages

import (
	"database/sql"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/restart/restarttest"
)

func TestSuite(t *testing.T) { restarttest.Run(t, suiteServer) }

func suiteServer(t *testing.T) restarttest.Server {
	s := &Server{TimeLimit: time.Minute}
	t.Cleanup(func() { s.Close() })
	var seen *release // last
	moves := 0
	return restarttest.Server{
		Restarter: s,
		Moves: func() int {
			if now, _ := s.current.Current(); now != seen {
				seen = now
				moves++
			}
			return moves
		},
		Prepare: func(r dynasette.Release, b restarttest.Behaviour) dynasette.Release {
			switch b {
			case restarttest.Refused:
				ruin(t, filepath.Join(r.Store, filepath.FromSlash(r.Manifest.Databases[0].Object)))
			case restarttest.Unreachable:
				r.Location = "gs://bucket/releases/" + r.ID
			case restarttest.Hangs:
				t.Skip("files are opened, or they are not")
			case restarttest.Impostor:
				t.Skip("nobody else can answer")
			}
			return r
		},
		Serves: func() string {
			w := ask(s, "/-/versions.json")
			if w.Code != http.StatusOK {
				return ""
			}
			var versions struct{ Datasette struct{ Note string } }
			if err := json.Unmarshal(w.Body.Bytes(), &versions); err != nil {
				return err.Error()
			}
			return versions.Datasette.Note
		},
	}
}

// ruin makes a database one that SQLite refuses with words of the uploader's.
func ruin(t *testing.T, file string) {
	t.Helper()
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	name := strings.ReplaceAll(restarttest.Rant, "\x00", "") // which would be its end
	for _, order := range []string{"CREATE TABLE t (x)", "PRAGMA writable_schema = 1",
		"UPDATE sqlite_schema SET name = '" + name + "', tbl_name = name, sql = 'CREATE TABLE t (x'"} {
		if _, err := db.Exec(order); err != nil {
			t.Fatal(err)
		}
	}
}
