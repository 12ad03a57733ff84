package pages

import (
	"slices"
	"strconv"
	"strings"
)

// url is the database's path on this server.
func (d *database) url() string { return "/" + tildeEncode(d.name) }

func (t *table) url(d *database) string { return d.url() + "/" + tildeEncode(t.name) }

// absolutePath returns a path with the scheme and host that the client used.
func (q *request) absolutePath(path string) string {
	scheme := "http"
	if q.r.TLS != nil || q.r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + q.r.Host + path
}

// link returns where a path leads from the answer: a page is read where it was found, JSON anywhere.
func (q *request) link(path string) string {
	if q.page {
		return path
	}
	return q.absolutePath(path)
}

// absolute returns the URL of this request with another query.
func (q *request) absolute(pairs []pair) string {
	return q.absolutePath(q.r.URL.EscapedPath()) + "?" + formatQuery(pairs)
}

func (q *query) value(name string) (string, bool) {
	return first(q.pairs, name)
}

// without returns the URL's query less all of those names.
func (q *query) without(names ...string) []pair {
	return slices.DeleteFunc(slices.Clone(q.pairs), func(p pair) bool { return slices.Contains(names, p.name) })
}

func (q *query) nextQuery(next string) []pair { return append(q.without("_next"), pair{"_next", next}) }

// sortQuery sorts by a column, the other way round if it does already.
func (q *query) sortQuery(column string) []pair {
	name := "_sort"
	if q.sort == column && !q.desc {
		name = "_sort_desc"
	}
	return append(q.without("_next", "_sort", "_sort_desc"), pair{name, column})
}

// rowKey returns a row's key as it stands in a URL, from what a query of those columns read:
// its primary key, or else its rowid. It is "" if the row has none.
func rowKey(t *table, columns []int, row []any) string {
	parts := make([]string, len(t.primary))
	for i, name := range t.primary {
		at, _ := t.column(name)
		j := slices.Index(columns, at)
		if j < 0 || j >= len(row) {
			return ""
		}
		value := row[j]
		if l, ok := value.(labelledValue); ok {
			value = l.value
		}
		switch v := value.(type) {
		case int64:
			parts[i] = strconv.FormatInt(v, 10)
		case float64:
			parts[i] = formatReal(v)
		case string:
			if parts[i] = v; len(v) > maxCell {
				return "" // no URL for something that long, and it may be cut
			}
		default:
			return ""
		}
	}
	if len(parts) == 0 {
		return ""
	}
	if key := tildeJoin(parts); strings.Trim(key, ",") != "" {
		return key
	}
	return "" // the empty text has no URL
}
