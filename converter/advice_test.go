package converter_test

import (
	"context"
	"fmt"
	"math/rand"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/internal/tries"
)

// columnsOf is a converter of untyped columns, in batches of so many rows.
func columnsOf(batch int, columns ...[]string) converter.Converter {
	return converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		var names []string
		for i := range columns {
			names = append(names, fmt.Sprintf("c%d", i))
		}
		table := out.Table("t", names...)
		for from := 0; from < len(columns[0]); from += batch {
			err := table.AppendFunc(func(b *converter.Batch) error {
				for range from % 7 {
					runtime.Gosched()
				}
				for row := from; row < min(from+batch, len(columns[0])); row++ {
					for _, c := range columns {
						b.Add(converter.Untyped(c[row]))
					}
					b.EndRow()
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func isNumber(cell string) bool {
	b := []byte(strings.TrimSpace(cell))
	_, integer := converter.ParseInt(b)
	_, real := converter.ParseReal(b)
	return integer || real
}

// options are those that a finding advises.
func options(t *testing.T, try []string) converter.Options {
	var rule converter.TableRule
	numbers := map[string]converter.Spelling{}
	for ; len(try) > 1; try = try[2:] {
		column, value, _ := strings.Cut(try[1], "=")
		if value == "space" {
			value = " "
		}
		s := numbers[column]
		switch try[0] {
		case "--null":
			rule.MissingValues = append(rule.MissingValues, try[1])
			continue
		case "--decimal":
			s.Decimal = value
		case "--group":
			s.Group = value
		case "--unit":
			s.Unit = value
		default:
			t.Errorf("%q", try)
		}
		numbers[column] = s
	}
	return converter.Options{Rule: spelled(rule, numbers)}
}

// spelled returns a rule that says how numbers are spelled as well: by column, "" of all.
func spelled(rule converter.TableRule, numbers map[string]converter.Spelling) converter.TableRule {
	rule.Numbers = numbers[""]
	for column, s := range numbers {
		if column != "" {
			rule.Fields = append(rule.Fields, converter.FieldRule{Name: column, Numbers: s})
		}
	}
	return rule
}

// With what a finding advises, the column has the type that it says; how many cells it
// counts, and which is the first, is right for the whole document; and none of it depends on
// how many work on it.
func TestAdviceHolds(t *testing.T) {
	r := rand.New(rand.NewSource(4))
	said := 0
	for range tries.Of(150) {
		rows, batch := 1+r.Intn(400), 1+r.Intn(60)
		var columns [][]string
		for range 1 + r.Intn(4) {
			columns = append(columns, oddColumn(r, rows))
		}
		c := columnsOf(batch, columns...)
		summary, db := convert(t, c, "x", "x", converter.Options{Workers: 1})
		for _, workers := range []int{2, 5} {
			other, otherDB := convert(t, c, "x", "x", converter.Options{Workers: workers})
			if string(db) != string(otherDB) || !reflect.DeepEqual(summary, other) {
				t.Fatalf("%d workers: %+v\none: %+v", workers, other, summary)
			}
		}
		for _, f := range summary.Documents[0].Findings {
			if f.Code != "text-but-for" {
				continue
			}
			said++
			i := slices.IndexFunc(summary.Tables[0].Columns, func(c converter.ColumnSummary) bool { return c.Name == f.Column })
			count, first := 0, 0
			for row, cell := range columns[i] {
				if strings.TrimSpace(cell) != "" && !isNumber(cell) {
					if count++; count == 1 {
						first = row + 1
					}
				}
			}
			if !slices.Contains(f.Try, f.Column+"=.") && (int(f.Count) != count || int(f.Row) != first) {
				t.Errorf("%s: want %d times, first in row %d of %q", f, count, first, columns[i])
			}
			again, _ := convert(t, c, "x", "x", options(t, f.Try))
			doubted := slices.ContainsFunc(again.Documents[0].Findings, func(f converter.Finding) bool { // without words, there are decimal commas
				return f.Code == "points-doubtful" && f.Column == summary.Tables[0].Columns[i].Name
			})
			if got := again.Tables[0].Columns[i].Type; !doubted && !strings.Contains(f.Message, "would be "+got+" but") {
				t.Errorf("%s: it is %s then: %q", f, got, columns[i])
			}
		}
	}
	if said < tries.Of(50) {
		t.Errorf("something is said of %d columns only", said)
	}
}

// oddColumn is a column of numbers, with words or spelled oddly, that may begin so or not.
func oddColumn(r *rand.Rand, rows int) []string {
	formats := []string{"%d", "%d,5", "%d.5", "1,%03d", "1.%03d", "1.%03d,5", "1 %03d", "%d%%", "%d €", "$%d"}
	odd := formats[r.Intn(len(formats))]
	words := []string{"NA", "n/a", "-", "unknown"}[:r.Intn(5)]
	from, often := r.Intn(rows), 2+r.Intn(8)
	var cells []string
	for row := range rows {
		switch {
		case row >= from && len(words) > 0 && r.Intn(often) == 0:
			cells = append(cells, words[r.Intn(len(words))])
		case row >= from && r.Intn(2) == 0:
			cells = append(cells, fmt.Sprintf(odd, r.Intn(999)))
		default:
			cells = append(cells, []string{"", "5", "77", " 6 "}[r.Intn(4)])
		}
	}
	return cells
}

// A number as 1.234 stays as it is spelled where another column of the document has decimal
// commas, and only there, unless people say what the point is.
func TestPointsBesideCommas(t *testing.T) {
	many := func(n int, cells ...string) []string { return slices.Repeat(cells, n) }
	for _, test := range []struct {
		name    string
		columns [][]string
		options converter.Options
		types   string
	}{
		{"beside decimal commas", [][]string{{"1.234", "567", "12.500"}, {"3,50", "4,00", "1.200,00"}}, converter.Options{}, "TEXT TEXT"},
		{"in many rows", [][]string{many(500, "1.234", "567"), append(many(499, "3", "5"), "6", "3,50")}, converter.Options{}, "REAL TEXT"},
		{"in many rows, commas at the end", [][]string{many(500, "1.234", "567"), append(many(400, "3", "5"), many(100, "6", "3,50")...)}, converter.Options{}, "TEXT TEXT"},
		{"no commas", [][]string{{"1.234", "12.500"}, {"3", "4.5"}}, converter.Options{}, "REAL REAL"},
		{"commas between thousands", [][]string{{"1.234", "12.500"}, {"3,500", "4,000"}}, converter.Options{}, "REAL TEXT"},
		{"a decimal too", [][]string{{"1.234", "12.5"}, {"3,50", "4,00"}}, converter.Options{}, "REAL TEXT"},
		{"less than one", [][]string{{"1.234", "0.500"}, {"3,50", "4,00"}}, converter.Options{}, "REAL TEXT"},
		{"words with commas", [][]string{{"1.234", "12.500", "1.500"}, {"a,b", "3,50", "c"}}, converter.Options{}, "REAL TEXT"},
		{"people say it is a decimal point", [][]string{{"1.234", "12.500"}, {"3,50", "4,00"}},
			converter.Options{Rule: converter.TableRule{Fields: []converter.FieldRule{{Name: "c0", Numbers: converter.Spelling{Decimal: "."}}}}}, "REAL TEXT"},
		{"people say it groups", [][]string{{"1.234", "12.500"}, {"3,50", "4,00"}},
			converter.Options{Rule: converter.TableRule{Numbers: converter.Spelling{Decimal: ",", Group: "."}}}, "INTEGER REAL"},
		{"people speak of the other column", [][]string{{"1.234", "12.500"}, {"3,50", "4,00"}},
			converter.Options{Rule: converter.TableRule{Fields: []converter.FieldRule{{Name: "c1", Numbers: converter.Spelling{Decimal: ","}}}}}, "TEXT REAL"},
		{"the other column is text by order", [][]string{{"1.234", "12.500"}, {"3,50", "4,00"}},
			converter.Options{Rule: converter.TableRule{Fields: []converter.FieldRule{{Name: "c1", Declared: "TEXT"}}}}, "TEXT TEXT"},
		{"the column is real by order", [][]string{{"1.234", "12.500"}, {"3,50", "4,00"}},
			converter.Options{Rule: converter.TableRule{Fields: []converter.FieldRule{{Name: "c0", Declared: "REAL"}}}}, "REAL TEXT"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, workers := range []int{1, 4} {
				test.options.Workers = workers
				summary, db := convert(t, columnsOf(50, test.columns...), "x", "x", test.options)
				var types []string
				for _, c := range summary.Tables[0].Columns {
					types = append(types, c.Type)
				}
				if got := strings.Join(types, " "); got != test.types {
					t.Errorf("%s, want %s", got, test.types)
				}
				doubted := slices.ContainsFunc(summary.Documents[0].Findings, func(f converter.Finding) bool {
					return f.Code == "points-doubtful" && f.Row == 1 && f.Column == "c0" && f.Example == "1.234" && f.Severity == converter.Doubt
				})
				if want := types[0] == "TEXT"; doubted != want {
					t.Errorf("findings %v", summary.Documents[0].Findings)
				}
				if types[0] == "TEXT" {
					if got := sqlite3(t, db, "SELECT c0 FROM t LIMIT 1"); got != "1.234\n" {
						t.Errorf("%q", got)
					}
				}
			}
		})
	}
}

// Decimal commas are a property of a document: another one that is converted with it keeps
// its decimals.
func TestCommasOfOneDocument(t *testing.T) {
	jobs := []converter.Job{
		{Input: input("a.csv", "n,m\n1.234,3\n"), Converter: columnsOf(9, []string{"1.234"}, []string{"3"})},
		{Input: input("b.csv", ""), Converter: columnsOf(9, []string{"1.234"}, []string{"3,50"})},
	}
	summary, err := converter.ConvertAll(context.Background(), jobs, new(convertertest.Memory), converter.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := summary.Tables[0].Columns[0].Type, summary.Tables[1].Columns[0].Type; a != "REAL" || b != "TEXT" {
		t.Errorf("%s and %s", a, b)
	}
}

// Numbers that are spelled as people say are numbers, also as keys, and with a declared type.
func TestNumbers(t *testing.T) {
	c := columnsOf(2, []string{"1.234", "2.000,5", " 3 ", ""}, []string{"12 %", "5%", "7", "-1%"}, []string{"1.5", "x", "2,5", "1.000"})
	summary, db := convert(t, c, "x", "x", converter.Options{Rule: spelled(
		converter.TableRule{Fields: []converter.FieldRule{{Name: "c2", Declared: "NUMERIC"}}},
		map[string]converter.Spelling{"": {Decimal: ",", Group: "."}, "c1": {Unit: "%"}},
	)})
	if got := sqlite3(t, db, "SELECT quote(c0), quote(c1), quote(c2) FROM t"); got != "1234.0|12|1.5\n2000.5|5|'x'\n3.0|7|2.5\nNULL|-1|1000\n" {
		t.Errorf("%s", got)
	}
	if types := summary.Tables[0].Columns; types[0].Type != "REAL" || types[1].Type != "INTEGER" {
		t.Errorf("%v", types)
	}
	keyed := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		table := out.Table("t", "id")
		table.Key("id")
		for _, id := range []string{"2,000", "1,000", "30"} {
			if err := table.Append(converter.Untyped(id)); err != nil {
				return err
			}
		}
		return nil
	})
	_, db = convert(t, keyed, "x", "x", converter.Options{Rule: converter.TableRule{Fields: []converter.FieldRule{{Name: "id", Numbers: converter.Spelling{Group: ","}}}}})
	if got := sqlite3(t, db, "SELECT id FROM t WHERE id = 1000; SELECT group_concat(id) FROM (SELECT id FROM t ORDER BY id); PRAGMA integrity_check"); got != "1000\n30,1000,2000\nok\n" {
		t.Errorf("%s", got)
	}
	for _, numbers := range []map[string]converter.Spelling{{"": {Group: "."}}, {"": {Decimal: ","}, "a": {Group: ","}}, {"a": {Unit: "5"}}} {
		_, err := converter.Convert(context.Background(), c, input("x", "x"), new(convertertest.Memory), converter.Options{Rule: spelled(converter.TableRule{}, numbers)})
		if err == nil {
			t.Errorf("%v: no error", numbers)
		}
	}
}
