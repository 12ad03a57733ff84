package cli

import (
	"reflect"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/sinks/restart/command"
)

// What the options of csvs-to-sqlite say together is one rule.
func TestCSVsOptions(t *testing.T) {
	at := func(flag string) converter.Origin { return converter.Origin{Flag: flag} }
	for line, want := range map[string]converter.TableRule{
		"":                      {},
		"--skip-errors":         {},
		"--no-index-fks":        {},
		"--no-fulltext-fks":     {},
		"--just-strings":        {TextOnly: true},
		"-q 0 --quoting=1":      {},
		"-t sales":              {Name: "sales", Shared: true, Said: map[string]converter.Origin{"name": at("--table sales")}},
		"-pk a --primary-key b": {PrimaryKey: []string{"a", "b"}, Said: map[string]converter.Origin{"primaryKey": at("--primary-key a")}},
		"-i a,b": {Index: converter.IndexOnly,
			Indexes: []converter.Index{{Columns: []converter.IndexColumn{{Name: "a"}, {Name: "b"}}, Origin: at("--index a,b")}}},
		"-f a --fts b":           {Search: &converter.Search{Columns: []string{"a", "b"}, Origin: at("--fts a")}, Said: map[string]converter.Origin{"search": at("--fts a")}},
		"-c town --no-index-fks": {Extract: []converter.Extract{{Columns: []string{"town"}, Table: "town", Column: "town", As: []string{"value"}, Origin: at("--extract-column town")}}},
		"-c=town:Towns:name": {Extract: []converter.Extract{{Columns: []string{"town"}, Table: "Towns", Column: "town", As: []string{"name"}, Origin: at("--extract-column town:Towns:name")}},
			Index: converter.IndexOnly, Indexes: []converter.Index{{Columns: []converter.IndexColumn{{Name: "town"}}, Origin: at("--extract-column town:Towns:name")}}},
		"-ctown -f town --no-index-fks": {Extract: []converter.Extract{{Columns: []string{"town"}, Table: "town", Column: "town", As: []string{"value"}, Origin: at("--extract-column town")}},
			Search: &converter.Search{Columns: []string{"town"}, Origin: at("--fts town")}, Said: map[string]converter.Origin{"search": at("--fts town")}},
		"-d born": {Fields: []converter.FieldRule{{Name: "born", Type: converter.DateType, Format: converter.FormatAny,
			Said: map[string]converter.Origin{"name": at("--date born"), "type": at("--date born"), "format": at("--date born")}}}},
		"-dt seen -df %d.%m.%Y": {Fields: []converter.FieldRule{{Name: "seen", Type: converter.DateTimeType, Format: "%d.%m.%Y",
			Said: map[string]converter.Origin{"name": at("--datetime seen"), "type": at("--datetime seen"), "format": at("--datetime seen")}}}},
		"-d born -df d-b-Y": {Fields: []converter.FieldRule{{Name: "born", Type: converter.DateType, Format: converter.FormatAny,
			Said: map[string]converter.Origin{"name": at("--date born"), "type": at("--date born"), "format": at("--date born")}}}},
		"-d born -df %F": {Fields: []converter.FieldRule{{Name: "born", Type: converter.DateType, Format: "%Y-%m-%d",
			Said: map[string]converter.Origin{"name": at("--date born"), "type": at("--date born"), "format": at("--date born")}}}},
		"--shape 'a:b(REAL),c'": {Only: []string{"a", "c"}, Rename: map[string]string{"a": "b"},
			Fields: []converter.FieldRule{{Name: "a", Declared: "REAL", Said: map[string]converter.Origin{"name": at("--shape a:b(REAL)"), "type": at("--shape a:b(REAL)")}}},
			Said:   map[string]converter.Origin{"rename": at("--shape a:b(REAL)")}},
		"--fixed-column a 1 --fixed-column-int b -2 --fixed-column-float c 1e3 --filename-column f": {Constants: []converter.Constant{
			{Column: "f", Value: converter.Text("people"), Origin: at("--filename-column f")},
			{Column: "a", Value: converter.Text("1"), Origin: at("--fixed-column a 1")},
			{Column: "b", Value: converter.Int(-2), Origin: at("--fixed-column-int b -2")},
			{Column: "c", Value: converter.Real(1000), Origin: at("--fixed-column-float c 1e3")}}},
	} {
		words, err := command.Split(line)
		if err != nil {
			t.Fatal(err)
		}
		var o csvsOptions
		rest, err := parseClick(o.list(), append([]string{"in.csv"}, append(words, "out.db")...))
		if err != nil || !reflect.DeepEqual(rest, []string{"in.csv", "out.db"}) {
			t.Errorf("%s: %q, %v", line, rest, err)
			continue
		}
		o.complete()
		if got := o.of("people.csv").Table("people", 0); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", line, got, want)
		}
	}
}

// Wrong options say what is right.
func TestCSVsMistakes(t *testing.T) {
	for line, want := range map[string]string{
		"--tabel x":               "there is no option --tabel; did you mean --table?",
		"-x":                      "there is no option -x",
		"-t":                      "-t needs NAME",
		"--fixed-column a":        "--fixed-column needs COL TEXT",
		"--just-strings=1":        "--just-strings takes no value",
		"--fixed-column-int a b":  "--fixed-column-int a b: want a whole number",
		"--fixed-column-float a ": "--fixed-column-float needs COL X",
		"-q 4":                    "-q 4: want 0, 1, 2 or 3, as Python's csv.QUOTE_NONE and others have it",
		"-c :x":                   "-c :x: want a column's name before the first colon",
		"-i a,,b":                 "-i a,,b: want COL or COL,COL",
		"--shape a:b:c":           `--shape a:b:c: "a:b:c": want COL:NAME(TYPE), NAME and TYPE may be left out`,
	} {
		var o csvsOptions
		if _, err := parseClick(o.list(), strings.Fields(line)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
}

// A declared type is the one that SQLite takes it for.
func TestAffinity(t *testing.T) {
	for declared, want := range map[string]string{
		"INT": "INTEGER", "bigint": "INTEGER", "VARCHAR(9)": "TEXT", "text": "TEXT", "blob": "BLOB", "double": "REAL", "float": "REAL", "decimal": "NUMERIC", "date": "NUMERIC",
	} {
		if got := affinity(declared); got != want {
			t.Errorf("%s: %s, want %s", declared, got, want)
		}
	}
}
