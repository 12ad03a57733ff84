package dynasette

import (
	"path"
	"slices"
	"strings"
)

// Stored queries that the operator has as files: base/queries/DATABASE/NAME.sql.
const (
	queriesFolder = "queries/"
	maxQueries    = 500
)

// queryFile returns which query a document of base is, if it is one.
func queryFile(name string) (database, query string, ok bool) {
	rest, ok := strings.CutPrefix(name, queriesFolder)
	if !ok {
		return "", "", false
	}
	database, query = path.Split(rest)
	database, isIn := strings.CutSuffix(database, "/")
	query, isSQL := strings.CutSuffix(query, ".sql")
	return database, query, isIn && isSQL && database != "" && query != "" && !strings.Contains(database, "/")
}

// candidatesOf returns the documents to look for among those that are there: see baseFiles.
func candidatesOf(there []string) [][]string {
	all := slices.Clone(baseFiles)
	for _, name := range there {
		if _, _, ok := queryFile(name); ok && len(all) < len(baseFiles)+maxQueries {
			all = append(all, []string{name})
		}
	}
	return all
}

// queries returns the queries that are files, as metadata.json would say them.
func (b base) queries() *baseText {
	t := &baseText{name: strings.TrimSuffix(queriesFolder, "/"), root: map[string]any{}, entries: map[string]entry{}}
	databases := map[string]any{}
	for name, text := range b.documents {
		database, query, ok := queryFile(name)
		if !ok {
			continue
		}
		if databases[database] == nil {
			databases[database] = map[string]any{"queries": map[string]any{}}
		}
		databases[database].(map[string]any)["queries"].(map[string]any)[query] = map[string]any{"sql": strings.TrimPrefix(text, "\uFEFF")}
		at := strings.Join([]string{"databases", database}, "\x00")
		if e, there := t.entries[at]; !there || baseFolder+name < e.file {
			t.entries[at] = entry{line: 1, column: 1, file: baseFolder + name}
		}
	}
	if len(databases) > 0 {
		t.root["databases"] = databases
	}
	return t
}
