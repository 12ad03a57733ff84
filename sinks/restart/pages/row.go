package pages

import (
	"slices"
	"strings"

	"github.com/dynasette/dynasette/internal/look"
)

type fact struct {
	Name, Type, Description, Unit string
	Value                         cell
}

type rowPage struct {
	look.Layout
	Table, TableURL, JSON, CSV string
	Facts                      []fact
	Pointing                   []incoming
}

func (q *request) row(d *database, t *table, key string) error {
	ctx, cancel := q.limited()
	defer cancel()
	one := &query{table: t, columns: t.all()}
	var row []any
	if err := t.find(ctx, d, key, one.columns, upTo(maxValue), func(r []any) error { row = slices.Clone(r); return nil }); err != nil {
		return err
	}
	path := t.url(d) + "/" + tildeJoin(tildeSplit(key))
	p := rowPage{Table: t.title(), TableURL: t.url(d), JSON: path + ".json", CSV: path + ".csv"}
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
		p.Facts = append(p.Facts, fact{readable(c.name), strings.ToLower(c.declared), t.about.column(c.name), t.about.unit(c.name), v})
	}
	p.Layout = q.layout(readable(title), d.crumb(), t.crumb(d), look.At(readable(strings.Join(tildeSplit(key), ", ")), path))
	for _, from := range t.incoming(ctx, d, one.columns, row) {
		from.Table, from.Column = shortName(from.Table), shortName(from.Column)
		p.Pointing = append(p.Pointing, from)
	}
	return q.show("row", p)
}
