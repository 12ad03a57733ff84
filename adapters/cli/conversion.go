package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette/converter"
)

// A conversion is what convert and inspect have in common, besides how documents are read:
// what to make of them.
type conversion struct {
	*app
	table    string
	nulls    []string
	types    []string
	decimals []string
	groups   []string
	units    []string
	indexes  []string
	search   string
	describe bool
	textOnly bool
	pageSize int
	workers  int
	ruling   ruling
	rules    func(document string) converter.Rule // in place of those that lie in folders; nil: those
	draft    bool                                 // of inspect
}

func (c *conversion) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&c.nulls, "null", nil, "`STR` is NULL, besides the blank cell; may be repeated")
	f.StringArrayVar(&c.types, "type", nil, "`COLUMN=TYPE`: TEXT, INTEGER, REAL, NUMERIC, BLOB; may be repeated")
	f.StringArrayVar(&c.decimals, "decimal", nil, "`[COLUMN=]CHAR` is the decimal character of numbers, in place of a point; may be repeated")
	f.StringArrayVar(&c.groups, "group", nil, "`[COLUMN=]CHAR` stands between the thousands of numbers; may be repeated")
	f.StringArrayVar(&c.units, "unit", nil, "`[COLUMN=]STR` before or behind numbers is left out, as in COLUMN=%; may be repeated")
	f.StringArrayVar(&c.indexes, "index", nil, "`COLUMN[,COLUMN…]` get an index, with SQLite's statistics; -COLUMN descends; may be repeated; auto: columns of few values, in tables of more than 50,000 rows, and foreign keys; none: no rule's either")
	f.BoolVar(&c.describe, "columns", false, "add a table _dynasette_columns: of each column the NULLs, different values, least, greatest, most frequent")
	f.StringVar(&c.search, "search", "", "`COLUMN[,COLUMN…]` get a full-text index")
	f.BoolVar(&c.textOnly, "text-only", false, "keep every value as it is spelled")
	f.IntVar(&c.pageSize, "page-size", 0, "`BYTES` of a page of the database: 512 to 65536 (default 4096)")
	f.IntVar(&c.workers, "workers", 0, "use `N` cores (default all)")
	for _, name := range []string{"null", "type", "decimal", "group", "unit", "index", "search", "page-size", "workers"} {
		complete(cmd, name, nil)
	}
}

// addTableFlag adds the flag that names the table.
func (c *conversion) addTableFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.table, "table", "", "`NAME` of the table; with several inputs, all rows go there")
	complete(cmd, "table", nil)
}

// options returns the converter's options that the flags ask for.
func (c *conversion) options() (converter.Options, error) {
	types := map[string]string{}
	for _, t := range c.types {
		i := strings.LastIndexByte(t, '=') // a column's name may have one
		if i < 1 {
			return converter.Options{}, usagef("--type %s: want COLUMN=TYPE, as in zip=TEXT", t)
		}
		declared := strings.ToUpper(t[i+1:])
		if !slices.Contains(columnTypes, declared) {
			return converter.Options{}, usagef("--type %s: want one of the types %s%s", t, strings.Join(columnTypes, ", "), perhaps(declared, columnTypes))
		}
		types[t[:i]] = declared
	}
	if n := c.pageSize; n != 0 && (n < 512 || n > 65536 || n&(n-1) != 0) {
		return converter.Options{}, usagef("--page-size %d: want a power of two from 512 to 65536", n)
	}
	if c.workers < 0 {
		return converter.Options{}, usagef("--workers %d: want 1 or more", c.workers)
	}
	indexes, choice, err := c.indexColumns()
	if err != nil {
		return converter.Options{}, err
	}
	numbers, err := c.numbers()
	return converter.Options{
		Table: c.table, Types: types, Numbers: numbers, Nulls: c.nulls, TextOnly: c.textOnly, PageSize: c.pageSize, Workers: c.workers,
		Indexes: indexes, Index: choice, Statistics: len(indexes) > 0, Search: c.searched(), DescribeColumns: c.describe,
	}, err
}

// indexColumns returns the columns of indexes, and which others there are to be.
func (c *conversion) indexColumns() (indexes []converter.Index, choice converter.IndexChoice, err error) {
	for _, given := range c.indexes {
		switch {
		case given == "auto":
			choice = converter.IndexAuto
			continue
		case given == "none" && len(c.indexes) > 1:
			return nil, 0, usagef("--index none: there can be no other --index beside it")
		case given == "none":
			return nil, converter.IndexNone, nil
		}
		index := converter.Index{Origin: converter.Origin{Flag: "--index " + given}}
		for _, name := range strings.Split(given, ",") {
			name, desc := strings.CutPrefix(name, "-")
			if name == "" {
				return nil, 0, usagef("--index %q: want COLUMN or COLUMN,COLUMN; -COLUMN descends", given)
			}
			index.Columns = append(index.Columns, converter.IndexColumn{Name: name, Descending: desc})
		}
		indexes = append(indexes, index)
	}
	return indexes, choice, nil
}

// searched returns the full-text index that the flag asks for.
func (c *conversion) searched() *converter.Search {
	if c.search == "" {
		return nil
	}
	return &converter.Search{Columns: strings.Split(c.search, ","), Origin: converter.Origin{Flag: "--search " + c.search}}
}

