package pages

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/dynasette/dynasette/internal/look"
)

const (
	searchPath = "/-/search"

	maxNames = 50 // of tables and columns that are found
	maxHits  = 5  // rows of a table
)

type findPage struct {
	look.Layout
	Words string
	Names []foundName
	More  bool // names are not all
	Rows  []foundRows
	Late  bool // there was no time for every table
}

type foundName struct{ Text, Of, URL string }

type foundRows struct {
	Table, Database, URL string
	Rows                 []foundName
}

// find looks for words in the names of all tables and columns, and in the rows of the tables that have
// a full-text index, as far as the time of a page allows.
func (q *request) find() error {
	words := strings.TrimSpace(q.r.URL.Query().Get("q"))
	p := findPage{Layout: q.layout("Search", look.At("Search", searchPath)), Words: readable(words)}
	if words == "" {
		return q.show("find", p)
	}
	if len(words) > maxSearched {
		return errLongSearch
	}
	parts := strings.Fields(strings.ToLower(words))
	fits := func(name string) bool {
		name = strings.ToLower(name)
		for _, part := range parts {
			if !strings.Contains(name, part) {
				return false
			}
		}
		return true
	}
	add := func(name, of, url string) {
		if p.More = p.More || len(p.Names) == maxNames; !p.More {
			p.Names = append(p.Names, foundName{shortName(name), of, url})
		}
	}
	ctx, cancel := q.limited()
	defer cancel()
	for _, d := range q.release.databases {
		if fits(d.name) || fits(d.title()) {
			add(d.title(), "database", d.url())
		}
		for _, t := range d.tables {
			if t.hidden {
				continue
			}
			of := shortName(d.title())
			if fits(t.name) {
				add(t.name, "table of "+of, t.url(d))
			}
			for _, c := range t.own() {
				if fits(c.name) {
					add(c.name, "column of "+shortName(t.name)+", "+of, t.url(d))
				}
			}
			if t.search == "" {
				continue
			}
			if ctx.Err() != nil {
				p.Late = true
				continue
			}
			found := foundRows{Table: shortName(t.name), Database: of, URL: t.url(d) + "?" + formatQuery([]pair{{"_search", words}})}
			err := d.file.Use(func(*sql.DB) error { return found.read(ctx, d, t, match(words)) })
			p.Late = p.Late || err != nil
			if len(found.Rows) > 0 {
				p.Rows = append(p.Rows, found)
			}
		}
	}
	return q.show("find", p)
}

// read finds the first rows of a table, by the names that people know them by.
func (found *foundRows) read(ctx context.Context, d *database, t *table, words string) error {
	keys := make([]string, len(t.primary))
	columns := make([]int, len(t.primary))
	for i, name := range t.primary {
		keys[i] = "+" + quote(name)
		if t.columns[0].implicit {
			keys[i] = name
		}
		columns[i], _ = t.column(name)
	}
	label := "NULL"
	if name := t.label(); name != "" {
		label = "substr(" + quote(name) + ", 1, 100)"
	}
	text := fmt.Sprintf("SELECT %s, %s FROM main.%s WHERE %s IN (SELECT rowid FROM main.%s WHERE %s MATCH ?) LIMIT %d",
		strings.Join(keys, ", "), label, quote(t.name), t.key[0], t.search, t.search, maxHits)
	return d.query(ctx, text, []any{words}, func(row []any) error {
		n := len(keys)
		if key := rowKey(t, columns, row[:n]); key != "" {
			name := plain(row[n])
			if name == "" {
				name = strings.Join(keyTexts(row[:n]), ", ")
			}
			found.Rows = append(found.Rows, foundName{Text: shortName(name), URL: t.url(d) + "/" + key})
		}
		return nil
	})
}
