package converter_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
)

// tablesOf is a converter of tables with two rows each, one of which is rejected too.
func tablesOf(names ...string) converter.Converter {
	return converter.Func(func(_ context.Context, in *converter.Input, out *converter.Writer) error {
		for _, name := range names {
			table := out.Table(name, "a")
			table.Reject(converter.Reject{Type: "bad", Message: "bad", Raw: name})
			for _, v := range []converter.Value{converter.Text(in.Name), converter.Text(name)} {
				if err := table.Append(v); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func convertRuled(t *testing.T, rules func(string) converter.Rule, documents map[string]converter.Converter) (converter.Summary, error) {
	t.Helper()
	var jobs []converter.Job
	for name, c := range documents {
		jobs = append(jobs, converter.Job{Input: &converter.Input{Name: name, Size: 1, ReaderAt: strings.NewReader("x")}, Converter: c})
	}
	slices.SortFunc(jobs, func(a, b converter.Job) int { return strings.Compare(a.Input.Name, b.Input.Name) })
	var dst convertertest.Memory
	return converter.ConvertAll(t.Context(), jobs, &dst, converter.Options{Rules: rules})
}

// Rules name a document's tables, skip them, and put the rows of several in one.
func TestRuledTables(t *testing.T) {
	of := func(table func(name string, place int) converter.TableRule) func(string) converter.Rule {
		return func(string) converter.Rule { return converter.Rule{Table: table} }
	}
	for _, test := range []struct {
		name  string
		rules func(string) converter.Rule
		want  string
	}{
		{"nothing is said", of(nil), "a: 2, b: 2, a_2: 2, b_2: 2; 4 rejects"},
		{"renamed", of(func(name string, _ int) converter.TableRule { return converter.TableRule{Name: "t" + name} }), "ta: 2, tb: 2, ta_2: 2, tb_2: 2; 4 rejects"},
		{"by place", of(func(_ string, place int) converter.TableRule {
			return converter.TableRule{Name: fmt.Sprint("nr", place), Shared: true}
		}), "nr0: 4, nr1: 4; 4 rejects"},
		{"skipped", of(func(name string, _ int) converter.TableRule { return converter.TableRule{Skip: name == "a"} }), "b: 2, b_2: 2; 2 rejects"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := convertRuled(t, test.rules, map[string]converter.Converter{"x": tablesOf("a", "b"), "y": tablesOf("a", "b")})
			if err != nil {
				t.Fatal(err)
			}
			var tables []string
			for _, table := range s.Tables {
				tables = append(tables, fmt.Sprintf("%s: %d", table.Name, table.Rows))
			}
			if got := fmt.Sprintf("%s; %d rejects", strings.Join(tables, ", "), s.Rejects); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// Words for one table are refused for a document of several, and there only.
func TestOneTable(t *testing.T) {
	at := converter.Origin{File: "dynasette.yaml", Line: 3, Column: 5}
	rules := func(name string) converter.Rule {
		return converter.Rule{OneTable: &converter.OneTable{Of: name, Words: "schema", Origin: at}}
	}
	if _, err := convertRuled(t, rules, map[string]converter.Converter{"x": tablesOf("a"), "y": tablesOf("b")}); err != nil {
		t.Error(err)
	}
	_, err := convertRuled(t, rules, map[string]converter.Converter{"x": tablesOf("a"), "y": tablesOf("b", "c")})
	want := `y: dynasette.yaml:3:5: there are several tables here, and schema can only be said of one: say of which by table: (there are "b", "c")`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// What is said of a table that no document has is found once; one that has it is enough.
func TestNoTable(t *testing.T) {
	naming := func(said string, line int) converter.TableNaming {
		return converter.TableNaming{Said: said, Origin: converter.Origin{File: "dynasette.yaml", Line: line},
			Means: func(name string, place int) bool { return name == said || said == "second" && place == 1 }}
	}
	rules := func(string) converter.Rule {
		return converter.Rule{Tables: []converter.TableNaming{naming("a", 1), naming("c", 2), naming("second", 3), naming("d", 4)}}
	}
	s, err := convertRuled(t, rules, map[string]converter.Converter{"x": tablesOf("a"), "y": tablesOf("b", "c")})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, f := range s.Findings() {
		if f.Code == "rule-unused" {
			found = append(found, f.Rule+" "+f.Message)
		}
	}
	if got, want := strings.Join(found, "; "), "dynasette.yaml:4 there is no table d (there are a): what is said of it is not used"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// What is skipped altogether is no empty document.
func TestAllSkipped(t *testing.T) {
	rules := func(name string) converter.Rule {
		return converter.Rule{Table: func(string, int) converter.TableRule { return converter.TableRule{Skip: true} }}
	}
	if _, err := convertRuled(t, rules, map[string]converter.Converter{"x": tablesOf("a")}); !errors.Is(err, converter.ErrSkipped) || !converter.Permanent(err) {
		t.Errorf("got %v", err)
	}
}

// A rule says where its words stand.
func TestOrigin(t *testing.T) {
	for want, o := range map[string]converter.Origin{
		"options":            {},
		"--type zip=TEXT":    {Flag: "--type zip=TEXT"},
		"datapackage.json":   {File: "datapackage.json", Claim: true},
		"dynasette.yaml:3":   {File: "dynasette.yaml", Line: 3},
		"dynasette.yaml:3:7": {File: "dynasette.yaml", Line: 3, Column: 7},
	} {
		if got := o.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
