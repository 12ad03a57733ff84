package cli_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// soakTime is how long tests read while files change; DYNASETTE_SOAK=60s makes it long.
func soakTime(t *testing.T) time.Duration {
	text := os.Getenv("DYNASETTE_SOAK")
	if text == "" {
		return 2 * time.Second
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal("DYNASETTE_SOAK: ", err)
	}
	return d
}

// Whatever becomes of the files, no request fails, and no page has rows of two versions.
func TestUpSoak(t *testing.T) {
	for _, test := range []struct {
		server string
		files  int
	}{
		{"pages", 1},
		{"pages", 500},
		{"standin {location} {id} {host}:{port}", 20},
		{"datasette", 20},
	} {
		name, _, _ := strings.Cut(test.server, " ")
		t.Run(fmt.Sprintf("%s of %d", name, test.files), func(t *testing.T) {
			if _, err := exec.LookPath(name); err != nil && name == "datasette" {
				t.Skip(err)
			}
			soak(t, test.server, test.files)
		})
	}
}

// A soaked folder has files that are replaced and broken all the time; one of four is deleted,
// too.
type soaked struct {
	*upProcess
	files   int
	plain   bool // the server shows tables
	asked   atomic.Int64
	version atomic.Int64
}

func soak(t *testing.T, server string, files int) {
	folder := t.TempDir()
	s := &soaked{files: files, plain: !strings.HasPrefix(server, "standin")}
	for i := range files {
		writeFile(t, filepath.Join(folder, s.file(i)), s.text())
	}
	s.upProcess = startUp(t, folder, "--server", server)
	all := func(text string) func() bool {
		return func() bool {
			for _, i := range []int{0, files / 2, files - 1} {
				if _, status := s.get(s.page(i)); status != http.StatusOK || s.plain && !s.serves(s.page(i), text) {
					return false
				}
			}
			return true
		}
	}
	s.wait("first release", all(""))
	stop := make(chan struct{})
	var tasks sync.WaitGroup
	for range 3 {
		tasks.Go(func() { s.read(stop) })
	}
	tasks.Go(func() { s.change(stop) })
	time.Sleep(soakTime(t))
	close(stop)
	tasks.Wait()
	last := s.text()
	for _, i := range []int{0, files / 2, files - 1} {
		s.write(s.file(i), last)
	}
	s.wait("last version", all(strings.Fields(strings.ReplaceAll(last, ",", " "))[3]))
	t.Logf("%d requests, %d releases", s.asked.Load(), len(s.releases()))
	s.end()
	if s.asked.Load() < 10 {
		t.Errorf("only %d requests", s.asked.Load())
	}
}

func (s *soaked) file(i int) string { return fmt.Sprintf("f%d.csv", i) }

func (s *soaked) page(i int) string {
	if !s.plain {
		return "/"
	}
	return fmt.Sprintf("/f%d/f%d", i, i)
}

// text is a document of one version.
func (s *soaked) text() string {
	v := s.version.Add(1)
	return "n,version\n" + strings.Repeat(fmt.Sprintf("1,v%d\n", v), 50)
}

// comesAndGoes reports whether a file is deleted at times.
func comesAndGoes(i int) bool { return i%4 == 3 }

// read asks for pages until stop.
func (s *soaked) read(stop chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		i := rand.IntN(min(s.files, 40))
		if !s.plain {
			if body, status := s.get("/"); status != http.StatusOK {
				s.t.Errorf("/: %d %.200s", status, body)
			}
			s.asked.Add(1)
			continue
		}
		path := s.page(i) + ".json?_shape=array&_size=max"
		body, status := s.get(path)
		s.asked.Add(1)
		if status == http.StatusNotFound && comesAndGoes(i) {
			continue
		}
		var rows []struct{ Version string }
		if err := json.Unmarshal([]byte(body), &rows); status != http.StatusOK || err != nil || len(rows) != 50 {
			s.t.Errorf("%s: %d, %d rows, %v: %.200s", path, status, len(rows), err, body)
			return
		}
		for _, row := range rows {
			if row.Version != rows[0].Version {
				s.t.Errorf("%s has rows of %s and %s", path, rows[0].Version, row.Version)
				return
			}
		}
		if i == 0 {
			if _, status := s.get("/"); status != http.StatusOK {
				s.t.Errorf("/: %d", status)
			}
		}
	}
}

// change changes a few files at a time, until stop.
func (s *soaked) change(stop chan struct{}) {
	for n := 1; ; n++ {
		pause := 20 * time.Millisecond
		if n%4 == 0 { // time for a release
			pause = time.Duration(rand.IntN(1000)) * time.Millisecond
		}
		select {
		case <-stop:
			return
		case <-time.After(pause):
		}
		i := rand.IntN(min(s.files, 40))
		path := filepath.Join(s.folder, s.file(i))
		var err error
		switch what := rand.IntN(5); {
		case what == 0: // broken
			err = os.WriteFile(path, []byte(s.text()+"2,\"never closed"), 0o666)
		case what == 1 && comesAndGoes(i):
			if err = os.Remove(path); errors.Is(err, os.ErrNotExist) {
				err = nil
			}
		case what < 4: // as editors do
			half := fmt.Sprintf("%s.%d.tmp", path, rand.Int())
			err = errors.Join(os.WriteFile(half, []byte(s.text()), 0o666), os.Rename(half, path))
		default: // slowly, in place
			err = s.writeSlowly(path)
		}
		if err != nil {
			s.t.Error(err)
			return
		}
	}
}

// writeSlowly writes a file in two halves.
func (s *soaked) writeSlowly(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	text := s.text()
	_, first := f.WriteString(text[:len(text)/2])
	time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
	_, second := f.WriteString(text[len(text)/2:])
	return errors.Join(first, second, f.Close())
}
