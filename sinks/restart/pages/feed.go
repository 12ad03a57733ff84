package pages

import (
	"encoding/xml"
	"fmt"
	"html"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/look"
)

const (
	changesPath = "/-/changes"
	feedPath    = "/-/changes.atom"

	maxHeadline = 120 // characters of a line
)

// A feed is an Atom feed, RFC 4287. It is a function of the release and of the site's address.
type feed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Links   []feedLink  `xml:"link"`
	Author  string      `xml:"author>name"`
	Maker   string      `xml:"generator"`
	Entries []feedEntry `xml:"entry"`
}

type feedLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	URL  string `xml:"href,attr"`
}

type feedEntry struct {
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Link    feedLink `xml:"link"`
	Content feedText `xml:"content"`
}

type feedText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// feedID makes an ID of the one of a release, which nothing else has.
func feedID(what, release string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/dynasette/dynasette/"+what+"/"+release)).URN()
}

// newFeed returns the feed of what releases changed. The first release that is known of names it,
// so it is the same feed at another address and after any number of releases.
func newFeed(h dynasette.History, site string, url func(path string) string) feed {
	f := feed{
		ID: feedID("feed", h.Since), Title: site + ": what changed", Author: site, Maker: "dynasette",
		Links: []feedLink{{"self", "application/atom+xml", url(feedPath)}, {"alternate", "text/html", url(changesPath)}},
	}
	for _, p := range h.Releases {
		var b strings.Builder
		fmt.Fprintf(&b, "<p>%s</p>", html.EscapeString(summary(p)))
		if len(p.Lines) > 0 {
			b.WriteString("<ul>")
			for _, line := range p.Lines {
				fmt.Fprintf(&b, "<li>%s</li>", html.EscapeString(line))
			}
			b.WriteString("</ul>")
		}
		f.Entries = append(f.Entries, feedEntry{
			ID: feedID("release", p.Release), Title: headline(p), Updated: p.Created.UTC().Format(time.RFC3339),
			Link: feedLink{"alternate", "text/html", url(changesPath) + "#" + p.Release}, Content: feedText{"html", b.String()},
		})
	}
	if len(f.Entries) > 0 {
		f.Updated = f.Entries[0].Updated
	}
	return f
}

// headline is what a reader shows of a release in its list.
func headline(p dynasette.Past) string {
	switch {
	case p.Of != "":
		return "Back to release " + p.Of
	case len(p.Lines) == 0:
		return "No data changed"
	}
	text, more := cut(p.Lines[0], maxHeadline)
	if more {
		text += "…"
	}
	if n := len(p.Lines) + p.More; n > 1 {
		text += fmt.Sprintf(" (and %d more)", n-1)
	}
	return text
}

// summary says of which release the lines below it are, and whether they are all.
func summary(p dynasette.Past) string {
	text := "Release " + p.Release
	if p.Of != "" {
		text += ", which has the databases of " + p.Of
	}
	if p.More > 0 {
		text += fmt.Sprintf("; the first %d of %d changes:", len(p.Lines), len(p.Lines)+p.More)
	}
	return text
}

// history returns what releases changed, if the one that is shown tells.
func (r *release) history() (h dynasette.History, ok bool) {
	if r == nil || r.Manifest == nil {
		return h, false
	}
	return r.Manifest.History, len(r.Manifest.History.Releases) > 0
}

func (q *request) feed() error {
	h, ok := q.release.history()
	if !ok {
		return notFound("It is not known what this release changed.")
	}
	data, err := xml.MarshalIndent(newFeed(h, q.layout("").Site, q.absolutePath), "", " ")
	if err != nil {
		return err
	}
	q.head("application/atom+xml; charset=utf-8")
	q.w.Write(append([]byte(xml.Header), append(data, '\n')...))
	return nil
}

type changesPage struct {
	look.Layout
	Releases []dynasette.Past
}

func (q *request) changes() error {
	h, ok := q.release.history()
	if !ok {
		return notFound("It is not known what this release changed.")
	}
	return q.show("changes", changesPage{q.layout("What changed", look.At("What changed", changesPath)), h.Releases})
}
