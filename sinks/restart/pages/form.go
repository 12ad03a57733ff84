package pages

import (
	"slices"
	"strconv"
	"strings"
)

// fromForm returns a query without the fields of the form of a table's page, which have become filters and
// an order; ok is false if there was no form.
//
// The filters that are set have numbers, as those of Datasette's form: _filter_column_1,
// _filter_op_1, _filter_value_1. The free one has none.
func (t *table) fromForm(from []pair) (pairs []pair, ok bool) {
	type condition struct{ column, op, value string }
	set := map[string]*condition{}
	var order []string
	at := func(number string) *condition {
		if set[number] == nil {
			set[number] = &condition{op: "exact"}
			order = append(order, number)
		}
		return set[number]
	}
	sort, desc := "", false
	for _, p := range from {
		field, number := p.name, ""
		if i := strings.LastIndexByte(field, '_'); strings.HasPrefix(field, "_filter_") && i >= 0 {
			if _, err := strconv.ParseUint(field[i+1:], 10, 16); err == nil {
				field, number = field[:i], field[i:]
			}
		}
		switch field {
		case "_filter_column":
			at(number).column, ok = p.value, true
		case "_filter_op":
			at(number).op = p.value
		case "_filter_value":
			at(number).value = p.value
		case "_sort_by_desc":
			desc, ok = p.value != "", true
		case "_sort":
			sort = p.value
			pairs = append(pairs, p)
		case "_next":
		case "_search":
			if strings.TrimSpace(p.value) != "" {
				pairs = append(pairs, p)
			}
		default:
			pairs = append(pairs, p)
		}
	}
	if !ok {
		return nil, false
	}
	pairs = slices.DeleteFunc(pairs, func(p pair) bool { return p.name == "_sort" || p.name == "_sort_desc" && sort != "" })
	if sort != "" {
		name := "_sort"
		if desc {
			name = "_sort_desc"
		}
		pairs = append(pairs, pair{name, sort})
	}
	for _, number := range order {
		c := set[number]
		if c.column == "" {
			continue
		}
		if op, value, ok := strings.Cut(c.op, "__"); ok { // as Datasette has it where there is no value
			c.op, c.value = op, value
		}
		if _, ok := t.column(c.column); !ok && c.op == "exact" {
			if at := strings.LastIndex(c.column, "__"); at >= 0 { // it has an operator of its own
				pairs = append(pairs, pair{c.column, c.value})
				continue
			}
		}
		pairs = append(pairs, filterPair(c.column, c.op, c.value))
	}
	return pairs, true
}

// filterPair writes a filter for a URL.
func filterPair(column, op, value string) pair {
	if o, _ := operatorOf(op); o.alone {
		value = "1"
	}
	return pair{column + "__" + op, value}
}
