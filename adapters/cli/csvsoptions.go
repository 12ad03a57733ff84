package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/rules"
	"github.com/dynasette/dynasette/internal/pattern"
)

// csvsOptions are the options of csvs-to-sqlite 1.3 as rules.
type csvsOptions struct {
	separator string
	noQuotes  bool
	replace   bool
	help      bool
	table     string
	filename  string // the column
	formats   []string
	rule      converter.TableRule
	shape     string
	noIndexes bool
	notes     []string // what is otherwise than there
}

// note takes down once what is otherwise than there.
func (o *csvsOptions) note(text string) {
	if !slices.Contains(o.notes, text) {
		o.notes = append(o.notes, text)
	}
}

// list returns the options of the command line.
func (o *csvsOptions) list() []clickOption {
	flag := func(p *bool) func([]string) error { return func([]string) error { *p = true; return nil } }
	text := func(p *string) func([]string) error { return func(v []string) error { *p = v[0]; return nil } }
	return []clickOption{
		{[]string{"--separator", "-s"}, "TEXT", "between cells; without it, it is found out", text(&o.separator)},
		{[]string{"--quoting", "-q"}, "N", "3: there are no quotes; 0, 1, 2: as is found out", o.quoting},
		{[]string{"--skip-errors"}, "", "nothing: surplus cells are in the column _extra", func([]string) error {
			o.note("--skip-errors leaves rows out there; here none is: surplus cells are in the column _extra, and what can't be read is in the table _rejects")
			return nil
		}},
		{[]string{"--replace-tables"}, "", "replace DBNAME, if all that is in it is made anew", flag(&o.replace)},
		{[]string{"--table", "-t"}, "NAME", "all rows go to this table", text(&o.table)},
		{[]string{"--extract-column", "-c"}, "COL[:TABLE[:VALUE]]", "a lookup table for a column", o.extract},
		{[]string{"--date", "-d"}, "COL", "dates become 2024-12-31", o.date(converter.DateType)},
		{[]string{"--datetime", "-dt"}, "COL", "dates with times become 2024-12-31T23:59:00", o.date(converter.DateTimeType)},
		{[]string{"--datetime-format", "-df"}, "FORMAT", "of -d and -dt, as strptime has it: %d/%m/%Y", func(v []string) error {
			o.formats = append(o.formats, v[0])
			return nil
		}},
		{[]string{"--primary-key", "-pk"}, "COL", "the primary key; several are one of several columns", func(v []string) error {
			o.rule.PrimaryKey = append(o.rule.PrimaryKey, v[0])
			o.said("primaryKey", "--primary-key "+v[0])
			return nil
		}},
		{[]string{"--fts", "-f"}, "COL", "a column of the full-text index", o.search},
		{[]string{"--index", "-i"}, "COL[,COL]", "an index", func(v []string) error { return o.index(strings.Split(v[0], ","), "--index "+v[0]) }},
		{[]string{"--shape"}, "COL:NAME(TYPE),…", "only these columns, called and typed so", o.shaped},
		{[]string{"--filename-column"}, "COL", "a column with the file's name, without extension", text(&o.filename)},
		{[]string{"--fixed-column"}, "COL TEXT", "a column with the same text in each row", func(v []string) error {
			return o.constant("--fixed-column", v, converter.Text(v[1]))
		}},
		{[]string{"--fixed-column-int"}, "COL N", "the same with a whole number", func(v []string) error {
			n, err := strconv.ParseInt(v[1], 10, 64)
			if err != nil {
				return errors.New("want a whole number")
			}
			return o.constant("--fixed-column-int", v, converter.Int(n))
		}},
		{[]string{"--fixed-column-float"}, "COL X", "the same with a number", func(v []string) error {
			f, err := strconv.ParseFloat(v[1], 64)
			if err != nil {
				return errors.New("want a number")
			}
			return o.constant("--fixed-column-float", v, converter.Real(f))
		}},
		{[]string{"--no-index-fks"}, "", "no index on the columns of -c", flag(&o.noIndexes)},
		{[]string{"--no-fulltext-fks"}, "", "nothing: lookup tables have no full-text index", func([]string) error { return nil }},
		{[]string{"--just-strings"}, "", "keep every value as it is spelled", flag(&o.rule.TextOnly)},
		{[]string{"--help"}, "", "this help", flag(&o.help)},
	}
}

// said takes down where a word stands.
func (o *csvsOptions) said(word, flag string) converter.Origin {
	if o.rule.Said == nil {
		o.rule.Said = map[string]converter.Origin{}
	}
	origin := converter.Origin{Flag: flag}
	if _, known := o.rule.Said[word]; !known {
		o.rule.Said[word] = origin
	}
	return origin
}

func (o *csvsOptions) quoting(v []string) error {
	switch v[0] {
	case "0", "1", "2":
	case "3":
		o.noQuotes = true
	default:
		return errors.New("want 0, 1, 2 or 3, as Python's csv.QUOTE_NONE and others have it")
	}
	return nil
}

