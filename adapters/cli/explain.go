package cli

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/dynasette/dynasette/internal/pattern"
	"github.com/dynasette/dynasette/internal/suggest"
)

var (
	noTable   = pattern.New(`no such table: (.*?)(?: \(\d+\))?$`)
	noColumn  = pattern.New(`no such column: (.*?)(?: - should this be a string literal in single-quotes\?)?(?: \(\d+\))?$`)
	readsOnly = pattern.New(`attempt to write a readonly database|too many attached databases`)
)

// explain says of an error of SQL which tables and columns there are.
func explain(ctx context.Context, conn *sql.Conn, err error) error {
	message := err.Error()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case readsOnly().MatchString(message):
		return fmt.Errorf("the SQL: query only reads, and opens no other database; convert writes one")
	}
	if m := noTable().FindStringSubmatch(message); m != nil {
		known, listErr := tableNames(ctx, conn)
		if listErr != nil {
			return err
		}
		return fmt.Errorf("the SQL: no such table: %s; there are %s, as t, t1 and so on as well%s",
			m[1], strings.Join(known, ", "), perhaps(strings.TrimPrefix(m[1], "main."), known))
	}
	if m := noColumn().FindStringSubmatch(message); m != nil {
		if there := columnsFor(ctx, conn, m[1]); there != "" {
			return fmt.Errorf("the SQL: no such column: %s; %s", m[1], there)
		}
	}
	return fmt.Errorf("the SQL: %w", err)
}

// columnsFor says which columns there are in place of one that there is not, and which was
// probably meant.
func columnsFor(ctx context.Context, conn *sql.Conn, name string) string {
	tables, err := tableNames(ctx, conn)
	if err != nil {
		return ""
	}
	of, column := "", name
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		of, column = name[:i], name[i+1:]
	}
	var there, all []string
	for _, t := range tables {
		var columns []string
		if err := eachText(ctx, conn, func(c string) { columns = append(columns, c) }, "SELECT name FROM pragma_table_info(?)", t); err != nil {
			return ""
		}
		all = append(all, columns...)
		line := fmt.Sprintf("%s has %s", t, strings.Join(columns, ", "))
		if strings.EqualFold(t, of) {
			there, all = []string{line}, columns
			break
		}
		there = append(there, line)
	}
	text := some(there)
	if best := suggest.For(column, all); best != "" {
		text += "; did you mean " + best + "?"
	}
	return text
}
