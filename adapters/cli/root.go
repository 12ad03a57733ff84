package cli

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"
)

// Groups of commands in the help.
const (
	groupConvert = "convert"
	groupPublish = "publish"
)

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   a.Name,
		Short: "Files in, a fresh Datasette out",
		Long: `Turns CSV, JSON, XLSX, YAML, Markdown and SQLite files into SQLite databases, publishes
them as one consistent release, and serves them with Datasette.

Exit codes: 0 done, 1 failed, 2 wrong usage.`,
		Example: a.examples(
			"convert people.csv                  one file: people.db",
			"inspect people.csv                  what it is, and why",
			"up uploads                          a folder, served as it changes"),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	flags := root.PersistentFlags()
	flags.SortFlags = false
	flags.BoolVar(&a.json, "json", false, "results as JSON on standard output")
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "no progress bar and no summary, only what is wrong")
	flags.StringArrayVar(&a.plugins, "plugin", nil, "JSON `FILE` of programs that convert formats of their own; may be repeated")
	root.AddGroup(
		&cobra.Group{ID: groupConvert, Title: "Convert:"},
		&cobra.Group{ID: groupPublish, Title: "Publish:"})
	convert, inspect, query := a.convert(), a.inspect(), a.query()
	root.AddCommand(convert, inspect, query, a.formats(), a.csvsToSQLite())
	root.AddCommand(a.up(), a.serve(), a.follow(), a.reconcile(), a.releases(), a.version(), a.alone())
	root.AddCommand(a.peers()...)
	a.reading.addFlags(a.Formats, convert, inspect, query) // after all other flags
	root.SetFlagErrorFunc(flagError)
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages", ".FlagUsagesWrapped 100"))
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	return root
}

// do is the RunE of all commands.
func (a *app) do(run func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		a.running = true
		if err := a.loadPlugins(); err != nil {
			return err
		}
		return run(cmd.Context(), args)
	}
}

// examples indents command lines for the help.
func (a *app) examples(lines ...string) string {
	text := ""
	for i, line := range lines {
		if i > 0 {
			text += "\n"
		}
		text += "  " + a.Name + " " + line
	}
	return text
}

// printJSON writes a result for machines.
func (a *app) printJSON(v any) error {
	e := json.NewEncoder(a.Stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
