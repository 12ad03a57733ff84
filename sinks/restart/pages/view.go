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

// facts is how much there is of a database, and since when.
type facts struct {
	Rows            count
	Tables, Views   int
	Size            int64
	From            string // what it was made of; "" if its title says so
	Updated         time.Time
	Lacks, LacksURL string // of the upload
}

func (r *release) facts(d *database) facts {
	f := facts{Size: d.size, From: r.from(d), Updated: r.dated(d)}
	f.Lacks, f.LacksURL = r.lacks(d)
	return f
}

// add counts a table among the others.
func (f *facts) add(t *table, rows count) {
	switch {
	case t.isView:
		f.Views++
	case rows < 0 || f.Rows < 0:
		f.Tables, f.Rows = f.Tables+1, -1
	default:
		f.Tables, f.Rows = f.Tables+1, f.Rows+rows
	}
}

type databaseItem struct {
	Title, URL string
	About      about
	Facts      facts
	Tables     []tableItem // the first few, and views
	More       int
}

type indexPage struct {
	look.Layout
	described
	About     about
	Rows      count
	Size      int64
	Databases []databaseItem
}

const maxCarded = 6 // tables of a database among others

func (q *request) index() error {
	ctx, cancel := q.limited()
	defer cancel()
	p := indexPage{Layout: q.layout(""), described: q.described(), About: q.release.ofAll()}
	for _, d := range q.release.databases {
		item := databaseItem{Title: d.title(), URL: d.url(), About: q.release.ofDatabase(d), Facts: q.release.facts(d)}
		for _, t := range d.tables {
			if t.hidden {
				continue
			}
			n := count(-1)
			if !t.isView {
				n = t.quickly(ctx, d)
			}
			item.Facts.add(t, n)
			if len(item.Tables) == maxCarded {
				item.More++
				continue
			}
			item.Tables = append(item.Tables, tableItem{Name: t.title(), URL: t.url(d), Rows: n, IsView: t.isView})
		}
		p.Databases = append(p.Databases, item)
		if p.Size += d.size; item.Facts.Rows < 0 || p.Rows < 0 {
			p.Rows = -1
		} else {
			p.Rows += item.Facts.Rows
		}
	}
	return q.show("index", p)
}

type databasePage struct {
	look.Layout
	described
	About                  about
	Facts                  facts
	JSON, Download, Schema string
	Tables, Views, Hidden  []tableItem
	Queries                []tableItem // stored ones
	Begin                  []step
	SQL                    string // where visitors may run their own; "" if they may not
	Example                string // of theirs
}

func (q *request) database(d *database, _ *table, _ string) error {
	ctx, cancel := q.limited()
	defer cancel()
	p := databasePage{Layout: q.layout(d.title(), d.crumb()), described: q.describedDatabase(d), About: q.release.ofDatabase(d), Facts: q.release.facts(d),
		JSON: d.url() + ".json", Download: d.url() + ".db", Schema: d.url() + "/-/schema"}
	var largest *table
	for _, t := range d.tables {
		item := tableItem{Name: t.title(), URL: t.url(d), Description: t.about.Description, Columns: t.someColumns(),
			Rows: -1, IsView: t.isView, Problem: t.problem}
		if t.hidden {
			p.Hidden = append(p.Hidden, item)
			continue
		}
		if t.isView {
			p.Views = append(p.Views, item)
		} else {
			item.Rows = t.quickly(ctx, d)
			p.Tables = append(p.Tables, item)
			if largest == nil || item.Rows > count(largest.count.Load()) {
				largest = t
			}
		}
		p.Facts.add(t, item.Rows)
	}
	for _, s := range d.queries {
		p.Queries = append(p.Queries, tableItem{Name: cmp.Or(s.Title, s.Name), URL: s.url(d), Description: s.Description})
	}
	if largest != nil {
		p.Begin = largest.begin(ctx, d)
	}
	if q.mayQuery(d) == nil {
		p.SQL = d.queryURL()
		if largest != nil {
			p.Example = "select *\nfrom " + bare(largest.name) + "\nlimit 100"
		}
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
			if label := f.of.label(); label != "" && label != f.by {
				r.labels = map[string]string{}
				f.of.readLabels(ctx, d, f.by, label, 100, valuesAt(rows, j), func(value string, label any) {
					if s := plain(label); s != "" {
						r.labels[value] = s
					}
				})
			}
		}
	}
	return found
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
