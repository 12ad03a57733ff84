package converter_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
)

// apply converts documents of a few lines by one rule, and returns the tables and what is found, or the error.
func apply(t *testing.T, rule converter.TableRule, documents ...string) string {
	t.Helper()
	var jobs []converter.Job
	for i, text := range documents {
		jobs = append(jobs, converter.Job{Input: input(fmt.Sprintf("d%d", i+1), text), Converter: lines})
	}
	var dst convertertest.Memory
	rules := func(string) converter.Rule {
		return converter.Rule{Table: func(string, int) converter.TableRule { return rule }}
	}
	summary, err := converter.ConvertAll(context.Background(), jobs, &dst, converter.Options{Rules: rules})
	if err != nil {
		return err.Error()
	}
	sqlite3(t, dst.Bytes(), "SELECT 1") // which checks its integrity
	dump, err := convertertest.SQL(dst.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, line := range strings.Split(strings.TrimSpace(dump), "\n") {
		if !strings.Contains(line, converter.SourcesTable) && !strings.HasPrefix(line, "PRAGMA") {
			out = append(out, line)
		}
	}
	for _, f := range summary.Findings() {
		out = append(out, "-- "+f.String())
	}
	return strings.Join(out, "\n")
}

func TestApplyFields(t *testing.T) {
	field := func(f converter.FieldRule) converter.TableRule {
		f.Name = "a"
		return converter.TableRule{Fields: []converter.FieldRule{f}}
	}
	var out strings.Builder
	for _, test := range []struct {
		name string
		rule converter.TableRule
		text string
	}{
		{"integer", field(converter.FieldRule{Type: converter.IntegerType}), "a,b\n1,x\n,y\n"},
		{"integer, kept", field(converter.FieldRule{Type: converter.IntegerType}), "a,b\n1,x\n08,y\n"},
		{"integer, cleared", field(converter.FieldRule{Type: converter.IntegerType, Misfit: converter.MisfitClear}), "a,b\n1,x\n08,y\n1.5,z\n"},
		{"integer, rejected", field(converter.FieldRule{Type: converter.IntegerType, Misfit: converter.MisfitReject}), "a,b\n1,x\n08,y\n3,z\n"},
		{"integer, cast", field(converter.FieldRule{Type: converter.IntegerType, Misfit: converter.MisfitCast}), "a,b\n1,x\n08,y\n+3,z\n"},
		{"integer, cast, kept", field(converter.FieldRule{Type: converter.IntegerType, Misfit: converter.MisfitCast}), "a,b\n007,x\nn,y\n"},
		{"number of integers", field(converter.FieldRule{Type: converter.NumberType}), "a,b\n1,x\n2,y\n"},
		{"number of ids", field(converter.FieldRule{Type: converter.NumberType}), "a,b\n9007199254740993,x\n2,y\n"},
		{"string", field(converter.FieldRule{Type: converter.StringType}), "a,b\n1,x\n2,y\n"},
		{"nothing", field(converter.FieldRule{Type: converter.YearType}), "a,b\n,x\n"},
		{"boolean", field(converter.FieldRule{Type: converter.BooleanType, TrueValues: []string{"ja"}, FalseValues: []string{"nein"}}), "a,b\nja,x\nnein,y\n,z\n"},
		{"boolean, kept", field(converter.FieldRule{Type: converter.BooleanType}), "a,b\ntrue,x\nmaybe,y\n"},
		{"date", field(converter.FieldRule{Type: converter.DateType, Format: "%d.%m.%Y"}), "a,b\n31.12.2024,x\n1.2.2024,y\n"},
		{"date, kept", field(converter.FieldRule{Type: converter.DateType, Format: "%d.%m.%Y"}), "a,b\n31.12.2024,x\n30.2.2024,y\n"},
		{"date, cleared", field(converter.FieldRule{Type: converter.DateType, Format: "%d.%m.%Y", Misfit: converter.MisfitClear}), "a,b\n31.12.2024,x\n30.2.2024,y\n"},
		{"datetime", field(converter.FieldRule{Type: converter.DateTimeType, Format: "%b %d %Y %I:%M %p"}), "a,b\nJan 2 2024 12:05 am,x\nMarch 02 2024 1:07 PM,y\n"},
		{"zone", field(converter.FieldRule{Type: converter.DateTimeType, Format: "%Y-%m-%d %H:%M%z"}), "a,b\n2024-01-02 03:04+0100,x\n2024-01-02 03:04Z,y\n"},
		{"any", field(converter.FieldRule{Type: converter.DateType, Format: converter.FormatAny}), "a,b\n03/04/2024,x\n31/12/2024,y\n"},
		{"any, not proved", field(converter.FieldRule{Type: converter.DateType, Format: converter.FormatAny}), "a,b\n03/04/2024,x\n05/06/2024,y\n"},
		{"any, contradictory", field(converter.FieldRule{Type: converter.DateType, Format: converter.FormatAny}), "a,b\n13/04/2024,x\n05/16/2024,y\n"},
		{"any, two digits", field(converter.FieldRule{Type: converter.DateType, Format: converter.FormatAny}), "a,b\n13/04/24,x\n"},
		{"percent", field(converter.FieldRule{Type: converter.NumberType, Parts: 100, Numbers: converter.Spelling{Unit: "%"}}), "a,b\n12.5 %,x\n7%,y\n"},
		{"any unit", field(converter.FieldRule{Type: converter.NumberType, AnyUnit: true}), "a,b\n12 kg,x\n7.5 kg,y\n"},
		{"any unit, several", field(converter.FieldRule{Type: converter.NumberType, AnyUnit: true}), "a,b\n12 kg,x\n7.5 g,y\n"},
		{"list", field(converter.FieldRule{Type: converter.ListType, Separator: ";"}), "a,b\nx; y,1\n,2\n"},
		{"list of integers", field(converter.FieldRule{Type: converter.ListType, Separator: ";", ItemType: converter.IntegerType}), "a,b\n1;2,1\n"},
		{"missing", converter.TableRule{MissingValues: []string{"-", "NA"}}, "a,b\n1,NA\n-,y\n"},
		{"missing of a field", converter.TableRule{MissingValues: []string{"-"}, Fields: []converter.FieldRule{{Name: "a", MissingValues: []string{"NA"}}}}, "a,b\nNA,-\n2,y\n"},
		{"constraints", field(converter.FieldRule{Type: converter.IntegerType, Minimum: "2", Enum: []string{"1", "3"}}), "a,b\n1,x\n3,y\n5,z\n"},
		{"required", field(converter.FieldRule{Required: true}), "a,b\n1,x\n2,y\n"},
		{"required, refused", field(converter.FieldRule{Required: true}), "a,b\n1,x\n,y\n"},
		{"required, claimed", field(converter.FieldRule{Required: true, Said: map[string]converter.Origin{"required": {Claim: true, File: "datapackage.json", Line: 3}}}), "a,b\n1,x\n,y\n"},
		{"required, rejected", field(converter.FieldRule{Required: true, Misfit: converter.MisfitReject}), "a,b\n1,x\n,y\n"},
		{"no such column", converter.TableRule{Fields: []converter.FieldRule{{Name: "zap", Type: converter.IntegerType}}}, "a,b\n1,x\n"},
	} {
		fmt.Fprintf(&out, "# %s\n%s\n\n", test.name, apply(t, test.rule, test.text))
	}
	dumptest.Golden(t, "testdata/apply-fields.txt", out.String())
}

func TestApplyColumns(t *testing.T) {
	var out strings.Builder
	for _, test := range []struct {
		name      string
		rule      converter.TableRule
		documents []string
	}{
		{"renamed, dropped, ordered", converter.TableRule{Rename: map[string]string{"A": "aa"}, Drop: []string{"b"}, Order: []string{"c"}}, []string{"a,b,c,d\n1,2,3,4\n"}},
		{"constants", converter.TableRule{Constants: []converter.Constant{{Column: "x", Value: converter.Int(7)}, {Column: "y", Value: converter.Text("z")}}, SourceColumn: "file"}, []string{"a,b\n1\n3,4\n"}},
		{"extracted", converter.TableRule{Extract: []converter.Extract{{Columns: []string{"b"}, Table: "b", Column: "b_id"}}}, []string{"a,b,c\n1,x,\n2,,\n3,y,\n4,x,\n"}},
		{"extracted together", converter.TableRule{Extract: []converter.Extract{{Columns: []string{"b", "c"}, Table: "place", Column: "place_id"}}, Order: []string{"place_id"}}, []string{"a,b,c\n1,x,5\n2,,\n3,x,\n4,x,5\n"}},
		{"extracted in another order", converter.TableRule{Extract: []converter.Extract{{Columns: []string{"c", "b"}, Table: "place", Column: "place_id"}}}, []string{"a,b,c\n1,x,5\n2,,\n3,x,\n4,x,5\n"}},
		{"extracted where one is not there", converter.TableRule{Extract: []converter.Extract{{Columns: []string{"zz", "b"}, Table: "place", Column: "place_id"}}}, []string{"a,b,c\n1,x,5\n2,,\n3,x,\n"}},
		{"extracted from several that lack some", converter.TableRule{Extract: []converter.Extract{{Columns: []string{"b", "c"}, Table: "place", Column: "place_id"}}}, []string{"c,a\n5,1\n", "c,b,a\n5,x,1\n5,,2\n", "b,a\nx,1\n"}},
		{"blanks around", converter.TableRule{Trim: converter.TrimBefore | converter.TrimBehind}, []string{"a,b\n x ,  \n\" y\",\tz\n,\n"}},
		{"blanks before", converter.TableRule{Trim: converter.TrimBefore, MissingValues: []string{"-"}}, []string{"a,b\n x , -\n  , 5\n"}},
		{"extracted from several", converter.TableRule{Extract: []converter.Extract{{Columns: []string{"b"}, Table: "b", Column: "b_id"}}}, []string{"a,b\n1,x\n", "a,b\n1,y\n2,x\n"}},
		{"extracted numbers that are text", converter.TableRule{Extract: []converter.Extract{{Columns: []string{"b"}, Table: "b", Column: "b_id"}}}, []string{"a,b\n1,7\n2,07\n3,7\n"}},
		{"key", converter.TableRule{PrimaryKey: []string{"a"}}, []string{"a,b\n3,x\n5,y\n"}},
		{"key out of order", converter.TableRule{PrimaryKey: []string{"a"}}, []string{"a,b\n5,x\n3,y\n"}},
		{"key of text", converter.TableRule{PrimaryKey: []string{"b"}}, []string{"a,b\n5,x\n3,y\n"}},
		{"key of two", converter.TableRule{PrimaryKey: []string{"b", "a"}}, []string{"a,b\n5,x\n3,x\n"}},
		{"key twice", converter.TableRule{PrimaryKey: []string{"a"}, Said: map[string]converter.Origin{"primaryKey": {File: "dynasette.yaml", Line: 4}}}, []string{"a,b\n5,x\n6,y\n5,z\n"}},
		{"key twice, claimed", converter.TableRule{PrimaryKey: []string{"a"}, Said: map[string]converter.Origin{"primaryKey": {File: "datapackage.json", Line: 4, Claim: true}}}, []string{"a,b\n5,x\n6,y\n5,z\n"}},
		{"key missing, claimed", converter.TableRule{PrimaryKey: []string{"a"}, Said: map[string]converter.Origin{"primaryKey": {File: "datapackage.json", Line: 4, Claim: true}}}, []string{"a,b\n5,x\n,y\n"}},
		{"unique", converter.TableRule{UniqueKeys: []converter.UniqueKey{{Columns: []string{"a", "b"}}}, Fields: []converter.FieldRule{{Name: "b", Unique: true}}}, []string{"a,b\n5,x\n5,y\n,\n"}},
		{"later rows", converter.TableRule{Name: "t", Shared: true, PrimaryKey: []string{"a"}, Extract: []converter.Extract{{Columns: []string{"b"}, Table: "b", Column: "b_id"}}}, []string{"a,b\n1,x\n2,y\n", "a,b\n2,z\n3,x\n"}},
		{"later rows, key of text", converter.TableRule{Name: "t", Shared: true, PrimaryKey: []string{"b"}}, []string{"a,b\n1,x\n2,y\n", "a,b\n3,x\n", "a,b\n4,x\n"}},
		{"twice in one document", converter.TableRule{Name: "t", Shared: true, PrimaryKey: []string{"a"}}, []string{"a,b\n1,x\n2,y\n", "a,b\n3,x\n3,y\n"}},
		{"default", converter.TableRule{Fields: []converter.FieldRule{{Name: "b", Default: ptr(converter.Text("it's"))}, {Name: "a", Default: ptr(converter.Int(3))}}}, []string{"a,b\n1,x\n"}},
		{"foreign key to itself", converter.TableRule{PrimaryKey: []string{"a"}, ForeignKeys: []converter.ForeignKey{{Columns: []string{"b"}}}}, []string{"a,b\n1,\n2,1\n"}},
		{"foreign key without its value", converter.TableRule{PrimaryKey: []string{"a"}, ForeignKeys: []converter.ForeignKey{{Columns: []string{"b"}, Origin: converter.Origin{File: "datapackage.json", Claim: true}}}}, []string{"a,b\n1,\n2,7\n"}},
		{"columns without names, named", converter.TableRule{Fields: []converter.FieldRule{{Name: "id"}, {Name: "when", Type: converter.YearType}}, PrimaryKey: []string{"id"}, Rename: map[string]string{"when": "year"}}, []string{",\n5,1990\n6,2000\n"}},
		{"columns without names, as they are called", converter.TableRule{Rename: map[string]string{"column_1": "id"}, Extract: []converter.Extract{{Columns: []string{"column_3"}, Table: "c", Column: "c_id"}}, Drop: []string{"column_2"}}, []string{"x,,\n5,a,b\n6,c,b\n", ",,\n5,a,b\n"}},
		{"no such columns", converter.TableRule{Rename: map[string]string{"x": "y"}, Drop: []string{"B", "z"}, Order: []string{"w", "b_id", "f"}, SourceColumn: "f",
			Extract: []converter.Extract{{Columns: []string{"c"}, Table: "b", Column: "b_id"}}, Said: map[string]converter.Origin{"drop": {File: "dynasette.yaml", Line: 4}, "order": {File: "dynasette.yaml", Line: 5}, "rename": {File: "dynasette.yaml", Line: 6}}}, []string{"a,c\n1,2\n", "a,z\n1,2\n"}},
		{"a name that is another's", converter.TableRule{Rename: map[string]string{"a": "b"}}, []string{"a,b\n1,2\n"}},
	} {
		fmt.Fprintf(&out, "# %s\n%s\n\n", test.name, apply(t, test.rule, test.documents...))
	}
	dumptest.Golden(t, "testdata/apply-columns.txt", out.String())
}

func ptr[T any](v T) *T { return &v }

// Columns that turn up late are those that the rule means, as if all had been known at first.
func TestApplyLate(t *testing.T) {
	named := converter.Func(func(_ context.Context, in *converter.Input, out *converter.Writer) error {
		table := out.Table("t")
		for i, row := range []map[string]string{{"b": "1"}, {"b": "2", "A": "10"}, {"b": "3", " a": "11", "c": "01.02.2024", "a": "12"}} {
			err := table.AppendFunc(func(b *converter.Batch) error {
				for _, name := range []string{"b", "A", " a", "c", "a"} {
					if cell, ok := row[name]; ok {
						b.Set(b.Column(name), converter.Untyped(cell))
					}
				}
				b.EndRow()
				return nil
			})
			if err != nil {
				return fmt.Errorf("row %d: %w", i, err)
			}
		}
		return nil
	})
	rule := converter.TableRule{
		Fields: []converter.FieldRule{{Name: "a", Type: converter.StringType}, {Name: "c", Type: converter.DateType, Format: "%d.%m.%Y"}},
		Order:  []string{"c"}, Drop: []string{" a"}, Constants: []converter.Constant{{Column: "x", Value: converter.Int(1)}},
		Extract: []converter.Extract{{Columns: []string{"a"}, Table: "as", Column: "as_id"}}, PrimaryKey: []string{"b"},
	}
	var dst convertertest.Memory
	_, err := converter.Convert(context.Background(), named, input("x", "x"), &dst, converter.Options{Rules: func(string) converter.Rule {
		return converter.Rule{Table: func(string, int) converter.TableRule { return rule }}
	}})
	if err != nil {
		t.Fatal(err)
	}
	got := sqlite3(t, dst.Bytes(), "SELECT sql FROM sqlite_schema WHERE name IN ('t', 'as'); SELECT * FROM t; SELECT * FROM [as]")
	want := `CREATE TABLE "t" ("c" TEXT, "b" INTEGER PRIMARY KEY, "A" INTEGER, "as_id" INTEGER REFERENCES "as" ("id"), "x" INTEGER)
CREATE TABLE "as" ("id" INTEGER PRIMARY KEY, "a" TEXT UNIQUE)
|1|||1
|2|10||1
2024-02-01|3||1|1
1|12
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Foreign keys to other tables of the database, by any kind of key, whichever comes first.
func TestApplyForeignKeys(t *testing.T) {
	claim := converter.Origin{File: "datapackage.json", Line: 9, Claim: true}
	for _, test := range []struct {
		name            string
		parent          converter.TableRule
		to              []string
		children, heads string
		origin          converter.Origin
		want            string
	}{
		{"rowid", converter.TableRule{PrimaryKey: []string{"k"}}, nil, "c\n1\n\n3\n", "k\n1\n2\n3\n", claim, `REFERENCES "p" ("k")`},
		{"text", converter.TableRule{PrimaryKey: []string{"k"}}, []string{"k"}, "c\nb\na\n", "k\nb\na\n", claim, `REFERENCES "p" ("k")`},
		{"unique", converter.TableRule{UniqueKeys: []converter.UniqueKey{{Columns: []string{"k"}}}}, []string{"k"}, "c\nb\na\n", "k\nb\na\n", claim, `REFERENCES "p" ("k")`},
		{"out of order", converter.TableRule{PrimaryKey: []string{"k"}}, nil, "c\n2\n1\n", "k\n2\n1\n", claim, `REFERENCES "p" ("k")`},
		{"missing", converter.TableRule{PrimaryKey: []string{"k"}}, nil, "c\n2\n9\n9\n", "k\n2\n3\n", claim, `no-foreign-key: the value of row 2 (9) is not there (of 2 rows)`},
		{"missing text", converter.TableRule{PrimaryKey: []string{"k"}}, nil, "c\na\nz\n", "k\na\nb\n", claim, `no-foreign-key: the value of row 2 ("z") is not there (of 1 row)`},
		{"of another type", converter.TableRule{PrimaryKey: []string{"k"}}, nil, "c\n1\n", "k\n1\nb\n", claim, `no-foreign-key: the value of row 1 (1) is not there (of 1 row)`},
		{"no key", converter.TableRule{}, []string{"k"}, "c\n1\n", "k\n1\n", claim, `no-foreign-key: "k" is no key of the table p`},
		{"ordered", converter.TableRule{PrimaryKey: []string{"k"}}, nil, "c\n9\n", "k\n2\n", converter.Origin{}, `REFERENCES "p" ("k")`},
	} {
		for _, first := range []bool{true, false} {
			child := converter.TableRule{Name: "c", ForeignKeys: []converter.ForeignKey{{Columns: []string{"c"}, Table: "p", To: test.to, Origin: test.origin}}}
			rules := func(name string) converter.Rule {
				rule := child
				if name == "p" {
					rule = test.parent
				}
				return converter.Rule{Table: func(string, int) converter.TableRule { return rule }}
			}
			jobs := []converter.Job{{Input: input("p", test.heads), Converter: lines}, {Input: input("c", test.children), Converter: lines}}
			if first {
				jobs[0], jobs[1] = jobs[1], jobs[0]
			}
			var dst convertertest.Memory
			summary, err := converter.ConvertAll(context.Background(), jobs, &dst, converter.Options{Rules: rules})
			if err != nil {
				t.Fatal(err)
			}
			got := sqlite3(t, dst.Bytes(), "SELECT sql FROM sqlite_schema WHERE name = 'c'")
			for _, f := range summary.Findings() {
				got += f.Code + ": " + strings.TrimPrefix(f.Message, "the foreign key c to p is not declared: ") + "\n"
			}
			got = strings.ReplaceAll(got, "the foreign key c to p(k) is not declared: ", "")
			if !strings.Contains(got, test.want) {
				t.Errorf("%s: got %s, want %s", test.name, got, test.want)
			}
		}
	}
	_, err := converter.ConvertAll(context.Background(), []converter.Job{{Input: input("c", "c\n1\n"), Converter: lines}}, new(convertertest.Memory), converter.Options{
		Rules: func(string) converter.Rule {
			return converter.Rule{Table: func(string, int) converter.TableRule {
				return converter.TableRule{ForeignKeys: []converter.ForeignKey{{Columns: []string{"c"}, Table: "p", Origin: converter.Origin{File: "dynasette.yaml", Line: 2}}}}
			}}
		}})
	if err == nil || !converter.Permanent(err) || err.Error() != "dynasette.yaml:2: table c: the foreign key c to p can't be: there is no table p (there are c). One of another document has to be in the same database, as by into: {database: …}" {
		t.Error(err)
	}
}
