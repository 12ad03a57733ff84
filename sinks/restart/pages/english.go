package pages

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// inEnglish says which rows are shown, and in which order, in Datasette's words.
func (q *query) inEnglish() string {
	var parts []string
	for _, s := range q.searches {
		parts = append(parts, s.String())
	}
	for _, h := range q.throughs {
		parts = append(parts, h.String())
	}
	filters := slices.Clone(q.filters)
	slices.SortStableFunc(filters, func(a, b filter) int { return strings.Compare(a.pair.name+"\x00"+a.value, b.pair.name+"\x00"+b.value) })
	for _, f := range filters {
		parts = append(parts, f.inEnglish())
	}
	text := ""
	if last := len(parts) - 1; last >= 0 {
		text = "where " + parts[last]
		if last > 0 {
			text = "where " + strings.Join(parts[:last], ", ") + " and " + parts[last]
		}
	}
	if q.sort == "" {
		return text
	}
	text = strings.TrimSpace(text + " sorted by " + q.sort)
	if q.desc {
		text += " descending"
	}
	return text
}

func (f filter) inEnglish() string {
	name, value := f.column.name, f.value
	says := f.op.Label
	switch f.op.Name {
	case "date":
		return `"` + name + `" ` + says + " " + value
	case "in", "notin":
		var b []byte
		for i, item := range list(value) {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = gjson.AppendJSONString(b, item)
		}
		return name + map[string]string{"in": " in [", "notin": " not in ["}[f.op.Name] + string(b) + "]"
	case "gt", "gte", "lt", "lte":
		return name + " " + says + " " + value
	case "arraycontains", "arraynotcontains":
		says = strings.TrimPrefix(says, "array ")
	case "not":
		says = "!="
	}
	if f.op.alone {
		return name + " " + says
	}
	if isNumber := value != "" && strings.Trim(value, "0123456789") == ""; !isNumber || f.op.Name != "exact" && f.op.Name != "not" {
		value = `"` + value + `"`
	}
	return name + " " + says + " " + value
}
