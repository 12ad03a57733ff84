package converter_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
)

// manyRows is a document of n rows, with columns of all kinds.
func manyRows(n int) string {
	var text strings.Builder
	text.WriteString("id,few,constant,nearly,turns,void,thousand,more,sign\n")
	for i := range n {
		nearly, turns, void := "x", fmt.Sprint(i%7), ""
		if i%30 == 0 {
			nearly, void = "y", fmt.Sprint(i%3)
		}
		if i > n-2000 {
			turns = fmt.Sprint(i)
		}
		fmt.Fprintf(&text, "%d,%d,c,%s,%s,%s,%d,%d,s%d\n", i, i*i%50, nearly, turns, void, i%1000, i%1001, i%2)
	}
	return text.String()
}

// A table of many rows gets indexes on columns of few values, the same ones each time; none is
// chosen where nobody asks.
func TestIndexAuto(t *testing.T) {
	rule := func(r converter.TableRule) func(string) converter.Rule {
		return func(string) converter.Rule {
			return converter.Rule{Table: func(string, int) converter.TableRule { return r }}
		}
	}
	on := func(columns ...string) (list []converter.Index) {
		for _, c := range columns {
			x := converter.Index{}
			for _, name := range strings.Split(c, "+") {
				x.Columns = append(x.Columns, converter.IndexColumn{Name: name})
			}
			list = append(list, x)
		}
		return list
	}
	texts := map[int]string{}
	for n, test := range []struct {
		name string
		rows int
		opts converter.Options
		want string
	}{
		{"unsaid", 50_001, converter.Options{}, ""},
		{"auto, later", 60_000, converter.Options{Rule: converter.TableRule{Index: converter.IndexAuto}}, "few sign thousand"},
		{"auto", 50_001, converter.Options{Rule: converter.TableRule{Index: converter.IndexAuto}}, "few sign thousand"},
		{"at the bound", 50_000, converter.Options{Rule: converter.TableRule{Index: converter.IndexAuto}}, ""},
		{"a rule", 50_001, converter.Options{Rules: rule(converter.TableRule{Index: converter.IndexAuto})}, "few sign thousand"},
		{"usual", 50_001, converter.Options{ChooseIndexes: true}, "few sign thousand"},
		{"usual, a rule's none", 50_001, converter.Options{ChooseIndexes: true, Rules: rule(converter.TableRule{Index: converter.IndexNone})}, ""},
		{"usual, a rule's only", 50_001, converter.Options{ChooseIndexes: true, Rules: rule(converter.TableRule{Index: converter.IndexOnly, Indexes: on("turns")})}, "turns"},
		{"none of a rule", 50_001, converter.Options{Rule: converter.TableRule{Index: converter.IndexNone}, Rules: rule(converter.TableRule{Index: converter.IndexAuto, Indexes: on("few")})}, ""},
		{"a rule's only", 50_001, converter.Options{Rules: rule(converter.TableRule{Index: converter.IndexOnly, Indexes: on("few")})}, "few"},
		{"besides others", 50_001, converter.Options{Rule: converter.TableRule{Index: converter.IndexAuto, Indexes: on("few+id", "turns")}}, "few_id sign thousand turns"},
		{"named differently", 50_001, converter.Options{Rule: converter.TableRule{Index: converter.IndexAuto}, Rules: rule(converter.TableRule{Rename: map[string]string{"few": "less"}})}, "less sign thousand"},
		{"a rowid", 50_001, converter.Options{Rule: converter.TableRule{Index: converter.IndexAuto}, Rules: rule(converter.TableRule{PrimaryKey: []string{"id"}})}, "few sign thousand"},
		{"foreign keys", 50_001, converter.Options{Rules: rule(converter.TableRule{Index: converter.IndexAuto, PrimaryKey: []string{"id"},
			ForeignKeys: []converter.ForeignKey{{Columns: []string{"more"}, To: []string{"id"}}}})}, "few more sign thousand"},
		{"of a small table", 100, converter.Options{Rules: rule(converter.TableRule{Index: converter.IndexAuto, PrimaryKey: []string{"id"},
			ForeignKeys: []converter.ForeignKey{{Columns: []string{"more"}, To: []string{"id"}}}})}, "more"},
		{"extracted", 50_001, converter.Options{Rule: converter.TableRule{Index: converter.IndexAuto}, Rules: rule(converter.TableRule{
			Extract: []converter.Extract{{Columns: []string{"more"}, Table: "mores", Column: "more_id"}}})}, "few more_id sign thousand"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if testing.Short() && n%3 > 0 {
				t.Skip("each of these is a whole conversion")
			}
			text, made := texts[test.rows]
			if !made {
				text = manyRows(test.rows)
				texts[test.rows] = text
			}
			test.opts.Workers = 4
			_, db := convert(t, lines, "t", text, test.opts)
			if !testing.Short() {
				test.opts.Workers = 1
				if _, other := convert(t, lines, "t", text, test.opts); !bytes.Equal(db, other) {
					t.Error("other bytes with 4 workers")
				}
			}
			got := sqlite3(t, db, "SELECT group_concat(substr(name, 7), ' ') FROM (SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'idx%' ORDER BY name)")
			if strings.TrimSpace(got) != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

// A wide table gets a few indexes only, and what is chosen does not crowd out the rows.
func TestIndexAutoOfMany(t *testing.T) {
	if testing.Short() {
		t.Skip("converts 3.5 million cells")
	}
	var text strings.Builder
	for c := range 70 {
		fmt.Fprintf(&text, "%sc%d", strings.Repeat(",", min(c, 1)), c)
	}
	row := strings.Repeat(",7", 69)
	for i := range 50_001 {
		fmt.Fprintf(&text, "\n%d%s", i%5, strings.ReplaceAll(row, "7", fmt.Sprint(i%9)))
	}
	_, db := convert(t, lines, "t", text.String(), converter.Options{Rule: converter.TableRule{Index: converter.IndexAuto}, Workers: 2})
	if got := sqlite3(t, db, "SELECT count(*) FROM sqlite_schema WHERE type = 'index'"); got != "16\n" {
		t.Errorf("%s indexes", got)
	}
}

// Rows that are all left out, many in a row, are in no index.
func TestIndexAutoOfRejects(t *testing.T) {
	text := "n,kind\n" + strings.Repeat("x,never\n", 60_000) + manyKinds(60_000)
	rule := converter.TableRule{Index: converter.IndexAuto, Fields: []converter.FieldRule{{Name: "n", Type: "integer", Misfit: converter.MisfitReject}}}
	_, db := convert(t, lines, "t", text, converter.Options{Rule: rule, Workers: 2})
	if got := sqlite3(t, db, "SELECT count(*) FROM t INDEXED BY idx_t_kind WHERE kind = 'k1'; PRAGMA integrity_check"); got != "6000\nok\n" {
		t.Error(got)
	}
}

// manyKinds are n rows with ten kinds.
func manyKinds(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "%d,k%d\n", i, i%10)
	}
	return text.String()
}

// Facets go through an index alone, in Datasette's words; those of rows that are filtered by another
// column through that one's, so that few rows are read.
func TestFacetsUseIndexes(t *testing.T) {
	_, db := convert(t, lines, "t", manyRows(50_001), converter.Options{Rule: converter.TableRule{Index: converter.IndexAuto}})
	for _, test := range []struct{ where, want string }{
		{"", "SEARCH t USING COVERING INDEX idx_t_few"},
		{"where [thousand] = '7'", "SEARCH t USING INDEX idx_t_thousand"},
	} {
		const facet = `select [few] as value, count(*) as count from (
			select rowid, id, few, constant, nearly, turns, void, thousand, more, sign from [t] %s
		) where [few] is not null group by [few] order by count desc, value limit 31`
		if got := sqlite3(t, db, "EXPLAIN QUERY PLAN "+fmt.Sprintf(facet, test.where)); !strings.Contains(got, test.want) {
			t.Errorf("%s: %s", test.where, got)
		}
	}
	if got := sqlite3(t, db, "SELECT * FROM sqlite_stat1 WHERE tbl = 't'"); got != "t||50001\n" {
		t.Errorf("statistics: %s", got)
	}
}
