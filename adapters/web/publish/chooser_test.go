package publish_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/web/access"
	"github.com/dynasette/dynasette/adapters/web/publish"
	"github.com/dynasette/dynasette/internal/sqliteread"
	"github.com/dynasette/dynasette/sources/shelf"
)

// chooser is somebody without JavaScript who has the page of a file open.
type chooser struct {
	t    *testing.T
	h    *publish.Handler
	root string // of the uploads
	at   string
	page *html.Node
	text string
	form url.Values
	code int
	to   string // where the answer leads
}

func newChooser(t *testing.T) *chooser {
	h, root := desk(t, &access.Access{Open: true})
	t.Cleanup(h.Pipeline.Wait)
	return &chooser{t: t, h: h, root: root}
}

// open puts a file on the shelf, and opens its page.
func (c *chooser) open(name, text string) {
	c.t.Helper()
	f, err := c.h.Shelf.Create(c.t.Context(), shelf.File{Name: name, Size: int64(len(text))})
	if err == nil {
		_, err = c.h.Shelf.Append(c.t.Context(), f.ID, 0, strings.NewReader(text))
	}
	if err != nil {
		c.t.Fatal(err)
	}
	c.at = publish.FilesPath + f.ID
	c.ask("GET", c.at, nil)
}

func (c *chooser) ask(method, at string, form url.Values) {
	c.t.Helper()
	r := httptest.NewRequest(method, at, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	c.h.ServeHTTP(w, r)
	c.code, c.to, c.text = w.Code, w.Header().Get("Location"), w.Body.String()
	page, err := html.Parse(strings.NewReader(c.text))
	if err != nil {
		c.t.Fatal(err)
	}
	c.page, c.form = page, url.Values{}
	for n := range page.Descendants() {
		c.control(n)
	}
}

// control takes what a browser would send of an element of the form.
func (c *chooser) control(n *html.Node) {
	name, value := attr(n, "name"), attr(n, "value")
	if name == "" || has(n, "disabled") {
		return
	}
	switch n.Data {
	case "input":
		switch {
		case attr(n, "type") != "checkbox":
			c.form.Add(name, value)
		case has(n, "checked"):
			c.form.Add(name, "on")
		}
	case "textarea":
		c.form.Add(name, strings.ReplaceAll(inside(n), "\n", "\r\n"))
	case "select":
		chosen := ""
		for o := range n.Descendants() {
			if o.Data == "option" && has(o, "selected") {
				chosen = inside(o)
			}
		}
		c.form.Add(name, chosen)
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

func inside(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// id returns the name of the control that a label of its own names.
func (c *chooser) id(label string) string {
	c.t.Helper()
	for n := range c.page.Descendants() {
		if attr(n, "aria-label") == label {
			return attr(n, "name")
		}
		if n.Data == "label" && strings.Join(strings.Fields(inside(n)), " ") == label {
			for d := range n.Descendants() {
				if name := attr(d, "name"); name != "" {
					return name
				}
			}
			return attr(n, "for")
		}
	}
	c.t.Fatalf("there is no control %q: %s", label, c.text)
	return ""
}

func (c *chooser) set(pairs ...string) {
	c.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		c.form.Set(c.id(pairs[i]), pairs[i+1])
	}
}

func (c *chooser) preview() { c.t.Helper(); c.ask("POST", c.at, c.form) }
func (c *chooser) publish() { c.t.Helper(); c.ask("POST", c.at+"/publish", c.form) }

// published fails if the page says why it could not be published; otherwise it waits for the release.
func (c *chooser) published() {
	c.t.Helper()
	if c.code != http.StatusSeeOther {
		c.t.Fatalf("%d %s", c.code, c.text)
	}
	c.h.Pipeline.Wait()
	if _, err := c.h.Pipeline.Reconcile(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
}

// has checks what is in the only database.
func (c *chooser) has(query string, want ...string) {
	c.t.Helper()
	all, err := c.h.Pipeline.Releases(c.t.Context())
	if err != nil || len(all) == 0 || len(all[0].Databases) != 1 {
		c.t.Fatalf("%+v: %v", all, err)
	}
	d := all[0].Databases[0]
	doc, err := c.h.Pipeline.Store.Open(c.t.Context(), dynasette.Object{Name: d.Object, Generation: d.Generation, Size: d.Size})
	if err != nil {
		c.t.Fatal(err)
	}
	defer doc.Close()
	db, err := sqliteread.Open(c.t.Context(), doc, d.Size)
	if err != nil {
		c.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(c.t.Context(), query)
	if err != nil {
		c.t.Fatal(err)
	}
	defer rows.Close()
	var got []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			c.t.Fatal(err)
		}
		got = append(got, text)
	}
	if !slices.Equal(got, want) {
		c.t.Errorf("%q, want %q (%v)", got, want, rows.Err())
	}
}

// shows checks the text of the page.
func (c *chooser) shows(want ...string) {
	c.t.Helper()
	text := strings.Join(strings.Fields(inside(c.page)), " ")
	for _, w := range want {
		if !strings.Contains(text, w) {
			c.t.Errorf("no %q in %d %s", w, c.code, text)
		}
	}
}

// alert returns what the page says is wrong.
func (c *chooser) alert() string {
	for n := range c.page.Descendants() {
		if attr(n, "role") == "alert" {
			return strings.Join(strings.Fields(inside(n)), " ")
		}
	}
	return ""
}

func (c *chooser) rules() string {
	text, err := os.ReadFile(filepath.Join(c.root, "dynasette.yaml"))
	if err != nil && !os.IsNotExist(err) {
		c.t.Fatal(err)
	}
	return string(text)
}

func (c *chooser) write(name, text string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.root, name), []byte(text), 0o666); err != nil {
		c.t.Fatal(err)
	}
}
