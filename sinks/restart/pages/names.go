package pages

import (
	"fmt"
	"slices"
	"strings"
)

// names are the parameters that Datasette documents for a kind of page. Other names that begin
// with _ are ignored, as Datasette does: clients send some against caches, and inventions.
type names struct {
	done    []string
	refused []string // what asks for them would get other data than it expects; X* is any name that begins with X
}

var (
	databaseNames = names{refused: []string{"sql"}}
	tableNames    = names{
		done: []string{"_sort", "_sort_desc", "_size", "_next", "_shape", "_nl", "_nocount", "_col", "_nocol", "_search", "_where", "_extra", "_ttl",
			"_filter_column", "_filter_op", "_filter_value", "_filter_column_*", "_filter_op_*", "_filter_value_*", "_sort_by_desc",
			"_facet", "_facet_array", "_facet_date", "_facet_size", "_labels", "_label", "_nofacet", "_nosuggest", "_header", "_stream", "_dl",
			"_json", "_json_infinity", "_searchmode", "_search_*", "_through", "_timelimit"},
		refused: []string{"_fts_table", "_fts_pk"},
	}
	rowNames = names{
		done:    []string{"_extra", "_extras", "_ttl", "_shape", "_nl", "_json", "_json_infinity", "_timelimit", "_header", "_dl"},
		refused: []string{"_col", "_nocol"},
	}
	blobNames = names{done: []string{"_blob_column"}}
)

// check refuses what is documented and not done.
func (n names) check(pairs []pair) error {
	for _, p := range pairs {
		if slices.ContainsFunc(n.refused, p.called) && !slices.ContainsFunc(n.done, p.called) {
			return badRequest(fmt.Sprintf("%s is not supported here.", p.name))
		}
	}
	return nil
}

// called reports whether the pair has that name, or one that it is the beginning of.
func (p pair) called(name string) bool {
	if prefix, ok := strings.CutSuffix(name, "*"); ok {
		return strings.HasPrefix(p.name, prefix)
	}
	return p.name == name
}
