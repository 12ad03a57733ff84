package ods

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/markup"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// A table is a sheet, as far as it is known before its rows are read.
type table struct {
	name, style string
	from, to    int64 // where its rows are in the XML
	prefix      string
	hidden      []bool // columns; nil if none is
	columns     []columns
	odd         bool // there are comments, character data or tables in its rows, so that they can't be found by their ends
}

// Columns are some with one style.
type columns struct {
	to    int // the last one
	style string
}

// maxTables is how many sheets a document may list.
const maxTables = 32 << 10

// An outliner finds the sheets, on the first reading of the document.
type outliner struct {
	*document
	depth   int // of elements that are open
	skip    int // what is deeper is passed over; 0: nothing
	section section
	body    string // what is in it: spreadsheet, if it is one
	table   *table // that is being read
	inside  bool   // its rows begin
	err     error
}

type section uint8

const (
	outside section = iota
	inStyles
	inBody   // office:body
	inSheets // office:spreadsheet
)

// outline reads the document once, to find its sheets.
func (d *document) outline(ctx context.Context) error {
	r, err := d.open()
	if err != nil {
		return err
	}
	defer r.Close()
	buf := markup.NewBuffer(r)
	o := &outliner{document: d}
	for {
		o.inside = false
		err := buf.Tags(sheets.ChunkSize, d.limits.Row, d.part, func(t *markup.Tag) bool {
			o.tag(t, buf)
			return o.err == nil && !o.inside
		})
		if err == nil {
			err = o.err
		}
		if err == nil && o.inside {
			err = o.rows(ctx, buf)
		}
		if err != nil {
			return err
		}
		if !o.inside {
			break
		}
	}
	if o.depth > 0 {
		return markup.Corrupt(markup.ErrUnclosed, d.part, buf.Start())
	}
	if o.body != "spreadsheet" {
		return fmt.Errorf("%w: %s has no OpenDocument spreadsheet", converter.ErrCorrupt, d.part)
	}
	d.styles.resolve()
	return nil
}

// tag takes a tag that is not in the rows of a sheet.
func (o *outliner) tag(t *markup.Tag, buf *markup.Buffer) {
	level := o.depth
	switch t.Kind {
	case markup.Data:
		return
	case markup.Close:
		if o.depth--; o.depth < 0 {
			o.err = markup.Corrupt(markup.ErrNotXML, o.part, buf.Start()+int64(t.Start))
		}
		if o.depth < o.skip {
			o.skip = 0
		}
		switch o.depth {
		case 3:
			if o.table != nil { // it has no rows
				o.table.from, o.table.to = buf.Start()+int64(t.Start), buf.Start()+int64(t.Start)
				o.table = nil
			}
		case 1:
			o.section = outside
		}
		if o.section == inStyles {
			o.styles.tag(t)
		}
		return
	case markup.Open:
		o.depth++
	}
	if o.skip > 0 {
		return
	}
	switch {
	case level == 0:
		o.root(t)
	case level == 1 && t.Kind == markup.Open:
		switch string(t.Name) {
		case "body":
			o.section = inBody
		case "automatic-styles", "styles":
			o.section = inStyles
		}
	case o.section == inStyles:
		o.styles.tag(t)
		o.err = o.styles.within()
	case o.section == inBody && level == 2:
		if o.body == "" {
			o.body = string(t.Name)
		}
		if o.body != "spreadsheet" {
			o.err = noSpreadsheet
		} else if t.Kind == markup.Open {
			o.section = inSheets
		}
	case o.section == inSheets && o.table != nil:
		o.column(t, level, buf)
	case o.section == inSheets && level == 3 && string(t.Name) == "table":
		o.sheet(t, buf)
	case o.section == inSheets && level == 3 && string(t.Name) != "database-ranges":
		o.pass(t)
	case o.section == inSheets && string(t.Name) == "database-range":
		o.databaseRange(t)
	}
}

// pass passes over the element that t opens.
func (o *outliner) pass(t *markup.Tag) {
	if t.Kind == markup.Open {
		o.skip = o.depth
	}
}

// root looks at the outermost element.
func (o *outliner) root(t *markup.Tag) {
	switch string(t.Name) {
	case "document-content":
	case "document":
		if kind := t.Attr("mimetype"); kind != "" && !isSpreadsheet(kind) {
			o.err = noSpreadsheet
		}
	default:
		if o.err = converter.Refuse(o.in); o.err == nil {
			o.err = fmt.Errorf("%w: %s begins with %.40q, and not as OpenDocument does", converter.ErrCorrupt, o.part, t.Name)
		}
	}
	o.names = rootNames(t)
}

