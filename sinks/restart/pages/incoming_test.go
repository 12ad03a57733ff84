package pages

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

// TestIncoming: a row's page and its JSON know the same rows that lead to it, whatever the case of names,
// also where there are none, and each link leads to as many as it says.
func TestIncoming(t *testing.T) {
	s := serve(t, map[string]string{"d.db": `CREATE TABLE Items (Id INTEGER PRIMARY KEY, Code TEXT UNIQUE, b BLOB UNIQUE); INSERT INTO Items VALUES (1, 'a', x'00'), (2, NULL, NULL);
		CREATE TABLE _hidden (item INTEGER REFERENCES items); INSERT INTO _hidden VALUES (1), (1), (2);
		CREATE TABLE tags (ITEM INTEGER REFERENCES ITEMS(id), _by TEXT REFERENCES items(CODE), b BLOB REFERENCES items(B)); INSERT INTO tags VALUES (1, 'a', x'00'), (2, 'a', NULL), (2, 'A', NULL);
		CREATE TABLE none (item INTEGER REFERENCES items(id)); CREATE TABLE wrong (item REFERENCES items(nope), x REFERENCES nowhere); INSERT INTO wrong VALUES (1, 1);
		CREATE TABLE self (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES self); INSERT INTO self VALUES (1, 1), (2, 1);
		CREATE TABLE pair (a TEXT, b TEXT, c TEXT UNIQUE, PRIMARY KEY (a, b)); INSERT INTO pair VALUES ('x', 'y', 'z');
		CREATE TABLE to_pair (c TEXT REFERENCES pair(c), a TEXT, b TEXT, FOREIGN KEY (a, b) REFERENCES pair); INSERT INTO to_pair VALUES ('z', 'x', 'y');`})
	s.TimeLimit = time.Minute
	for row, want := range map[string]string{
		"Items/1":  `_hidden.item>Id 2 /d/_hidden?item=1; none.item>Id 0 /d/none?item=1; tags._by>Code 2 /d/tags?_by__exact=a; tags.ITEM>Id 1 /d/tags?ITEM=1`,
		"Items/2":  `_hidden.item>Id 1 /d/_hidden?item=2; none.item>Id 0 /d/none?item=2; tags.ITEM>Id 2 /d/tags?ITEM=2`,
		"self/1":   `self.parent>id 2 /d/self?parent=1`,
		"self/2":   `self.parent>id 0 /d/self?parent=2`,
		"pair/x,y": `to_pair.c>c 1 /d/to_pair?c=z`,
		"tags/1":   "",
	} {
		var got []string
		page := body(t, s, "/d/"+row)
		gjson.Get(body(t, s, "/d/"+row+".json?_extra=foreign_key_tables"), "foreign_key_tables").ForEach(func(_, f gjson.Result) bool {
			link, count := f.Get("link").Str, f.Get("count").Int()
			got = append(got, fmt.Sprintf("%s.%s>%s %d %s", f.Get("other_table"), f.Get("other_column"), f.Get("column"), count, link))
			if !strings.Contains(page, `href="`+strings.ReplaceAll(link, "&", "&amp;")+`"`) {
				t.Errorf("the page of %s doesn't lead to %s", row, link)
			}
			there := body(t, s, strings.Replace(link, "?", ".json?_extra=count&", 1))
			if n := gjson.Get(there, "count").Int(); n != count {
				t.Errorf("%s leads to %d rows, not %d", link, n, count)
			}
			return true
		})
		if all := strings.Join(got, "; "); all != want {
			t.Errorf("%s: %s\nwant %s", row, all, want)
		}
		if want == "" && strings.Contains(page, "Rows that lead here") {
			t.Errorf("the page of %s says that rows lead there", row)
		}
	}
	// Labels and the schema follow the same keys.
	if got := body(t, s, "/d/tags.json?_labels=on&_shape=arrays&_size=1"); !strings.Contains(got, `{"value": 1, "label": "1"}`) {
		t.Error(got)
	}
	if got := gjson.Get(body(t, s, "/d.json"), `tables.#(name=="Items").foreign_keys.incoming.#`).Int(); got != 5 {
		t.Errorf("%d", got)
	}
}
