package dynasette

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A Diff is what the data of one release has that differs from that of another.
type Diff struct {
	From      string         `json:"from"` // a release's ID; "" if there was none
	To        string         `json:"to"`
	Databases []DatabaseDiff `json:"databases"`      // those that differ, by slug
	Base      []string       `json:"base,omitempty"` // the operator's documents that differ
}

// A DatabaseDiff is what became of a database.
type DatabaseDiff struct {
	Slug      string      `json:"slug"`
	OldSlug   string      `json:"old_slug,omitempty"` // if it was called something else
	Source    string      `json:"source"`             // the upload
	OldSource string      `json:"old_source,omitempty"`
	Change    Change      `json:"change"`
	Rows      RowsDiff    `json:"rows"` // of all tables with data
	Rejects   RowsDiff    `json:"rejects"`
	Tables    []TableDiff `json:"tables,omitempty"` // those that differ, in their order
	Of        int         `json:"of"`               // so many tables, before or after
}

// A TableDiff is what became of a table.
type TableDiff struct {
	Name    string       `json:"name"`
	Change  Change       `json:"change"`
	Rows    RowsDiff     `json:"rows"`
	Columns []ColumnDiff `json:"columns,omitempty"` // of one that stays: those that differ, as far as they are known
}

// A ColumnDiff is what became of a column.
type ColumnDiff struct {
	Name    string `json:"name"`
	Change  Change `json:"change"`
	Type    string `json:"type,omitempty"` // as declared; "" is none, or not known
	OldType string `json:"old_type,omitempty"`
}

// RowsDiff is how many rows there were, and are.
type RowsDiff struct {
	Before int64 `json:"before"`
	After  int64 `json:"after"`
}

// A Change is what became of a part of a release.
type Change string

// What a Change is.
const (
	Added   Change = "added"
	Removed Change = "removed"
	Changed Change = "changed"
)

// A SchemaReader returns the tables of a SQLite database, with names and types of their columns.
type SchemaReader func(db io.ReaderAt, size int64) ([]converter.TableSummary, error)

// Diff returns what differs between releases that Releases has. What their manifests don't
// tell of the columns of databases that differ is read from these; if schema is nil, it stays unknown.
func (p *Pipeline) Diff(ctx context.Context, from, to *Manifest, schema SchemaReader) (Diff, error) {
	p.start()
	if schema == nil {
		return diff(from, to), nil
	}
	var unknown []*Database
	before, after := *from, *to
	before.Databases, after.Databases = slices.Clone(from.Databases), slices.Clone(to.Databases)
	for _, pair := range pairs(&before, &after) {
		if pair.before != nil && pair.after != nil && !pair.same() {
			for _, d := range []*Database{pair.before, pair.after} {
				if !d.typed() {
					unknown = append(unknown, d)
				}
			}
		}
	}
	err := parallel(ctx, len(unknown), func(ctx context.Context, i int) error {
		d := unknown[i]
		document, err := p.Store.Open(ctx, Object{Name: d.Object, Generation: d.Generation, Size: d.Size})
		if err != nil {
			return fmt.Errorf("%s: %w", d.Object, err)
		}
		tables, err := schema(document, d.Size)
		if err := cmp.Or(err, document.Close()); err != nil {
			return fmt.Errorf("%s: %w", d.Object, err)
		}
		d.learn(tables)
		return nil
	})
	if err != nil {
		return Diff{}, err
	}
	return diff(&before, &after), nil
}

// typed reports whether all that Diff compares is known of d.
func (d *Database) typed() bool {
	return !slices.ContainsFunc(d.Tables, func(t Table) bool { return !t.Hidden && !t.typed() })
}

func (t *Table) typed() bool { return len(t.Columns) > 0 && len(t.Types) == len(t.Columns) }

// learn takes over the columns of tables from the database itself.
func (d *Database) learn(tables []converter.TableSummary) {
	d.Tables = slices.Clone(d.Tables)
	at := map[string]*converter.TableSummary{}
	for i := range tables {
		at[tables[i].Name] = &tables[i]
	}
	for i := range d.Tables {
		if t := at[d.Tables[i].Name]; t != nil && !d.Tables[i].Hidden {
			d.Tables[i].describe(t.Columns)
		}
	}
}

// A pair is a database before and after; nil where it is not there.
type pair struct{ before, after *Database }

// same reports whether both are the same, to the last byte.
func (p pair) same() bool {
	return p.before.Object == p.after.Object || p.before.SHA256 != "" && p.before.SHA256 == p.after.SHA256
}

func (p pair) slug() string { return cmp.Or(p.after, p.before).Slug }

// pairs returns the databases of both releases, by slug: those of the same upload together, and of
// the others those of the same slug.
func pairs(before, after *Manifest) []pair {
	left, bySlug := map[string]*Database{}, map[string]*Database{}
	if before != nil {
		for i := range before.Databases {
			left[before.Databases[i].Source] = &before.Databases[i]
		}
	}
	var all []pair
	for i := range after.Databases {
		d := &after.Databases[i]
		all = append(all, pair{left[d.Source], d})
		delete(left, d.Source)
	}
	for _, d := range left {
		bySlug[d.Slug] = d
	}
	for i := range all {
		if d := bySlug[all[i].after.Slug]; d != nil && all[i].before == nil {
			all[i].before = d
			delete(bySlug, d.Slug)
		}
	}
	for _, d := range bySlug {
		all = append(all, pair{d, nil})
	}
	slices.SortFunc(all, func(a, b pair) int { return cmp.Or(strings.Compare(a.slug(), b.slug()), a.rank()-b.rank()) })
	return all
}

// rank has what is gone before what now has its name.
func (p pair) rank() int {
	if p.after == nil {
		return 0
	}
	return 1
}

