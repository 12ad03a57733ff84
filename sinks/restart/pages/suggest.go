package pages

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dynasette/dynasette/internal/pattern"
	"github.com/tidwall/gjson"
)

const (
	suggestRows = 1000 // the first rows, which are looked at for facets to suggest
	suggestText = 1000 // characters of their values
)

// A suggestedFacet is one that may be of interest.
type suggestedFacet struct {
	Name, Type string // as of facetResult
	ToggleURL  string // the page with it
}

// suggest suggests facets of the table's page.
func (q *request) suggest(ctx context.Context, d *database, asked *query) (all []suggestedFacet) {
	if asked.noSuggest || asked.noFacet || asked.next != "" {
		return nil
	}
	for _, f := range asked.promising(ctx, d) {
		if !slices.ContainsFunc(asked.facets, f.same) {
			all = append(all, suggestedFacet{f.column, f.kind, q.link(pathWith(q.r.URL.EscapedPath(), append(asked.without("_next"), pair{f.parameter(), f.column})))})
		}
	}
	return all
}

// promising looks at the first rows for columns that have few values, dates, or arrays of texts, as
// Datasette does. It finds none rather than take long.
func (q *query) promising(ctx context.Context, d *database) (all []facet) {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/4)
		defer cancel()
	}
	t := q.table
	columns := t.all()
	seen := make([]looked, len(columns))
	names := make([]string, len(columns))
	for i, c := range columns {
		seen[i].most = q.facetSize
		names[i] = upTo(suggestText)(quote(t.columns[c].name))
	}
	where, args := q.conditions()
	rows := 0
	err := d.query(ctx, "WITH rows AS MATERIALIZED (SELECT "+strings.Join(names, ", ")+" FROM main."+quote(t.name)+where+" LIMIT "+strconv.Itoa(suggestRows)+") SELECT * FROM rows", args,
		func(row []any) error {
			for i := range seen {
				seen[i].look(row[i], rows)
			}
			rows++
			return nil
		})
	if err != nil {
		return nil
	}
	for _, kind := range []string{"column", "date", "array"} {
		for i, c := range columns {
			if seen[i].suggests(kind, rows) {
				all = append(all, facet{kind: kind, column: t.columns[c].name})
			}
		}
	}
	return all
}

// looked is what the first values of a column are like.
type looked struct {
	most     int
	counts   map[any]int
	tooMany  bool // values, or long ones
	dates    bool
	arrays   int // that have an item
	noArrays bool
}

func (l *looked) look(v any, row int) {
	switch v := v.(type) {
	case nil:
		return
	case []byte:
		l.tooMany, l.noArrays = true, true
		return
	case string:
		if len(v) >= suggestText {
			l.tooMany = true
		}
		l.dates = l.dates || row < 100 && isDate(v)
		l.lookArray(v)
	default:
		l.noArrays = true
	}
	if l.tooMany {
		return
	}
	if l.counts == nil {
		l.counts = map[any]int{}
	}
	l.counts[v]++
	l.tooMany = len(l.counts) > l.most
}

func (l *looked) lookArray(v string) {
	if v == "" || l.noArrays {
		return
	}
	if v[0] != '[' || !gjson.Valid(v) {
		l.noArrays = true
		return
	}
	items := gjson.Parse(v).Array()
	l.noArrays = slices.ContainsFunc(items, func(r gjson.Result) bool { return r.Type != gjson.String })
	if len(items) > 0 {
		l.arrays++
	}
}

func (l *looked) suggests(kind string, rows int) bool {
	switch kind {
	case "date":
		return l.dates
	case "array":
		return !l.noArrays && l.arrays > 0
	}
	repeated := false
	for _, n := range l.counts {
		repeated = repeated || n > 1
	}
	return !l.tooMany && len(l.counts) > 1 && len(l.counts) < rows && repeated
}

// isDate reports whether SQLite's date() takes s, and it begins with a day.
func isDate(s string) bool {
	if !dated().MatchString(s) {
		return false
	}
	month, _ := strconv.Atoi(s[5:7])
	day, _ := strconv.Atoi(s[8:10])
	return month >= 1 && month <= 12 && day >= 1 && day <= 31
}

var dated = pattern.New(`^\d{4}-\d\d-\d\d([ T]+[0-2]\d:[0-5]\d(:[0-5]\d(\.\d+)?)?\s*(Z|[-+][0-2]\d:[0-5]\d)?)?$`)
