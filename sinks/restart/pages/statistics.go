package pages

import (
	"context"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/look"
)

// columnStatistics is what _dynasette_columns has of a column.
type columnStatistics struct {
	Column, Nulls, Different, Least, Greatest string
	Frequent                                  []frequent
}

type frequent struct {
	Text, URL string
	Rows      string
	Percent   int // of those of the most frequent value
}

const maxFrequent = 5 // values of a column

// statistics returns what the converter has counted of the table, if it was asked to. A page is none the
// worse without it, so an error is none.
func (t *table) statistics(ctx context.Context, d *database) (all []columnStatistics) {
	kept, err := d.table(converter.ColumnsTable)
	if err != nil || kept.isView || kept == t {
		return nil
	}
	const columns = `"column", nulls, "distinct", substr("min", 1, 60), substr("max", 1, 60), substr(frequent, 1, 4000)`
	err = d.query(ctx, "SELECT "+columns+" FROM main."+quote(converter.ColumnsTable)+` WHERE "table" = ? LIMIT 100`, []any{t.name}, func(row []any) error {
		s := columnStatistics{Column: shortName(plain(row[0])), Nulls: counted(row[1]), Different: counted(row[2]), Least: readable(plain(row[3])), Greatest: readable(plain(row[4]))}
		name := plain(row[0])
		if _, ok := t.column(name); ok {
			s.Frequent = t.frequent(d, name, plain(row[5]))
		}
		all = append(all, s)
		return nil
	})
	if err != nil {
		return nil
	}
	return all
}

// counted writes a number that may not be known.
func counted(v any) string {
	if n, ok := v.(int64); ok {
		return look.Thousands(n)
	}
	return "many"
}

// frequent reads the list of values that are most frequent, as the converter writes it. What can't be
// filtered by, a blob and the beginning of a text, is left out.
func (t *table) frequent(d *database, column, text string) (list []frequent) {
	if !gjson.Valid(text) {
		return nil
	}
	most := int64(0)
	for _, item := range gjson.Parse(text).Array() {
		n, value := item.Get("count").Int(), item.Get("value").String()
		most = max(most, n, 1)
		if len(list) == maxFrequent || !item.Get("value").Exists() || item.Get("cut").Bool() {
			continue
		}
		list = append(list, frequent{shortName(value), t.url(d) + "?" + formatQuery([]pair{filterPair(column, "exact", value)}), look.Thousands(n), int(100 * n / most)})
	}
	return slices.Clip(list)
}

// definition is the SQL that made the table and its indexes.
func (t *table) definition(ctx context.Context, d *database) (text string) {
	err := d.query(ctx, `SELECT substr(sql, 1, 20000) FROM main.sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL
		ORDER BY type NOT IN ('table', 'view'), name LIMIT 50`, []any{t.name}, func(row []any) error {
		if text != "" {
			text += "\n"
		}
		text += readable(plain(row[0])) + ";"
		return nil
	})
	if err != nil {
		return ""
	}
	return text
}
