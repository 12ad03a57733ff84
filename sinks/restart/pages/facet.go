package pages

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The values of a facet that are shown, unless the URL or the metadata say how many.
const facetSize = 30

// A facet counts how often each value of a column occurs: of kind column, array or date.
type facet struct {
	kind, column string
	said         bool // by the metadata: it can't be taken away
}

// facets is what stands beside a table's rows.
type facets struct {
	Results   []facetResult
	TimedOut  []string // columns whose values can't be counted within the time limit
	Suggested []suggestedFacet
}

// A facetResult is the values of a column that occur most, and how often.
type facetResult struct {
	Name, Type string // Type is column, array or date
	Hideable   bool
	ToggleURL  string // the page without the facet
	Values     []facetValue
	Truncated  bool   // there are more values
	MoreURL    string // as many as can be shown; "" if there are no more
}

type facetValue struct {
	Value, Label any
	Count        int64
	ToggleURL    string // the page with only those rows, or without that condition if Selected
	Selected     bool
}

// Percent is how much a count is of that of the most frequent value.
func (r facetResult) Percent(n int64) int64 { return 100 * n / max(r.Values[0].Count, 1) }

// parameter is what asks for the facet in a URL.
func (f facet) parameter() string {
	if f.kind == "column" {
		return "_facet"
	}
	return "_facet_" + f.kind
}

// filter is the parameter that leaves the rows of one value.
func (f facet) filter() string {
	switch f.kind {
	case "array":
		return f.column + "__arraycontains"
	case "date":
		return f.column + "__date"
	}
	if strings.HasPrefix(f.column, "_") {
		return f.column + "__exact"
	}
	return f.column
}

// addFacet takes a facet of the URL.
func (q *query) addFacet(p pair) error {
	f := facet{kind: strings.TrimPrefix(strings.TrimPrefix(p.name, "_facet"), "_"), column: p.value}
	f.kind = cmp.Or(f.kind, "column")
	if strings.HasPrefix(p.value, "{") {
		var said struct {
			Column, Simple string
		}
		if json.Unmarshal([]byte(p.value), &said) == nil {
			f.column = cmp.Or(said.Column, said.Simple)
		}
	}
	i, ok := q.table.column(f.column)
	if !ok {
		return badRequest(fmt.Sprintf("There is no column %q to facet by.", f.column))
	}
	f.column = q.table.columns[i].name
	if !slices.ContainsFunc(q.facets, f.same) {
		q.facets = append(q.facets, f)
	}
	return nil
}

func (f facet) same(g facet) bool { return f.kind == g.kind && f.column == g.column }

// saidFacets are those of the table's metadata.
func (t *table) saidFacets() []facet {
	list, _ := t.about.raw["facets"].([]any)
	var all []facet
	for _, item := range list {
		f := facet{kind: "column", said: true}
		switch v := item.(type) {
		case string:
			f.column = v
		case map[string]any:
			for kind, column := range v {
				f.kind = kind
				f.column, _ = column.(string)
			}
		}
		if _, ok := t.column(f.column); ok && slices.Contains([]string{"column", "array", "date"}, f.kind) && !slices.ContainsFunc(all, f.same) {
			all = append(all, f)
		}
	}
	return all
}

// A tally is how often a value occurs.
type tally struct {
	value any
	count int64
}

// facetsOf computes the facets of the query, each in its share of the time that is left.
func (q *request) facetsOf(ctx context.Context, d *database, asked *query) (facets, error) {
	found := facets{TimedOut: []string{}}
	for i, f := range asked.facets {
		rows, err := asked.tallies(ctx, len(asked.facets)-i, d, f)
		if errors.Is(err, errTooSlow) {
			found.TimedOut = append(found.TimedOut, f.column)
			continue
		}
		if err != nil {
			return facets{}, err
		}
		found.Results = append(found.Results, q.facetResult(ctx, d, asked, f, rows))
	}
	return found, nil
}

