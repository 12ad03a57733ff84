package converter_test

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/internal/oracle"
	"github.com/dynasette/dynasette/internal/tries"
)

var someWords = strings.Fields(`the running of Nationalizations is relational, Élan naïve ÀÉÎ ΣΊΣΥΦΟΣ Straße 東京 東京都 résumé resume
	connected connections hopping x y2k a-b c_d 3.14 -7 e-mail it's "quoted" ẞ ﬁne ǅ Ⅷ a̐eo naïve ... ✓ 🙂 cats cat's generalizations oscillators`)

func anyText(r *rand.Rand, words int) string {
	var b strings.Builder
	for range r.Intn(words + 1) {
		b.WriteString(someWords[min(r.Intn(len(someWords)), r.Intn(len(someWords)))])
		b.WriteString([]string{" ", ", ", "\n", "\x00"}[min(r.Intn(4), r.Intn(20))])
		if r.Intn(10) == 0 {
			fmt.Fprintf(&b, "w%d ", r.Intn(3000))
		}
	}
	return b.String()
}

// A full-text index is what SQLite makes of the same rows: its own check says so, and the same
// terms stand at the same places as after a rebuild.
func TestSearch(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for i := range tries.Of(40) {
		rule := converter.TableRule{Search: &converter.Search{
			Columns: [][]string{{"a"}, {"b", "a"}, {"a", "b", "c"}, {"c"}}[r.Intn(4)],
			Tokenize: []string{"", "porter", "unicode61", "porter unicode61 remove_diacritics 2", "unicode61 remove_diacritics 0",
				"trigram", "porter ascii", "unicode61 tokenchars '-_.' separators aß"}[r.Intn(8)],
			Prefix: []string{"", "", "2", "1 3"}[r.Intn(4)],
		}}
		var rows [][]converter.Value
		long := []int{3, 30, 3000}[r.Intn(3)]
		for range r.Intn([]int{3, 300, 6000, 20000}[r.Intn(4)]) * 10 / (long + 7) {
			row := []converter.Value{converter.Text(anyText(r, long)), converter.Text(anyText(r, 3)), converter.Untyped(fmt.Sprint(r.Intn(900)))}
			if r.Intn(8) == 0 {
				row[1] = []converter.Value{{}, converter.Int(r.Int63()), converter.Real(float64(r.Intn(1e6)) / 64), converter.Real(3e20),
					converter.Blob([]byte("a blob\xff\xc3")), converter.Real(-1e-7), converter.Real(5)}[r.Intn(7)]
			}
			rows = append(rows, row[:r.Intn(4)])
		}
		if r.Intn(2) == 0 {
			rows = append(rows, []converter.Value{{}, {}, converter.Untyped("2.5")})
		}
		opts := converter.Options{PageSize: 512 << r.Intn(8), Statistics: true, Rules: func(string) converter.Rule {
			return converter.Rule{Table: func(string, int) converter.TableRule { return rule }}
		}}
		_, db := convert(t, rowsOf([]string{"a", "b", "c"}, rows...), "x", "x", opts)
		path := filepath.Join(t.TempDir(), "x.db")
		if err := os.WriteFile(path, db, 0o600); err != nil {
			t.Fatal(err)
		}
		if faults := oracle.Faults(t, path); faults != nil {
			t.Fatalf("%d: %v: %v", i, *rule.Search, faults)
		}
		const statistics = "SELECT * FROM sqlite_stat1 ORDER BY tbl, idx;"
		got := oracle.Exec(t, path, statistics)
		if want := oracle.Exec(t, path, "DELETE FROM sqlite_stat1; ANALYZE; "+statistics); got != want {
			t.Errorf("statistics %s, want %s", got, want)
		}
		got = oracle.Exec(t, path, "INSERT INTO t_fts(t_fts, rank) VALUES ('integrity-check', 1);"+searchDump)
		if want := oracle.Exec(t, path, "INSERT INTO t_fts(t_fts) VALUES ('rebuild');"+searchDump); got != want {
			t.Errorf("%d: %v, %d rows: differs from a rebuild", i, *rule.Search, len(rows))
		}
		if want := oracle.Exec(t, path, "INSERT INTO t_fts(t_fts, rank) VALUES ('hashsize', 500); INSERT INTO t_fts(t_fts) VALUES ('rebuild'); INSERT INTO t_fts(t_fts) VALUES ('optimize');"+pagesDump); len(rows) > 0 {
			if err := os.WriteFile(path, db, 0o600); err != nil {
				t.Fatal(err)
			}
			if got := oracle.Exec(t, path, pagesDump); got != want {
				t.Errorf("%d: %v, %d rows: pages differ from those after optimize", i, *rule.Search, len(rows))
			}
		}
	}
}

