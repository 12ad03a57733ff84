package pages

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/dynasette/dynasette/internal/look"
	"github.com/dynasette/dynasette/internal/version"
)

// spoken is the version of Datasette whose JSON these pages speak.
const spoken = "1.0a37"

// instance answers at /-/NAME.json and, as a page, at /-/NAME, with what is true of the server.
func (q *request) instance(name string, asPage bool) error {
	var v any
	switch name {
	case "versions":
		v = q.versions()
	case "databases":
		v = q.databasesJSON()
	case "settings":
		v = q.settings()
	case "plugins":
		v = []any{}
	case "actor":
		v = object{"ok": true, "actor": nil}
	case "jump":
		v = q.jump()
	case "schema":
		all := []object{}
		for _, d := range q.release.databases {
			text, err := q.schemaOf(d, "")
			if err != nil {
				return err
			}
			all = append(all, object{"database": d.name, "schema": text})
		}
		v = object{"ok": true, "schemas": all}
	case "threads", "permissions":
		return &problem{status: http.StatusForbidden, text: "Datasette has this page for those who look after it; these pages don't."}
	case "patterns", "messages", "logout", "allow-debug", "metadata", "config":
		return notFound("Datasette has this page; these pages don't.")
	default:
		return notFound("There is no such page.")
	}
	if !asPage {
		return q.sendJSON(v)
	}
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return q.showText(name+".json", string(text), q.r.URL.EscapedPath()+".json")
}

type textPage struct {
	look.Layout
	Text, JSON string
}

// showText shows a text as it is.
func (q *request) showText(title, text, jsonPath string, crumbs ...look.Crumb) error {
	return q.show("text", textPage{q.layout(title, append(crumbs, look.At(title, q.r.URL.EscapedPath()))...), readable(text), jsonPath})
}

// versions has the release's ID where Datasette has its --version-note.
func (q *request) versions() object {
	return object{
		"ok":        true,
		"dynasette": object{"version": version.String()},
		"datasette": object{"version": spoken, "note": q.release.ID},
		"sqlite":    object{"version": sqliteVersion(), "fts_versions": []string{"FTS5"}},
	}
}

var sqliteVersion = sync.OnceValue(func() (v string) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return ""
	}
	defer db.Close()
	_ = db.QueryRow("SELECT sqlite_version()").Scan(&v) // without one it isn't known
	return v
})

// settings are Datasette's, as the release has them, with the limits of these pages.
func (q *request) settings() object {
	all := object{"ok": true, "default_page_size": 100, "max_returned_rows": maxResult, "max_insert_rows": 100, "max_post_body_bytes": 2 << 20,
		"num_sql_threads": 3, "sql_time_limit_ms": 1000, "default_facet_size": 30, "facet_time_limit_ms": 200, "facet_suggest_time_limit_ms": 50,
		"allow_facet": true, "allow_download": true, "allow_signed_tokens": true, "default_allow_sql": true, "max_signed_tokens_ttl": 0,
		"suggest_facets": true, "default_cache_ttl": 5, "cache_size_kb": 0, "allow_csv_stream": true, "max_csv_mb": 100,
		"truncate_cells_html": 2048, "force_https_urls": false, "template_debug": false, "trace_debug": false, "base_url": "/"}
	maps.Copy(all, q.release.config.settings)
	all["default_page_size"] = cmp.Or(q.s.PageSize, 100)
	all["max_returned_rows"] = cmp.Or(q.s.MaxPageSize, q.release.config.rows, maxResult)
	all["sql_time_limit_ms"] = q.timeLimit().Milliseconds()
	all["default_allow_sql"] = !q.s.NoSQL && !q.release.config.noSQL
	return all
}

// The most that is found at once.
const maxFound = 100

