package dynasette

import "time"

// A History is what releases changed when they came to be served. Each manifest carries it on, so it
// costs no call, and whoever serves a release can show it.
type History struct {
	Since    string `json:"since"`    // the release that it began with, which may have been forgotten since
	Releases []Past `json:"releases"` // the latest first, at most maxPast
}

// A Past is what one release changed.
type Past struct {
	Release string    `json:"release"`
	Created time.Time `json:"created"`
	Of      string    `json:"of,omitempty"`   // the release that was gone back to
	Lines   []string  `json:"changes"`        // for people: fit to be shown, but to be escaped
	More    int       `json:"more,omitempty"` // so many lines that are left out
}

const (
	maxPast      = 30
	maxPastLines = 20
)

// history returns that of the next release.
func (m *Manifest) history(next *Manifest) History {
	lines := diff(m, next).Lines()
	past := Past{Release: next.Release, Created: next.Created, Of: next.Of, Lines: lines}
	if len(lines) > maxPastLines {
		past.Lines, past.More = lines[:maxPastLines], len(lines)-maxPastLines
	}
	h := History{Since: next.Release, Releases: []Past{past}}
	if m != nil && m.History.Since != "" {
		h.Since = m.History.Since
		h.Releases = append(h.Releases, m.History.Releases[:min(len(m.History.Releases), maxPast-1)]...)
	}
	return h
}
