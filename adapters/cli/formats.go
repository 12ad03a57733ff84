package cli

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette/adapters/words"
	"github.com/dynasette/dynasette/converter"
)

func (a *app) formats() *cobra.Command {
	return &cobra.Command{
		Use:     "formats",
		GroupID: groupConvert,
		Short:   "What can be read",
		Long: `Lists the formats that this program reads: their names (for --format), file extensions,
and the options of convert and inspect that are for them. What a file is, is decided by its
content and its name together.

A program that writes SQLite, CSV or NDJSON becomes a format with --plugin, by a file such as
  {"name": "access", "extensions": [".mdb"], "command": ["mdb-to-sqlite", "{out}", "{in}"]}`,
		Example: a.examples("formats", "formats --json", "formats --plugin access.json"),
		Args:    cobra.NoArgs,
		RunE: a.do(func(context.Context, []string) error {
			return a.listFormats()
		}),
	}
}

func (a *app) listFormats() error {
	type format struct {
		Name       string             `json:"name"`
		Extensions []string           `json:"extensions"`
		MediaTypes []string           `json:"media_types"`
		Doc        string             `json:"doc"`
		Options    []converter.Option `json:"options"` // also of what may be inside
	}
	list := []format{}
	for _, f := range a.Formats.Formats() {
		list = append(list, format{f.Name, append([]string{}, f.Extensions...), append([]string{}, f.MediaTypes...), f.Doc,
			append([]converter.Option{}, a.Formats.OptionsOf(f.Name)...)})
	}
	if a.json {
		return a.printJSON(list)
	}
	w := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	for _, f := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\n", f.Name, strings.Join(f.Extensions, " "), f.Doc)
		var flags []string
		for _, o := range f.Options {
			flags = append(flags, "--"+a.reading.option(o.Name).flag)
		}
		switch {
		case words.IsPacking(a.Formats, f.Name):
			fmt.Fprintf(w, "\t\tthe options of what is inside\n")
		case len(flags) > 0:
			fmt.Fprintf(w, "\t\t%s\n", strings.Join(flags, " "))
		}
	}
	return w.Flush()
}
