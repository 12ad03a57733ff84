package process

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dynasette/dynasette"
	_ "modernc.org/sqlite"
)

// TestDatasette switches a real Datasette, where one is on PATH, between releases under load.
// It has been seen to pass with 0.65.2 and 1.0a37.
func TestDatasette(t *testing.T) {
	program, err := exec.LookPath("datasette")
	if err != nil {
		t.Skip("no datasette on PATH")
	}
	version, err := exec.Command(program, "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s", strings.TrimSpace(string(version)))

	var s Server // as it is by default
	defer s.Close()
	url := serve(t, &s)
	restart(t, &s, datasetteRelease(t, "20260101T000000Z", 10))

	stop := make(chan struct{})
	var clients sync.WaitGroup
	for range 2 {
		clients.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				resp, err := http.Get(url + "/places/cities.json?_shape=array&_size=max")
				if err != nil {
					t.Error(err)
					return
				}
				var rows []any
				err = json.NewDecoder(resp.Body).Decode(&rows)
				resp.Body.Close()
				if err != nil || len(rows)%10 != 0 || len(rows) == 0 {
					t.Errorf("%s, %d rows: %v", resp.Status, len(rows), err)
					return
				}
			}
		})
	}
	restart(t, &s, datasetteRelease(t, "20260102T000000Z", 20))
	close(stop)
	clients.Wait()

	if _, body := get(t, url+"/-/databases.json"); !strings.Contains(body, `"is_mutable": false`) {
		t.Errorf("not immutable: %s", body)
	}
	if _, body := get(t, url+"/-/settings.json"); !strings.Contains(body, `"default_page_size": 7`) {
		t.Errorf("without the release's settings: %s", body)
	}
	if _, body := get(t, url); !strings.Contains(body, "All the places") {
		t.Error("without the release's metadata")
	}

	private := datasetteRelease(t, "20260102T120000Z", 5)
	for name, text := range map[string]string{"metadata.json": `{"allow": false}`, "datasette.json": `{"allow": false}`} { // 0.65 and 1.0
		if err := os.WriteFile(filepath.Join(private.Location, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	restart(t, &s, private)
	if status, _ := get(t, url+"/places"); status != http.StatusForbidden {
		t.Errorf("the private release is shown: %d", status)
	}
	restart(t, &s, datasetteRelease(t, "20260102T130000Z", 20))

	bad := datasetteRelease(t, "20260103T000000Z", 1)
	os.WriteFile(filepath.Join(bad.Location, "bad.db"), []byte("not a database at all, not even nearly one, but long enough"), 0o600)
	if err := s.Restart(t.Context(), bad); err == nil || !strings.Contains(err.Error(), "bad.db") && !strings.Contains(err.Error(), "not a database") {
		t.Errorf("a corrupt database: %v", err)
	}
	if _, body := get(t, url+"/-/versions.json"); !strings.Contains(body, "20260102T130000Z") {
		t.Errorf("the good release is gone: %s", body)
	}
}

func datasetteRelease(t *testing.T, id string, rows int) dynasette.Release {
	t.Helper()
	dir := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(dir, "places.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`CREATE TABLE cities (id INTEGER PRIMARY KEY, name TEXT);
		WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i+1 FROM n WHERE i < ?)
		INSERT INTO cities SELECT i, 'city ' || i FROM n`, rows); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"inspect-data.json": fmt.Sprintf(`{"places": {"hash": "0", "size": 8192, "file": "places.db", "tables": {"cities": {"count": %d}}}}`, rows),
		"metadata.json":     `{"title": "All the places"}`,
		"settings.json":     `{"default_page_size": 7}`,               // read by 0.65
		"datasette.json":    `{"settings": {"default_page_size": 7}}`, // read by 1.0
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dynasette.Release{ID: id, Location: dir}
}
