package pages

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// single are the parameters of which the first counts, if there are several.
var single = []string{"_sort", "_sort_desc", "_size", "_next", "_nocount", "_facet_size", "_labels"}

// parse reads what the URL of a table asks for.
func (s *Server) parse(d *database, t *table, pairs []pair) (_ *query, err error) {
	most := cmp.Or(s.MaxPageSize, 1000)
	q := &query{table: t, pairs: pairs, facetSize: facetSize, size: min(cmp.Or(t.about.size, s.PageSize, 100), most)}
	if q.extras, err = readExtra(pairs, tableExtra, "_extra"); err != nil {
		return nil, err
	}
	if q.searches, err = t.readSearch(pairs); err != nil {
		return nil, err
	}
	only, without := []string(nil), []string(nil)
	taken := map[string]bool{}
	for _, p := range pairs {
		if slices.Contains(single, p.name) {
			if taken[p.name] {
				continue
			}
			taken[p.name] = true
		}
		f, ok, err := t.filterOf(p)
		if err != nil {
			return nil, err
		}
		if ok {
			q.filters = append(q.filters, f)
			continue
		}
		switch p.name {
		case "_sort", "_sort_desc":
			i, ok := t.column(p.value)
			if p.value == "" { // as a form sends it
				continue
			} else if !ok {
				return nil, badRequest(fmt.Sprintf("Cannot sort table by %q: there is no such column.", p.value))
			}
			q.sort, q.desc = t.columns[i].name, p.name == "_sort_desc"
		case "_size":
			if p.value == "max" {
				q.size = most
			} else if p.value == "" {
				continue
			} else if q.size, err = strconv.Atoi(strings.TrimSpace(p.value)); err != nil || q.size < 0 {
				return nil, badRequest("_size must be a positive integer.")
			} else if q.size > most {
				return nil, badRequest(fmt.Sprintf("_size must be <= %d.", most))
			}
		case "_next":
			q.next = p.value
		case "_nocount":
			q.noCount = isOn(p.value)
		case "_facet", "_facet_array", "_facet_date":
			if err := q.addFacet(p); err != nil {
				return nil, err
			}
		case "_facet_size":
			if n, err := strconv.Atoi(p.value); err == nil && n >= 0 {
				q.facetSize = min(n, most)
			} else if p.value == "max" {
				q.facetSize = most
			}
		case "_nofacet":
			q.noFacet = isOn(p.value)
		case "_nosuggest":
			q.noSuggest = isOn(p.value)
		case "_labels":
			q.labels = isOn(p.value)
		case "_label":
			q.labelNames = append(q.labelNames, p.value)
		case "_col":
			only = append(only, p.value)
		case "_nocol":
			without = append(without, p.value)
		case "_where":
			condition, err := readCondition(p.value)
			if err != nil {
				return nil, err
			}
			q.where = append(q.where, condition)
		case "_through":
			h, err := d.readThrough(t, p.value)
			if err != nil {
				return nil, err
			}
			h.pair = p
			q.throughs = append(q.throughs, h)
		}
	}
	for _, f := range t.saidFacets() {
		if i := slices.IndexFunc(q.facets, f.same); i >= 0 {
			q.facets = slices.Delete(q.facets, i, i+1)
		}
		q.facets = append(q.facets, f)
	}
	if q.noFacet {
		q.facets = nil
	}
	if q.sort == "" {
		q.sortByDefault()
	}
	return q, q.choose(only, without)
}

func (q *query) sortByDefault() {
	for _, s := range []struct {
		by   string
		desc bool
	}{{q.table.about.sort, false}, {q.table.about.sortDesc, true}} {
		if _, ok := q.table.column(s.by); ok && s.by != "" {
			q.sort, q.desc = s.by, s.desc
			return
		}
	}
}

// choose selects the columns: Datasette always keeps the primary key.
func (q *query) choose(only, without []string) error {
	for _, list := range [][]string{only, without} {
		for j, name := range list {
			if i, ok := q.table.column(name); ok {
				list[j] = q.table.columns[i].name
			} else {
				return badRequest(fmt.Sprintf("There is no column %q.", name))
			}
		}
	}
	for _, name := range without {
		if slices.Contains(q.table.declaredKey(), name) {
			return badRequest(fmt.Sprintf("_nocol can't leave out %q: it is of the primary key.", name))
		}
	}
	for _, i := range q.table.all() {
		c := q.table.columns[i]
		keep := slices.Contains(q.table.primary, c.name) ||
			(only == nil || slices.Contains(only, c.name)) && !slices.Contains(without, c.name)
		if keep {
			q.columns = append(q.columns, i)
		}
	}
	return nil
}

// isOn reports whether a parameter switches something on, as Datasette reads it.
func isOn(value string) bool {
	switch strings.ToLower(value) {
	case "", "0", "off", "false", "f", "no":
		return false
	}
	return true
}
