package rules

import "strings"

// peers are words of csvs-to-sqlite, sqlite-utils and Datasette that none of ours is like, with _
// between their parts, and what there is in their place.
var peers = map[string]string{
	"pk":              "schema: {primaryKey: …}",
	"fts":             "search",
	"fts_table":       "search, whose table Datasette finds by itself,",
	"tokenize":        "search: {columns: […], tokenize: …}",
	"columns":         "schema: {fields: [{name: …, description: …}]}",
	"column_order":    "order",
	"not_null":        "constraints: {required: true}, of a field in schema.fields,",
	"detect_types":    "schema: {fields: [{name: …, type: …}]}",
	"date":            "schema: {fields: [{name: …, type: date, format: …}]}",
	"datetime":        "schema: {fields: [{name: …, type: datetime, format: …}]}",
	"datetime_format": "schema: {fields: [{name: …, type: datetime, format: …}]}",
	"extract_column":  "extract",
	"filename_column": "source_column",
	"fixed_column":    "constants",
	"shape":           "only, with rename and schema,",
	"separator":       "dialect: {delimiter: …}",
	"sep":             "dialect: {delimiter: …}",
	"quotechar":       "dialect: {quoteChar: …}",
	"quoting":         "dialect: {quoteChar: none}",
	"no_headers":      "dialect: {header: false}",
	"just_strings":    "text-only",
	"empty_null":      `missingValues: [""]`,
	"exclude":         "skip",
	"ignore":          "skip",
}

// peer returns what is meant by a word of another program; "" if it is none.
func peer(word string) string { return peers[strings.ReplaceAll(strings.ToLower(word), "-", "_")] }
