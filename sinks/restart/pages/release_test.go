package pages

import (
	"database/sql"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
)

// makeRelease makes a folder of files. What ends in .db is the SQL that makes the database.
func makeRelease(t testing.TB, id string, files map[string]string) dynasette.Release {
	t.Helper()
	r := dynasette.Release{ID: id, Location: t.TempDir()}
	for name, content := range files {
		path := filepath.Join(r.Location, name)
		if !strings.HasSuffix(name, ".db") {
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(content); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// serve shows the files as a release. On a busy machine a second may be short.
func serve(t testing.TB, files map[string]string) *Server {
	t.Helper()
	s := &Server{TimeLimit: time.Minute}
	t.Cleanup(func() { s.Close() })
	if err := s.Restart(t.Context(), makeRelease(t, "r1", files)); err != nil {
		t.Fatal(err)
	}
	return s
}

func ask(s http.Handler, url string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", url, nil))
	return w
}

// body asks for a page that has to be there.
func body(t testing.TB, s http.Handler, url string) string {
	t.Helper()
	w := ask(s, url)
	b, _ := io.ReadAll(w.Body)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: status %d: %s", url, w.Code, b)
	}
	return string(b)
}

const (
	odd = `CREATE TABLE "we""ird/table .json" ("a""b" TEXT, "[x]" INTEGER, "select" REAL, "two words" TEXT, "<b>" TEXT, v);
		INSERT INTO "we""ird/table .json" VALUES ('<script>alert(1)</script>', 1, 1.5, 'javascript:alert(1)', '<img src=x onerror=alert(1)>', x'00ff10'),
			(NULL, NULL, NULL, '', '', 9e999);
		CREATE TABLE "'; DROP TABLE x; --" ("a__contains" TEXT, "_under" TEXT, "ünïcode" TEXT);
		INSERT INTO "'; DROP TABLE x; --" VALUES ('1', '2', '3');`
	towns = `CREATE TABLE states (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
		INSERT INTO states VALUES (1, 'Tasmania'), (2, 'Victoria');
		CREATE TABLE towns (name TEXT, code TEXT, state INTEGER REFERENCES states(id), people INTEGER, founded DATE, site TEXT);
		INSERT INTO towns VALUES ('Hobart', '07000', 1, 247000, '1804-02-21', 'https://example.org/hobart'),
			('Ballarat', '03350', 2, 111000, '1838-01-01', NULL), ('Bicheno', '07215', 1, NULL, '', 'see https://example.org');
		CREATE VIEW big AS SELECT name, people FROM towns WHERE people > 200000;
		CREATE TABLE _rejects (line INTEGER, reason TEXT);
		CREATE VIRTUAL TABLE towns_fts USING fts5(name, content="towns");
		INSERT INTO towns_fts(towns_fts) VALUES ('rebuild');`
)
