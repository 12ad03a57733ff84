package dynasette

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/dynasette/dynasette/internal/sqliteheader"
	"github.com/dynasette/dynasette/internal/suggest"
)

// A problem is what keeps Datasette from serving a release, or from serving it as it
// should be.
type problem struct {
	File  string // in the release's folder
	Fault string
}

func (p problem) String() string { return p.File + ": " + p.Fault }

func joinProblems(problems []problem) string {
	var all []string
	for _, p := range problems {
		all = append(all, p.String())
	}
	return strings.Join(all, "; ")
}

// lint looks at the documents of a release. Datasette doesn't start with a wrong one, and
// takes its configuration from them.
func lint(m *Manifest, documents []document) []problem {
	l := linter{m: m}
	for _, d := range m.Databases {
		if !slugPattern().MatchString(d.Slug) || slices.Contains(reservedSlugs, d.Slug) {
			l.add(d.File(), "not a name for a database")
		}
	}
	for _, d := range documents {
		if d.name != filesFile {
			l.document(d.name, d.data)
		}
	}
	slices.SortFunc(l.problems, func(a, b problem) int { return strings.Compare(a.String(), b.String()) })
	return l.problems
}

// openFault opens a database as far as can be done without SQLite, and says what is wrong. What
// SQLite says of an upload that was a database its converter has asked already.
func (p *Pipeline) openFault(ctx context.Context, d *Database) (string, error) {
	doc, err := p.Store.Open(ctx, Object{Name: d.Object, Generation: d.Generation, Size: d.Size})
	if moved(err) {
		return "it is gone from the store; reconcile makes it anew", nil
	}
	if err != nil {
		return "", err
	}
	defer doc.Close()
	head := make([]byte, sqliteheader.MaxPageSize)
	n, err := doc.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return "", err
	}
	head = head[:n]
	if h, ok := sqliteheader.Parse(head); ok {
		head = head[:min(n, h.PageSize)]
	}
	if err := checkFirstPage(head, d.Size); err != nil {
		return err.Error(), nil
	}
	return "", nil
}

// checkFirstPage says what keeps SQLite from opening a database of that first page and
// size on a read-only disk. See https://www.sqlite.org/fileformat2.html.
func checkFirstPage(first []byte, size int64) error {
	h, ok := sqliteheader.Parse(first)
	switch {
	case size == 0 || len(first) == 0:
		return errors.New("the database is empty")
	case !ok || len(first) < sqliteheader.MinPageSize:
		return errors.New("not a SQLite database")
	case h.PageSize != len(first) || !sqliteheader.ValidPageSize(h.PageSize):
		return errors.New("the header names a wrong page size")
	case h.WriteVersion > 1 || h.ReadVersion > 1:
		return errors.New("the database is in WAL mode, which needs a disk that can be written to")
	case size%int64(h.PageSize) != 0:
		return errors.New("the database ends within a page")
	case h.KnowsPages() && int64(h.Pages)*int64(h.PageSize) != size:
		return errors.New("the database is shorter or longer than its header says")
	case first[sqliteheader.Size] != 0x0d && first[sqliteheader.Size] != 0x05:
		return errors.New("the schema is not readable")
	}
	return nil
}

// A linter collects problems.
type linter struct {
	m        *Manifest
	problems []problem
}

func (l *linter) add(file, format string, args ...any) {
	l.problems = append(l.problems, problem{file, fmt.Sprintf(format, args...)})
}

// document looks into a file of configuration.
func (l *linter) document(name string, data []byte) {
	var root map[string]any
	var err error
	if name == configFile {
		root, err = readConfig(data)
	} else {
		err = json.Unmarshal(data, &root)
	}
	if err != nil {
		l.add(name, "%v", err)
		return
	}
	switch name {
	case metadataFile:
		l.described(name, root)
	case configFile:
		l.described(name, root)
		if settings, ok := root["settings"]; ok {
			if m, ok := settings.(map[string]any); ok {
				l.settings(name, m, true)
			} else {
				l.add(name, "settings is not a mapping")
			}
		}
	case settingsFile:
		l.settings(name, root, false)
	case inspectFile:
		l.inspected(name, root)
	}
}

