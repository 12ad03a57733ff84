package cli

import (
	"context"
	"errors"
	"os"
	"runtime/debug"
	"slices"

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
	turn     func()                               // of several conversions at a time: waits until those before it are done; nil: it is the only one
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
	if n := c.pageSize; n != 0 && (n < 512 || n > 65536 || n&(n-1) != 0) {
		return converter.Options{}, usagef("--page-size %d: want a power of two from 512 to 65536", n)
	}
	if c.workers < 0 {
		return converter.Options{}, usagef("--workers %d: want 1 or more", c.workers)
	}
	rule, err := c.rule()
	return converter.Options{
		Rule: rule, PageSize: c.pageSize, Workers: c.workers, DescribeColumns: c.describe,
	}, err
}

// run converts documents into dst, and commits only if accept has nothing against what
// was made.
func (c *conversion) run(ctx context.Context, documents []document, dst converter.Destination,
	accept func(converter.Summary) error) (converter.Summary, error) {
	defer frugal()()
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
	beside := c.turn != nil && !slices.ContainsFunc(documents, document.away)
	if c.turn != nil && !beside {
		c.turn()
	}
	o := &opened{opener: opener{c.app, openDocuments{Limit: openFiles}, openDocuments{Limit: openObjects}}}
	defer o.close()
	if err := o.openAll(ctx, documents, opts.Formats); err != nil {
		return converter.Summary{}, err
	}
	if err := c.reading.used(opts.Formats, o.summaries()); err != nil {
		return converter.Summary{}, err
	}
	if beside && !small(o.jobs) {
		beside = false
		c.turn()
	}
	var bar *bar
	if !beside {
		bar = c.bar(o.jobs)
	}
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

// frugal has the garbage collector look more often for what is free, until the function that
// it returns is called: most of the memory is few large buffers, so that costs little.
func frugal() func() {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(50)
	return func() { debug.SetGCPercent(before) }
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
