package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette/adapters/words"
	"github.com/dynasette/dynasette/converter"
)

func (a *app) inspect() *cobra.Command {
	c := &conversion{app: a}
	cmd := &cobra.Command{
		Use:     "inspect IN…",
		GroupID: groupConvert,
		Short:   "What files are, what convert would make of them, and why",
		Long: `Reads files as convert does, whole, but writes nothing: it tells their format, encoding and
dialect, the columns with their types, the reason for each, and what was found: losses,
doubts (which an option settles) and notes. It ends with a command that makes the
same database without guessing; change there what is wrong.

With --rules it writes the same as a draft of dynasette.yaml, by which convert makes the
same database: a beginning for what you know better.`,
		Example: a.examples(
			"inspect people.csv",
			"inspect export.txt --delimiter ';'     what if it were so",
			"inspect people.csv --json",
			"inspect people.csv --rules > dynasette.yaml"),
		Args: someInputs,
		RunE: a.do(func(ctx context.Context, args []string) error {
			return c.inspect(ctx, args)
		}),
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().BoolVar(&c.draft, "rules", false, "write a draft of dynasette.yaml")
	c.addTableFlag(cmd)
	c.addFlags(cmd)
	return cmd
}

func (c *conversion) inspect(ctx context.Context, args []string) error {
	documents, left, err := c.locate(ctx, args)
	if err != nil {
		return err
	}
	if c.draft {
		return c.draftRules(ctx, documents)
	}
	summary, err := c.run(ctx, documents, new(converter.Bounded), anything)
	if err != nil {
		return err
	}
	words := c.repeat(args, summary)
	if c.json {
		return c.printJSON(struct {
			converter.Summary
			Command []string `json:"command"`
		}{summary, words})
	}
	c.printInspection(summary, left)
	if len(words) > 0 {
		fmt.Fprintf(c.Stdout, "\nThe same without guessing:\n  %s\n", shellLine(words))
	}
	return nil
}

func (c *conversion) printInspection(s converter.Summary, left aside) {
	w := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	for _, d := range s.Documents {
		fmt.Fprintf(w, "%s\n", printable(d.Name))
		fmt.Fprintf(w, "  format\t%s\n", d.Format)
		fmt.Fprintf(w, "  size\t%s\n", humanize.Bytes(uint64(d.Size)))
		fmt.Fprintf(w, "  sha256\t%s\n", d.SHA256)
		for _, f := range d.Facts {
			fmt.Fprintf(w, "  %s\t%s", printable(f.Key), printable(words.Visible(f.Value)))
			if f.Why != "" {
				fmt.Fprintf(w, "\t(%s)", printable(f.Why))
			}
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "  rows\t%s\n", humanize.Comma(d.Rows))
		w.Flush()
	}
	for _, t := range s.Tables {
		fmt.Fprintf(w, "\ntable %s, %s\n", printable(t.Name), count(t.Rows, "row"))
		for _, column := range t.Columns {
			declared := column.Type
			if declared == "" {
				declared = "any"
			}
			fmt.Fprintf(w, "  %s\t%s", printable(column.Name), declared)
			if column.Why != "" {
				fmt.Fprintf(w, "\t(%s)", printable(column.Why))
			}
			fmt.Fprintln(w)
		}
		w.Flush()
	}
	var found strings.Builder
	if printFindings(&found, s, converter.Note); found.Len() > 0 {
		fmt.Fprintf(c.Stdout, "\n%s", found.String())
	}
	left.print(c.Stderr)
}

// repeat returns the words of a convert command that makes of args what inspect saw, with
// all choices spelled out that hold for all the documents.
func (c *conversion) repeat(args []string, s converter.Summary) []string {
	out, err := defaultOutput(args)
	if err != nil {
		out = "out.db"
	}
	words := []string{c.Name, "convert"}
	option := func(flag string, values ...string) {
		for _, v := range values {
			words = append(words, flag, v)
		}
	}
	option("--plugin", c.plugins...)
	words = append(words, c.reading.repeat(c.Formats, s.Documents)...)
	if c.table != "" {
		option("--table", c.table)
	}
	option("--null", c.nulls...)
	option("--type", c.types...)
	option("--decimal", c.decimals...)
	option("--group", c.groups...)
	option("--unit", c.units...)
	if c.textOnly {
		words = append(words, "--text-only")
	}
	if c.pageSize != 0 {
		option("--page-size", fmt.Sprint(c.pageSize))
	}
	option("-o", out)
	if slices.ContainsFunc(args, func(arg string) bool { return len(arg) > 1 && arg[0] == '-' }) {
		words = append(words, "--")
	}
	return append(words, args...)
}