// readConfig reads a document of YAML, node by node: the library compares each key of a
// mapping with every other, which takes minutes for as many databases as there may be.
func readConfig(data []byte) (map[string]any, error) {
	var n yaml.Node
	if err := yaml.Unmarshal(data, &n); err != nil || n.IsZero() {
		return nil, err
	}
	v, err := valueOf(&n)
	root, ok := v.(map[string]any)
	if err == nil && v != nil && !ok {
		err = errors.New("not a mapping")
	}
	return root, err
}

// valueOf returns what a node says.
func valueOf(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.DocumentNode:
		return valueOf(n.Content[0])
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			if _, there := m[key]; there {
				return nil, fmt.Errorf("line %d: %s stands twice", n.Content[i].Line, key)
			}
			var err error
			if m[key], err = valueOf(n.Content[i+1]); err != nil {
				return nil, err
			}
		}
		return m, nil
	}
	var v any
	err := n.Decode(&v)
	return v, err
}

// described checks the shape of databases and tables, on which Datasette's start depends.
func (l *linter) described(file string, root map[string]any) {
	databases, ok := l.mapping(file, root, "databases")
	if !ok {
		return
	}
	for db := range databases {
		about, ok := l.mapping(file, databases, db)
		if !ok {
			continue
		}
		tables, ok := l.mapping(file, about, "tables")
		if !ok {
			continue
		}
		for table := range tables {
			if about, ok := l.mapping(file, tables, table); ok {
				l.mapping(file, about, "columns")
			}
		}
	}
}

// mapping returns a child that must be a mapping if it is there.
func (l *linter) mapping(file string, parent map[string]any, key string) (map[string]any, bool) {
	child, there := parent[key]
	if !there {
		return nil, false
	}
	m, ok := child.(map[string]any)
	if !ok {
		l.add(file, "%s is not a mapping", key)
	}
	return m, ok
}

func (l *linter) inspected(file string, root map[string]any) {
	for _, d := range l.m.Databases {
		if _, ok := root[d.Slug]; !ok {
			l.add(file, "lacks %s", d.Slug)
		}
	}
	for name, about := range root {
		about, _ := about.(map[string]any)
		if about["file"] != name+".db" || l.m.find(name) == nil {
			l.add(file, "%s: its file is %v", name, about["file"])
		}
	}
}

// settings checks what Datasette refuses to start with.
func (l *linter) settings(file string, settings map[string]any, one bool) {
	for key, value := range settings {
		kind, known := settingKinds[key]
		switch {
		case !known || !one && slices.Contains(settingsOfOne, key):
			l.add(file, "there is no setting %s%s", key, meantSetting(key))
		case value == nil:
		case kind == 'b' && !is[bool](value), kind == 't' && !is[string](value), kind == 'n' && !whole(value):
			l.add(file, "setting %s can't be %v", key, value)
		}
	}
}

// meantSetting asks whether another setting was meant.
func meantSetting(key string) string {
	if best := suggest.For(key, slices.Sorted(maps.Keys(settingKinds))); best != "" && best != key {
		return fmt.Sprintf("; did you mean %s?", best)
	}
	return ""
}

func is[T any](value any) bool { _, ok := value.(T); return ok }

// whole reports whether a value from JSON or YAML is a whole number.
func whole(value any) bool {
	switch n := value.(type) {
	case float64:
		return n == float64(int64(n))
	case int:
		return true
	}
	return false
}

// settingKinds are the settings of Datasette: numbers, booleans and text.
var settingKinds = map[string]byte{
	"allow_csv_stream": 'b', "allow_download": 'b', "allow_facet": 'b', "allow_signed_tokens": 'b', "base_url": 't',
	"cache_size_kb": 'n', "default_allow_sql": 'b', "default_cache_ttl": 'n', "default_facet_size": 'n',
	"default_page_size": 'n', "facet_suggest_time_limit_ms": 'n', "facet_time_limit_ms": 'n', "force_https_urls": 'b',
	"max_csv_mb": 'n', "max_insert_rows": 'n', "max_post_body_bytes": 'n', "max_returned_rows": 'n',
	"max_signed_tokens_ttl": 'n', "num_sql_threads": 'n', "sql_time_limit_ms": 'n', "suggest_facets": 'b',
	"template_debug": 'b', "trace_debug": 'b', "truncate_cells_html": 'n',
}

// settingsOfOne are those that only version 1.0 knows.
var settingsOfOne = []string{
	"allow_signed_tokens", "max_insert_rows", "max_post_body_bytes", "max_signed_tokens_ttl",
}