// sheet begins a sheet.
func (o *outliner) sheet(t *markup.Tag, buf *markup.Buffer) {
	at := buf.Start() + int64(t.End)
	s := table{name: t.Attr("name"), style: t.Attr("style-name"), from: at, to: at}
	s.prefix = prefix(buf.Bytes(), t)
	switch {
	case !utf8.ValidString(s.name):
		o.err = markup.Corrupt(markup.ErrEncoding, o.part, at)
	case len(o.tables) == maxTables:
		o.err = fmt.Errorf("%w: more than %d sheets", converter.ErrLimit, maxTables)
	}
	o.tables = append(o.tables, s)
	if t.Kind == markup.Open {
		o.table = &o.tables[len(o.tables)-1]
	}
}

// prefix returns the prefix of a tag's name, with its colon.
func prefix(b []byte, t *markup.Tag) string {
	name := b[t.Start+1:]
	if n := bytes.IndexAny(name, ": \t\r\n/>"); n >= 0 && name[n] == ':' {
		return string(name[:n+1])
	}
	return ""
}

// column takes a tag that is in a sheet, but above its rows.
func (o *outliner) column(t *markup.Tag, level int, buf *markup.Buffer) {
	switch string(t.Name) {
	case "table-column-group", "table-columns", "table-header-columns":
	case "table-row", "table-rows", "table-header-rows", "table-row-group":
		o.inside = true
		o.table.from = buf.Start() + int64(t.Start)
		o.table.to = buf.Start() + int64(t.End)
	case "table-column":
		from, n := 0, times([]byte(t.Attr(columnsRepeated)))
		if last := len(o.table.columns); last > 0 {
			from = o.table.columns[last-1].to + 1
		}
		if from >= sheets.MaxColumns {
			return
		}
		to := min(from+n, sheets.MaxColumns) - 1
		if isHidden(t.Attr("visibility")) {
			o.table.hidden = sheets.Hide(o.table.hidden, from, to)
		}
		o.table.columns = append(o.table.columns, columns{to, t.Attr("default-cell-style-name")})
	default:
		o.pass(t)
	}
}

// isHidden reports whether rows or columns of that visibility are not shown.
func isHidden(visibility string) bool { return visibility == "collapse" || visibility == "filter" }

// rows goes through the rows of the table to behind its end tag. It looks at nothing but how tags
// begin, since that is most of the document.
func (o *outliner) rows(ctx context.Context, buf *markup.Buffer) error {
	opening, closing := []byte("<"+o.table.prefix+"table"), []byte("</"+o.table.prefix+"table")
	depth := 1
	corrupt := func(at int, err error) error { return markup.Corrupt(err, o.part, buf.Start()+int64(at)) }
	// more reads on, so that what is at a place, if it is longer than the buffer, is whole.
	more := func(at int, whole bool) error {
		rest := len(buf.Bytes()) - at
		if buf.Ended() && (whole || rest == 0) {
			return corrupt(at, errors.New("the table has no end"))
		}
		if rest >= o.limits.Row {
			return fmt.Errorf("%w: more than %d MiB of XML in one tag", converter.ErrLimit, o.limits.Row>>20)
		}
		buf.Drop(at)
		if err := ctx.Err(); err != nil {
			return err
		}
		return buf.Fill(max(sheets.ChunkSize, 2*rest))
	}
	var t markup.Tag
	for pos := 0; ; {
		b := buf.Bytes()
		i := bytes.IndexByte(b[pos:], '<')
		if i < 0 {
			if err := more(len(b), false); err != nil {
				return err
			}
			pos = 0
			continue
		}
		i += pos
		rest := b[i:]
		if len(rest) <= len(closing) && !buf.Ended() {
			if err := more(i, false); err != nil {
				return err
			}
			pos = 0
			continue
		}
		ends, special := false, false
		if len(rest) > 1 {
			ends, special = rest[1] == '/' && begins(rest, closing), rest[1] == '!' || rest[1] == '?'
		}
		if !ends && !special && (len(rest) > 1 && rest[1] == '/' || !begins(rest, opening)) {
			pos = i + 1
			continue
		}
		ok, err := t.Next(b, i)
		switch {
		case err == markup.ErrUnclosed:
			if err := more(i, true); err != nil {
				return err
			}
			pos = 0
			continue
		case err != nil:
			return corrupt(i, err)
		}
		switch {
		case special && !ok:
			pos = len(b)
		case special && t.Kind != markup.Data:
			pos = t.Start
		default:
			pos = t.End
		}
		if !ends {
			o.table.odd = true
			if !special && t.Kind == markup.Open {
				depth++
			}
		} else if depth--; depth == 0 {
			o.table.to = buf.Start() + int64(t.Start)
			buf.Drop(t.End)
			o.table, o.depth = nil, 3
			return nil
		}
	}
}

// begins reports whether b begins with a tag up to its name.
func begins(b, tag []byte) bool {
	if len(b) <= len(tag) {
		return false
	}
	c := b[len(tag)] // first, since of all table-rows and table-cells the beginning is that of table
	return (c <= ' ' || c == '>' || c == '/') && bytes.HasPrefix(b, tag)
}
