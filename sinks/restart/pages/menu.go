package pages

import (
	"slices"

	"github.com/dynasette/dynasette/internal/look"
)

// An action is a link of a menu.
type action struct {
	Text, URL string
	File      bool // it is kept, not shown
}

// columnMenu is what can be done with a column. Facets of dates and of arrays are offered where they are suggested.
func (q *query) columnMenu(c column, suggested []suggestedFacet, url func([]pair) string) []action {
	sorted := q.without("_next", "_sort", "_sort_desc")
	with := func(pairs []pair, more pair) string { return url(append(slices.Clone(pairs), more)) }
	var menu []action
	if q.sort != c.name || q.desc {
		menu = append(menu, action{Text: "Sort ascending", URL: with(sorted, pair{"_sort", c.name})})
	}
	if q.sort != c.name || !q.desc {
		menu = append(menu, action{Text: "Sort descending", URL: with(sorted, pair{"_sort_desc", c.name})})
	}
	shown := q.without("_next")
	by := facet{kind: "column", column: c.name}
	if !c.implicit && !q.noFacet && !slices.ContainsFunc(q.facets, by.same) {
		menu = append(menu, action{Text: "Facet by this", URL: with(shown, pair{by.parameter(), c.name})})
	}
	for _, s := range suggested {
		if text := map[string]string{"date": "Facet by day", "array": "Facet by the items of the lists"}[s.Type]; s.Name == c.name && text != "" {
			menu = append(menu, action{Text: text, URL: s.ToggleURL})
		}
	}
	if !slices.Contains(q.table.primary, c.name) {
		menu = append(menu, action{Text: "Hide this column", URL: with(q.hiding(c.name), pair{"_nocol", c.name})})
	}
	if _, chosen := q.value("_col"); chosen || len(q.columns) < len(q.table.all()) {
		menu = append(menu, action{Text: "Show all columns", URL: url(q.without("_next", "_col", "_nocol"))})
	}
	if notBlank := filterPair(c.name, "notblank", ""); !c.notNull && !slices.Contains(q.pairs, notBlank) {
		menu = append(menu, action{Text: "Show rows that are not blank", URL: with(shown, notBlank)})
	}
	return menu
}

// hiding is the query without what asks for the column.
func (q *query) hiding(name string) []pair {
	return slices.DeleteFunc(q.without("_next"), func(p pair) bool { return p == pair{"_col", name} })
}

// exports are the forms that the rows can be had in.
func (q *query) exports(path string) []action {
	data := q.without("_next", "_shape", "_nl")
	as := func(kind string, more ...pair) string {
		pairs := append(slices.Clone(data), more...)
		if len(pairs) == 0 {
			return path + kind
		}
		return path + kind + "?" + formatQuery(pairs)
	}
	list := []action{
		{Text: "CSV", URL: as(".csv"), File: true},
		{Text: "JSON", URL: as(".json")},
		{Text: "JSON, an array of objects", URL: as(".json", pair{"_shape", "array"})},
		{Text: "JSON, an object a line", URL: as(".json", pair{"_shape", "array"}, pair{"_nl", "on"})},
		{Text: "JSON, an array of arrays", URL: as(".json", pair{"_shape", "arrays"})},
	}
	if len(q.table.declaredKey()) > 0 {
		list = append(list, action{Text: "JSON, an object by key", URL: as(".json", pair{"_shape", "object"})})
	}
	return list
}

// A choice is a column that may be shown.
type choice struct {
	Name, Shown string
	Chosen      bool
}

// choices are the columns that a reader may choose among: as many as a URL has room for.
func (q *query) choices() (choices []choice) {
	for _, i := range q.table.all() {
		c := q.table.columns[i]
		if !slices.Contains(q.table.primary, c.name) && len(choices) < maxWide {
			choices = append(choices, choice{c.name, shortName(c.name), slices.Contains(q.columns, i)})
		}
	}
	return choices
}

const maxName = 80 // characters of a name where there are many

// shortName is a name as far as a page shows it.
func shortName(name string) string {
	short, more := cut(readable(name), maxName)
	if more {
		short += "…"
	}
	return short
}

func thousands(n int) string { return look.Thousands(int64(n)) }
