package pages

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// The values of _extra that are done, of a table and of a row. Others are refused: what asks for
// them would miss them. Those of version 1.0 of Datasette, and next_url, which clients of 0.65 ask for.
var (
	tableExtra = []string{"count", "count_truncated", "facet_results", "facets_timed_out", "sorted_facet_results", "suggested_facets",
		"columns", "all_columns", "primary_keys", "column_details", "is_view", "metadata", "database", "table", "database_color",
		"table_definition", "view_definition", "private", "expandable_columns", "next_url",
		"count_sql", "query", "human_description_en", "form_hidden_args", "column_types", "set_column_type_ui"}
	rowExtra = []string{"columns", "primary_keys", "primary_key_values", "column_details", "metadata", "database", "table", "database_color",
		"private", "foreign_key_tables", "query", "column_types"}
)

// readExtra returns the names that parameters so called ask for, which may have commas.
func readExtra(pairs []pair, done []string, called ...string) ([]string, error) {
	var names []string
	for _, p := range pairs {
		if !slices.Contains(called, p.name) {
			continue
		}
		for name := range strings.SplitSeq(p.value, ",") {
			switch name = strings.TrimSpace(name); {
			case name == "" || slices.Contains(names, name):
			case !slices.Contains(done, name):
				return nil, badRequest(fmt.Sprintf("_extra=%s is not supported here. There are: %s.", name, strings.Join(done, ", ")))
			default:
				names = append(names, name)
			}
		}
	}
	return names, nil
}

// addExtra adds what is asked for about a table, besides what is always there.
func (q *request) addExtra(ctx context.Context, d *database, asked *query, about object) error {
	t := asked.table
	wanted := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return slices.Contains(asked.extras, name) })
	}
	if len(asked.facets) > 0 || wanted("facet_results", "facets_timed_out", "sorted_facet_results") {
		found, err := q.facetsOf(ctx, d, asked)
		if err != nil {
			return err
		}
		about["facet_results"] = found.json()
		if wanted("facets_timed_out") {
			about["facets_timed_out"] = found.TimedOut
		}
		if wanted("sorted_facet_results") {
			about["sorted_facet_results"] = found.sortedJSON()
		}
	}
	for _, name := range asked.extras {
		switch name {
		case "count_truncated":
			about[name] = false
		case "count_sql":
			about[name] = asked.countSQL()
		case "query":
			text, params, err := asked.sql(ctx, d, asked.size+1) // with the row that tells whether there is a next page
			if err != nil {
				return err
			}
			about[name] = sqlObject(text, params)
		case "human_description_en":
			about[name] = asked.inEnglish()
		case "form_hidden_args":
			about[name] = asked.hiddenArgs()
		case "set_column_type_ui": // nobody may
			about[name] = nil
		case "suggested_facets":
			about[name] = suggestedJSON(q.suggest(ctx, d, asked))
		case "all_columns":
			all := []string{}
			for _, i := range t.all() {
				all = append(all, t.columns[i].name)
			}
			about[name] = all
		case "table_definition", "view_definition":
			about[name] = nil
			if t.isView == (name == "view_definition") {
				definition, err := d.definition(ctx, t)
				if err != nil {
					return err
				}
				about[name] = definition
			}
		case "expandable_columns":
			all := [][]any{}
			for _, f := range t.refs {
				if f.of != nil {
					all = append(all, []any{object{"column": f.column, "other_table": f.of.name, "other_column": f.by}, orNull(f.of.label())})
				}
			}
			about[name] = all
		default:
			if err := t.addExtra(ctx, d, name, about); err != nil {
				return err
			}
		}
	}
	return nil
}

// hiddenArgs are the parameters that Datasette's form keeps.
func (q *query) hiddenArgs() [][2]string {
	args := [][2]string{}
	for _, p := range q.without("_sort", "_sort_desc", "_search", "_next") {
		if strings.HasPrefix(p.name, "_") && !strings.Contains(p.name, "__") {
			args = append(args, [2]string{p.name, p.value})
		}
	}
	return args
}

// addExtra adds what can be asked for about tables and rows.
func (t *table) addExtra(ctx context.Context, d *database, name string, about object) error {
	switch name {
	case "private":
		about[name] = false
	case "column_types": // these pages have none beside those of SQLite
		about[name] = object{}
	case "database_color":
		about[name] = color(d.name)
	case "metadata":
		said := object{"columns": object{}}
		for key, v := range t.about.raw {
			said[key] = v
		}
		about[name] = said
	case "column_details":
		details := object{}
		err := d.query(ctx, `SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?)`, []any{t.name}, func(row []any) error {
			declared := plain(row[1])
			details[plain(row[0])] = object{"type": declared, "sqlite_type": sqliteType(declared), "notnull": row[2] != int64(0), "default": row[3],
				"is_pk": row[4] != int64(0), "pk_position": row[4], "hidden": row[5]}
			return nil
		})
		about[name] = details
		return err
	}
	return nil
}

// sqliteType is the affinity of a declared type, by section 3.1 of https://sqlite.org/datatype3.html.
func sqliteType(declared string) string {
	d := strings.ToUpper(declared)
	for _, is := range []struct{ part, affinity string }{{"INT", "INTEGER"}, {"CHAR", "TEXT"}, {"CLOB", "TEXT"}, {"TEXT", "TEXT"},
		{"BLOB", "BLOB"}, {"REAL", "REAL"}, {"FLOA", "REAL"}, {"DOUB", "REAL"}} {
		if strings.Contains(d, is.part) {
			return is.affinity
		}
	}
	if d == "" {
		return "BLOB"
	}
	return "NUMERIC"
}

// definition is the statement that makes the table or view.
func (d *database) definition(ctx context.Context, t *table) (string, error) {
	var text string
	err := d.query(ctx, "SELECT sql FROM sqlite_schema WHERE name = ? AND type IN ('table', 'view')", []any{t.name}, func(row []any) error {
		text = plain(row[0]) + ";"
		return nil
	})
	return text, err
}
