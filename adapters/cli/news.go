package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
)

// news tells of every release that is served, in one line.
type news struct {
	*app
	url string

	mu   sync.Mutex
	now  dynasette.Manifest
	said map[string]bool // of base documents
}

// serves says that a release is served, unless that is known.
func (n *news) serves(m *dynasette.Manifest) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.now.Release == m.Release {
		return
	}
	before := n.now
	n.now = *m
	if n.json {
		json.NewEncoder(n.Stdout).Encode(struct {
			URL string `json:"url"`
			dynasette.Manifest
		}{n.url, n.now})
		return
	}
	fmt.Fprintf(n.Stdout, "%s  release %s  %s, %s%s\n", n.url, m.Release,
		count(int64(len(n.now.Databases)), "database"), count(rowsOf(n.now), "row"), printable(difference(before, n.now)))
	n.sayBase()
}

// sayBase says what does not fit of base documents, once for as long as it does not. Those that
// can't be used at all are complained of by upkeep.
func (n *news) sayBase() {
	now := map[string]bool{}
	for _, line := range baseLines(&n.now) {
		if now[line] = true; !n.said[line] {
			fmt.Fprintln(n.Stderr, line)
		}
	}
	n.said = now
}

// baseLines says what does not fit of the base documents of a release.
func baseLines(m *dynasette.Manifest) (lines []string) {
	for _, f := range m.BaseFindings {
		if f.Severity == converter.Doubt {
			lines = append(lines, printable(f.Severity.String()+": "+f.String()))
		}
	}
	return lines
}

// last returns the release that is served.
func (n *news) last() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.now.Release
}

// has reports whether the release that is served has a database of an upload.
func (n *news) has(upload string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.ContainsFunc(n.now.Databases, func(d dynasette.Database) bool { return d.Source == upload })
}

func rowsOf(m dynasette.Manifest) int64 {
	n := int64(0)
	for i := range m.Databases {
		n += m.Databases[i].Rows()
	}
	return n
}

// difference says what is new (+), changed (~) and gone (-) since the release before, and
// what was found in it.
func difference(before, now dynasette.Manifest) string {
	builds := map[string]string{}
	for _, d := range before.Databases {
		builds[d.Slug] = d.Object
	}
	var marks []string
	for _, d := range now.Databases {
		switch old, ok := builds[d.Slug]; {
		case !ok:
			marks = append(marks, "+"+d.Slug+found(now, d))
		case old != d.Object:
			marks = append(marks, "~"+d.Slug+found(now, d))
		}
		delete(builds, d.Slug)
	}
	for _, d := range before.Databases {
		if _, gone := builds[d.Slug]; gone {
			marks = append(marks, "-"+d.Slug)
		}
	}
	if len(marks) == 0 {
		return ""
	}
	return "  " + some(marks)
}

func found(m dynasette.Manifest, d dynasette.Database) string {
	counts := d.Found
	counts.Doubts += len(m.FindingsOf(d.Source))
	if text := counts.String(); text != "" {
		return " (" + text + ")"
	}
	return ""
}
