package gcs_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter/all"
)

// Among 20 sound uploads, one whose database starts no server keeps nothing back but itself:
// their events are acknowledged served, and its own with why it is not, whether that is found
// out before a server is asked or by it.
func TestEvilUpload(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, sql, why string }{
		{"known", "CREATE VIRTUAL TABLE f USING fts5(a); UPDATE f_config SET v = 99", `the table "f": SQL logic error: invalid fts5 file format`},
		{"unknown", "CREATE TABLE t(a); CREATE VIEW v AS SELECT 1_000 AS n", "failed to start"}, // an older SQLite can't read it
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "x.db")
			db, err := sql.Open("sqlite", path)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := db.Exec(test.sql); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			c := newCloud(t, 0)
			evil := "evil.db"
			c.poison.Store(&evil)
			p := c.process(1, 0)
			p.Formats = all.Formats()
			var handlers sync.WaitGroup
			var mu sync.Mutex
			var failed []dynasette.Result
			c.notify = func(e dynasette.Event) {
				handlers.Go(func() {
					r, err := p.Process(t.Context(), e)
					if err != nil {
						t.Errorf("%s: %v", e.Name, err)
					}
					if r.Action != dynasette.Converted {
						mu.Lock()
						defer mu.Unlock()
						failed = append(failed, r)
					}
				})
			}
			for i := range 20 {
				if c.upload(fmt.Sprintf("f%d.csv", i), "a\n1\n"); i == 10 {
					c.upload(evil, string(data))
				}
			}
			handlers.Wait()
			p.Wait()
			if release, got := c.served(); len(got) != 20 || c.has(release, evil) {
				t.Errorf("served: %q", got)
			}
			if len(failed) != 1 || failed[0].Name != evil || failed[0].Err == nil || !strings.Contains(failed[0].Err.Error(), test.why) {
				t.Errorf("failed: %+v", failed)
			}
			recorded := ""
			if err := p.Failures(t.Context(), func(f dynasette.Failure) error { recorded += f.Source + ": " + f.Message; return nil }); err != nil ||
				!strings.HasPrefix(recorded, evil) || !strings.Contains(recorded, test.why) {
				t.Errorf("recorded: %q, %v", recorded, err)
			}
		})
	}
}
