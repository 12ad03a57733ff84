package cli

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/pattern"
)

// queryCommand is query with its flags.
type queryCommand struct {
	conversion
	csv, tsv, nl, table bool
}

func (a *app) query() *cobra.Command {
	q := &queryCommand{conversion: conversion{app: a}}
	cmd := &cobra.Command{
		Use:     "query SQL IN…",
		GroupID: groupConvert,
		Short:   "SQL over any files",
		Long: `Runs SQL over files, and leaves nothing behind. IN is what it is for convert, and is read as
by convert: a table a file, named as convert names it. The tables are t1, t2, … as well, in
their order, and the first is t; standard input is the table stdin. A SQLite database can be
queried, too, by itself.

The rows are printed as a table on a terminal, and as CSV elsewhere. In CSV and TSV NULL is
nothing and the empty text "". A BLOB is X'00ff' there, and {"$base64": true, "encoded": "AP8="}
in JSON, as is text that is not UTF-8. Whole numbers have all their digits. Of columns with one
name, JSON calls the second NAME_2.

The database is in memory up to 32 MiB, and beyond that in the system's temporary folder
($TMPDIR). SQL can only read: nothing is changed, and no other file is opened.`,
		Example: a.examples(
			"query 'select * from people where age > 30' people.csv",
			"query 'select town, count(*) from t group by 1' people.xlsx --json",
			"query 'select * from orders join people on person = people.id' orders.json people.csv",
			"query 'select count(*) from stdin' - < people.csv",
			"query 'select * from t' https://example.com/people.csv --nl"),
		Args: q.arguments,
		RunE: a.do(q.run),
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&q.csv, "csv", false, "print CSV")
	f.BoolVar(&q.tsv, "tsv", false, "print TSV: CSV with tabs")
	f.BoolVar(&q.nl, "nl", false, "print JSON, an object a line")
	f.BoolVarP(&q.table, "table", "t", false, "print a table for people")
	q.addFlags(cmd)
	return cmd
}

var sqlBegins = pattern.New(`(?i)^\s*(select|with|values|pragma|explain)\b`)

// arguments finds what others have in another order.
func (q *queryCommand) arguments(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usagef("name the SQL and what to read, as in %s query 'select * from t' people.csv", q.Name)
	}
	if last := args[len(args)-1]; !sqlBegins().MatchString(args[0]) && sqlBegins().MatchString(last) {
		return usagef("the SQL comes first: %s", shellLine(slices.Concat([]string{q.Name, "query", last}, args[:len(args)-1])))
	}
	if _, err := os.Stat(args[0]); err == nil {
		return usagef("%s is a file, and the SQL comes first: %s", args[0], shellLine(slices.Concat([]string{q.Name, "query", "select * from t"}, args)))
	}
	if first, behind := statement(args[0]); behind != "" {
		if next, _ := statement(behind); next != "" {
			return usagef("there are several statements, and one at a time is run; the first is: %s", first)
		}
	}
	if len(args) == 1 {
		return usagef("name what to read behind the SQL: files, folders, patterns, URLs, or - for standard input")
	}
	return nil
}

// printer returns what prints rows as the flags ask for.
func (q *queryCommand) printer() (rowPrinter, error) {
	var asked []string
	for _, f := range []struct {
		name string
		set  bool
	}{{"--csv", q.csv}, {"--tsv", q.tsv}, {"--json", q.json}, {"--nl", q.nl}, {"--table", q.table}} {
		if f.set {
			asked = append(asked, f.name)
		}
	}
	if len(asked) > 1 {
		return nil, usagef("%s: rows are printed in one way only", strings.Join(asked, ", "))
	}
	switch {
	case q.tsv:
		return &separated{comma: '\t'}, nil
	case q.json:
		return &objects{}, nil
	case q.nl:
		return &objects{lines: true}, nil
	case q.table, !q.csv && isTerminal(q.Stdout):
		return &aligned{}, nil
	}
	return &separated{comma: ','}, nil
}

// isTerminal reports whether a person sees what is written to w.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

