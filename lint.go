package dynasette

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A Problem is what keeps Datasette from serving a release, or from serving it as it
// should be.
type Problem struct {
	File  string // in the release's folder
	Fault string
}

func (p Problem) String() string { return p.File + ": " + p.Fault }

func joinProblems(problems []Problem) string {
	var all []string
	for _, p := range problems {
		all = append(all, p.String())
	}
	return strings.Join(all, "; ")
}

var slugPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

// lint looks at a release as it lies in the Store. Datasette loads every database of the
// folder and doesn't start if there is a corrupt one, takes its configuration from the
// folder, and executes what is in plugins/: so there must be what the manifest says, and
// nothing else. Databases that are in a release that is served are not opened again.
func (p *Pipeline) lint(ctx context.Context, m *Manifest, served *Manifest) ([]Problem, error) {
	folder := folderName(m.Release)
	l := linter{m: m, files: map[string]Object{}}
	if err := p.Store.List(ctx, folder, func(o Object) error {
		l.files[strings.TrimPrefix(o.Name, folder)] = o
		return nil
	}); err != nil {
		return nil, err
	}
	l.names()
	faults := make([]string, len(m.Databases))
	if err := parallel(ctx, len(m.Databases), func(ctx context.Context, i int) error {
		d := m.Databases[i]
		o, ok := l.files[d.Slug+".db"]
		if known := served.find(d.Slug); !ok || o.Size != d.Size || known != nil && known.Generation == d.Generation {
			return nil
		}
		fault, err := p.openFault(ctx, o)
		faults[i] = fault
		return err
	}); err != nil {
		return nil, err
	}
	for i, fault := range faults {
		if fault != "" {
			l.add(m.Databases[i].Slug+".db", "%s", fault)
		}
	}
	for _, name := range documentFiles {
		if _, ok := l.files[name]; ok {
			data, _, err := p.Store.Read(ctx, folder+name)
			if err != nil {
				return nil, err
			}
			l.document(name, data)
		}
	}
	slices.SortFunc(l.problems, func(a, b Problem) int { return strings.Compare(a.String(), b.String()) })
	return l.problems, nil
}

// openFault opens a database as far as can be done without SQLite, and says what is wrong.
func (p *Pipeline) openFault(ctx context.Context, o Object) (string, error) {
	doc, err := p.Store.Open(ctx, o)
	if err != nil {
		return "", err
	}
	defer doc.Close()
	head := make([]byte, 65536)
	n, err := doc.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return "", err
	}
	head = head[:n]
	if n >= 18 {
		head = head[:min(n, pageSize(head))]
	}
	if err := checkFirstPage(head, o.Size); err != nil {
		return err.Error(), nil
	}
	return "", nil
}

// pageSize returns the page size that a header names.
func pageSize(head []byte) int {
	if n := int(binary.BigEndian.Uint16(head[16:])); n != 1 {
		return n
	}
	return 65536
}

// checkFirstPage says what keeps SQLite from opening a database of that first page and
// size on a read-only disk. See https://www.sqlite.org/fileformat2.html.
func checkFirstPage(first []byte, size int64) error {
	const magic = "SQLite format 3\x00"
	switch {
	case size == 0 || len(first) == 0:
		return errors.New("the database is empty")
	case len(first) < 512 || string(first[:16]) != magic:
		return errors.New("not a SQLite database")
	case pageSize(first) != len(first) || len(first)&(len(first)-1) != 0:
		return errors.New("the header names a wrong page size")
	case first[18] > 1 || first[19] > 1:
		return errors.New("the database is in WAL mode, which needs a disk that can be written to")
	case size%int64(len(first)) != 0:
		return errors.New("the database ends within a page")
	case binary.BigEndian.Uint32(first[24:]) == binary.BigEndian.Uint32(first[92:]) &&
		int64(binary.BigEndian.Uint32(first[28:]))*int64(len(first)) != size:
		return errors.New("the database is shorter or longer than its header says")
	case first[100] != 0x0d && first[100] != 0x05:
		return errors.New("the schema is not readable")
	}
	return nil
}

// A linter collects problems.
type linter struct {
	m        *Manifest
	files    map[string]Object
	problems []Problem
}

func (l *linter) add(file, format string, args ...any) {
	l.problems = append(l.problems, Problem{file, fmt.Sprintf(format, args...)})
}

// names compares what there is with what there should be.
func (l *linter) names() {
	want := map[string]bool{}
	for _, name := range documentFiles {
		want[name] = true
	}
	for _, d := range l.m.Databases {
		file := d.Slug + ".db"
		want[file] = true
		o, there := l.files[file]
		switch {
		case !slugPattern.MatchString(d.Slug) || slices.Contains(reservedSlugs, d.Slug):
			l.add(file, "not a name for a database")
		case there && o.Size != d.Size:
			l.add(file, "has %d bytes, not %d", o.Size, d.Size)
		}
	}
	for name := range want {
		if _, there := l.files[name]; !there {
			l.add(name, "missing")
		}
	}
	for name := range l.files {
		if !want[name] {
			l.add(name, "doesn't belong here")
		}
	}
}

// document looks into a file of configuration.
func (l *linter) document(name string, data []byte) {
	var root map[string]any
	var err error
	if name == configFile {
		err = yaml.Unmarshal(data, &root)
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
			l.add(file, "there is no setting %s", key)
		case value == nil:
		case kind == 'b' && !is[bool](value), kind == 't' && !is[string](value), kind == 'n' && !whole(value):
			l.add(file, "setting %s can't be %v", key, value)
		}
	}
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
