package pages

import (
	"fmt"
	"strings"

	"github.com/dynasette/dynasette/internal/pattern"
)

// A search is for words that rows have: in the full-text index of their table or, where there is
// none, as a part of any of their values.
type search struct {
	column string // one of searchable; "" is any
	words  string
	pair   pair // what it was in the URL
	raw    bool // the words are a query of the index, with its operators
}

// maxSearched is how long the words may be: what a full-text index takes for them grows with their square.
const maxSearched = 4096

var errLongSearch = badRequest("A search may have 4,096 bytes.")

// maxWords are those that are looked for without an index: each in every value.
const maxWords = 20

// readSearch reads _search or, if that is not given, each _search_COLUMN.
func (t *table) readSearch(pairs []pair) (all []search, err error) {
	if words, ok := first(pairs, "_search"); ok {
		all = append(all, search{words: words, pair: pair{"_search", words}})
	} else {
		for _, p := range pairs {
			column, ok := strings.CutPrefix(p.name, "_search_")
			if !ok || strings.Contains(column, "__") { // a filter
				continue
			}
			s := search{words: p.value, pair: p}
			for _, name := range t.searchable {
				if strings.EqualFold(name, column) {
					s.column = name
				}
			}
			if s.column == "" {
				return nil, badRequest(fmt.Sprintf("Cannot search by the column %q.", column))
			}
			all = append(all, s)
		}
	}
	kept := all[:0]
	for _, s := range all {
		s.raw = t.searchesRaw(pairs)
		if strings.TrimSpace(s.words) == "" { // as a form sends it
			continue
		}
		if len(s.words) > maxSearched {
			return nil, errLongSearch
		}
		parts := phrases(s.words)
		switch {
		case len(parts) == 0 && !s.raw:
			return nil, badRequest("The search has no words.")
		case t.indexOf != "":
			return nil, badRequest(fmt.Sprintf("This table is the full-text index of %q: search there.", t.indexOf))
		case len(t.searchable) == 0:
			return nil, badRequest("This table has no column that can be searched.")
		case t.search == "" && len(parts) > maxWords:
			return nil, badRequest(fmt.Sprintf("This table has no full-text index, so a search may have %d words.", maxWords))
		}
		kept = append(kept, s)
	}
	return kept, nil
}

// searchesRaw reports whether searches are queries of the full-text index: _searchmode says so, or the
// table's metadata.
func (t *table) searchesRaw(pairs []pair) bool {
	mode, _ := first(pairs, "_searchmode")
	if mode != "raw" && mode != "escaped" {
		mode, _ = t.about.raw["searchmode"].(string)
	}
	return mode == "raw" && t.search != ""
}

// where returns the condition as SQL, with its arguments.
func (s search) where(t *table) (string, []any) {
	if t.search == "" {
		return s.contained(t)
	}
	words, by := s.words, t.search
	if !s.raw {
		words = match(words)
	}
	if s.column != "" {
		by = quote(s.column)
	}
	return t.key[0] + " IN (SELECT rowid FROM main." + t.search + " WHERE " + by + " MATCH ?)", []any{words}
}

// contained is the condition that each word is a part of a value.
func (s search) contained(t *table) (string, []any) {
	columns := t.searchable
	if s.column != "" {
		columns = []string{s.column}
	}
	terms := make([]string, len(columns))
	for i, name := range columns {
		terms[i] = quote(name) + ` LIKE ? ESCAPE '\'`
	}
	var where []string
	var args []any
	for _, word := range phrases(s.words) {
		where = append(where, either(terms))
		for range terms {
			args = append(args, "%"+likeLiteral(word)+"%")
		}
	}
	return strings.Join(where, " AND "), args
}

// either joins terms by OR, nested as little as can be: SQLite's depth has a limit.
func either(terms []string) string {
	if len(terms) == 1 {
		return terms[0]
	}
	half := len(terms) / 2
	return "(" + either(terms[:half]) + " OR " + either(terms[half:]) + ")"
}

func (s search) String() string {
	if s.column == "" {
		return `search matches "` + s.words + `"`
	}
	return `search column "` + s.column + `" matches "` + s.words + `"`
}

// match writes words as a full-text query that finds each of them, whatever signs they have.
func match(words string) string {
	parts := phrases(words)
	for i, p := range parts {
		parts[i] = `"` + p + `"`
	}
	return strings.Join(parts, " ")
}

// phrases splits a text into words, and what stands between quotes, as Datasette does.
func phrases(words string) []string {
	words = strings.ReplaceAll(words, "\x00", " ") // where SQLite would end it
	if strings.Count(words, `"`)%2 != 0 {
		words += `"`
	}
	var parts []string
	for _, part := range phrase().FindAllString(words, -1) {
		if part = strings.Trim(part, `"`); strings.TrimSpace(part) != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

var phrase = pattern.New(`"[^"]*"|[^\s"]+`)
