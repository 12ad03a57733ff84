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
	textOnly bool
	pageSize int
	workers  int
}

func (c *conversion) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&c.table, "table", "", "`NAME` of the table; with several inputs, all rows go there")
	f.StringArrayVar(&c.nulls, "null", nil, "`STR` is NULL, besides the blank cell; may be repeated")
	f.StringArrayVar(&c.types, "type", nil, "`COLUMN=TYPE`: TEXT, INTEGER, REAL, NUMERIC, BLOB; may be repeated")
	f.BoolVar(&c.textOnly, "text-only", false, "keep every value as it is spelled")
	f.IntVar(&c.pageSize, "page-size", 0, "`BYTES` of a page of the database: 512 to 65536 (default 4096)")
	f.IntVar(&c.workers, "workers", 0, "use `N` cores (default all)")
	for _, name := range []string{"table", "null", "type", "page-size", "workers"} {
		complete(cmd, name, nil)
	}
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
	return converter.Options{
		Table: c.table, Types: types, Nulls: c.nulls, TextOnly: c.textOnly, PageSize: c.pageSize, Workers: c.workers,
	}, nil
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
	o := &opened{opener: opener{c.app, pool{limit: openFiles}, pool{limit: openObjects}}}
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
		err = knownColumns(opts.Types, summary)
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
		f, c, err := formats.Detect(in)
		if errors.Is(err, converter.ErrUnknownFormat) {
			unknown = append(unknown, err) // name them all
		} else if err != nil {
			return err
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

// knownColumns returns an error if a type was given for a column that there is not: most
// likely a misspelled one.
func knownColumns(types map[string]string, s converter.Summary) error {
	known := map[string]bool{}
	for _, t := range s.Tables {
		for _, c := range t.Columns {
			known[c.Name] = true
		}
	}
	for name := range types {
		if !known[name] {
			return fmt.Errorf("--type %s: there is no such column; there are %s",
				name, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
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