// A column that is extracted is searched by what its ids stand for: all is found that is found
// where it is not extracted, and at the same places.
func TestSearchExtracted(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	for i := range tries.Of(30) {
		var rows [][]converter.Value
		for range r.Intn(2000) {
			row := []converter.Value{converter.Text(anyText(r, 3)), converter.Text(fmt.Sprint("t", r.Intn(40))), converter.Untyped(fmt.Sprint(r.Intn(300)))}
			if r.Intn(9) == 0 {
				row[0] = converter.Value{}
			}
			rows = append(rows, row[:r.Intn(4)])
		}
		rule := converter.TableRule{Search: &converter.Search{Columns: []string{"b", "c", "a"}[:1+r.Intn(3)]}}
		dump := func(rule converter.TableRule) string {
			path := filepath.Join(t.TempDir(), "x.db")
			_, db := convert(t, rowsOf([]string{"a", "b", "c"}, rows...), "x", "x", converter.Options{Workers: 1 + r.Intn(4), Rules: func(string) converter.Rule {
				return converter.Rule{Table: func(string, int) converter.TableRule { return rule }}
			}})
			if err := os.WriteFile(path, db, 0o600); err != nil {
				t.Fatal(err)
			}
			if faults := oracle.Faults(t, path); faults != nil {
				t.Fatal(faults)
			}
			return oracle.Exec(t, path, searchDump)
		}
		want := dump(rule)
		for _, column := range []string{"a", "b", "c"}[:1+r.Intn(3)] {
			rule.Extract = append(rule.Extract, converter.Extract{Columns: []string{column}, Table: "of " + column, Column: column})
		}
		if got := dump(rule); got != want {
			t.Fatalf("%d: extracted %v, searched %v: otherwise than without", i, rule.Extract, rule.Search.Columns)
		}
	}
}

const (
	// What is where, what the sizes are.
	searchDump = `CREATE VIRTUAL TABLE temp.v USING fts5vocab(main, t_fts, instance);
		SELECT term, doc, col, offset FROM v ORDER BY 1, 2, 3, 4; DROP TABLE temp.v;
		SELECT id, hex(sz) FROM t_fts_docsize; SELECT hex(block) FROM t_fts_data WHERE id = 1; SELECT * FROM t_fts_config;`
	// Pages by their numbers, whatever the segment's is.
	pagesDump = `SELECT id & ((1 << 37) - 1), hex(block) FROM t_fts_data WHERE id > 10; SELECT hex(term), pgno FROM t_fts_idx;`
)

// What can't be made is refused, and names give way.
func TestSearchAsSaid(t *testing.T) {
	for _, test := range []struct {
		name   string
		search converter.Search
		text   string
		want   string
	}{
		{"plain", converter.Search{Columns: []string{"A"}}, "a,b\nx,y\n", `CREATE VIRTUAL TABLE "t_fts" USING fts5("a", content="t")`},
		{"options", converter.Search{Columns: []string{"b", "a"}, Tokenize: "porter", Prefix: "2 3"}, "a,b\nx,y\n",
			`CREATE VIRTUAL TABLE "t_fts" USING fts5("b", "a", content="t", tokenize='porter', prefix='2 3')`},
		{"a column rowid", converter.Search{Columns: []string{"a"}}, "a,rowid\nx,y\n",
			`CREATE VIRTUAL TABLE "t_fts" USING fts5("a", content="t", content_rowid=_rowid_)`},
		{"no rows", converter.Search{Columns: []string{"a"}}, "a,b", `CREATE VIRTUAL TABLE "t_fts" USING fts5("a", content="t")`},
		{"missing", converter.Search{Columns: []string{"c"}}, "a,b\nx,y\n", "--search c: table t: search can't be: there is no column c (there are a, b)"},
		{"rank", converter.Search{Columns: []string{"Rank"}}, "a,rank\nx,y\n", "--search c: search: FTS5 can't have a column Rank"},
		{"tokenizer", converter.Search{Columns: []string{"a"}, Tokenize: "mine"}, "a,b\nx,y\n",
			`--search c: search: tokenize "mine": want unicode61, ascii, trigram, or porter before one of them`},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.search.Origin.Flag = "--search c"
			opts := converter.Options{Rules: func(string) converter.Rule {
				return converter.Rule{Table: func(string, int) converter.TableRule { return converter.TableRule{Search: &test.search} }}
			}}
			dst := new(convertertest.Memory)
			_, err := converter.Convert(context.Background(), lines, input("t", test.text), dst, opts)
			if err != nil {
				if err.Error() != test.want && !strings.HasSuffix(err.Error(), test.want) {
					t.Errorf("%v, want %s", err, test.want)
				}
				return
			}
			path := filepath.Join(t.TempDir(), "x.db")
			if err := os.WriteFile(path, dst.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			got := oracle.Exec(t, path, "INSERT INTO t_fts(t_fts, rank) VALUES ('integrity-check', 1); SELECT sql FROM sqlite_schema WHERE name = 't_fts'")
			if strings.TrimSpace(got) != test.want {
				t.Errorf("%s\nwant %s", got, test.want)
			}
		})
	}
}