// numbers returns how numbers are spelled, by column.
func (c *conversion) numbers() (map[string]converter.Spelling, error) {
	numbers := map[string]converter.Spelling{}
	for _, flag := range []struct {
		name, value string
		given       []string
		set         func(*converter.Spelling, string)
	}{
		{"decimal", "CHAR", c.decimals, func(s *converter.Spelling, v string) { s.Decimal = v }},
		{"group", "CHAR", c.groups, func(s *converter.Spelling, v string) { s.Group = v }},
		{"unit", "STR", c.units, func(s *converter.Spelling, v string) { s.Unit = v }},
	} {
		for _, given := range flag.given {
			column, value := "", given
			if i := strings.LastIndexByte(given, '='); i > 0 { // a column's name may have one
				column, value = given[:i], given[i+1:]
			}
			switch value {
			case "":
				return nil, usagef("--%s %q: want %s or COLUMN=%[3]s", flag.name, given, flag.value)
			case "space":
				value = " "
			}
			s := numbers[column]
			flag.set(&s, value)
			numbers[column] = s
		}
	}
	for _, column := range slices.Sorted(maps.Keys(numbers)) {
		if err := numbers[column].Or(numbers[""]).Check(); err != nil {
			return nil, usagef("--decimal, --group, --unit: %s%w", strings.Repeat("column "+column+": ", min(len(column), 1)), err)
		}
	}
	return numbers, nil
}

var columnTypes = []string{"TEXT", "INTEGER", "REAL", "NUMERIC", "BLOB"}

// run converts documents into dst, and commits only if accept has nothing against what
// was made.
func (c *conversion) run(ctx context.Context, documents []document, dst converter.Destination,
	accept func(converter.Summary) error) (converter.Summary, error) {
	opts, err := c.options()
	if err != nil {
		return converter.Summary{}, err
	}
	if opts.Formats, err = c.reading.configured(c.Formats); err != nil {
		return converter.Summary{}, err
	}
	if opts.Rules = c.rules; opts.Rules == nil {
		opts.Rules = c.ruling.rule
	}
	o := &opened{opener: opener{c.app, openDocuments{Limit: openFiles}, openDocuments{Limit: openObjects}}}
	defer o.close()
	if err := o.openAll(ctx, documents, opts.Formats); err != nil {
		return converter.Summary{}, err
	}
	if err := c.reading.used(opts.Formats, o.summaries()); err != nil {
		return converter.Summary{}, err
	}
	bar := c.bar(o.jobs)
	if bar != nil {
		opts.Progress = bar.update
	}
	held := &heldDestination{Destination: dst}
	summary, err := converter.ConvertAll(ctx, o.jobs, held, opts)
	bar.clear()
	if closeErr := o.close(); closeErr != nil {
		return summary, closeErr // what changes while it is read can have any fault
	}
	if err == nil {
		err = knownColumns(opts, summary)
	}
	if err == nil {
		err = c.reading.used(opts.Formats, summary.Documents) // what is packed is known now
	}
	if err == nil {
		err = accept(summary)
	}
	if err != nil {
		return summary, err
	}
	return summary, dst.Commit(held.first)
}

// opened are documents that are open, and how to read them.
type opened struct {
	opener
	jobs    []converter.Job
	closers closers
}

// openAll opens documents and finds out what they are.
func (o *opened) openAll(ctx context.Context, documents []document, formats *converter.Registry) error {
	var unknown []error
	for _, d := range documents {
		in, closer, err := o.open(ctx, d)
		if err != nil {
			return err
		}
		o.closers = append(o.closers, closer)
		if d.as != nil {
			job := *d.as
			job.Input = in
			o.jobs = append(o.jobs, job)
			continue
		}
		under := formats
		if d.rules != nil {
			under = formats.Under(d.rules.Rule(d.within))
		}
		f, c, err := under.Detect(in)
		switch {
		case errors.Is(err, converter.ErrUnknownFormat):
			unknown = append(unknown, err) // name them all
		case errors.Is(err, converter.ErrEmpty) && len(documents) > 1:
			c = converter.Empty
		case err != nil:
			return err
		}
		if about := d.found; about != nil && c != nil {
			archive := c
			c = converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
				for _, f := range about {
					out.Report(f)
				}
				return archive.Convert(ctx, in, out)
			})
		}
		o.jobs = append(o.jobs, converter.Job{Input: in, Format: f, Converter: c})
	}
	return errors.Join(unknown...)
}

// summaries returns what is known about the documents before they are converted.
func (o *opened) summaries() []converter.DocumentSummary {
	var list []converter.DocumentSummary
	for _, j := range o.jobs {
		list = append(list, converter.DocumentSummary{Name: j.Input.Name, Format: j.Format.Name})
	}
	return list
}

// close closes all documents. It may be called twice.
func (o *opened) close() error {
	defer func() { o.closers = nil }()
	return o.closers.Close()
}

// knownColumns returns an error if something was said of a column that there is not: most
// likely a misspelled one.
func knownColumns(opts converter.Options, s converter.Summary) error {
	known := map[string]bool{"": true}
	for _, t := range s.Tables {
		for _, c := range t.Columns {
			known[c.Name] = true
		}
	}
	unknown := func(flags, name string) error {
		if known[name] {
			return nil
		}
		delete(known, "")
		return fmt.Errorf("%s %s: there is no such column; there are %s", flags, name, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
	}
	for _, name := range slices.Sorted(maps.Keys(opts.Types)) {
		if err := unknown("--type", name); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(opts.Numbers)) {
		if err := unknown("--decimal, --group or --unit", name); err != nil {
			return err
		}
	}
	return nil
}

// heldDestination keeps page 1 back, so that nothing is visible until the summary has been
// looked at.
type heldDestination struct {
	converter.Destination
	first []byte
}

func (h *heldDestination) Commit(first []byte) error {
	h.first = slices.Clone(first)
	return nil
}
