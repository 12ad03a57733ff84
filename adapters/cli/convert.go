package cli

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette/adapters/places"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/rules"
)

// convertCommand is convert with its flags.
type convertCommand struct {
	conversion
	out    string
	force  bool
	strict bool
}

func (a *app) convert() *cobra.Command {
	c := &convertCommand{conversion: conversion{app: a}}
	cmd := &cobra.Command{
		Use:     "convert IN… [-o OUT.db]",
		GroupID: groupConvert,
		Short:   "Files into one SQLite database",
		Long: `Converts files into one SQLite database, a table a file. IN is a file, a folder (with all
in it that a format claims), a pattern, a URL (http, https, file), or - for standard input;
gs:// with the program that has Google's clients, adapters/gcp/dynasette.

What a file is, its encoding and its dialect are found out from its content; inspect says why.
A column's type is what all its values can be without loss: 007 stays as it is. Rows that
can't be read go to the table _rejects, surplus cells to the column _extra: nothing is
dropped. The same input makes the same bytes.

Rules that lie in the folder are followed: dynasette.yaml, which says what files and columns
are to become, datapackage.json, and CSVW's metadata. They make no tables. Flags go before
them.

What was found is said, and kept in the table _dynasette_sources: a loss is something that
is not in the tables as rows, a doubt is a guess that an option settles, a note is good to
know.

All documents are one database, unless OUT ends with a slash: then each is written to that
folder that publishing would make of them, by its name. That is one for each file, but one for
the files that rules put together (into), for a package, and for the Markdown of a folder.

OUT.db is IN's name with .db, here, if there is one IN. It may also be the last argument. The
new database replaces an old one at once or not at all, and only with --force.`,
		Example: a.examples(
			"convert people.csv",
			"convert data/*.csv notes/ -o all.db",
			"convert 2024.csv 2025.csv --table sales -o sales.db",
			"convert export.txt --delimiter ';' --encoding windows-1252 --type zip=TEXT",
			"convert https://example.com/people.csv --force",
			"convert gs://example/2024/ -o gs://example/2024.db",
			"convert - --format csv -o stdin.db < people.csv"),
		Args: someInputs,
		RunE: a.do(c.run),
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVarP(&c.out, "output", "o", "", "the database to write: `OUT.db`; OUT/ is a folder, for several")
	f.BoolVarP(&c.force, "force", "f", false, "replace an existing database")
	f.BoolVar(&c.strict, "strict", false, "fail, and write nothing, if a row or something else is lost")
	c.addTableFlag(cmd)
	c.addFlags(cmd)
	return cmd
}

func (c *convertCommand) run(ctx context.Context, args []string) error {
	out := c.out
	if n := len(args); out == "" && n > 1 && isOutput(args[n-1]) {
		args, out = args[:n-1], args[n-1]
	}
	if out == "" {
		var err error
		if out, err = defaultOutput(args); err != nil {
			return err
		}
	}
	if out == standardInput {
		return usagef("-o -: a database can't be written to standard output, since its first page comes last; name a file")
	}
	documents, left, err := c.locate(ctx, args)
	if err != nil {
		return err
	}
	if splits(out) {
		return c.runSplit(ctx, documents, left, out)
	}
	if err := one(c.split(documents)); err != nil {
		return err
	}
	r, err := c.make(ctx, documents, out, false)
	if err != nil {
		return err
	}
	if c.json {
		return c.printJSON(r)
	}
	c.printResult(r, left)
	return nil
}

// accept refuses what --strict refuses.
func (c *convertCommand) accept(s converter.Summary) error {
	if !c.strict {
		return nil
	}
	for name, f := range s.Findings() {
		if f.Code == rules.Unused {
			return fmt.Errorf("nothing was written, as --strict lets nothing be lost, and rules are not used:\n%s", findingLine(name, f))
		}
	}
	return lossless(s)
}

// defaultOutput names the database after the one input.
func defaultOutput(args []string) (string, error) {
	if len(args) > 1 {
		return "", usagef("several inputs: name the database with -o")
	}
	arg := args[0]
	if path, local, _ := places.Path(arg); local {
		arg = path
	}
	switch {
	case arg == standardInput:
		return "", usagef("the input is -: name the database with -o")
	case places.SchemeOf(arg) != "":
		return (&converter.Input{Name: baseOf(arg)}).Stem() + ".db", nil
	case strings.ContainsAny(arg, "*?["):
		if _, err := os.Stat(arg); err != nil {
			return "", usagef("several inputs: name the database with -o")
		}
	}
	path, err := filepath.Abs(arg) // for "." and ".."
	if err != nil {
		return "", err
	}
	name := filepath.Base(path)
	if info, err := os.Stat(arg); err == nil && info.IsDir() {
		return name + ".db", nil
	}
	return (&converter.Input{Name: name}).Stem() + ".db", nil
}

// isOutput reports whether an argument that others go before names the database to write: one
// that could be read can't be converted together with others.
func isOutput(arg string) bool {
	if info, err := os.Stat(arg); err == nil && info.IsDir() || isWeb(arg) {
		return false
	}
	return slices.Contains([]string{".db", ".db3", ".sqlite", ".sqlite3"}, strings.ToLower(path.Ext(arg)))
}

// without leaves out the database that is to be written, which lies in a folder that was
// named; as an input by itself it is a mistake.
func without(documents []document, out string) ([]document, error) {
	target, err := os.Stat(out)
	if err != nil {
		return documents, nil
	}
	var kept []document
	for _, d := range documents {
		if d.object == nil && d.size >= 0 {
			if info, err := os.Stat(d.place); err == nil && os.SameFile(info, target) {
				continue
			}
		}
		kept = append(kept, d)
	}
	if len(kept) == 0 {
		return nil, usagef("%s is the input: name another database with -o", out)
	}
	return kept, nil
}