// diff returns what differs as far as the manifests tell. A nil one has nothing.
func diff(before, after *Manifest) Diff {
	found := Diff{From: before.id(), To: after.id(), Databases: []DatabaseDiff{}, Base: differing(before.base().documents, after.base().documents)}
	for _, p := range pairs(before, after) {
		if d, ok := p.diff(); ok {
			found.Databases = append(found.Databases, d)
		}
	}
	return found
}

// differing returns the keys under which the values differ.
func differing(a, b map[string]string) []string {
	var keys []string
	for key, was := range a {
		if is, ok := b[key]; !ok || is != was {
			keys = append(keys, key)
		}
	}
	for key := range b {
		if _, ok := a[key]; !ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func (p pair) diff() (d DatabaseDiff, differs bool) {
	is := cmp.Or(p.after, p.before)
	d = DatabaseDiff{Slug: is.Slug, Source: is.Source, Change: Changed}
	var before, after []Table
	if p.before != nil {
		before, d.Rejects.Before = dataOf(p.before.Tables), p.before.Rejects
	}
	if p.after != nil {
		after, d.Rejects.After = dataOf(p.after.Tables), p.after.Rejects
	}
	d.Rows = RowsDiff{rowsIn(before), rowsIn(after)}
	switch {
	case p.before == nil:
		d.Change = Added
	case p.after == nil:
		d.Change = Removed
	default:
		if p.before.Slug != p.after.Slug {
			d.OldSlug = p.before.Slug
		}
		if p.before.Source != p.after.Source {
			d.OldSource = p.before.Source
		}
		if p.same() {
			d.Of = len(after)
			return d, d.OldSlug+d.OldSource != ""
		}
	}
	d.Tables, d.Of = diffTables(before, after)
	return d, true
}

// Changes returns what differs between databases that were made, by what is known of them; before is
// nil if there was none.
func Changes(before, after *converter.Summary) DatabaseDiff {
	d := DatabaseDiff{Change: Added}
	var was []Table
	if before != nil {
		d.Change, was, d.Rejects.Before = Changed, dataOf(tablesOf(before, anyColumns)), before.Rejects
	}
	is := dataOf(tablesOf(after, anyColumns))
	d.Rejects.After = after.Rejects
	d.Rows = RowsDiff{rowsIn(was), rowsIn(is)}
	d.Tables, d.Of = diffTables(was, is)
	return d
}

func rowsIn(tables []Table) (n int64) {
	for _, t := range tables {
		n += t.Rows
	}
	return n
}

// diffTables returns what differs, and how many tables there are on both sides together.
func diffTables(before, after []Table) (found []TableDiff, of int) {
	left := map[string]*Table{}
	for i := range before {
		left[before[i].Name] = &before[i]
	}
	of = len(before)
	for i := range after {
		t := &after[i]
		was := left[t.Name]
		delete(left, t.Name)
		if was == nil {
			of++
			found = append(found, TableDiff{Name: t.Name, Change: Added, Rows: RowsDiff{0, t.Rows}})
			continue
		}
		d := TableDiff{Name: t.Name, Change: Changed, Rows: RowsDiff{was.Rows, t.Rows}, Columns: diffColumns(was, t)}
		if d.Rows.Before != d.Rows.After || len(d.Columns) > 0 {
			found = append(found, d)
		}
	}
	for _, t := range before {
		if left[t.Name] != nil {
			found = append(found, TableDiff{Name: t.Name, Change: Removed, Rows: RowsDiff{t.Rows, 0}})
		}
	}
	return found, of
}

// diffColumns returns nothing where the columns of either table are not known, and no types where
// these are not.
func diffColumns(before, after *Table) (found []ColumnDiff) {
	if len(before.Columns) == 0 || len(after.Columns) == 0 {
		return nil
	}
	left := map[string]int{}
	for i, name := range before.Columns {
		left[name] = i
	}
	for i, name := range after.Columns {
		was, ok := left[name]
		delete(left, name)
		switch {
		case !ok:
			found = append(found, ColumnDiff{Name: name, Change: Added, Type: after.typeOf(i)})
		case before.typed() && after.typed() && before.Types[was] != after.Types[i]:
			found = append(found, ColumnDiff{Name: name, Change: Changed, Type: after.Types[i], OldType: before.Types[was]})
		}
	}
	for i, name := range before.Columns {
		if _, ok := left[name]; ok {
			found = append(found, ColumnDiff{Name: name, Change: Removed, OldType: before.typeOf(i)})
		}
	}
	return found
}

func (t *Table) typeOf(i int) string {
	if !t.typed() {
		return ""
	}
	return t.Types[i]
}

// indexTables are those that a virtual table always has beside it, by what their names end in: where all
// of a group are there, the table is an index, and none of them is data.
var indexTables = [][]string{
	{"_data", "_idx", "_config"},   // FTS5
	{"_segments", "_segdir"},       // FTS3 and FTS4
	{"_node", "_parent", "_rowid"}, // R*Tree
}

// moreIndexTables are those that an index may have, too.
var moreIndexTables = []string{"_content", "_docsize", "_stat"}

// dataOf returns the tables that people have put into a database, of all that it has.
func dataOf(tables []Table) []Table {
	names := map[string]bool{}
	for _, t := range tables {
		names[t.Name] = true
	}
	index := map[string]bool{}
	for _, t := range tables {
		for _, group := range indexTables {
			if !slices.ContainsFunc(group, func(suffix string) bool { return !names[t.Name+suffix] }) {
				for _, suffix := range slices.Concat([]string{""}, moreIndexTables, group) {
					index[t.Name+suffix] = true
				}
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(tables), func(t Table) bool {
		return t.Hidden || index[t.Name] || strings.HasPrefix(t.Name, "sqlite_")
	})
}
