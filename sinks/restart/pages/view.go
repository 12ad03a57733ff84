package pages

import (
	"cmp"
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/dynasette/dynasette/internal/datapackage"
	"github.com/dynasette/dynasette/internal/look"
)

// count is a number of rows; -1 is not known.
type count int64

func (c count) String() string {
	switch {
	case c < 0:
		return "not counted"
	case c == 1:
		return "1 row"
	}
	return look.Thousands(int64(c)) + " rows"
}

// quickly counts a table among others, which want to be counted too: in a fifth of the time
// that is left.
func (t *table) quickly(ctx context.Context, d *database) count {
	return count(sharing(ctx, func(ctx context.Context) int64 { return t.total(ctx, d) }))
}

// sharing counts in a fifth of the time that is left.
func sharing(ctx context.Context, total func(context.Context) int64) int64 {
	deadline, _ := ctx.Deadline()
	ctx, cancel := context.WithTimeoutCause(ctx, time.Until(deadline)/5, errTooSlow)
	defer cancel()
	return total(ctx)
}

type tableItem struct {
	Name, URL, Description, Columns string
	Rows                            count
	IsView                          bool
	Problem                         string
}

type databaseItem struct {
	Name, URL string
	About     about
	Size      int64
	Updated   time.Time
	Tables    []tableItem // the first few, and views
	Count     int         // of all tables
	More      int
	Rows      count
}

// fresh is when the database was made, unless its description says so already, as that of a
// release does.
func (d *database) fresh() time.Time {
	if strings.Contains(d.about.Description, d.modified.Format("2006-01-02 15:04 UTC")) {
		return time.Time{}
	}
	return d.modified
}

type indexPage struct {
	look.Layout
	described
	About     about
	Databases []databaseItem
}

func (q *request) index() error {
	ctx, cancel := q.limited()
	defer cancel()
	p := indexPage{Layout: q.layout(""), described: q.described(), About: q.release.about}
	for _, d := range q.release.databases {
		item := databaseItem{Name: d.name, URL: d.url(), About: d.about, Size: d.size, Updated: d.fresh()}
		for _, t := range d.tables {
			if t.hidden {
				continue
			}
			n := count(-1)
			if !t.isView {
				item.Count++
				if n = t.quickly(ctx, d); n < 0 || item.Rows < 0 {
					item.Rows = -1
				} else {
					item.Rows += n
				}
			}
			if len(item.Tables) == 6 {
				item.More++
				continue
			}
			item.Tables = append(item.Tables, tableItem{Name: t.name, URL: t.url(d), Rows: n, IsView: t.isView})
		}
		p.Databases = append(p.Databases, item)
	}
	return q.show("index", p)
}

type databasePage struct {
	look.Layout
	described
	About                 about
	Name, JSON, Download  string
	Size                  int64
	Made                  time.Time // as for fresh
	Tables, Views, Hidden []tableItem
	Queries               []tableItem // stored ones
	SQL                   string      // where visitors may run their own; "" if they may not
}

func (q *request) database(d *database, _ *table, _ string) error {
	ctx, cancel := q.limited()
	defer cancel()
	p := databasePage{Layout: q.layout(d.name, look.At(d.name, d.url())), described: q.describedDatabase(d), About: d.about, Name: d.name,
		JSON: d.url() + ".json", Download: d.url() + ".db", Size: d.size, Made: d.fresh()}
	if d.about.Title != "" {
		p.Layout.Title = d.about.Title
	}
	for _, t := range d.tables {
		item := tableItem{Name: t.name, URL: t.url(d), Description: t.about.Description, Columns: t.someColumns(),
			Rows: -1, IsView: t.isView, Problem: t.problem}
		switch {
		case t.hidden:
			p.Hidden = append(p.Hidden, item)
		case t.isView:
			p.Views = append(p.Views, item)
		default:
			item.Rows = t.quickly(ctx, d)
			p.Tables = append(p.Tables, item)
		}
	}
	for _, s := range d.queries {
		p.Queries = append(p.Queries, tableItem{Name: cmp.Or(s.Title, s.Name), URL: s.url(d), Description: s.Description})
	}
	if q.mayQuery(d) == nil {
		p.SQL = d.queryURL()
	}
	return q.show("database", p)
}

// someColumns names the first columns, as many as fit in a line or two.
func (t *table) someColumns() string {
	var b strings.Builder
	own := t.own()
	for i, c := range own {
		if i > 0 {
			b.WriteString(", ")
		}
		if b.Len() > 160 {
			b.WriteString("and " + look.Thousands(int64(len(own)-i)) + " more")
			break
		}
		name, _ := cut(c.name, 60)
		b.WriteString(name)
	}
	return readable(b.String())
}

// label returns the column that names a row of the table to people: as Datasette chooses it.
func (t *table) label() string {
	if _, ok := t.column(t.about.labelColumn); ok {
		return t.about.labelColumn
	}
	for _, want := range []string{"name", "title"} {
		for _, c := range t.own() {
			if strings.EqualFold(c.name, want) {
				return c.name
			}
		}
	}
	if len(t.columns) == 2 && len(t.primary) == 1 && !t.columns[0].implicit {
		for _, c := range t.columns {
			if c.name != t.primary[0] {
				return c.name
			}
		}
	}
	return ""
}

// A reference is where the values of a column lead to.
type reference struct {
	path   string            // of the table
	by     string            // the column of it to filter by; "" is its key
	labels map[string]string // for people, by value
}

func (r *reference) link(value string) string {
	if r.by == "" {
		return r.path + "/" + tildeEncode(value)
	}
	return r.path + "?" + formatQuery([]pair{{r.by, value}})
}

// references follows the table's foreign keys for the values that rows have.
func (q *query) references(ctx context.Context, d *database, rows [][]any) map[int]*reference {
	found := map[int]*reference{}
	for _, f := range q.table.refs {
		for j, c := range q.columns {
			if q.table.columns[c].name != f.column || found[j] != nil {
				continue
			}
			if f.of == nil {
				continue
			}
			r := &reference{path: f.of.url(d), by: f.by}
			if len(f.of.primary) == 1 && f.by == f.of.primary[0] {
				r.by = ""
			}
			found[j] = r
			r.readLabels(ctx, d, f.of, f.by, rows, j)
		}
	}
	return found
}

func (r *reference) readLabels(ctx context.Context, d *database, to *table, key string, rows [][]any, j int) {
	label := to.label()
	if label == "" || label == key {
		return
	}
	var values []any
	seen := map[any]bool{}
	for _, row := range rows {
		switch v := row[j].(type) {
		case int64, float64, string:
			if !seen[v] {
				seen[v] = true
				values = append(values, v)
			}
		}
	}
	if len(values) == 0 {
		return
	}
	r.labels = make(map[string]string, len(values))
	marks := strings.TrimSuffix(strings.Repeat("?,", len(values)), ",")
	// Without the labels a page shows the values, so an error is none of it.
	_ = d.query(ctx, "SELECT +"+quote(key)+", substr("+quote(label)+", 1, 100) FROM main."+quote(to.name)+" WHERE "+quote(key)+" IN ("+marks+")", values,
		func(row []any) error {
			if s := plain(row[1]); s != "" {
				r.labels[plain(row[0])] = s
			}
			return nil
		})
}

// link returns s if it is a web address and nothing else.
func link(s string) string {
	if datapackage.WebAddress(s) == "" || strings.ContainsAny(s, " \t\r\n\"<>") {
		return ""
	}
	if u, err := url.Parse(s); err != nil || u.Host == "" {
		return ""
	}
	return s
}
