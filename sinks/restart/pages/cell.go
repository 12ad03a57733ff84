package pages

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"html/template"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/dynasette/dynasette/internal/look"
)

const (
	maxCell  = 300     // characters of a value in a table
	maxShort = 40      // of one that stays on one line
	maxValue = 100_000 // on a row's own page
)

// upTo returns how to read a column as far as it is shown: of a text one character more than
// the most, of a blob its length.
func upTo(most int) func(name string) string {
	return func(name string) string {
		return fmt.Sprintf("CASE typeof(%[1]s) WHEN 'text' THEN substr(%[1]s, 1, %[2]d) WHEN 'blob' THEN CAST(octet_length(%[1]s) AS BLOB) ELSE %[1]s END", name, most+1)
	}
}

// A cell is one value, for people.
type cell struct {
	Text   string
	Class  string // of the value: null, number, blob, json, short or ""
	URL    string // where the value leads
	Away   bool   // to another site
	Label  string // the name of what it leads to
	Cut    bool   // there is more of it
	Whole  string // where all of it is; "" if nowhere
	Right  bool   // it stands where numbers do
	RowURL string // the row's own page, on the cell that stands for the row
}

// cellOf shows a value that was read by upTo(most).
func cellOf(v any, most int) cell {
	switch v := v.(type) {
	case nil:
		return cell{Text: "null", Class: "null"}
	case []byte:
		n := gjson.ParseBytes(v).Int()
		return cell{Text: "binary, " + look.Size(n), Class: "blob"}
	case string:
		text, more := cut(v, most)
		c := cell{Text: readable(text), Cut: more}
		if len(text) <= maxShort && !strings.Contains(text, "\n") {
			c.Class = "short"
		}
		if !more {
			c.URL = link(v)
			c.Away = c.URL != ""
		}
		return c
	}
	return cell{Text: plain(v), Class: "number"}
}

// follow makes the cell a link to what its value refers to.
func (c *cell) follow(r *reference, value string) {
	c.URL, c.Away, c.Label = r.link(value), false, readable(r.labels[value])
	if c.Label != "" {
		c.Class = "short"
	}
}

// HTML is the value, without the cell of a table around it.
func (c cell) HTML() template.HTML {
	if c.Class == "json" {
		return template.HTML("<pre>" + template.HTMLEscapeString(c.Text) + "</pre>")
	}
	return template.HTML(c.appendValue(nil))
}

// appendTo appends the cell of a table. What takes more than a few lines is clamped until somebody clicks on it.
func (c cell) appendTo(b []byte) []byte {
	switch {
	case c.Right:
		b = append(b, `<td class="n">`...)
	case c.Class == "blob":
		b = append(b, `<td class="b">`...)
	case c.Away:
		b = append(b, `<td class="u">`...)
	case c.Class == "":
		b = append(b, `<td class="t">`...)
	default:
		b = append(b, "<td>"...)
	}
	if c.RowURL != "" {
		b = appendTag(b, `<a class="key" href="`, c.RowURL, `">`)
		b = appendEscaped(b, cmp.Or(c.Text, "(blank)"))
		b = append(b, "</a>"...)
	} else if c.Class == "" && !c.Away && len(c.Text) > maxLines {
		b = append(c.appendValue(append(b, `<div class="clamp" tabindex="-1">`...)), "</div>"...)
	} else {
		b = c.appendValue(b)
	}
	return append(b, "</td>"...)
}

func (c cell) appendValue(b []byte) []byte {
	switch {
	case c.URL != "":
		end := `">`
		if c.Away {
			end = `" rel="nofollow noopener noreferrer">`
		}
		b = appendTag(b, `<a href="`, c.URL, end)
		b = append(appendEscaped(b, cmp.Or(c.Label, c.Text)), "</a>"...)
		if c.Label != "" && c.Label != c.Text {
			b = appendTag(b, ` <span class="raw">`, c.Text, "</span>")
		}
		return b
	case c.Class == "null":
		return append(b, `<span class="null">null</span>`...)
	}
	b = appendEscaped(b, c.Text)
	switch {
	case c.Cut && c.Whole != "":
		b = appendTag(b, `<a class="cut" href="`, c.Whole, `" aria-label="All of it">…</a>`)
	case c.Cut:
		b = append(b, `<span class="cut" title="There is more of it">…</span>`...)
	}
	return b
}

const maxLines = 120 // characters that take few lines in a table

func appendTag(b []byte, before, text, after string) []byte {
	return append(appendEscaped(append(b, before...), text), after...)
}

func appendEscaped(b []byte, s string) []byte {
	if !strings.ContainsAny(s, "&<>\"'\x00") {
		return append(b, s...)
	}
	return append(b, template.HTMLEscapeString(s)...)
}

// prettyJSON indents a text that is a JSON object or array.
func prettyJSON(c cell) (string, bool) {
	if c.Class != "" && c.Class != "short" || c.Cut || len(c.Text) < 2 || c.Text[0] != '{' && c.Text[0] != '[' || nesting(c.Text) > 50 {
		return "", false
	}
	var b bytes.Buffer
	if json.Indent(&b, []byte(c.Text), "", "  ") != nil {
		return "", false
	}
	return b.String(), true
}

// nesting returns how deep a JSON text goes. Each level is indented further, so that a deep
// one would grow out of hand.
func nesting(s string) (deepest int) {
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		}
	}
	return deepest
}

// allNumbers reports whether a column of rows has numbers and nothing else but NULLs.
func allNumbers(rows [][]any, column int) (some bool) {
	for _, row := range rows {
		switch row[column].(type) {
		case int64, float64:
			some = true
		case nil:
		default:
			return false
		}
	}
	return some
}
