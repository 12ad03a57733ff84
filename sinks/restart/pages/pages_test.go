package pages

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
)

func TestBeforeTheFirstRelease(t *testing.T) {
	s := Server{TimeLimit: time.Minute}
	defer s.Close()
	w := ask(&s, "/towns")
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "Waiting for the first release") || !strings.Contains(w.Body.String(), `http-equiv="refresh"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(&s, "/towns.json"); w.Code != http.StatusServiceUnavailable || !strings.HasPrefix(w.Body.String(), `{"ok": false`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(&s, "/-/dynasette/static/style.css"); w.Code != http.StatusOK {
		t.Errorf("style: %d", w.Code)
	}
}

// numbered has only rows of one number, so that a mixture of releases would show.
func numbered(t *testing.T, n int) dynasette.Release {
	sql := fmt.Sprintf("CREATE TABLE t (n INTEGER); WITH RECURSIVE i(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM i WHERE x < 500) INSERT INTO t SELECT %d FROM i", n)
	return makeRelease(t, fmt.Sprint("r", n), map[string]string{"d.db": sql})
}

func TestSwitchesWithoutAFailedRequest(t *testing.T) {
	s := Server{TimeLimit: time.Minute}
	releases := []dynasette.Release{numbered(t, 1), numbered(t, 2), numbered(t, 3)}
	if err := s.Restart(t.Context(), releases[0]); err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(&s)
	defer front.Close()
	stop := make(chan struct{})
	var clients sync.WaitGroup
	for i := range 4 {
		clients.Go(func() {
			for url := front.URL + []string{"/d/t.json?_shape=arrayfirst&_col=n&_size=max&_nl=on", "/d/t.csv"}[i%2]; ; {
				select {
				case <-stop:
					return
				default:
				}
				resp, err := http.Get(url)
				if err != nil {
					t.Error(err)
					return
				}
				b, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil || resp.StatusCode != 200 || i%2 == 1 && !strings.Contains("111222333", string(b[2:3])+string(b[4:5])+string(b[len(b)-2:len(b)-1])) {
					t.Errorf("%s %v %.40q", resp.Status, err, b)
					return
				}
			}
		})
	}
	for i := range 60 {
		r := releases[i%len(releases)]
		r.ID = fmt.Sprintf("r1-%02d", i)
		if err := s.Restart(t.Context(), r); err != nil {
			t.Error(err)
		}
		if note := body(t, &s, "/-/versions.json"); !strings.Contains(note, r.ID) {
			t.Errorf("%s is shown, not %s", note, r.ID)
		}
	}
	close(stop)
	clients.Wait()
	s.background.Wait() // all that was let go of is closed
	checkOpen(t, releases[:2], releases[2])
	s.Close()
	checkOpen(t, releases)
	if err := s.Restart(t.Context(), dynasette.Release{ID: "r99", Location: releases[0].Location}); !errors.Is(err, http.ErrServerClosed) || !errors.Is(err, dynasette.ErrUnavailable) {
		t.Errorf("after Close: %v", err)
	}
}

// checkOpen wants no file of the releases to be open, where the system can tell.
func checkOpen(t *testing.T, closed []dynasette.Release, open ...dynasette.Release) {
	t.Helper()
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil || links == nil {
		return
	}
	for _, link := range links {
		file, _ := os.Readlink(link)
		for _, r := range closed {
			if strings.HasPrefix(file, r.Location) {
				t.Errorf("%s of release %s is still open", file, r.ID)
			}
		}
	}
}

func TestABadReleaseChangesNothing(t *testing.T) {
	s := serve(t, map[string]string{"towns.db": towns})
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"corrupt":      {map[string]string{"bad.sqlite": strings.Repeat("no database ", 1000), "towns.db": towns}, "bad.sqlite: file is not a database"},
		"truncated":    {map[string]string{"cut.sqlite3": "SQLite format 3\x00\x10\x00"}, "cut.sqlite3"},
		"same name":    {map[string]string{"a.db": "CREATE TABLE t (x)", "a.sqlite": ""}, "two databases are called a"},
		"metadata":     {map[string]string{"metadata.json": "{"}, "metadata.json"},
		"inspect data": {map[string]string{"inspect-data.json": "[]"}, "inspect-data.json"},
	} {
		t.Run(name, func(t *testing.T) {
			err := s.Restart(t.Context(), makeRelease(t, "r2-bad", test.files))
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "release r2-bad") {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
	for _, location := range []string{filepath.Join(t.TempDir(), "none"), "gs://bucket/releases/x"} {
		if err := s.Restart(t.Context(), dynasette.Release{ID: "x", Location: location}); err == nil {
			t.Errorf("%s was opened", location)
		}
	}
	if !strings.Contains(body(t, s, "/-/versions.json"), `"r1"`) || !strings.Contains(body(t, s, "/towns/towns"), "Hobart") {
		t.Error("the good release is gone")
	}
	if err := s.Restart(t.Context(), makeRelease(t, "r3-empty", nil)); err != nil {
		t.Error(err)
	}
	if !strings.Contains(body(t, s, "/"), "no databases") {
		t.Error("an empty release says nothing")
	}
}

func TestNothingIsWritten(t *testing.T) {
	r := makeRelease(t, "r1", map[string]string{"towns.db": towns})
	os.Chmod(filepath.Join(r.Location, "towns.db"), 0o400)
	before, err := os.ReadFile(filepath.Join(r.Location, "towns.db"))
	if err != nil {
		t.Fatal(err)
	}
	s := Server{TimeLimit: time.Minute}
	if err := s.Restart(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{"/", "/towns", "/towns/towns?_sort=name", "/towns/towns.csv", "/towns/big"} {
		body(t, &s, url)
	}
	if got := body(t, &s, "/towns.db"); got != string(before) {
		t.Error("the download is not the file")
	}
	s.Close()
	after, _ := os.ReadFile(filepath.Join(r.Location, "towns.db"))
	entries, _ := os.ReadDir(r.Location)
	if string(after) != string(before) || len(entries) != 1 {
		t.Errorf("the release was changed: %v", entries)
	}
}

func TestATableThatCantBeReadHidesNothingElse(t *testing.T) {
	s := serve(t, map[string]string{"d.db": `CREATE TABLE good (x); INSERT INTO good VALUES (1);
		CREATE TABLE gone (x); CREATE VIEW broken AS SELECT x FROM gone; DROP TABLE gone;`})
	page := body(t, s, "/d")
	if !strings.Contains(page, ">good<") || !strings.Contains(page, "It can't be read") {
		t.Error(page)
	}
	if w := ask(s, "/d/broken"); w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "no such table") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	body(t, s, "/d/good")
}
