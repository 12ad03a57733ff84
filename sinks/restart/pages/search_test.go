package pages

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestSearch(t *testing.T) {
	s := serve(t, map[string]string{"d.db": `CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT, note TEXT);
		INSERT INTO books VALUES (1, 'Red sea', 'a gift'), (2, 'Sea of gifts', 'red'), (3, 'The sea', 'found OR lost'), (4, 'Gifted', NULL);
		CREATE VIRTUAL TABLE books_fts USING fts5(title, note, content="books", content_rowid="id"); INSERT INTO books_fts (books_fts) VALUES ('rebuild');
		CREATE TABLE raw (id INTEGER PRIMARY KEY, title TEXT); INSERT INTO raw VALUES (1, 'Red sea'), (2, 'Blue sea');
		CREATE VIRTUAL TABLE raw_fts USING fts5(title, content="raw", content_rowid="id"); INSERT INTO raw_fts (raw_fts) VALUES ('rebuild');
		CREATE VIRTUAL TABLE alone USING fts5(title, body); INSERT INTO alone VALUES ('one', 'red fox'), ('red', 'two');
		CREATE TABLE plain (id INTEGER PRIMARY KEY, "a ""b" TEXT, n NUMERIC, picture BLOB);
		INSERT INTO plain VALUES (1, '100% wool', 12, NULL), (2, 'WOOL_mix', 345, x'414243'), (3, NULL, 7, 'wool'), (4, 'two words, wool', 2, NULL);
		CREATE TABLE only (b BLOB);
		CREATE VIEW v AS SELECT * FROM plain;`,
		"metadata.json": `{"databases": {"d": {"tables": {"raw": {"searchmode": "raw"}}}}}`})
	for _, test := range []struct {
		table, query string
		want         any // the first columns, or words of a refusal
	}{
		{"books", "_search=sea", []int{1, 2, 3}},
		{"books", "_search=sea red", []int{1, 2}},
		{"books", `_search="red sea"`, []int{1}},
		{"books", `_search="red sea`, []int{1}},
		{"books", `_search=sea"of gifts"red`, []int{2}},
		{"books", "_search=gif*", []int{}},
		{"books", "_search=found OR lost", []int{3}},
		{"books", "_search=found OR gifted", []int{}},
		{"books", "_search=found OR gifted&_searchmode=raw", []int{3, 4}},
		{"books", "_search=found OR gifted&_searchmode=raw&_searchmode=escaped", []int{3, 4}},
		{"books", "_search=gif*&_searchmode=raw&_sort_desc=id", []int{4, 2, 1}},
		{"books", "_search=note:red&_searchmode=raw", []int{2}},
		{"books", "_search=found OR gifted&_searchmode=other", []int{}},
		{"books", "_search_note=red", []int{2}},
		{"books", "_search_NOTE=red&_search_title=sea", []int{2}},
		{"books", "_search_note=gi*&_searchmode=raw", []int{1}},
		{"books", "_search=sea&_search_note=red", []int{1, 2, 3}}, // as Datasette
		{"books", "_search=&_search_note=red", []int{1, 2, 3, 4}},
		{"books", "_search_note=", []int{1, 2, 3, 4}},
		{"books", "_search_id=1", "Cannot search"},
		{"books", "_search_nope=1", "Cannot search"},
		{"books", "_search=%22", "no words"},
		{"books", "_search=(&_searchmode=raw", "syntax error"},
		{"books", "_search=nope:red&_searchmode=raw", "no such column"},
		{"books", "_fts_table=raw_fts&_search=x", "not supported"},
		{"books", "_search=\x00sea\x00", []int{1, 2, 3}},
		{"books", `_search="red` + "\x00sea", []int{1}},
		{"raw", "_search=red OR blue", []int{1, 2}},
		{"raw", "_search=red OR blue&_searchmode=escaped", []int{}},
		{"books_fts", "_search=red", "full-text index of"},
		{"books_fts", "_search=", []int{1, 2, 3, 4}},
		{"alone", "_search=red", []int{1, 2}},
		{"alone", "_search_body=red", []int{1}},
		{"plain", "_search=wool", []int{1, 2, 4}},
		{"plain", "_search=%", []int{1}},
		{"plain", "_search=_", []int{2}},
		{"plain", "_search=ool 2", []int{1, 2, 4}},
		{"plain", `_search="two words"`, []int{4}},
		{"plain", `_search="words two"`, []int{}},
		{"plain", `_search=34&_searchmode=raw`, []int{2}},
		{"plain", `_search_a "b=wool&_search_n=12`, []int{1}},
		{"plain", `_search_picture=A`, "Cannot search"},
		{"plain", "_search=ABC", []int{}},
		{"plain", "_search=" + strings.Repeat("a ", 21), "20 words"},
		{"v", "_search=wool", []int{1, 2, 4}},
		{"only", "_search=a", "no column"},
	} {
		pairs := strings.Split(test.query, "&")
		for i, p := range pairs {
			name, value, _ := strings.Cut(p, "=")
			pairs[i] = url.QueryEscape(name) + "=" + strings.ReplaceAll(url.QueryEscape(value), "%2522", "%22")
		}
		w := ask(s, "/d/"+test.table+".json?_shape=arrayfirst&"+strings.Join(pairs, "&"))
		var got []int
		if want, refused := test.want.(string); refused {
			if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s?%s: %d %s", test.table, test.query, w.Code, w.Body)
			}
		} else if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || !slices.Equal(got, test.want.([]int)) {
			t.Errorf("%s?%s: %d %s, want %v", test.table, test.query, w.Code, w.Body, test.want)
		}
	}
	s.NoSQL = true // which is not what _searchmode=raw is
	if got := body(t, s, "/d/books.json?_shape=arrayfirst&_search=gif*&_searchmode=raw"); got != "[1, 2, 4]" {
		t.Error(got)
	}
}

// TestSearchWithoutAnIndex: a row is found if each word is a part of one of its values, in any case,
// however many columns there are.
func TestSearchWithoutAnIndex(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	const columns, rows = 1500, 30
	letters := []string{"a", "B", "%", "_", `\`, "'", "é", "1"}
	word := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString(letters[random.IntN(len(letters))])
		}
		return b.String()
	}
	var sql strings.Builder
	sql.WriteString("CREATE TABLE wide (id INTEGER PRIMARY KEY")
	for i := range columns {
		fmt.Fprintf(&sql, ", c%d", i)
	}
	sql.WriteString(");")
	values := make([][]string, rows)
	for i := range rows {
		fmt.Fprintf(&sql, "INSERT INTO wide (id, c0, c700, c1499) VALUES (%d", i+1)
		values[i] = []string{fmt.Sprint(i + 1)}
		for range 3 {
			v := word(4)
			values[i] = append(values[i], v)
			sql.WriteString(", '" + strings.ReplaceAll(v, "'", "''") + "'")
		}
		sql.WriteString(");")
	}
	s := serve(t, map[string]string{"d.db": sql.String()})
	for range 60 {
		words := []string{word(1 + random.IntN(2)), word(1)}[:1+random.IntN(2)]
		want := []int{}
		for i, row := range values {
			all := true
			for _, w := range words {
				all = all && slices.ContainsFunc(row, func(v string) bool { return strings.Contains(strings.ToLower(v), strings.ToLower(w)) })
			}
			if all {
				want = append(want, i+1)
			}
		}
		var got []int
		url := "/d/wide.json?_shape=arrayfirst&_col=id&_search=" + url.QueryEscape(strings.Join(words, " "))
		if err := json.Unmarshal([]byte(body(t, s, url)), &got); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", words, got, want)
		}
	}
}
