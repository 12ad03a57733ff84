package pages

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// export sends a table's rows as CSV, as they are read: all of them, or as many as _size says.
func (q *request) export(d *database, t *table, _ string) error {
	asked, err := q.s.parse(d, t, q.pairs)
	if err != nil {
		return err
	}
	select {
	case q.s.exporting <- struct{}{}:
		defer func() { <-q.s.exporting }()
	default:
		q.w.Header().Set("Retry-After", "10")
		return &problem{status: http.StatusServiceUnavailable, text: "Other tables are being exported. Try again in a moment."}
	}
	out := q.csvWriter(d, asked, t.name)
	if err := out.header(); err != nil {
		return err
	}
	if q.r.Method == http.MethodHead {
		out.start()
		return nil
	}
	write, last := asked.labelRows(q.r.Context(), d, out.row)
	if err = q.exportRows(d, asked, write); err == nil {
		err = last()
	}
	if err == nil {
		err = out.flush()
	}
	if err != nil && out.started {
		panic(http.ErrAbortHandler) // else the client would take what it has for all there is
	}
	return err
}

// rowCSV sends a row as CSV.
func (q *request) rowCSV(d *database, t *table, key string) error {
	one := &query{table: t, pairs: q.pairs, columns: t.all()}
	out := q.csvWriter(d, one, t.name+"-"+tildeDecode(key))
	ctx, cancel := q.limited()
	defer cancel()
	err := t.find(ctx, d, key, one.columns, raw, func(row []any) error {
		if err := out.header(); err != nil {
			return err
		}
		return out.row(row)
	})
	if err != nil {
		return err
	}
	return out.flush()
}

// exportRows calls fn for the rows.
func (q *request) exportRows(d *database, asked *query, fn func([]any) error) error {
	_, sized := asked.value("_size")
	if stream, _ := asked.value("_stream"); stream != "" {
		sized, asked.next = false, ""
	}
	if sized || asked.next != "" {
		ctx, cancel := q.limited()
		defer cancel()
		_, err := asked.read(ctx, d, raw, fn)
		return err
	}
	t := asked.table
	names := make([]string, len(asked.columns))
	for i, c := range asked.columns {
		names[i] = raw(quote(t.columns[c].name))
	}
	where, args := asked.conditions()
	sql := fmt.Sprintf("SELECT %s FROM main.%s%s%s", strings.Join(names, ", "), quote(t.name), where, asked.order())
	ctx := q.r.Context()
	if t.isView || len(asked.where) > 0 {
		// What a view or a visitor's condition computes may have no end, and the driver can
		// interrupt only what comes before the first row.
		limit := q.within(q.timeLimit())
		if len(asked.where) == 0 {
			limit *= 30
		}
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, limit, errTooSlow)
		defer cancel()
		sql = "WITH rows AS MATERIALIZED (" + sql + ") SELECT * FROM rows"
	}
	return d.query(ctx, sql, args, fn)
}

// A csvWriter sends rows in large pieces, and gives up on a client that takes none.
type csvWriter struct {
	w        http.ResponseWriter
	deadline *http.ResponseController
	start    func()
	started  bool
	buf      []byte
	flushAt  int
	asked    *query
	link     string // the table's URL
	labels   []int  // the places of columns that a label follows
}

// csvWriter writes rows of the query to a file of that name.
func (q *request) csvWriter(d *database, asked *query, name string) *csvWriter {
	return &csvWriter{w: q.w, deadline: http.NewResponseController(q.w), flushAt: 64 << 10, asked: asked,
		link: q.absolutePath(asked.table.url(d)), labels: asked.expanded(), start: func() {
			q.head("text/csv; charset=utf-8")
			attach(q.w, name+".csv")
		}}
}

// header writes the names of the columns, unless the URL says not to.
func (c *csvWriter) header() error {
	if said, _ := c.asked.value("_header"); said == "off" {
		return nil
	}
	names := make([]any, len(c.asked.columns))
	for i, name := range c.asked.names() {
		names[i] = name
	}
	for _, j := range c.labels {
		names[j] = labelledValue{names[j], plain(names[j]) + "_label"}
	}
	return c.row(names)
}

func (c *csvWriter) row(row []any) error {
	first := true
	for i, at := range c.asked.columns {
		if c.asked.table.columns[at].implicit { // unlike Datasette's, the file is what it was
			continue
		}
		if !first {
			c.buf = append(c.buf, ',')
		}
		first = false
		value, label := row[i], any(nil)
		if l, ok := value.(labelledValue); ok {
			value, label = l.value, l.label
		}
		if _, ok := value.([]byte); ok { // binary has no place in CSV
			value = c.blobLink(row, at)
		}
		c.buf = appendCSV(c.buf, value)
		if slices.Contains(c.labels, i) {
			c.buf = appendCSV(append(c.buf, ','), label)
		}
	}
	c.buf = append(c.buf, '\n')
	if len(c.buf) < c.flushAt {
		return nil
	}
	return c.flush()
}

func (c *csvWriter) flush() error {
	if !c.started {
		c.start()
		c.started = true
	}
	_ = c.deadline.SetWriteDeadline(time.Now().Add(time.Minute)) // not every writer can
	_, err := c.w.Write(c.buf)
	c.buf = c.buf[:0]
	return err
}

// blobLink returns the URL of a value, or "" if its row has none.
func (c *csvWriter) blobLink(row []any, column int) string {
	t := c.asked.table
	key := rowKey(t, c.asked.columns, row)
	if key == "" {
		return ""
	}
	return c.link + "/" + key + ".blob?" + formatQuery([]pair{{"_blob_column", t.columns[column].name}})
}