func (q *queryCommand) run(ctx context.Context, args []string) error {
	p, err := q.printer()
	if err != nil {
		return err
	}
	documents, _, err := q.locate(ctx, args[1:])
	if err != nil {
		return err
	}
	s := &scratch{pageSize: q.pageSize, memory: scratchMemory}
	defer s.Close()
	summary, err := q.conversion.run(ctx, documents, s, acceptAny)
	if err != nil {
		return err
	}
	least := converter.Doubt
	if q.quiet {
		least = converter.Loss
	}
	printFindings(q.Stderr, summary, least)
	db, conn, err := s.open(ctx)
	if err != nil {
		return err
	}
	out := &stoppable{w: q.Stdout, stopped: ctx.Err}
	done := make(chan error, 1)
	go func() { // SQLite's driver can't be interrupted once it has begun to return rows
		defer db.Close()
		done <- printQuery(ctx, conn, args[0], p, out)
	}()
	select {
	case err = <-done:
	case <-ctx.Done():
		err = ctx.Err()
	}
	out.stop()
	return err
}

// printQuery prints the rows of a query.
func printQuery(ctx context.Context, conn *sql.Conn, query string, p rowPrinter, out *stoppable) error {
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return explain(ctx, conn, err)
	}
	defer func() { rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	if types, err := rows.ColumnTypes(); err == nil && slices.ContainsFunc(types, isTime) {
		rows.Close()
		if rows, err = conn.QueryContext(ctx, undeclared(query, len(columns))); err != nil {
			return explain(ctx, conn, err)
		}
	}
	cells, places := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		places[i] = &cells[i]
	}
	if len(columns) == 0 {
		return nil
	}
	w := out.buffered()
	p.head(w, columns)
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return err
		}
		p.row(w, cells)
		if w.Buffered() == 0 && out.failed() != nil { // nobody reads on
			return out.failed()
		}
	}
	if err := rows.Err(); err != nil {
		return explain(ctx, conn, errors.Join(w.Flush(), err))
	}
	p.end(w)
	return w.Flush()
}

// isTime reports whether the driver would make a time.Time of the column's text.
func isTime(t *sql.ColumnType) bool {
	switch t.DatabaseTypeName() {
	case "DATE", "DATETIME", "TIMESTAMP":
		return true
	}
	return false
}

// undeclared returns a query for the same rows, of which the driver knows no types.
func undeclared(query string, columns int) string {
	var names, values []string
	for i := range columns {
		names = append(names, fmt.Sprint("c", i))
		values = append(values, fmt.Sprint("+c", i))
	}
	first, _ := statement(query)
	return "WITH rows_of_query(" + strings.Join(names, ", ") + ") AS (\n" + first + "\n) SELECT " +
		strings.Join(values, ", ") + " FROM rows_of_query"
}

// acceptAny accepts what was made.
func acceptAny(converter.Summary) error { return nil }

// statement returns the first statement of SQL, without the semicolons and the remarks behind it, and
// what is behind its semicolon.
func statement(query string) (first, behind string) {
	query = strings.TrimLeft(query, "; \t\r\n\f")
	end := 0
	for i := 0; i < len(query); {
		n, part := 1, true // how long what begins here is, and whether it is part of the statement
		rest := query[i:]
		switch c := rest[0]; {
		case strings.HasPrefix(rest, "--"):
			n, part = until(rest, "\n"), false
		case strings.HasPrefix(rest, "/*"):
			n, part = until(rest, "*/"), false
		case strings.IndexByte("'\"`", c) >= 0:
			n = 1 + until(rest[1:], rest[:1])
		case c == '[':
			n = until(rest, "]")
		case c == ';' && end > 0:
			return query[:end], rest[1:]
		case strings.IndexByte("; \t\r\n\f", c) >= 0:
			part = false
		}
		if i += n; part {
			end = i
		}
	}
	return query[:end], ""
}

// until returns how long text is with the first end in it.
func until(text, end string) int {
	if i := strings.Index(text, end); i >= 0 {
		return i + len(end)
	}
	return len(text)
}
