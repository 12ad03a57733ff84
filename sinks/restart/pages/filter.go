package pages

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// A pair is one name=value of a URL's query; their order is kept.
type pair struct{ name, value string }

func parseQuery(raw string) ([]pair, error) {
	var pairs []pair
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		name, err1 := url.QueryUnescape(name)
		value, err2 := url.QueryUnescape(value)
		if err1 != nil || err2 != nil {
			return nil, badRequest("The query of the URL has a % that is no escape.")
		}
		pairs = append(pairs, pair{name, value})
	}
	if len(pairs) > 200 {
		return nil, badRequest("The query of the URL has more than 200 parts.")
	}
	return pairs, nil
}

// first returns the first value of a name.
func first(pairs []pair, name string) (value string, ok bool) {
	for _, p := range pairs {
		if p.name == name {
			return p.value, true
		}
	}
	return "", false
}

func formatQuery(pairs []pair) string {
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(p.name) + "=" + url.QueryEscape(p.value))
	}
	return b.String()
}

// An operator compares a column with a value: column__name=value.
type operator struct {
	Name  string
	Label string // for people
	alone bool   // it takes no value
}

// In the order of the menu.
var operators = []operator{
	{"exact", "=", false},
	{"not", "≠", false},
	{"contains", "contains", false},
	{"notcontains", "does not contain", false},
	{"startswith", "starts with", false},
	{"endswith", "ends with", false},
	{"gt", ">", false},
	{"gte", "≥", false},
	{"lt", "<", false},
	{"lte", "≤", false},
	{"in", "is one of", false},
	{"notin", "is none of", false},
	{"like", "like", false},
	{"notlike", "not like", false},
	{"glob", "glob", false},
	{"arraycontains", "array contains", false},
	{"arraynotcontains", "array does not contain", false},
	{"date", "is on date", false},
	{"isnull", "is null", true},
	{"notnull", "is not null", true},
	{"isblank", "is blank", true},
	{"notblank", "is not blank", true},
}

func operatorOf(name string) (operator, bool) {
	for _, o := range operators {
		if o.Name == name {
			return o, true
		}
	}
	return operator{}, false
}

// A filter is one condition on the rows.
type filter struct {
	column column
	op     operator
	value  string
	pair   pair // what it was in the URL
}

// filterOf reads name=value as Datasette does; ok is false if it is no filter at all.
func (t *table) filterOf(p pair) (f filter, ok bool, err error) {
	name, op := p.name, "exact"
	if i, found := t.column(name); found && !strings.HasPrefix(name, "_") {
		exact, _ := operatorOf(op)
		return filter{t.columns[i], exact, p.value, p}, true, nil
	}
	if at := strings.LastIndex(name, "__"); at >= 0 {
		name, op = name[:at], name[at+2:]
	} else if strings.HasPrefix(name, "_") {
		return f, false, nil
	}
	i, found := t.column(name)
	if !found {
		return f, true, badRequest(fmt.Sprintf("There is no column %q to filter by.", name))
	}
	o, found := operatorOf(op)
	if !found {
		return f, true, badRequest(fmt.Sprintf("There is no filter %q.", op))
	}
	if wild := strings.Count(p.value, "%") + strings.Count(p.value, "*"); slices.Contains([]string{"like", "notlike", "glob"}, op) && (wild > maxWild || len(p.value) > maxPattern) {
		return f, true, badRequest(fmt.Sprintf("A pattern may have %d characters and %d wildcards, as each multiplies how long it takes.", maxPattern, maxWild))
	}
	return filter{t.columns[i], o, p.value, p}, true, nil
}

// The most wildcards of a pattern: nothing can interrupt a comparison.
const maxWild = 4

// where returns the condition as SQL, with its arguments.
func (f filter) where() (string, []any) {
	c := quote(f.column.name)
	like := likeLiteral(f.value)
	switch f.op.Name {
	case "exact", "in":
		return f.anyOf(c, "IN")
	case "not", "notin":
		return f.anyOf(c, "NOT IN")
	case "contains":
		return c + ` LIKE ? ESCAPE '\'`, []any{"%" + like + "%"}
	case "notcontains":
		return c + ` NOT LIKE ? ESCAPE '\'`, []any{"%" + like + "%"}
	case "startswith":
		return c + ` LIKE ? ESCAPE '\'`, []any{like + "%"}
	case "endswith":
		return c + ` LIKE ? ESCAPE '\'`, []any{"%" + like}
	case "gt", "gte", "lt", "lte":
		sign := map[string]string{"gt": " > ?", "gte": " >= ?", "lt": " < ?", "lte": " <= ?"}[f.op.Name]
		args := f.column.arguments(f.value)
		return c + sign, args[len(args)-1:]
	case "like", "notlike", "glob":
		return c + map[string]string{"like": " LIKE ?", "notlike": " NOT LIKE ?", "glob": " GLOB ?"}[f.op.Name], []any{f.value}
	case "arraycontains", "arraynotcontains": // what is no JSON contains nothing
		in := "EXISTS (SELECT 1 FROM json_each(CASE WHEN json_valid(" + c + ") THEN " + c + " END) WHERE CAST(value AS TEXT) = ?)"
		if f.op.Name == "arraynotcontains" {
			in = "NOT " + in
		}
		return in, []any{f.value}
	case "date":
		return "date(" + c + ") = ?", []any{f.value}
	case "isnull":
		return c + " IS NULL", nil
	case "notnull":
		return c + " IS NOT NULL", nil
	case "isblank":
		return "(" + c + " IS NULL OR " + c + " = '')", nil
	default: // notblank
		return "(" + c + " IS NOT NULL AND " + c + " <> '')", nil
	}
}

// likeLiteral is a text as LIKE … ESCAPE '\' takes it by its signs.
func likeLiteral(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
}

func (f filter) anyOf(c, in string) (string, []any) {
	values := []string{f.value}
	if f.op.Name == "in" || f.op.Name == "notin" {
		values = list(f.value)
	}
	var args []any
	for _, v := range values {
		args = append(args, f.column.arguments(v)...)
	}
	if len(args) == 1 { // so that an index on an expression or the planner's statistics serve
		return c + map[string]string{"IN": " = ?", "NOT IN": " <> ?"}[in], args
	}
	return c + " " + in + " (" + strings.TrimSuffix(strings.Repeat("?,", len(args)), ",") + ")", args
}

// arguments returns what a value of a URL may be in the column: where the column's affinity
// doesn't decide it, the text, and after it the number that the text spells, if any.
func (c column) arguments(value string) []any {
	if c.affinity == none {
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return []any{value, n}
		}
		if n, err := strconv.ParseFloat(value, 64); err == nil && !strings.ContainsAny(value, "xXnN_") {
			return []any{value, n}
		}
	}
	return []any{value}
}

// list splits the value of in and notin: a JSON array, or with commas.
func list(value string) []string {
	var values []any
	if strings.HasPrefix(value, "[") && json.Unmarshal([]byte(value), &values) == nil {
		items := make([]string, len(values))
		for i, v := range values {
			items[i] = fmt.Sprint(v)
		}
		return items
	}
	items := strings.Split(value, ",")
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	return items
}

func (f filter) String() string {
	if f.op.alone {
		return f.column.name + " " + f.op.Label
	}
	return f.column.name + " " + f.op.Label + " " + f.value
}
