package pages

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/dynasette/dynasette/internal/look"
)

// route answers at the URLs that Datasette uses:
//
//	/  /DATABASE  /DATABASE/TABLE  /DATABASE/TABLE/KEY   as a page, or with .json
//	/DATABASE.db  /DATABASE/TABLE.csv  /DATABASE/TABLE/KEY.csv  /DATABASE/TABLE/KEY.blob?_blob_column=NAME
//	/DATABASE?sql=SQL  /DATABASE/-/query?sql=SQL  /DATABASE/STORED  with .json, .csv, .db or .blob
//	/DATABASE/-/schema  /DATABASE/TABLE/-/schema  /DATABASE/TABLE/-/autocomplete
//	/-/versions  /-/databases  /-/settings  /-/plugins  /-/actor  /-/schema  /-/jump  with .json
//
// and, as Datasette has nothing of the kind, a search over all databases at /-/search, what changed at /-/changes and /-/changes.atom, and
// what the data is at /-/datapackage.json and /-/DATABASE/datapackage.json.
func (q *request) route() error {
	path := q.r.URL.Path
	switch path {
	case "/", "":
		return q.index()
	case "/.json":
		return q.indexJSON()
	case "/-/":
		return q.index()
	case "/-":
		return q.redirect("/-/", q.r.URL.RawQuery)
	case searchPath:
		return q.find()
	case changesPath:
		return q.changes()
	case feedPath:
		return q.feed()
	case "/-" + descriptorFile:
		return q.describe()
	}
	if of, ok := strings.CutPrefix(q.r.URL.EscapedPath(), "/-/"); ok && strings.HasSuffix(of, descriptorFile) {
		if to, ok := q.release.moved("/" + of); ok {
			return q.redirect("/-"+to, q.r.URL.RawQuery)
		}
		return q.describeDatabase(strings.TrimSuffix(of, descriptorFile))
	}
	if name, ok := strings.CutPrefix(path, "/-/"); ok && !strings.Contains(name, "/") {
		name, isJSON := strings.CutSuffix(name, ".json")
		return q.instance(name, !isJSON)
	}
	if strings.HasPrefix(path, "/-/") {
		return notFound("There is no such page.")
	}
	if to, ok := q.release.moved(q.r.URL.EscapedPath()); ok {
		return q.redirect(to, q.r.URL.RawQuery)
	}
	if to, ok := tilde(q.r.URL.EscapedPath()); ok {
		return q.redirect(to, q.r.URL.RawQuery)
	}
	if trimmed := strings.TrimRight(path, "/"); trimmed != path && !strings.HasPrefix(path, "//") {
		return q.redirect(trimmed, q.r.URL.RawQuery)
	}
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	last := len(parts) - 1
	stem, kind := parts[last], ""
	if i := strings.LastIndexByte(stem, '.'); i >= 0 { // a dot of the name's own is ~2E
		stem, kind = stem[:i], stem[i:]
	}
	parts[last] = stem
	d, err := q.release.database(tildeDecode(parts[0]))
	if err != nil {
		return err
	}
	if q.pairs, err = parseQuery(q.r.URL.RawQuery); err != nil {
		return err
	}
	if q.limit, err = readTimeLimit(q.pairs); err != nil {
		return err
	}
	v, ok := view{}, false
	given := parts[last]
	named, ofTable := "", false
	switch {
	case last == 0:
		v, ok = q.databaseViews(kind)
	case last == 2 && parts[1] == "-":
		v, ok = databaseExtras(stem, kind)
		given = kind
	case last == 3 && parts[1] == "-" && parts[2] == "query" && stem == "parameters":
		v, ok = view{names{}, (*request).sqlParameters}, true
	case last == 3 && parts[2] == "-":
		v, ok = tableExtras(stem, kind)
		named, ofTable, given = parts[1], true, kind
	case last == 1:
		named, ofTable = stem, true
		if stored := d.stored(tildeDecode(stem)); stored != nil {
			if over, is := sqlViews[kind]; is {
				v, ok, ofTable = over.over(stored), true, false
			}
			break
		}
		v, ok = map[string]view{"": {tableNames, (*request).table}, ".json": {tableNames, (*request).tableJSON}, ".csv": {tableNames, (*request).export}}[kind]
	case last == 2:
		named, ofTable = parts[1], true
		v, ok = map[string]view{"": {rowNames, (*request).row}, ".json": {rowNames, (*request).rowJSON}, ".csv": {rowNames, (*request).rowCSV}, ".blob": {blobNames, (*request).blob}}[kind]
	}
	if !ok {
		return notFound("There is no such page.")
	}
	var t *table
	if ofTable {
		if t, err = d.table(tildeDecode(named)); err != nil {
			return err
		}
		if t.problem != "" {
			return &problem{status: http.StatusInternalServerError, title: "This table can't be read", text: t.problem}
		}
	}
	if err := v.names.check(q.pairs); err != nil {
		return err
	}
	if t != nil && last == 1 {
		if pairs, ok := t.fromForm(q.pairs); ok {
			return q.redirect(t.url(d)+kind, formatQuery(pairs))
		}
		var done func()
		if d, done, err = q.asVisitor(d, t); err != nil {
			return err
		}
		defer done()
	}
	return d.file.Use(func(*sql.DB) error { return v.show(q, d, t, given) }) // it stays open for all queries of a page
}

// redirect sends the visitor to a path of this server's.
func (q *request) redirect(path, query string) error {
	if query != "" {
		path += "?" + query
	}
	q.w.Header().Set("Location", path)
	q.w.WriteHeader(http.StatusFound)
	return nil
}

// head sets the headers of a good answer. All that is shown stays as it is for as long as
// its release is the one being shown, so a cache need only ask whether it still is.
func (q *request) head(contentType string) {
	h := q.w.Header()
	h.Set("Content-Type", contentType)
	h.Set("ETag", q.etag)
	h.Set("Cache-Control", "no-cache")
}

// fail answers with err, as a page or as JSON.
func (q *request) fail(err error) {
	if q.r.Context().Err() != nil {
		return // nobody waits for the answer
	}
	var p *problem
	if !errors.As(err, &p) {
		p = &problem{status: http.StatusInternalServerError, text: err.Error()}
	}
	h := q.w.Header()
	h.Set("Cache-Control", "no-store")
	if strings.HasSuffix(q.r.URL.Path, ".json") || q.writes() {
		h.Set("Content-Type", "application/json; charset=utf-8")
		q.w.WriteHeader(p.status)
		q.w.Write(appendError(nil, p))
		return
	}
	look.Render(q.w, q.r, templates(), p.status, "problem", q.problemPage(p))
}

// download sends the database's file.
func (q *request) download(d *database, _ *table, _ string) error {
	f, err := os.Open(d.path)
	if err != nil {
		return err
	}
	defer f.Close()
	q.head("application/vnd.sqlite3")
	attach(q.w, d.name+".db")
	http.ServeContent(q.w, q.r, "", d.modified, f)
	return nil
}

// attach has the browser keep the answer as a file.
func attach(w http.ResponseWriter, name string) {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\/%`, r) {
			return '_'
		}
		return r
	}, name)
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s"`, ascii))
}
