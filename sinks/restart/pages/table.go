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
	Number                  bool
	Implicit                bool
	Sorted                  string // ascending, descending or ""
	SortURL                 string
}

type chip struct{ Text, Remove string }

type field struct{ Name, Value string }

type tablePage struct {
	look.Layout
	About             about
	Name              string
	IsView            bool
	Rows              count
	AtLeast           int // if they are not counted
	Filtered          bool
	Chips             []chip
	Columns           []head
	AllColumns        []string
	Operators         []operator
	Keep              []field
	Searchable        bool
	Search            string
	Action            string
	Cells             []template.HTML // a row each
	Next, First       string
	JSON, CSV         string
	Wide              int // columns that are not shown
	Facets            facets
	SortName, SortDir string
}

func (q *request) table(d *database, t *table, _ string) error {
	asked, err := q.s.parse(t, q.r.URL.RawQuery)
	if err != nil {
		return err
	}
	if pairs, ok := asked.fromForm(); ok {
		return q.redirect(t.url(d), formatQuery(pairs))
	}
	ctx, cancel := q.limited()
	defer cancel()
	p := tablePage{Layout: q.layout(t.name, look.At(d.name, d.url()), look.At(t.name, t.url(d))), About: t.about, Name: t.name, IsView: t.isView,
		Filtered: asked.filtered(), Operators: operators, Searchable: t.search != "", Action: t.url(d), Rows: -1}
	if t.about.Title != "" {
		p.Layout.Title = t.about.Title
	}
	if wide := len(asked.columns) - maxWide; wide > 0 {
		p.Wide, asked.columns = wide, slices.Clip(asked.columns[:maxWide])
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
		p.AtLeast = len(rows)
	}
	var refs map[int]*reference
	if labels, ok := asked.value("_labels"); !ok || isOn(labels) {
		refs = asked.references(ctx, d, rows)
	}
	if p.Facets, err = q.facetsOf(ctx, d, asked); err != nil {
		return err
	}
	p.Facets.Suggested = q.suggest(ctx, d, asked)
	for _, row := range rows {
		p.Cells = append(p.Cells, asked.cells(d, row, refs))
	}
	asked.describe(&p, next, refs)
	return q.show("table", p)
}

// describe fills in what stands around the rows.
func (q *query) describe(p *tablePage, next string, refs map[int]*reference) {
	query := func(pairs []pair) string {
		if len(pairs) == 0 {
			return p.Action
		}
		return p.Action + "?" + formatQuery(pairs)
	}
	t := q.table
	for _, f := range q.filters {
		at := slices.Index(q.pairs, f.pair)
		p.Chips = append(p.Chips, chip{readable(f.String()), query(slices.DeleteFunc(slices.Delete(slices.Clone(q.pairs), at, at+1),
			func(p pair) bool { return p.name == "_next" }))})
	}
	for j, c := range q.columns {
		column := t.columns[c]
		labelled := refs[j] != nil && len(refs[j].labels) > 0
		h := head{Name: readable(column.name), Implicit: column.implicit, Type: strings.ToLower(column.declared), Description: t.about.column(column.name),
			Number: column.affinity == numeric && !labelled, SortURL: query(q.sortQuery(column.name))}
		if q.sort == column.name {
			h.Sorted = "ascending"
			if q.desc {
				h.Sorted = "descending"
			}
			p.SortName, p.SortDir = h.Name, h.Sorted
		}
		p.Columns = append(p.Columns, h)
	}
	for _, c := range t.own() {
		p.AllColumns = append(p.AllColumns, c.name)
	}
	for _, kept := range q.without("_next", "_search") {
		p.Keep = append(p.Keep, field{kept.name, kept.value})
	}
	p.Search, _ = q.value("_search")
	if next != "" {
		p.Next = query(q.nextQuery(next))
	}
	if q.next != "" {
		p.First = query(q.without("_next"))
	}
	data := q.without("_next")
	p.JSON, p.CSV = p.Action+".json", p.Action+".csv"
	if len(data) > 0 {
		p.JSON, p.CSV = p.JSON+"?"+formatQuery(data), p.CSV+"?"+formatQuery(data)
	}
}

// fromForm returns the query without the fields of the page's form, which have become a
// filter; ok is false if there was no form.
func (q *query) fromForm() (pairs []pair, ok bool) {
	column, ok := q.value("_filter_column")
	if !ok {
		return nil, false
	}
	op, _ := q.value("_filter_op")
	value, _ := q.value("_filter_value")
	pairs = q.without("_filter_column", "_filter_op", "_filter_value", "_next")
	pairs = slices.DeleteFunc(pairs, func(p pair) bool { return p.name == "_search" && strings.TrimSpace(p.value) == "" })
	if column == "" {
		return pairs, true
	}
	name := column + "__" + op
	if op == "exact" && !strings.HasPrefix(column, "_") {
		name = column
	}
	if o, _ := operatorOf(op); o.alone {
		value = "1"
	}
	return append(pairs, pair{name, value}), true
}

// cells writes a row. Pages have many cells, so html/template would take its time.
func (q *query) cells(d *database, row []any, refs map[int]*reference) template.HTML {
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
		}
		shown.Right = shown.Class == "number" || shown.Class == "null" && t.columns[c].affinity == numeric && refs[j] == nil
		b = shown.appendTo(b)
	}
	return template.HTML(append(b, "</tr>"...))
}
