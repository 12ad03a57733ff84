package pages

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

const (
	maxCell  = 300     // characters of a value in a table
	maxShort = 40      // of one that stays on one line
	maxValue = 100_000 // on a row's own page
	maxWide  = 100     // columns of a table
)

// A cell is one value, for people.
type cell struct {
	Text   string
	Class  string // of the value: null, number, blob, json, short or ""
	URL    string // where the value leads
	Away   bool   // to another site
	Label  string // the name of what it leads to
	Cut    bool   // there is more of it
	Right  bool   // it stands where numbers do
	RowURL string // the row's own page, on the cell that stands for the row
}

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
	layout
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
	Cells             [][]cell
	Next, First       string
	JSON, CSV         string
	Wide              int // columns that are not shown
	SortName, SortDir string
}

// shown reads a column as far as a table shows it: the start of a text, the length of a blob.
func shown(name string) string {
	return "CASE typeof(" + name + ") WHEN 'text' THEN substr(" + name + ", 1, 301) WHEN 'blob' THEN CAST(octet_length(" + name + ") AS BLOB) ELSE " + name + " END"
}

func (q *request) table(d *database, t *table, _ string) error {
	asked, err := q.s.parse(t, q.r.URL.RawQuery)
	if err != nil {
		return err
	}
	if pairs, ok := asked.fromForm(); ok {
		return q.redirect(t.path(d), formatQuery(pairs))
	}
	ctx, cancel := q.limited()
	defer cancel()
	p := tablePage{layout: q.layout(t.name, crumb{d.name, d.path1()}, crumb{t.name, t.path(d)}), About: t.about, Name: t.name, IsView: t.isView,
		Filtered: asked.filtered(), Operators: operators, Searchable: t.search != "", Action: t.path(d), Rows: -1}
	if t.about.Title != "" {
		p.layout.Title = t.about.Title
	}
	if wide := len(asked.columns) - maxWide; wide > 0 {
		p.Wide, asked.columns = wide, slices.Clip(asked.columns[:maxWide])
	}
	var rows [][]any
	next, err := asked.read(ctx, d, shown, func(row []any) error {
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
	refs := asked.references(ctx, d, rows)
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

// cells shows a row.
func (q *query) cells(d *database, row []any, refs map[int]*reference) []cell {
	t := q.table
	cells := make([]cell, 0, len(q.columns))
	key := rowKey(t, q.columns, row)
	path := t.path(d) + "/" + key
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
		cells = append(cells, shown)
	}
	return cells
}

// cellOf shows a value that was read by an expression like shown.
func cellOf(v any, most int) cell {
	switch v := v.(type) {
	case nil:
		return cell{Text: "null", Class: "null"}
	case []byte:
		n := gjson.ParseBytes(v).Int()
		return cell{Text: "binary, " + sizeText(n), Class: "blob"}
	case string:
		text, more := cut(v, most)
		c := cell{Text: readable(text), Cut: more}
		if len(text) <= maxShort && !strings.Contains(text, "\n") {
			c.Class = "short"
		}
		if !more {
			c.URL = link(v)
			c.Away = c.URL != ""
		}
		return c
	}
	return cell{Text: plain(v), Class: "number"}
}

// follow makes the cell a link to what its value refers to.
func (c *cell) follow(r *reference, value string) {
	c.URL, c.Away, c.Label = r.link(value), false, readable(r.labels[value])
	if c.Label != "" {
		c.Class = "short"
	}
}

type fact struct {
	Name, Type, Description string
	Value                   cell
}

type rowPage struct {
	layout
	Table, TableURL, JSON string
	Facts                 []fact
}

// whole is shown, for the page of one row.
func whole(name string) string {
	return strings.Replace(shown(name), "301", "100001", 1)
}

func (q *request) row(d *database, t *table, key string) error {
	ctx, cancel := q.limited()
	defer cancel()
	one := &query{table: t, columns: t.all()}
	var row []any
	if err := t.find(ctx, d, key, one.columns, whole, func(r []any) error { row = slices.Clone(r); return nil }); err != nil {
		return err
	}
	path := t.path(d) + "/" + key
	p := rowPage{Table: t.name, TableURL: t.path(d), JSON: path + ".json"}
	refs := one.references(ctx, d, [][]any{row})
	title := strings.Join(tildeSplit(key), ", ")
	for i, at := range one.columns {
		c := t.columns[at]
		v := cellOf(row[i], maxValue)
		if r := refs[i]; r != nil && row[i] != nil && !v.Cut && v.Class != "blob" {
			v.follow(r, plain(row[i]))
		}
		if v.Class == "blob" {
			v.URL = path + ".blob?" + formatQuery([]pair{{"_blob_column", c.name}})
		}
		if pretty, ok := prettyJSON(v); ok {
			v.Text, v.Class = pretty, "json"
		}
		if c.name == t.label() && row[i] != nil {
			if s, _ := cut(v.Text, 80); s != "" && v.Class != "blob" && v.Class != "json" {
				title = s
			}
		}
		p.Facts = append(p.Facts, fact{readable(c.name), strings.ToLower(c.declared), t.about.column(c.name), v})
	}
	p.layout = q.layout(readable(title), crumb{d.name, d.path1()}, crumb{t.name, t.path(d)}, crumb{readable(strings.Join(tildeSplit(key), ", ")), path})
	return q.show("row", p)
}

// prettyJSON indents a text that is a JSON object or array.
func prettyJSON(c cell) (string, bool) {
	if c.Class != "" && c.Class != "short" || c.Cut || len(c.Text) < 2 || c.Text[0] != '{' && c.Text[0] != '[' || nesting(c.Text) > 50 {
		return "", false
	}
	var b bytes.Buffer
	if json.Indent(&b, []byte(c.Text), "", "  ") != nil {
		return "", false
	}
	return b.String(), true
}

// nesting returns how deep a JSON text goes. Each level is indented further, so that a deep
// one would grow out of hand.
func nesting(s string) (deepest int) {
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		}
	}
	return deepest
}