func (o *csvsOptions) extract(v []string) error {
	parts := strings.SplitN(v[0], ":", 3)
	x := converter.Extract{Columns: parts[:1], Table: parts[0], Column: parts[0], As: []string{"value"}, Origin: converter.Origin{Flag: "--extract-column " + v[0]}}
	if len(parts) > 1 && parts[1] != "" {
		x.Table = parts[1]
	}
	if len(parts) > 2 && parts[2] != "" {
		x.As = parts[2:]
	}
	if parts[0] == "" {
		return errors.New("want a column's name before the first colon")
	}
	o.rule.Extract = append(o.rule.Extract, x)
	return nil
}

// date returns what makes a column one of dates.
func (o *csvsOptions) date(t converter.FieldType) func([]string) error {
	return func(v []string) error {
		flag := "--" + string(t) + " " + v[0]
		f := o.field(v[0], "type", flag)
		f.Type = t
		f.Said["format"] = converter.Origin{Flag: flag}
		o.note("-d and -dt take each cell by itself there, and empty what is no date; here the whole column has to be dates in one order of day and month, or else it stays as it is")
		return nil
	}
}

// field returns what is said of a column.
func (o *csvsOptions) field(column, word, flag string) *converter.FieldRule {
	return flaggedField(&o.rule, column, word, flag)
}

func (o *csvsOptions) search(v []string) error {
	if o.rule.Search == nil {
		o.rule.Search = &converter.Search{Origin: o.said("search", "--fts "+v[0])}
	}
	o.rule.Search.Columns = append(o.rule.Search.Columns, v[0])
	return nil
}

func (o *csvsOptions) index(columns []string, flag string) error {
	index := converter.Index{Origin: converter.Origin{Flag: flag}}
	for _, c := range columns {
		if c == "" {
			return errors.New("want COL or COL,COL")
		}
		index.Columns = append(index.Columns, converter.IndexColumn{Name: c})
	}
	o.rule.Index = converter.IndexOnly
	o.rule.Indexes = append(o.rule.Indexes, index)
	return nil
}

func (o *csvsOptions) constant(flag string, v []string, value converter.Value) error {
	if v[0] == "" {
		return errors.New("want a column's name")
	}
	o.rule.Constants = append(o.rule.Constants, converter.Constant{Column: v[0], Value: value, Origin: converter.Origin{Flag: flag + " " + strings.Join(v, " ")}})
	return nil
}

var shapedColumn = pattern.New(`^([^:()]+)(?::([^:()]+))?(?:\(([^()]+)\))?$`)

func (o *csvsOptions) shaped(v []string) error {
	o.shape = v[0]
	for _, part := range strings.Split(v[0], ",") {
		m := shapedColumn().FindStringSubmatch(strings.TrimSpace(part))
		if m == nil {
			return fmt.Errorf("%q: want COL:NAME(TYPE), NAME and TYPE may be left out", part)
		}
		flag := "--shape " + part
		o.rule.Only = append(o.rule.Only, m[1])
		if m[2] != "" {
			if o.rule.Rename == nil {
				o.rule.Rename = map[string]string{}
			}
			o.rule.Rename[m[1]] = m[2]
			o.said("rename", flag)
		}
		if m[3] != "" {
			o.field(m[1], "type", flag).Declared = affinity(m[3])
		}
	}
	return nil
}

// affinity returns the type that a declared one is for SQLite.
func affinity(declared string) string {
	declared = strings.ToUpper(declared)
	for _, a := range []struct{ affinity, words string }{
		{"INTEGER", "INT"}, {"TEXT", "CHAR CLOB TEXT"}, {"BLOB", "BLOB"}, {"REAL", "REAL FLOA DOUB"},
	} {
		for _, word := range strings.Fields(a.words) {
			if strings.Contains(declared, word) {
				return a.affinity
			}
		}
	}
	return "NUMERIC"
}

// complete makes one rule of what options say together.
func (o *csvsOptions) complete() {
	format := converter.FormatAny
	switch len(o.formats) {
	case 0:
	case 1:
		ours, err := rules.Strptime(o.formats[0])
		if err != nil {
			o.note(fmt.Sprintf("-df %s fits no cell there, which empties the column; here it is not used: %v", o.formats[0], err))
			break
		}
		format = ours
	default:
		o.note("of several -df each cell has the first that fits there; here the whole column has to prove one order of day and month, and none of them is asked for")
	}
	for i, f := range o.rule.Fields {
		if f.Type != "" {
			o.rule.Fields[i].Format = format
		}
	}
	for _, x := range o.rule.Extract {
		if !o.noIndexes {
			_ = o.index([]string{x.Column}, x.Origin.Flag) // it has a name
		}
	}
	if o.table != "" {
		o.rule.Name, o.rule.Shared = o.table, true
		o.said("name", "--table "+o.table)
	}
}

// of returns the rule of a document.
func (o *csvsOptions) of(document string) converter.Rule {
	rule := o.rule
	if o.filename != "" { // before the others, as there
		stem := (&converter.Input{Name: document}).Stem()
		rule.Constants = append([]converter.Constant{{Column: o.filename, Value: converter.Text(stem),
			Origin: converter.Origin{Flag: "--filename-column " + o.filename}}}, rule.Constants...)
	}
	return converter.Rule{Table: func(string, int) converter.TableRule { return rule }}
}
