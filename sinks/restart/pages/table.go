package pages

import (
	"html/template"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/internal/look"
)

// The most columns of a table on a page.
const maxWide = 100

type head struct {
	Name, Type, Description string
	Unit                    string
	Number                  bool // its values stand at the right
	Implicit                bool
	Sorted                  string // ascending, descending or ""
	SortURL                 string
	Place                   int // among those that are shown
	Menu                    []action
}

// A setFilter is a filter of the URL, for its place in the form.
type setFilter struct {
	N                       int
	Column, Shown           string
	Op, Value, Text, Remove string
}

// A condition of the URL is one that the form has no fields for.
type condition struct{ Text, Remove string }

type sortable struct {
	Name, Shown string
	Sorted      bool
}

type field struct{ Name, Value string }

type tablePage struct {
	look.Layout
	About             about
	Name              string
	IsView, Keyed     bool // Keyed: the first column is a number that leads to the row
	Rows              count
	AtLeast           string // if they are not counted
	Filtered          bool
	Filters           []setFilter
	Conditions        []condition // others
	Columns           []head
	Described         []head // the columns of which there is more to say than their names
	AllColumns        []sortable
	Choices           []choice
	Exports           []action
	Statistics        []columnStatistics
	Schema            string
	SQL               *shownSQL // nil if visitors may run none
	Operators         []operator
	Keep, KeepColumns []field // what a form leaves as it is
	Searchable        bool
	Search            string
	Action            string
	Cells             []template.HTML // a row each
	Next, First       string
	JSON              string
	Wide              string // columns that are not shown
	Facets            facets
	SortName, SortDir string
}

func (q *request) table(d *database, t *table, _ string) error {
	asked, err := q.s.parse(d, t, q.pairs)
	if err != nil {
		return err
	}
	ctx, cancel := q.limited()
	defer cancel()
	p := tablePage{Layout: q.layout(t.title(), d.crumb(), t.crumb(d)), About: t.about, Name: t.name, IsView: t.isView,
		Filtered: asked.filtered(), Operators: operators, Searchable: t.hasSearch(), Action: t.url(d), Rows: -1}
	if wide := len(asked.columns) - maxWide; wide > 0 {
		p.Wide, asked.columns = thousands(wide), slices.Clip(asked.columns[:maxWide])
	}
	var rows [][]any
	next, err := asked.read(ctx, d, upTo(maxCell), func(row []any) error {
		rows = append(rows, slices.Clone(row))
		return nil
	})
	if err != nil {
		return err
	}
	if next == "" && asked.next == "" && asked.size > 0 {
		p.Rows = count(len(rows))
	} else {
		p.Rows = count(asked.total(ctx, d))
		p.AtLeast = thousands(len(rows))
	}
	var refs map[int]*reference
	if labels, ok := asked.value("_labels"); !ok || isOn(labels) {
		refs = asked.references(ctx, d, rows)
	}
	q.page = true
	if p.Facets, err = q.facetsOf(ctx, d, asked); err != nil {
		return err
	}
	p.Facets.Suggested = q.suggest(ctx, d, asked)
	numbers := asked.numbers(rows, refs)
	for _, row := range rows {
		p.Cells = append(p.Cells, asked.cells(d, row, refs, numbers))
	}
	asked.describe(&p, next, numbers)
	p.Keyed = len(rows) > 0 && len(numbers) > 0 && len(t.primary) > 0 && numbers[0] && t.columns[asked.columns[0]].name == t.primary[0] && rowKey(t, asked.columns, rows[0]) != ""
	if q.mayQuery(d) == nil {
		if p.SQL, err = asked.shownSQL(ctx, d); err != nil {
			return err
		}
	}
	p.Statistics, p.Schema = t.statistics(ctx, d), t.definition(ctx, d)
	return q.show("table", p)
}

// brief is a condition as far as a page shows it.
func brief(text string) string {
	text, more := cut(readable(text), 2*maxName)
	if more {
		text += "…"
	}
	return text
}