// jump finds what has all words of ?q= in its name: databases, tables, views and stored queries.
func (q *request) jump() object {
	words := strings.Fields(strings.ToLower(q.r.URL.Query().Get("q")))
	found := []object{}
	add := func(name, url, kind string, description any) {
		low := strings.ToLower(name[strings.Index(name, ": ")+1:])
		for _, word := range words {
			if !strings.Contains(low, word) {
				return
			}
		}
		found = append(found, object{"name": name, "url": url, "type": kind, "description": description})
	}
	for _, d := range q.release.databases {
		add(d.name, d.url(), "database", nil)
		for _, t := range d.tables {
			if kind := map[bool]string{true: "view", false: "table"}[t.isView]; !t.hidden {
				add(d.name+": "+t.name, t.url(d), kind, nil)
			}
		}
		for _, s := range d.queries {
			add(d.name+": "+s.Name, s.url(d), "query", orNull(s.Title))
		}
	}
	slices.SortStableFunc(found, func(a, b object) int { return cmp.Compare(len(a["name"].(string)), len(b["name"].(string))) })
	more := len(found) > maxFound
	return object{"matches": found[:min(len(found), maxFound)], "truncated": more}
}

// schemaOf returns the statements that make the database, or one table of it.
func (q *request) schemaOf(d *database, table string) (string, error) {
	ctx, cancel := q.limited()
	defer cancel()
	where, args := "", []any(nil)
	if table != "" {
		where, args = " AND type IN ('table', 'view') AND name = ?", []any{table}
	}
	var all []string
	err := d.query(ctx, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"+where+" ORDER BY rowid", args, func(row []any) error {
		all = append(all, plain(row[0]))
		return nil
	})
	if err != nil {
		return "", err
	}
	if table != "" {
		return strings.Join(all, "\n"), nil
	}
	return strings.Join(all, ";\n"), nil
}

// databaseSchema and tableSchema answer as a page, as JSON or as Markdown.
func (q *request) databaseSchema(d *database, _ *table, kind string) error {
	text, err := q.schemaOf(d, "")
	if err != nil {
		return err
	}
	return q.sendSchema(kind, d.name, text, object{"ok": true, "database": d.name, "schema": text}, d.crumb())
}

func (q *request) tableSchema(d *database, t *table, kind string) error {
	text, err := q.schemaOf(d, t.name)
	if err != nil {
		return err
	}
	return q.sendSchema(kind, d.name+"."+t.name, text, object{"ok": true, "database": d.name, "table": t.name, "schema": text},
		d.crumb(), t.crumb(d))
}

func (q *request) sendSchema(kind, of, text string, as object, crumbs ...look.Crumb) error {
	switch kind {
	case ".json":
		return q.sendJSON(as)
	case ".md":
		q.head("text/plain; charset=utf-8")
		_, err := q.w.Write([]byte("# Schema for " + of + "\n\n```sql\n" + text + "\n```\n"))
		return err
	case "":
		return q.showText("Schema for "+of[strings.Index(of, ".")+1:], text, q.r.URL.EscapedPath()+".json", crumbs...)
	}
	return notFound("There is no such page.")
}

// autocomplete finds rows whose label has a text in it.
func (q *request) autocomplete(d *database, t *table, _ string) error {
	label, text := t.label(), q.r.URL.Query().Get("q")
	rows := []object{}
	if at, ok := t.column(label); ok && text != "" && len(t.primary) > 0 {
		ctx, cancel := q.limited()
		defer cancel()
		names := make([]string, len(t.primary))
		for i, name := range t.primary {
			names[i] = raw(quote(name))
		}
		contains, _ := operatorOf("contains")
		where, args := filter{column: t.columns[at], op: contains, value: text}.where()
		c := quote(label)
		err := d.query(ctx, "SELECT "+strings.Join(names, ", ")+", "+raw("substr("+c+", 1, 1000)")+" FROM main."+quote(t.name)+" WHERE "+where+" ORDER BY length("+c+") LIMIT 10", args, func(row []any) error {
			key := object{}
			for i, name := range t.primary {
				key[name] = row[i]
			}
			rows = append(rows, object{"pks": key, "label": row[len(names)]})
			return nil
		})
		if err != nil {
			return err
		}
	}
	return q.sendJSON(object{"ok": true, "rows": rows})
}

// shareAcross lets pages of other sites read the answer, and says whether r only asked if they may.
func shareAcross(w http.ResponseWriter, r *http.Request) (asked bool) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
	h.Set("Access-Control-Expose-Headers", "Link")
	h.Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
	h.Set("Access-Control-Max-Age", "3600")
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusNoContent)
		return true
	}
	return false
}

// alternate tells programs where the JSON of a page is.
func alternate(w http.ResponseWriter, url string) {
	w.Header().Add("Link", "<"+url+`>; rel="alternate"; type="application/json+datasette"`)
}