func (q *request) facetResult(ctx context.Context, d *database, asked *query, f facet, rows []tally) facetResult {
	r := facetResult{Name: f.column, Type: f.kind, Hideable: !f.said, Values: []facetValue{},
		ToggleURL: pathWith(q.r.URL.EscapedPath(), asked.withoutPair(f.parameter(), f.column))}
	if r.Truncated = len(rows) > asked.facetSize; r.Truncated {
		rows = rows[:asked.facetSize]
		r.MoreURL = pathWith(q.r.URL.EscapedPath(), append(asked.without("_facet_size", "_next"), pair{"_facet_size", "max"}))
	}
	labels := map[string]any{}
	if f.kind == "column" {
		values := make([]any, len(rows))
		for i := range rows {
			values[i] = rows[i].value
		}
		labels = asked.table.labelsOf(ctx, d, f.column, values)
	}
	name := f.filter()
	for _, row := range rows {
		text := plain(row.value)
		v := facetValue{Value: row.value, Label: row.value, Count: row.count}
		if label, ok := labels[text]; ok {
			v.Label = label
		}
		v.Selected = slices.Contains(asked.pairs, pair{name, text})
		next := asked.withoutPair(name, text)
		if !v.Selected {
			next = append(next, pair{name, text})
		}
		v.ToggleURL = q.link(pathWith(q.r.URL.EscapedPath(), next))
		r.Values = append(r.Values, v)
	}
	return r
}

// withoutPair returns the URL's query less that parameter of that value, and from the first page.
func (q *query) withoutPair(name, value string) []pair {
	return slices.DeleteFunc(q.without("_next"), func(p pair) bool { return p == pair{name, value} })
}

func pathWith(path string, pairs []pair) string {
	if len(pairs) == 0 {
		return path
	}
	return path + "?" + formatQuery(pairs)
}

// tallies counts the values of a facet, the most frequent first: one more than are shown, to know
// whether there are more. It is one of so many that share the time.
func (q *query) tallies(ctx context.Context, share int, d *database, f facet) ([]tally, error) {
	limit := q.facetSize + 1
	if !q.filtered() {
		if rows, ok := q.table.tallied.get(f, limit); ok {
			return rows, nil
		}
	}
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, time.Until(deadline)/time.Duration(share+1), errTooSlow)
		defer cancel()
	}
	rows := []tally{}
	length := 0
	sql, args := q.facetSQL(f, limit)
	err := d.query(ctx, sql, args, func(row []any) error {
		n, _ := row[1].(int64)
		value := row[0]
		if b, ok := value.([]byte); ok {
			value = slices.Clone(b)
		}
		if length += len(plain(value)); length > maxJSON {
			return &problem{status: http.StatusRequestEntityTooLarge, text: "The values of the facet are longer than can be sent."}
		}
		rows = append(rows, tally{value, n})
		return nil
	})
	if err != nil && strings.Contains(err.Error(), "malformed JSON") {
		return nil, badRequest(fmt.Sprintf("The column %q has values that are no JSON, so it has no facet of arrays.", f.column))
	}
	if err == nil && !q.filtered() && length < maxTallied {
		q.table.tallied.put(f, limit, rows)
	}
	return rows, err
}

// facetSQL counts through an index on the column alone, if there is one. Arrays are taken apart
// once for each text of them, and what is twice in one counts once.
func (q *query) facetSQL(f facet, limit int) (string, []any) {
	c := quote(f.column)
	where, args := q.conditions()
	if where == "" {
		where = " WHERE "
	} else {
		where += " AND "
	}
	from := " FROM main." + quote(q.table.name) + where
	end := " ORDER BY 2 DESC, 1 LIMIT " + strconv.Itoa(limit)
	switch f.kind {
	case "array":
		return "WITH texts(v, n) AS (SELECT " + c + ", count(*)" + from + c + " IS NOT NULL AND " + c + " <> '' GROUP BY " + c + ")," +
			" items(v, n, item) AS (SELECT DISTINCT v, n, CAST(value AS TEXT) FROM texts, json_each(texts.v) WHERE value IS NOT NULL)" +
			" SELECT item, sum(n) FROM items GROUP BY item" + end, args
	case "date":
		return "SELECT date(" + c + "), count(*)" + from + "date(" + c + ") IS NOT NULL GROUP BY date(" + c + ")" + end, args
	}
	return "SELECT +" + c + ", count(*)" + from + c + " IS NOT NULL GROUP BY " + c + end, args
}
