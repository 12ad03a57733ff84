package cli

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette/adapters/places"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/sinks/dir"
)

// csvsCommand is csvs-to-sqlite with its options.
type csvsCommand struct {
	conversion
	options csvsOptions
}

// csvsToSQLite is the program of that name, for those whose scripts have its command lines.
func (a *app) csvsToSQLite() *cobra.Command {
	c := &csvsCommand{conversion: conversion{app: a}}
	cmd := &cobra.Command{
		Use:     "csvs-to-sqlite PATH… DBNAME",
		GroupID: groupConvert,
		Short:   "Files into a database, with the arguments of csvs-to-sqlite",
		Long: `Takes the command lines of csvs-to-sqlite 1.3 as they are. PATH is a file, a URL, or a folder
with all .csv files in it and below. DBNAME gets .db if it has no extension.

It differs where that program loses something: 007 stays as it is, no cell is emptied, no row
left out, and numbers of a lookup table that are not the same are not made the same. Separator
and encoding are found out. A file that can't be read is an error, and no database is written.
Nothing is added to a database: one that exists is replaced as a whole, with --replace-tables.
PARITY.md has the whole list.

Options:
` + clickHelp(c.options.list()) + `
--json and --quiet are as for all commands.`,
		Example: a.examples(
			"csvs-to-sqlite people.csv towns.csv data.db",
			"csvs-to-sqlite people.csv people.db -c town:Towns:name -d born -f biography -i name",
			"csvs-to-sqlite 2024.csv 2025.csv sales.db -t sales -pk id --filename-column year"),
		DisableFlagParsing:    true,
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			options := slices.Concat(c.options.list(), []clickOption{
				{[]string{"--json"}, "", "", func([]string) error { a.json = true; return nil }},
				{[]string{"--quiet"}, "", "", func([]string) error { a.quiet = true; return nil }},
				{[]string{"--plugin"}, "FILE", "", func(v []string) error { a.plugins = append(a.plugins, v[0]); return nil }},
			})
			rest, err := parseClick(options, args)
			switch {
			case c.options.help:
				return cmd.Help()
			case err != nil:
				return err
			case len(rest) < 2:
				return usagef("name what to read and, last, the database")
			}
			return a.do(c.run)(cmd, rest)
		},
	}
	cmd.SetUsageTemplate("Usage:\n  {{.UseLine}}\n\nExamples:\n{{.Example}}\n") // its flags are not cobra's
	return cmd
}

func (c *csvsCommand) run(ctx context.Context, args []string) error {
	start := time.Now()
	paths, out := args[:len(args)-1], args[len(args)-1]
	switch {
	case strings.HasSuffix(out, ".csv"):
		return usagef("%s: the last argument is the database, which can't end in .csv", out)
	case !strings.Contains(out, "."):
		out += ".db"
	}
	o := &c.options
	o.complete()
	if err := c.reads(); err != nil {
		return err
	}
	documents, left, err := c.locateCSVs(ctx, paths)
	if err != nil {
		return err
	}
	have, err := c.existing(ctx, out)
	if err != nil {
		return err
	}
	dst, err := c.createOutput(ctx, out, dir.FileOptions{Replace: have != nil})
	if err != nil {
		return err
	}
	defer dst.Close()
	c.rules = o.of
	summary, err := c.conversion.run(ctx, documents, dst, func(s converter.Summary) error { return replaces(out, have, s) })
	if err != nil {
		return err
	}
	r := result{Database: out, Summary: summary, Seconds: time.Since(start).Seconds()}
	if c.json {
		return c.printJSON(r)
	}
	c.printResult(r, left)
	if !c.quiet {
		for _, n := range o.notes {
			fmt.Fprintf(c.Stderr, "otherwise than csvs-to-sqlite: %s\n", n)
		}
	}
	return nil
}

// reads sets how documents are read.
func (c *csvsCommand) reads() error {
	if c.options.separator == "" && !c.options.noQuotes {
		return nil
	}
	c.reading.format = "csv"
	for _, set := range []struct{ option, value, flag string }{
		{"delimiter", c.options.separator, "-s " + c.options.separator},
		{"quote", map[bool]string{true: "none"}[c.options.noQuotes], "-q 3"},
	} {
		if set.value == "" {
			continue
		}
		if set.value == "\t" || set.value == `\t` {
			set.value = "tab"
		}
		f := c.reading.option(set.option)
		if f == nil {
			return fmt.Errorf("%s: there is no format here with an option %s", set.flag, set.option)
		}
		if err := f.Set(set.value); err != nil {
			return usageError{fmt.Errorf("%s: %w", set.flag, err)}
		}
	}
	return nil
}

// locateCSVs finds the documents: of a folder only those that are called CSV.
func (c *csvsCommand) locateCSVs(ctx context.Context, paths []string) ([]document, aside, error) {
	found, left, err := c.app.locate(ctx, paths)
	if err != nil {
		return nil, left, err
	}
	found = slices.DeleteFunc(found, func(d document) bool {
		return d.folder != "" && !d.named && !strings.EqualFold(path.Ext(d.name), ".csv")
	})
	if len(found) == 0 {
		return nil, left, fmt.Errorf("%s: no file there is called .csv", strings.Join(paths, ", "))
	}
	return found, left, nil
}

// existing returns what is in the database that is to be replaced, by names; nil if there is
// no database.
func (c *csvsCommand) existing(ctx context.Context, out string) (map[string]string, error) {
	file, local, err := places.Path(out)
	if err != nil || !local {
		return nil, nil // createOutput says what is wrong
	}
	info, err := os.Stat(file)
	switch {
	case err != nil || !info.Mode().IsRegular():
		return nil, nil
	case !c.options.replace:
		return nil, fmt.Errorf("%s exists already: csvs-to-sqlite would add to it, and double the rows of tables that it has. "+
			"Here a database is written whole: name all its files in one command, with --replace-tables to replace it", out)
	}
	have := map[string]string{}
	if file, err = filepath.Abs(file); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.ToSlash(file)}).EscapedPath()+"?mode=ro")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, `SELECT m.name, m.type FROM sqlite_master m LEFT JOIN pragma_table_list l ON l.schema = 'main' AND l.name = m.name
		WHERE m.type IN ('table', 'view', 'trigger') AND coalesce(l.type, '') <> 'shadow' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'`)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", out, err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return nil, err
		}
		have[name] = kind
	}
	return have, rows.Err()
}

// replaces refuses to replace a database in which there is what the new one has not.
func replaces(out string, have map[string]string, s converter.Summary) error {
	made := map[string]bool{converter.RejectsTable: true, converter.SourcesTable: true, converter.ColumnsTable: true}
	for _, t := range s.Tables {
		made[strings.ToLower(t.Name)] = true
	}
	var lost []string
	for name, kind := range have {
		if lower := strings.ToLower(name); !made[lower] && !made[strings.TrimSuffix(lower, "_fts")] {
			lost = append(lost, kind+" "+name)
		}
	}
	if len(lost) == 0 {
		return nil
	}
	slices.Sort(lost)
	return errors.New(out + " was not replaced, since there is more in it: " + some(lost) + ". Name all its files in one command, or another database")
}
