package pages

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// Facets count what the rows have, filtered or not, and lead to those rows.
func TestFacets(t *testing.T) {
	s := serve(t, map[string]string{"d.db": `CREATE TABLE halls (id INTEGER PRIMARY KEY, name TEXT);
		INSERT INTO halls VALUES (1, 'North'), (2, NULL);
		CREATE TABLE t (id INTEGER PRIMARY KEY, hall INTEGER REFERENCES halls (id), tags TEXT, day TEXT, _odd TEXT, note TEXT);
		INSERT INTO t VALUES (1, 1, '["a","b","a"]', '2024-01-02 10:00', 'x', 'n1'), (2, 1, '["b"]', '2024-01-02', 'x', 'n2'), (3, 2, '[]', '2024-01-03', 'y', '{'),
			(4, 9, NULL, 'soon', NULL, 'n4'), (5, NULL, '', NULL, 'y', 'n5');`})
	type values []any
	for _, test := range []struct {
		query, name string
		want        values // label, count, label, count…
	}{
		{"_facet=hall", "hall", values{"North", 2.0, nil, 1.0, 9.0, 1.0}},
		{"_facet=HALL", "hall", values{"North", 2.0, nil, 1.0, 9.0, 1.0}},
		{"_facet=hall&id__gt=2", "hall", values{nil, 1.0, 9.0, 1.0}},
		{"_facet=hall&_facet_size=1", "hall", values{"North", 2.0}},
		{"_facet=hall", "hall", values{"North", 2.0, nil, 1.0, 9.0, 1.0}}, // from what is kept
		{"_facet_array=tags", "tags", values{"b", 2.0, "a", 1.0}},
		{"_facet_date=day", "day", values{"2024-01-02", 2.0, "2024-01-03", 1.0}},
		{"_facet=_odd", "_odd", values{"x", 2.0, "y", 2.0}},
	} {
		w := ask(s, "/d/t.json?_size=0&"+test.query)
		var answer struct {
			Facets struct {
				Results map[string]struct {
					Results []struct {
						Label  any
						Count  float64
						Toggle string `json:"toggle_url"`
					}
				}
			} `json:"facet_results"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatalf("%s: %v", test.query, err)
		}
		var got values
		for _, v := range answer.Facets.Results[test.name].Results {
			got = append(got, v.Label, v.Count)
			_, query, _ := strings.Cut(v.Toggle, "?")
			var rows struct{ Count float64 }
			if err := json.Unmarshal(ask(s, "/d/t.json?"+query).Body.Bytes(), &rows); err != nil || rows.Count != v.Count {
				t.Errorf("%s leads to %v rows, not %v", v.Toggle, rows.Count, v.Count)
			}
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %v, want %v", test.query, got, test.want)
		}
	}
	for _, query := range []string{"_facet=nope", "_facet_array=note", "_extra=nope"} {
		if w := ask(s, "/d/t.json?"+query); w.Code != 400 {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
}
