package rules

import (
	"cmp"
	"fmt"
	"path"
	"strings"
)

// A datapackage is a descriptor of Frictionless Data, version 1 or 2, or a data set's of
// Kaggle.
type datapackage struct {
	words
	Name        string      `word:"name"`
	Title       string      `word:"title"`
	Description string      `word:"description"`
	Homepage    string      `word:"homepage"`
	Licenses    raw         `word:"licenses"`
	Sources     raw         `word:"sources"`
	Resources   []*resource `word:"resources"`
}

// A resource is a table of one, or what else is in the folder.
type resource struct {
	words
	Name        string   `word:"name"`
	Path        []string `word:"path"`
	Title       string   `word:"title"`
	Description string   `word:"description"`
	Encoding    string   `word:"encoding"`
	Dialect     raw      `word:"dialect"`
	Schema      raw      `word:"schema"`
	Licenses    raw      `word:"licenses"`
	Sources     raw      `word:"sources"`
	Data        raw      `word:"data"`
}

// readPackage makes entries of a descriptor's resources.
func (r *reader) readPackage(root *node) (*layer, error) {
	d := &decoder{text: r.text, theirs: true}
	l := &layer{file: r.name, claim: true, into: map[string]*about{}}
	var p datapackage
	if !d.structure(root, &p, "") {
		return nil, d.faults[0]
	}
	whole := credits{Title: p.Title, Description: p.Description, AboutURL: webOnly(p.Homepage)}
	credit(&whole, p.Licenses.node, p.Sources.node)
	l.database = p.Name
	if l.database == "" {
		l.database = path.Base(path.Dir(r.name))
	}
	if l.database == "." {
		l.database = "datapackage"
	}
	l.about = about{credits: whole, words: &p.words}
	for _, res := range p.Resources {
		if e := r.resource(d, res); e != nil {
			l.entries = append(l.entries, e)
		}
	}
	r.notes = append(r.notes, d.faults...)
	return l, nil
}

// resource makes an entry of a resource, or nil.
func (r *reader) resource(d *decoder, res *resource) *entry {
	e := &entry{Name: res.Name, Encoding: res.Encoding, words: res.words, literal: true}
	e.credits = credits{Title: res.Title, Description: res.Description}
	credit(&e.credits, res.Licenses.node, res.Sources.node)
	for _, name := range res.Path {
		if clean, why := localPath(name); why != "" {
			d.fault(res.said["path"].node(), "%s: %s is not used: %s", res.called(), clip(name), why)
		} else {
			e.Path = append(e.Path, clean)
		}
	}
	if data := res.Data.node; data != nil && len(res.Path) == 0 {
		if !rowsOf(data) {
			d.fault(data, "%s: the data that stands in the descriptor itself is no list of rows, and is not used", res.called())
			return nil
		}
		inline := Inline{Name: path.Join(path.Dir(r.name), path.Base(r.name)+"/"+cmp.Or(res.Name, "data")+".json"), Text: data.source}
		r.inline = append(r.inline, inline)
		e.Path = []string{path.Base(r.name) + "/" + path.Base(inline.Name)}
		e.say("path", data)
	}
	if len(e.Path) == 0 {
		return nil
	}
	if n := r.referred(d, res.Dialect.node, "dialect"); n != nil {
		e.Dialect = r.dialect(d, n)
		if null := n.scalar("nullSequence"); null != "" {
			e.MissingValues = []string{null}
			e.say("missingValues", n.get("nullSequence"))
		}
	}
	if n := r.referred(d, res.Schema.node, "schema"); n != nil {
		e.Schema = r.schema(d, n)
	}
	return e
}

// An Inline is a document that stands in a descriptor, under a name of its own.
type Inline struct{ Name, Text string }

// Inline returns the documents that stand in descriptors themselves.
func (s *Set) Inline() []Inline { return s.inline }

// rowsOf reports whether data is a list of objects or of arrays.
func rowsOf(data *node) bool {
	for _, item := range data.items {
		if item.kind != data.items[0].kind || item.kind == scalarNode {
			return false
		}
	}
	return data.kind == listNode && len(data.items) > 0
}

func (res *resource) called() string {
	if res.Name == "" {
		return "a resource without a name"
	}
	return "resource " + clip(res.Name)
}

