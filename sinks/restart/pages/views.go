package pages

import (
	"strings"
)

// A view answers for a database, or a table or a row of it. What it is given besides is the key of
// the row, or the kind of what is asked for, such as ".json".
type view struct {
	names names
	show  func(q *request, d *database, t *table, key string) error
}

// databaseViews are those of a database: of itself, or of a query over it.
func (q *request) databaseViews(kind string) (view, bool) {
	if _, asked := first(q.pairs, "sql"); asked {
		if v, ok := sqlViews[kind]; ok {
			return v.over(nil), true
		}
	}
	v, ok := map[string]view{"": {databaseNames, (*request).database}, ".json": {databaseNames, (*request).databaseJSON}, ".db": {names{}, (*request).download}}[kind]
	return v, ok
}

// An sqlView shows the result of a query.
type sqlView func(q *request, d *database, a *sqlQuery) error

var sqlViews = map[string]sqlView{"": (*request).sqlPage, ".json": (*request).sqlJSON, ".csv": (*request).sqlCSV, ".db": (*request).sqlFile, ".blob": (*request).sqlBlob}

// over shows the result of a stored query, or of the SQL of the URL.
func (v sqlView) over(stored *storedQuery) view {
	return view{names{}, func(q *request, d *database, _ *table, _ string) error {
		a, err := q.askedSQL(d, stored)
		if err != nil {
			return err
		}
		return v(q, d, a)
	}}
}

// databaseExtras are the views at /DATABASE/-/NAME.
func databaseExtras(name, kind string) (view, bool) {
	switch name {
	case "query":
		if v, ok := sqlViews[kind]; ok {
			return v.over(nil), true
		}
	case "schema":
		return view{names{}, (*request).databaseSchema}, true
	case "queries":
		return view{names{}, notHere}, true
	}
	return view{}, false
}

// tableExtras are the views at /DATABASE/TABLE/-/NAME.
func tableExtras(name, kind string) (view, bool) {
	switch {
	case name == "schema":
		return view{names{}, (*request).tableSchema}, true
	case name == "autocomplete" && kind == "":
		return view{names{}, (*request).autocomplete}, true
	}
	return view{}, false
}

func notHere(*request, *database, *table, string) error {
	return badRequest("Datasette has this page; these pages don't.")
}

// tilde returns the path with Datasette's encoding in place of the URL's, if it has any of that.
func tilde(path string) (string, bool) {
	if !strings.Contains(path, "%") || strings.HasPrefix(path, "/-/") {
		return path, false
	}
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] == '%' && i+2 < len(path) && unhex(path[i+1]) >= 0 && unhex(path[i+2]) >= 0 {
			if encoded := tildeEncode(string([]byte{byte(unhex(path[i+1])<<4 | unhex(path[i+2]))})); encoded == "+" {
				b.WriteString("~20")
			} else {
				b.WriteString(encoded)
			}
			i += 2
			continue
		}
		if path[i] == '~' { // of a path with both, no escape is of this kind
			b.WriteString("~7E")
			continue
		}
		b.WriteByte(path[i])
	}
	return b.String(), true
}