// describe fills in what stands around the rows.
func (q *query) describe(p *tablePage, next string, numbers []bool) {
	query := func(pairs []pair) string {
		if len(pairs) == 0 {
			return p.Action
		}
		return p.Action + "?" + formatQuery(pairs)
	}
	t := q.table
	for i, f := range q.filters {
		at := slices.Index(q.pairs, f.pair)
		rest := slices.DeleteFunc(slices.Delete(slices.Clone(q.pairs), at, at+1), func(p pair) bool { return p.name == "_next" })
		p.Filters = append(p.Filters, setFilter{i + 1, f.column.name, shortName(f.column.name), f.op.Name, f.value, brief(f.String()), query(rest)})
	}
	add := func(of pair, text string) {
		p.Conditions = append(p.Conditions, condition{brief(text), query(q.withoutPair(of.name, of.value))})
	}
	for _, s := range q.searches {
		if s.column != "" {
			add(s.pair, s.String())
		}
	}
	for _, h := range q.throughs {
		add(h.pair, h.String())
	}
	for _, of := range q.pairs {
		if of.name == "_where" {
			add(of, of.value)
		}
	}
	for j, c := range q.columns {
		column := t.columns[c]
		h := head{Name: shortName(column.name), Place: j, Menu: q.columnMenu(column, p.Facets.Suggested, query), Implicit: column.implicit, Type: strings.ToLower(column.declared),
			Description: t.about.column(column.name), Unit: t.about.unit(column.name), Number: numbers[j], SortURL: query(q.sortQuery(column.name))}
		if q.sort == column.name {
			h.Sorted = "ascending"
			if q.desc {
				h.Sorted = "descending"
			}
			p.SortName, p.SortDir = h.Name, h.Sorted
		}
		if h.Description != "" || h.Unit != "" {
			p.Described = append(p.Described, h)
		}
		p.Columns = append(p.Columns, h)
	}
	for _, c := range t.own() {
		p.AllColumns = append(p.AllColumns, sortable{c.name, shortName(c.name), q.sort == c.name})
	}
	filtered := func(kept pair) bool {
		return slices.ContainsFunc(q.filters, func(f filter) bool { return f.pair == kept })
	}
	for _, kept := range q.without("_next") {
		if kept.name != "_col" && kept.name != "_nocol" {
			p.KeepColumns = append(p.KeepColumns, field{kept.name, kept.value})
		}
		if kept.name != "_search" && kept.name != "_sort" && kept.name != "_sort_desc" && !filtered(kept) {
			p.Keep = append(p.Keep, field{kept.name, kept.value})
		}
	}
	p.Choices, p.Exports = q.choices(), q.exports(p.Action)
	p.Search, _ = q.value("_search")
	if next != "" {
		p.Next = query(q.nextQuery(next))
	}
	if q.next != "" {
		p.First = query(q.without("_next"))
	}
	data := q.without("_next")
	if p.JSON = p.Action + ".json"; len(data) > 0 {
		p.JSON += "?" + formatQuery(data)
	}
}

// hasSearch reports whether a page of the table has a field for words.
func (t *table) hasSearch() bool { return t.indexOf == "" && len(t.searchable) > 0 }

// numbers says which columns stand at the right: those of numbers, unless the rows that they lead to have names.
func (q *query) numbers(rows [][]any, refs map[int]*reference) []bool {
	numbers := make([]bool, len(q.columns))
	for j, c := range q.columns {
		labelled := refs[j] != nil && len(refs[j].labels) > 0
		numbers[j] = !labelled && (q.table.columns[c].affinity == numeric || allNumbers(rows, j))
	}
	return numbers
}

// cells writes a row. Pages have many cells, so html/template would take its time.
func (q *query) cells(d *database, row []any, refs map[int]*reference, numbers []bool) template.HTML {
	t := q.table
	b := append(make([]byte, 0, 1<<10), "<tr>"...)
	key := rowKey(t, q.columns, row)
	path := t.url(d) + "/" + key
	for j, c := range q.columns {
		shown := cellOf(row[j], maxCell)
		if r := refs[j]; r != nil && row[j] != nil && !shown.Cut && shown.Class != "blob" {
			shown.follow(r, plain(row[j]))
		}
		if key != "" {
			if t.columns[c].name == t.primary[0] {
				shown.RowURL = path
			}
			if shown.Class == "blob" {
				shown.URL = path + ".blob?" + formatQuery([]pair{{"_blob_column", t.columns[c].name}})
			}
			shown.Whole = path
		}
		shown.Right = shown.Class == "number" || shown.Class == "null" && numbers[j]
		b = shown.appendTo(b)
	}
	return template.HTML(append(b, "</tr>"...))
}