// dialect reads a Table Dialect, or one in which what a format has is within the format's
// name.
func (r *reader) dialect(d *decoder, n *node) *dialect {
	for _, nested := range []string{"csv", "json", "xls", "xlsx", "excel"} {
		if inner := n.get(nested); inner != nil && inner.kind == mappingNode {
			n = inner
		}
	}
	var said dialect
	if !d.structure(n, &said, kinds["dialect"]) {
		return nil
	}
	if quote := n.get("quoteChar"); quote != nil && quote.null() {
		said.QuoteChar = "none"
		said.say("quoteChar", quote)
	}
	return &said
}

// schema reads a Table Schema.
func (r *reader) schema(d *decoder, n *node) *schema {
	var said schema
	if n.kind == listNode { // of fields, as some have it
		n = &node{kind: mappingNode, keys: []*node{{text: "fields", line: n.line, column: n.column}}, items: []*node{n}, line: n.line, column: n.column}
	}
	for _, of := range append([]*node{n}, n.list("fields")...) {
		if values := of.get("missingValues"); values != nil {
			unlabel(values)
		}
	}
	if !d.structure(n, &said, "") {
		return nil
	}
	for _, f := range said.Fields {
		f.normalize(d)
	}
	return &said
}

// unlabel makes texts of missing values that have labels.
func unlabel(list *node) {
	for i, item := range list.items {
		if v := item.get("value"); v != nil && list.kind == listNode {
			list.items[i] = v
		}
	}
}

// referred returns a mapping that stands here, or in a file beside that is named here, or
// nil.
func (r *reader) referred(d *decoder, n *node, what string) *node {
	if n == nil || n.null() {
		return nil
	}
	if n.kind != scalarNode {
		return n
	}
	name, why := localPath(n.text)
	if why != "" {
		d.fault(n, "the %s %s is not used: %s", what, clip(n.text), why)
		return nil
	}
	name = path.Join(path.Dir(r.name), name)
	text, err := r.open(name, maxBytes)
	if err != nil {
		d.fault(n, "the %s %s is not used: %s", what, clip(n.text), fileProblem(err))
		return nil
	}
	r.referredTo = append(r.referredTo, name)
	root, _, err := readAny(name, text)
	if err != nil {
		fault := *err.(*Fault)
		fault.File = name
		fault.Message += fmt.Sprintf(". The %s in it is not used", what)
		r.notes = append(r.notes, &fault)
		return nil
	}
	root.in(name)
	if root.kind != mappingNode && root.kind != listNode {
		d.fault(n, "the %s %s is not used: there is %s in it", what, clip(n.text), root.kindOf())
		return nil
	}
	return root
}

// localPath returns a path within the descriptor's folder, or why it is none.
func localPath(name string) (clean, why string) {
	if isURL(name) {
		return "", "a URL is not fetched, since what is converted is what was uploaded"
	}
	name = strings.ReplaceAll(name, `\`, "/")
	if strings.HasPrefix(name, "/") || len(name) > 1 && name[1] == ':' {
		return "", "it is outside of the folder"
	}
	if clean = path.Clean(name); clean == ".." || strings.HasPrefix(clean, "../") {
		return "", "it is outside of the folder"
	}
	return clean, ""
}

func isURL(s string) bool {
	scheme, _, ok := strings.Cut(s, "://")
	return ok && len(scheme) > 1 && !strings.ContainsAny(scheme, "/.") || strings.HasPrefix(s, "data:")
}

// webOnly returns s if it is a link that a browser may follow.
func webOnly(s string) string {
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return s
	}
	return ""
}

// credit fills in the license and the source that a descriptor names first, if they are not
// there yet.
func credit(c *credits, licenses, sources *node) {
	if n := first(licenses); n != nil && n.kind == mappingNode {
		c.License, c.LicenseURL = oneWord(n, "title", "name", "type", "id"), webOnly(oneWord(n, "path", "url"))
	} else if n != nil {
		c.License = n.text
	}
	if n := first(sources); n != nil && n.kind == mappingNode {
		link := oneWord(n, "path", "web", "link", "url")
		c.Source, c.SourceURL = oneWord(n, "title", "name"), webOnly(link)
		if c.Source == "" {
			c.Source = link
		}
	} else if n != nil {
		c.Source = n.text
	}
}

func first(n *node) *node {
	if n != nil && n.kind == listNode {
		if len(n.items) == 0 {
			return nil
		}
		n = n.items[0]
	}
	if n == nil || n.null() {
		return nil
	}
	return n
}

// oneWord returns the first of some words that is there.
func oneWord(n *node, words ...string) string {
	for _, w := range words {
		if text := n.scalar(w); text != "" {
			return text
		}
	}
	return ""
}
