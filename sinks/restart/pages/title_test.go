package pages

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
)

// TestNothingIsSaidTwice: what the pipeline says of an upload is among the facts of its page, and only there; what people
// say stands by itself.
func TestNothingIsSaidTwice(t *testing.T) {
	known := dynasette.Database{Slug: "strassen", Source: "Straßen & Wege.csv", Object: "strassen.db", Rejects: 2, Updated: time.Date(2024, 5, 6, 7, 8, 0, 0, time.UTC),
		Tables: []dynasette.Table{{Name: "t", Rows: 3}, {Name: "_rejects", Rows: 2}}}
	known.Found.Rejected = 2
	for said, want := range map[string]string{"": "", "Of the town": `<p class="description">Of the town</p>`} {
		about := known.Description()
		if said != "" {
			about = said + " (" + about + ")"
		}
		r := makeRelease(t, "r1", map[string]string{"strassen.db": "CREATE TABLE t (a); CREATE TABLE _rejects (b)",
			"metadata.json": fmt.Sprintf(`{"description": "Updated 2024-05-06 07:08 UTC", "databases": {"strassen": {"title": "Straßen & Wege.csv", "source": "Straßen & Wege.csv", "description": %q}}}`, about)})
		r.Manifest, r.Store = &dynasette.Manifest{Updated: known.Updated, Databases: []dynasette.Database{known}}, r.Location
		s := &Server{TimeLimit: time.Minute}
		defer s.Close()
		if err := s.Restart(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		for _, url := range []string{"/", "/strassen"} {
			page := body(t, s, url)
			seen := page[strings.Index(page, "<body"):]
			if strings.Contains(seen, "2024-05-06 07:08 UTC") || strings.Contains(seen, "Source:") || !strings.Contains(seen, "6 May 2024, 07:08") || !strings.Contains(seen, ">Straßen &amp; Wege.csv<") {
				t.Errorf("%s: %s", url, page)
			}
			if strings.Contains(page, `class="description"`) != (said != "") || !strings.Contains(page, want) {
				t.Errorf("%s: not just %q: %s", url, said, page)
			}
		}
		if page := body(t, s, "/strassen"); !strings.Contains(page, `2 rows rejected: <a href="/strassen/_rejects">what and why</a>`) {
			t.Error(page)
		}
	}
}
